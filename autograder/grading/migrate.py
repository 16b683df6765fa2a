"""Marks that outlive a change of tasks: nbgrader itself allows none once somebody is graded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, SubmittedAssignment

from autograder.course import Course
from autograder.kept import keep_graded, load_graded

GRADE = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade")
COMMENT = ("auto_comment", "manual_comment")
NOTEBOOK = ("flagged", "late_submission_penalty")
SUBMISSION = ("timestamp", "extension")


@dataclass
class Migrated:
    """What became of the marks of a class.

    hand_marks: those that were kept; lost: student and task of those whose task is no more.
    changed:    notebooks with other tasks than before.
    """

    students: list[str] = field(default_factory=list)
    hand_marks: int = 0
    lost: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        text = f"kept the marks of {len(self.students)} students, {self.hand_marks} of them by hand"
        if self.lost:
            text += f"; without a task now: {', '.join(self.lost)}"
        return text


@contextlib.contextmanager
def migrated(gradebook: Path, assignment: str) -> Iterator[Migrated]:
    """Within the block the assignment may be made anew; after it, the marks are in it again.

    A mark stays where its task stays. Where points changed, hand marks ask to be looked at again.
    Use it on a copy: what stops it in between leaves an assignment without marks.
    """
    with Gradebook(f"sqlite:///{gradebook}") as opened:
        old = opened.find_assignment(assignment)
        due, before = old.duedate, _points(old)
        submissions = [_kept(submission) for submission in old.submissions]
        opened.remove_assignment(assignment)
    result = Migrated([submission["student"] for submission in submissions])
    yield result
    with Gradebook(f"sqlite:///{gradebook}") as opened:
        new = opened.find_assignment(assignment)
        new.duedate, after = due, _points(new)
        result.changed = {notebook for (notebook, _), _ in before.items() ^ after.items()}
        for submission in submissions:
            _restore(opened, assignment, submission, result)
        _ask_again(new, before)
        opened.db.commit()


def points_of(gradebook: Path, assignment: str) -> dict[tuple[str, str], float]:
    """(notebook, task) -> points; empty if the gradebook does not know the assignment."""
    with Gradebook(f"sqlite:///{gradebook}") as opened:
        try:
            return _points(opened.find_assignment(assignment))
        except MissingEntry:
            return {}


def ask_again(gradebook: Path, assignment: str, before: dict[tuple[str, str], float]) -> None:
    """Hand marks on tasks that had other points before ask to be looked at again."""
    with Gradebook(f"sqlite:///{gradebook}") as opened:
        _ask_again(opened.find_assignment(assignment), before)
        opened.db.commit()


def not_graded_yet(course: Course, result: Migrated) -> None:
    """Say of every student that the notebooks with other tasks are still to be graded."""
    for student in result.students:
        record = {**load_graded(course.report, student), **dict.fromkeys(result.changed, "")}
        keep_graded(course.report, student, record)


def _points(assignment: Assignment) -> dict[tuple[str, str], float]:
    return {
        (notebook.name, cell.name): float(cell.max_score or 0)
        for notebook in assignment.notebooks
        for cell in (*notebook.grade_cells, *notebook.task_cells)
    }


def _ask_again(assignment: Assignment, before: dict[tuple[str, str], float]) -> None:
    after = _points(assignment)
    for submission in assignment.submissions:
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                key = (notebook.name, grade.name)
                if grade.manual_score is not None and before.get(key) not in (None, after.get(key)):
                    grade.needs_manual_grade = True


def _kept(submission: SubmittedAssignment) -> dict:
    """All that the gradebook holds of one hand-in, as plain data."""
    return {
        "student": submission.student.id,
        **_values(submission, SUBMISSION),
        "notebooks": {
            notebook.name: {
                **_values(notebook, NOTEBOOK),
                "grades": {grade.name: _values(grade, GRADE) for grade in notebook.grades},
                "comments": {c.name: _values(c, COMMENT) for c in notebook.comments},
            }
            for notebook in submission.notebooks
        },
    }


def _values(entry: object, names: tuple[str, ...]) -> dict:
    return {name: getattr(entry, name) for name in names}


def _restore(gradebook: Gradebook, assignment: str, kept: dict, result: Migrated) -> None:
    student = kept["student"]
    submission = gradebook.update_or_create_submission(assignment, student)
    _set(submission, kept, SUBMISSION)
    by_hand = {
        (name, task)
        for name, notebook in kept["notebooks"].items()
        for task, grade in notebook["grades"].items()
        if grade["manual_score"] is not None
    }
    found = set()
    for notebook in submission.notebooks:
        before = kept["notebooks"].get(notebook.name)
        if before is None:
            continue
        _set(notebook, before, NOTEBOOK)
        for entries, names, old in (
            (notebook.grades, GRADE, before["grades"]),
            (notebook.comments, COMMENT, before["comments"]),
        ):
            for entry in entries:
                if entry.name in old:
                    _set(entry, old[entry.name], names)
                    found.add((notebook.name, entry.name))
    result.hand_marks += len(by_hand & found)
    result.lost += [f"{student}: {task}" for _, task in sorted(by_hand - found)]


def _set(entry: object, kept: dict, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(entry, name, kept[name])
