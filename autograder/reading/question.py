"""A question whose answers people read: its points, its marking scheme, its reference answer."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course

_SCHEME = re.compile(r"### BEGIN MARK SCHEME\n(.*?)### END MARK SCHEME\n?", re.DOTALL)
_MARKER = re.compile(r"^\s*### (?:BEGIN|END) SOLUTION\s*$\n?", re.MULTILINE)
_ROW = re.compile(r"\|\s*(\d+(?:[.,]\d+)?)\s*\|(.*)\|\s*")
_TABLE = re.compile(r"^\s*\|.*\|\s*$\n?", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A cell that is answered by the student and marked by a person."""

    notebook: str
    grade_id: str
    points: float
    task: str  # Markdown: what is asked
    reference: str = ""  # Markdown, or code
    is_code: bool = False
    items: list[tuple[float, str]] = field(default_factory=list)  # points, and for what
    remarks: str = ""  # of the marking scheme, below its table


def read_questions(course: Course) -> dict[str, Question]:
    """The questions of the release by grade id, in order, with the schemes of the solutions."""
    found = {}
    for path in sorted(course.released.glob("*.ipynb")):
        solved = cells_of(course.solutions / path.name)
        before = ""
        for cell in _cells(path):
            mark = _mark(cell)
            if mark.get("grade") and mark.get("solution"):
                grade_id = mark["grade_id"]
                source = _source(solved.get(grade_id, {}))
                said = _SCHEME.search(source)
                rows = [_ROW.fullmatch(line) for line in (said[1] if said else "").splitlines()]
                found[grade_id] = Question(
                    path.stem,
                    grade_id,
                    float(mark["points"]),
                    before,
                    _MARKER.sub("", _SCHEME.sub("", source)).strip(),
                    cell["cell_type"] == "code",
                    [(float(row[1].replace(",", ".")), row[2].strip()) for row in rows if row],
                    _TABLE.sub("", said[1]).strip() if said else "",
                )
            before = _source(cell) if cell["cell_type"] == "markdown" else before
    return found


def cells_of(path: Path) -> dict[str, dict]:
    """Grade id -> its cell; empty for what is no notebook."""
    return {_mark(cell).get("grade_id", ""): cell for cell in _cells(path)}


def text_of(cell: dict) -> tuple[str, str, dict]:
    """The kind of a cell, its text and its attached pictures."""
    return cell["cell_type"], _source(cell), cell.get("attachments") or {}


def key_of(cell: dict) -> str:
    """The same for answers that are the same but for blanks, and in no other case."""
    kind, source, attached = text_of(cell)
    source = unicodedata.normalize("NFC", source)
    lines = [
        line.rstrip() if kind == "code" else " ".join(line.split())
        for line in source.strip().splitlines()
    ]
    said = json.dumps([kind, [line for line in lines if line], attached], sort_keys=True)
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]


def _cells(path: Path) -> list[dict]:
    try:
        return json.loads(path.read_bytes())["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _mark(cell: dict) -> dict:
    return cell.get("metadata", {}).get("nbgrader", {})


def _source(cell: dict) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
