"""How long a reader waits for the next answer, in a class of any size.

python -m benchmarks.reading --answers 1000
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.reading.desk import Desk
from benchmarks.generated_class import copy_of_course

QUESTION = "ex3-minimum"
STEPS = 20


def hand_in(course: Course, notebook: str, answers: Mapping[str, Mapping[str, str]]) -> None:
    """Put a class into the gradebook as grading leaves it: student -> grade id -> written answer.

    Nothing is run; the notebooks have the outputs of the solutions.
    """
    made = nbformat.read(course.solutions / f"{notebook}.ipynb", as_version=4)
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        for student, given in answers.items():
            gradebook.update_or_create_student(student)
            submission = gradebook.update_or_create_submission(course.assignment, student)
            for grade in (g for one in submission.notebooks for g in one.grades):
                grade.auto_score = None if grade.name in given else 0
                grade.needs_manual_grade = grade.name in given
            for cell in made.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = given.get(name, cell.source)
            folder = course.autograded / student / course.assignment
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{notebook}.ipynb").write_text(json.dumps(made), encoding="utf-8")
        gradebook.db.commit()


def turns(desk: Desk, name: str, count: int) -> tuple[list[float], list[float]]:
    """Seconds to open the next, and to save a mark, for so many answers to a question, or all."""
    seen = desk.step("seat", "ada", name, "unread")
    opened, saved = [], []
    while "id" in seen and len(saved) < count:
        started = time.perf_counter()
        desk.save("seat", "ada", name, {"id": seen["id"], "key": seen["key"], "score": 1})
        saved.append(time.perf_counter() - started)
        started = time.perf_counter()
        seen = desk.step("seat", "ada", name, "unread", seen["id"])
        opened.append(time.perf_counter() - started)
    return opened, saved


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--answers", type=int, default=1000)
    count = options.parse_args().answers
    with tempfile.TemporaryDirectory(prefix="reading-") as folder:
        with contextlib.redirect_stdout(io.StringIO()):
            course = copy_of_course(Path(folder) / "course")
        question = Desk(course).questions[QUESTION]
        texts = {f"student-{n:04}": f"{question.reference}\n\nAnswer {n}." for n in range(count)}
        answers = {student: {QUESTION: text} for student, text in texts.items()}
        hand_in(course, question.notebook, answers)
        started = time.perf_counter()
        desk = Desk(course, QUESTION)
        list(desk.load())
        start = time.perf_counter() - started
        opened, saved = turns(desk, QUESTION, STEPS)
    print(f"{count} answers: {start:.1f} s to start; then, medians of {STEPS}:")
    medians = statistics.median(opened), statistics.median(saved)
    print("{:.2f} s to open the next, {:.2f} s to save".format(*medians))


if __name__ == "__main__":
    main()
