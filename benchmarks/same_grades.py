"""One small class, graded in three ways; every grade has to be the same in all of them.

    python -m benchmarks.same_grades

Four students over all notebooks: complete, right and wrong in turn, the first half of each
notebook, and all wrong. `autograder grade` with one worker and with three, and nbgrader's own
`nbgrader autograde`, which is what the formgrader's button runs. Takes a few minutes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.authoring.bank import graded_tasks
from autograder.authoring.example_class import (
    half_right,
    reference_answers,
    write_submission,
    wrong_answers,
)
from autograder.course import Course
from autograder.grading.grade import Settings, grade
from benchmarks.generated_class import autograde_natively, copy_of_course

Grades = dict[tuple[str, str, str], tuple[float | None, float | None, bool]]


def write_class(course: Course) -> None:
    right, wrong = reference_answers(course), wrong_answers(course)
    write_submission(course, "complete", right.get)
    write_submission(course, "half-right", half_right(course)[0].get)
    write_submission(course, "partial", {task: right[task] for task in _first_half(course)}.get)
    write_submission(course, "wrong", wrong.get)


def _first_half(course: Course) -> list[str]:
    """The first half of the tasks of each notebook."""
    tasks: dict[str, list[str]] = {}
    for task, (notebook, _) in graded_tasks(course).items():
        tasks.setdefault(notebook, []).append(task)
    return [task for listed in tasks.values() for task in listed[: len(listed) // 2]]


def grades(course: Course) -> Grades:
    """(student, notebook, grade id) -> points by test, points by hand, waits for a person."""
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        return {
            (submission.student.id, notebook.name, grade.name): (
                grade.auto_score,
                grade.manual_score,
                grade.needs_manual_grade,
            )
            for submission in gradebook.assignment_submissions(course.assignment)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def graded_by_us(root: Path, jobs: int) -> Grades:
    course = copy_of_course(root)
    write_class(course)
    progress = grade(course, Settings(jobs=jobs))
    if progress.failed:
        raise SystemExit(f"not graded: {progress.failed}")
    return grades(course)


def graded_by_nbgrader(root: Path) -> Grades:
    course = copy_of_course(root)
    write_class(course)
    autograde_natively(course)
    return grades(course)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="same-grades-") as folder:
        ways = {
            "autograder grade --jobs 1": graded_by_us(Path(folder) / "one", 1),
            "autograder grade --jobs 3": graded_by_us(Path(folder) / "three", 3),
            "nbgrader autograde": graded_by_nbgrader(Path(folder) / "native"),
        }
    first, *others = ways
    different = 0
    for other in others:
        for key in sorted(ways[first].keys() | ways[other].keys()):
            ours, theirs = ways[first].get(key), ways[other].get(key)
            if ours != theirs:
                different += 1
                print(f"{' '.join(key)}: {ours} by {first}, {theirs} by {other}")
    totals: dict[str, float] = {}
    for (student, _, _), (points, _, _) in ways[first].items():
        totals[student] = totals.get(student, 0.0) + (points or 0.0)
    print(", ".join(f"{student} {points:g}" for student, points in totals.items()))
    print(f"{len(ways[first])} grades in {len(ways)} ways: {different} differences")
    raise SystemExit(bool(different))


if __name__ == "__main__":
    main()
