"""Marks given by hand while their student is graded anew: which may stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from autograder.cells import marks_of
from autograder.course import Course
from autograder.kept import keep, kept


@dataclass(frozen=True)
class HandMarks:
    """The finished hand marks of a class; kept in `folder` while their student is graded."""

    course: Course
    folder: Path

    def note(self, student: str, names: list[str], graded: Path) -> None:
        """Keep which hand marks are finished, and for what answer, until this is graded again.

        A run that was killed in between has kept it already, before it replaced anything.
        """
        noted = {name for (_, name), _ in kept(self.folder, student)}
        for name, grades in self._finished(student).items():
            if name in names and name not in noted:
                answers = _answers(graded / f"{name}.ipynb")
                given = {task: [answers.get(task), score] for task, score in grades.items()}
                keep(self.folder, student, name, given)

    def ask_again(self, student: str, name: str, graded: Path) -> None:
        """nbgrader asks to look at every hand mark again; here only where something changed."""
        noted = dict(kept(self.folder, student)).get((student, name), {})
        if noted:
            answers = _answers(graded)
            with Gradebook(self.course.db_url) as gradebook:
                for grade in gradebook.find_submission_notebook(
                    name, self.course.assignment, student
                ).grades:
                    if grade.name in noted:
                        now = [answers.get(grade.name), grade.auto_score]
                        grade.needs_manual_grade = now != noted[grade.name]
                gradebook.db.commit()

    def forget(self, student: str, names: list[str]) -> None:
        """These notebooks are graded: what was kept of them is in the gradebook again."""
        for name in names:
            keep(self.folder, student, name, {})

    def _finished(self, student: str) -> dict[str, dict[str, float]]:
        """Notebook -> grade id of what a person has marked for good -> points by its test."""
        with Gradebook(self.course.db_url) as gradebook:
            try:
                submission = gradebook.find_submission(self.course.assignment, student)
            except MissingEntry:
                return {}
            return {
                notebook.name: {
                    grade.name: grade.auto_score
                    for grade in notebook.grades
                    if grade.manual_score is not None and not grade.needs_manual_grade
                }
                for notebook in submission.notebooks
            }


def _answers(path: Path) -> dict[str, str]:
    """Grade id -> the answer that its mark is for: a written one itself, for a test all code."""
    try:
        cells = nbformat.read(path, as_version=4).cells
    except Exception:  # not there, or no notebook: nothing that a mark could still be for
        return {}
    marked = [(cell, marks_of(cell)) for cell in cells]
    code = "\n".join(
        cell.source
        for cell, mark in marked
        if cell.cell_type == "code" and not (mark.get("locked") or mark.get("grade"))
    )
    return {
        mark["grade_id"]: cell.source if mark.get("solution") else code
        for cell, mark in marked
        if mark.get("grade")
    }
