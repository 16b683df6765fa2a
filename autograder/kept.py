"""What grading keeps of a student's notebook beside the gradebook: KIND/STUDENT/NOTEBOOK.json.

Kinds are flags, repair notes, verdicts and, while it is graded, finished hand marks, in
`grading/report/`.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from autograder.files import write_json
from autograder.verdict import NotInCatalogue, Verdict


def keep(folder: Path, student: str, notebook: str, data: object) -> None:
    """Keep `data` for a notebook, written beside and then replaced; nothing kept if it is empty."""
    path = folder / student / f"{notebook}.json"
    if not data:
        path.unlink(missing_ok=True)
        return
    write_json(path, data)


def kept(folder: Path, student: str | None = None) -> Iterator[tuple[tuple[str, str], Any]]:
    """((student, notebook), data) of all that is kept, or of one student's; a file that cannot be
    read is left out."""
    whose = "*" if student is None else glob.escape(student)
    for path in sorted(folder.glob(f"{whose}/*.json")):
        try:
            yield (path.parent.name, path.stem), json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue


def keep_verdicts(report: Path, student: str, notebook: str, verdicts: Iterable[Verdict]) -> None:
    """Keep the verdicts on a notebook in `report`/verdicts."""
    keep(report / "verdicts", student, notebook, [verdict.as_dict() for verdict in verdicts])


def load_verdicts(report: Path, student: str | None = None) -> dict[tuple[str, str], list[Verdict]]:
    """The verdicts kept in `report`/verdicts, by student and notebook."""
    return {
        names: [_as_verdict(entry) for entry in entries]
        for names, entries in kept(report / "verdicts", student)
        if isinstance(entries, list)
    }


def keep_graded(report: Path, student: str, record: dict[str, str]) -> None:
    """Keep the record that says what a student's notebooks were graded by."""
    write_json(_graded(report, student), record)


def load_graded(report: Path, student: str) -> dict[str, str]:
    """Notebook -> the key that it was graded by; "" from the start of its grading to the end."""
    try:
        return json.loads(_graded(report, student).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def unfinished(report: Path, student: str) -> set[str]:
    """Notebooks whose grading has begun and not ended: their marks and outputs are half new."""
    return {name for name, key in load_graded(report, student).items() if not key}


def _graded(report: Path, student: str) -> Path:
    return report / "graded" / f"{student}.json"


def _as_verdict(entry: object) -> Verdict:
    """A verdict of another version may name what no table knows any more: it only failed."""
    try:
        return Verdict.read(entry)
    except NotInCatalogue:
        known = entry if isinstance(entry, dict) else {}
        return Verdict(str(known.get("task")), "visible", "failed", cell=str(known.get("cell")))
