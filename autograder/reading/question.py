"""A question whose answers people read: its points, its marking scheme, its reference answer."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass

from autograder.cells import cells_in, marks_of
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
    reference: str  # Markdown, or code
    is_code: bool
    items: list[tuple[float, str]]  # of the marking scheme: points, and for what
    remarks: str  # below its table


def read_questions(course: Course) -> dict[str, Question]:
    """The questions of the release by grade id, in order, with the schemes of the solutions."""
    found = {}
    for path in sorted(course.released.glob("*.ipynb")):
        solved, task = cells_in(course.solutions / path.name), ""
        for name, cell in cells_in(path).items():
            kind, source, _ = text_of(cell)
            mark = marks_of(cell)
            if mark.get("grade") and mark.get("solution"):
                answer = text_of(solved[name])[1] if name in solved else ""
                said = _SCHEME.search(answer)
                scheme = said[1] if said else ""
                rows = filter(None, map(_ROW.fullmatch, scheme.splitlines()))
                found[name] = Question(
                    path.stem,
                    name,
                    float(mark["points"]),
                    task,
                    _MARKER.sub("", _SCHEME.sub("", answer)).strip(),
                    kind == "code",
                    [(float(row[1].replace(",", ".")), row[2].strip()) for row in rows],
                    _TABLE.sub("", scheme).strip(),
                )
            task = source if kind == "markdown" else task
    return found


def text_of(cell: dict) -> tuple[str, str, dict]:
    """The kind of a cell, its text and its attached pictures."""
    return cell["cell_type"], "".join(cell["source"]), cell.get("attachments") or {}


def key_of(cell: dict) -> str:
    """The same for answers that are the same but for blanks, and in no other case."""
    kind, source, attached = text_of(cell)
    lines = unicodedata.normalize("NFC", source).splitlines()
    lines = [line.rstrip() if kind == "code" else " ".join(line.split()) for line in lines]
    said = json.dumps([kind, [line for line in lines if line], attached], sort_keys=True)
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]
