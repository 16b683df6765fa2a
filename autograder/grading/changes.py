"""What a new grading changes: who gains or loses how much, and by which mistake.

The marks as they were are kept in `grading/report/` while a run lasts. So one that is stopped and
taken up again tells of all its changes.
"""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import write_csv, write_json
from autograder.grading.flags import printable
from autograder.grading.gradebook import copy_gradebook
from autograder.grading.marks import ClassMarks, Mark, read_marks
from autograder.intake.groups import GROUPS
from autograder.safe_html import csv_cell

CHANGES = "changes.csv"  # in grading/report: of every run
BEFORE = "marks-before.json"  # in grading/report, while a run lasts
LATE = "handed in late"
COLUMNS = (
    *("graded", "student", "notebook", "task", "before", "after", "change"),
    *("mistake before", "mistake after", "note"),
)


@dataclass(frozen=True)
class MarkChange:
    """Another mark for one task of one student, or another penalty."""

    student: str
    notebook: str
    task: str
    before: float
    after: float
    mistake_before: str = ""
    mistake_after: str = ""
    note: str = ""

    @property
    def points(self) -> float:
        """What is gained; below zero if it is lost."""
        return self.after - self.before

    @property
    def reason(self) -> str:
        """The mistake that is found now, or that is found no longer."""
        if self.points > 0 and self.mistake_before:
            return f"no longer: {self.mistake_before}"
        return self.mistake_after or self.note


def snapshot(marks: ClassMarks) -> dict:
    """The marks of those who are graded, as plain data."""
    return {
        student.id: {
            "penalty": student.penalty,
            "marks": {
                f"{mark.notebook}/{mark.grade_id}": [mark.score, mark.mistake]
                for mark in student.marks
                if mark.graded
            },
        }
        for student in marks.students
    }


def compare(before: dict, marks: ClassMarks) -> list[MarkChange]:
    """The changes since a snapshot; a first mark is none."""
    found = []
    for student in marks.students:
        known = before.get(student.id, {"penalty": 0.0, "marks": {}})
        for mark in student.marks:
            score, mistake = known["marks"].get(f"{mark.notebook}/{mark.grade_id}", [None, ""])
            if mark.graded and score not in (None, mark.score):
                mistakes = (mistake, mark.mistake)
                place = (student.id, mark.notebook, mark.task)
                found.append(MarkChange(*place, score, mark.score, *mistakes, _note(mark)))
        if known["marks"] and known["penalty"] != student.penalty:
            found.append(MarkChange(student.id, "", LATE, -known["penalty"], -student.penalty))
    return found


def _note(mark: Mark) -> str:
    if mark.by_hand:
        return "by hand, for an answer that has changed" if mark.waits else "by hand"
    return "to be read" if mark.waits else ""


def remember(course: Course) -> dict:
    """Keep the marks as they are, to compare with; what an unfinished run has kept stays."""
    path = course.report / BEFORE
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept: dict = {"graded": datetime.now().astimezone().isoformat(" ", "seconds")}
        kept["marks"] = snapshot(read_marks(course))
        write_json(path, kept)
        return kept


@contextlib.contextmanager
def recorded(course: Course) -> Iterator[list[MarkChange]]:
    """The list is filled, and the file of changes written, at the end of the block."""
    path = course.report / BEFORE
    kept = remember(course)
    changes: list[MarkChange] = []
    try:
        yield changes
    except BaseException:
        if not compare(kept["marks"], read_marks(course)):  # nothing that a later run has to tell
            path.unlink(missing_ok=True)
        raise
    changes += compare(kept["marks"], read_marks(course))
    if changes:
        _add_to_file(course.report / CHANGES, kept["graded"], changes)
    path.unlink(missing_ok=True)


def _add_to_file(path: Path, when: str, changes: list[MarkChange]) -> None:
    """Rows of the same run that are there already, from before it was killed, are replaced."""
    rows: list[list[str]] = []
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.reader(file) if row and row[0] not in (COLUMNS[0], when)]
    for change in changes:
        points = [f"{p:g}" for p in (change.before, change.after, change.points)]
        texts = [change.mistake_before, change.mistake_after, change.note]
        names = [change.student, change.notebook, change.task]
        rows.append([when, *map(csv_cell, names), *points, *map(csv_cell, texts)])
    write_csv(path, [list(COLUMNS), *rows])


@contextlib.contextmanager
def rehearsal(course: Course) -> Iterator[Course]:
    """The same course, to grade a copy of the class in; nothing of the class itself changes.

    Raises AutograderError if nobody is graded, so that nothing could change.
    """
    if not course.gradebook.exists():
        raise AutograderError("nobody is graded yet, so no mark can change: run `autograder grade`")
    for left in course.grading.glob(".dry-run-*"):  # of a run that was killed
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=".dry-run-", dir=course.grading) as folder:
        copy = replace(course, grading_elsewhere=Path(folder))
        copy_gradebook(course.gradebook, copy.gradebook)
        copy.submitted.symlink_to(course.submitted)
        (copy.grading / "dropped").symlink_to(course.grading / "dropped")
        if (course.grading / GROUPS).exists():
            shutil.copy(course.grading / GROUPS, copy.grading)
        for there, here in ((course.autograded, copy.autograded), (course.report, copy.report)):
            if there.is_dir():
                shutil.copytree(there, here, symlinks=True)
        yield copy


def summary(changes: list[MarkChange], dry_run: bool = False) -> str:
    """How many gain and lose, in one line."""
    verb = "would change" if dry_run else "changed"
    if not changes:
        return f"no mark {verb}"
    totals: dict[str, float] = {}
    for change in changes:
        totals[change.student] = totals.get(change.student, 0.0) + change.points
    gained = [points for points in totals.values() if points > 0]
    lost = [-points for points in totals.values() if points < 0]
    return (
        f"marks of {len(totals)} students {verb}: {len(gained)} up by {sum(gained):g} points, "
        f"{len(lost)} down by {sum(lost):g}"
    )


def changes_table(changes: list[MarkChange], most: int) -> Table:
    """A row for each task and mistake, with who is concerned."""
    groups: dict[tuple[str, str, float], list[str]] = {}
    for change in changes:
        key = (change.task, change.reason, change.points)
        groups.setdefault(key, []).append(printable(change.student))
    table = Table(title="Changes")
    for heading in ("task", "mistake", "points each", "students"):
        table.add_column(heading, justify="right" if heading == "points each" else "left")
    for (task, reason, points), students in sorted(groups.items(), key=lambda g: -len(g[1])):
        more = f" and {len(students) - most} more" if len(students) > most else ""
        who = f"{len(students)}: {', '.join(students[:most])}{more}"
        table.add_row(*(escape(printable(text)) for text in (task, reason, f"{points:+g}", who)))
    return table
