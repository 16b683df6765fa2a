"""A small class to try the grader on: one student did everything, one nothing, one half.

The submissions are made from the release, the solutions and the bank, so nothing of them is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import nbformat

from autograder.authoring.bank import graded_tasks, read_bank
from autograder.authoring.text_notebook import grade_id, read_text
from autograder.cells import STUDENT_ID, is_solution, marks_of
from autograder.course import Course
from autograder.errors import AutograderError

PREFIX = "example-"
_MARKER = re.compile(r"\s*### (BEGIN|END) SOLUTION\s*")


def reference_answers(course: Course) -> dict[str, str]:
    """Grade id -> source of the answer cell, of every task, written ones included."""
    answers = {}
    for name in course.names:
        for cell in read_text(course, name).cells:
            if is_solution(cell):
                lines = [n for n in cell.source.splitlines() if not _MARKER.fullmatch(n)]
                answers[grade_id(cell)] = "\n".join(lines)
    return answers


def wrong_answers(course: Course) -> dict[str, str]:
    """Grade id -> the first wrong answer, by an honest student, that the bank has for it."""
    found: dict[str, str] = {}
    for answer in read_bank(course.root / "bank", set(graded_tasks(course))):
        if not answer.is_correct and "patched" not in answer.name:
            found.setdefault(answer.grade_id, answer.source.partition("\n")[2])  # less `# expect:`
    return found


def write_submission(course: Course, student: str, answer: Callable[[str], str | None]) -> None:
    """Fill in the release for a student, with `answer(grade_id)`, or leave the stub where None."""
    folder = course.submitted / student / course.assignment
    folder.mkdir(parents=True, exist_ok=True)
    for name in course.names:
        notebook = nbformat.read(course.released / f"{name}.ipynb", as_version=4)
        for cell in notebook.cells:
            if marks_of(cell).get("grade_id") == STUDENT_ID:
                cell.source = f'student_id = "{student}"'
            if is_solution(cell):
                cell.source = answer(grade_id(cell)) or cell.source
        nbformat.write(notebook, folder / f"{name}.ipynb")


def half_right(course: Course) -> tuple[dict[str, str], list[str]]:
    """Answers that are right and wrong in turn, and the grade ids of the right ones."""
    right, wrong = reference_answers(course), wrong_answers(course)
    graded = list(graded_tasks(course))
    kept = graded[::2]
    return {task: right[task] if task in kept else wrong.get(task, "") for task in graded}, kept


def write_example_class(course: Course) -> list[str]:
    """Write the three submissions to the submitted folder; returns the names of the students.

    Raises AutograderError where a real class lies there.
    """
    real = [
        path.name
        for path in (course.submitted.iterdir() if course.submitted.exists() else ())
        if path.is_dir() and not path.name.startswith(PREFIX)
    ]
    if real:
        raise AutograderError(
            f"{course.submitted} holds a real class ({len(real)} students): "
            "run `autograder grade` to grade it, or move it away to see the example"
        )
    half, _ = half_right(course)
    answers = {"complete": reference_answers(course), "blank": {}, "half-right": half}
    if course.variants:  # the same answers to other numbers
        answers["other-numbers"] = answers["complete"]
    for student, given in answers.items():
        write_submission(course, PREFIX + student, given.get)
    return [PREFIX + student for student in answers]
