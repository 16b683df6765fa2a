"""A whole term of a small class, in which everything happens; no mark and no comment is lost.

What each student should have is added up here, from what they handed in and what people gave them;
the grader is never asked.
"""

from __future__ import annotations

import csv
import os
import random
import signal
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook

from autograder.authoring import release
from autograder.grading import changes, late_days
from autograder.grading.drop import drop
from autograder.grading.grade import Settings, grade, load_config
from autograder.grading.marks import read_marks
from autograder.intake.collect import collect
from autograder.reporting import feedback, report
from tests.autograder.test_grade import add_to_config, start_grading, wait_for_work
from tests.autograder.toy_course import DOUBLE, SQUARE, answer, graded, make_course, submit, written
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("sandboxes_can_be_made")

NAME = "1_term"
CUBE = "def cube(x):\n    return x**3"
ANSWERS = {
    "square": {"right": SQUARE, "wrong": "def square(x):\n    return 9"},
    "double": {
        "right": DOUBLE,
        "near": "def double(x):\n    return 2 * x + 1e-12",  # right from week 3 on
        "wrong": "def double(x):\n    return x + 3",
    },
    "cube": {"right": CUBE, "wrong": "def cube(x):\n    return 8"},
}
POINTS = {"square": 3, "double": 2, "why": 5, "cube": 4}
SETTINGS = """
from autograder.grading.late_days import LateDays
c.AssignLatePenalties.plugin_class = LateDays
c.LateDays.due_date = "2030-01-02 12:00+00:00"
c.LateDays.grace_days = 1
c.LateDays.penalty_per_day = 0.1
c.LateDays.extensions = str(root / "grading" / "extensions.csv")
"""


@dataclass
class Student:
    """What one student should have."""

    answers: dict[str, str] = field(default_factory=dict)  # task -> which of ANSWERS
    proof: str = ""
    days_late: int = 0
    more_days: int = 0
    by_hand: dict[str, float] = field(default_factory=dict)  # task -> points
    comments: dict[str, str] = field(default_factory=dict)  # task -> comment

    def total(self, right: set[str], tasks: tuple[str, ...]) -> float:
        """right: the kinds of answers that are right at this time."""
        points = sum(
            self.by_hand.get(task, POINTS[task] if self.answers.get(task) in right else 0)
            for task in tasks
        )
        late = max(0, self.days_late - self.more_days - 1)
        return round(points - round(points * min(1.0, 0.1 * late), 2), 2)


class Term:
    """The class, the course, and what is right at this time."""

    def __init__(self, root: Path):
        notebook = new_notebook(
            cells=[
                answer("square", SQUARE),
                graded("square-test", "assert square(3) == 9", "assert square(-7) == 49", 3),
                answer("double", DOUBLE),
                graded("double-test", "assert double(3) == 6", "assert double(19) == 38", 2),
                written("why", 5),
            ],
            metadata={"kernelspec": {"display_name": "Python 3", "name": "python3"}},
        )
        self.course = make_course(root / "toy", made={NAME: notebook})
        add_to_config(self.course, SETTINGS)
        self.incoming = root
        seed = int(os.environ.get("LAB_TERM_SEED", "15"))
        print(f"LAB_TERM_SEED={seed} plays this term again; only the machine is not the same")
        self.random = random.Random(seed)
        self.students = {f"s{number:02}": Student() for number in range(20)}
        self.right = {"right"}
        self.tasks: tuple[str, ...] = ("square", "double", "why")

    def totals(self) -> dict[str, float]:
        return {name: s.total(self.right, self.tasks) for name, s in self.students.items()}

    def hand_in(self, number: int, names: list[str]) -> None:
        """Collect what these students have, as one download, with the times of all."""
        download = replace(self.course, grading_elsewhere=self.incoming / f"download-{number}")
        for name in names:
            student = self.students[name]
            given = {t: ANSWERS[t][k] for t, k in student.answers.items() if t in self.tasks}
            submit(download, name, {**given, **({"why": student.proof} if student.proof else {})})
        collected = collect(self.course, download.submitted, force=True)
        assert collected.students == names and not collected.needs_a_look
        for name in names:
            when = f"2030-01-{2 + self.students[name].days_late:02} 11:59:00 UTC"
            folder = self.course.submitted / name / "lab6"
            (folder / "timestamp.txt").write_text(when)

    def grade(self, kills: int = 0) -> list[changes.MarkChange]:
        """Grade, killed before that at random moments."""
        for _ in range(kills):
            run = start_grading(self.course)
            wait_for_work(self.course, run)
            seconds = self.random.uniform(0, 1.5)
            time.sleep(seconds)
            print(f"killed {seconds:.3f} s after the first notebook was begun")
            run.send_signal(signal.SIGKILL)
            run.wait(PATIENCE)
        progress = grade(self.course, Settings())
        assert progress.failed == {}
        self.check()
        return progress.changes

    def give(self, name: str, task: str, points: float, comment: str) -> None:
        """What the formgrader does."""
        self.students[name].by_hand[task] = points
        self.students[name].comments[task] = comment
        cell = "why" if task == "why" else f"{task}-test"
        with Gradebook(f"sqlite:///{self.course.gradebook}") as gradebook:
            given = gradebook.find_grade(cell, NAME, "lab6", name)
            given.manual_score, given.needs_manual_grade = points, False
            said = gradebook.find_comment(task, NAME, "lab6", name)
            said.manual_comment = comment
            gradebook.db.commit()
        late_days.settle(self.course, load_config(self.course))

    def check(self) -> None:
        """Every mark is the sum of what was given, and every comment is there."""
        marks = {student.id: student for student in read_marks(self.course).students}
        assert {name: round(m.total, 2) for name, m in marks.items()} == self.totals()
        with Gradebook(f"sqlite:///{self.course.gradebook}") as gradebook:
            for name, student in self.students.items():
                by_hand = {m.task: m.score for m in marks[name].marks if m.by_hand}
                assert by_hand == student.by_hand, name
                notebook = gradebook.find_submission_notebook(NAME, "lab6", name)
                said = {c.name: c.manual_comment for c in notebook.comments if c.manual_comment}
                assert said == student.comments, name

    def waiting(self) -> set[str]:
        return {s.id for s in read_marks(self.course).students if s.waiting}

    def edit(self, how) -> None:
        path = self.course.solutions / f"{NAME}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        how(notebook.cells)
        nbformat.write(notebook, path)


def test_a_term(tmp_path):
    term = Term(tmp_path)
    names = list(term.students)

    # The first hand-in: all kinds of answers, a proof by most, a blank notebook by the last.
    for name in names[:-1]:
        student = term.students[name]
        student.answers = {t: term.random.choice([*ANSWERS[t], ""]) for t in ("square", "double")}
        student.answers = {task: kind for task, kind in student.answers.items() if kind}
        student.proof = f"Because of {name}." if term.random.random() < 0.7 else ""
    term.students["s00"].answers = {"square": "wrong", "double": "near"}
    term.students["s01"].answers = {"square": "right", "double": "near"}
    term.hand_in(1, names)
    assert term.grade(kills=2) == [], "first marks are no changes"
    proofs = {name for name, student in term.students.items() if student.proof}
    assert term.waiting() == proofs
    for name in sorted(proofs):
        term.give(name, "why", term.random.choice([0, 2.5, 5]), f"Read, {name}.")
    term.check()
    assert term.waiting() == set()

    # The second: better answers, some late, one with another proof.
    again = names[1:9]
    for late, name in enumerate(again):
        term.students[name].answers["square"] = "right"
        term.students[name].days_late = max(0, late - 2)
    term.students["s08"].proof = "Another reason."
    term.give("s08", "why", 2.5, "Not yet.")
    term.hand_in(2, again)
    changed = term.grade(kills=1)
    assert {change.student for change in changed} <= set(again)
    assert term.waiting() == {"s08"}, "the old mark stands, and waits for somebody to look"
    term.give("s08", "why", 4, "Now it is right.")
    term.check()

    # Week 3: the check of `double` was too strict.
    def mend(cells):
        for cell in cells:
            cell.source = cell.source.replace("double(19) == 38", "round(double(19)) == 38")
            cell.source = cell.source.replace("double(3) == 6", "round(double(3)) == 6")

    before = term.totals()
    term.edit(mend)
    release.generate(term.course)
    with changes.rehearsal(term.course) as copy:
        announced = grade(copy, Settings()).changes
    term.check()
    term.right = {"right", "near"}
    after = term.totals()
    assert per_student(announced) == {
        name: pytest.approx(after[name] - before[name])
        for name in names
        if after[name] != before[name]
    }
    assert "s00" in per_student(announced)
    assert term.grade(kills=1) == announced
    assert term.waiting() == set(), "nobody has to read an answer again that did not change"

    # An extension, and an appeal.
    extended = max(again, key=lambda name: term.students[name].days_late)
    term.students[extended].more_days = 2
    (term.course.grading / "extensions.csv").write_text(f"student,days\n{extended},2\n")
    late_days.settle(term.course, load_config(term.course))
    term.check()
    term.give("s00", "square", 1.5, "It is right for most numbers.")
    term.check()

    # A new task, for which the class gets a third hand-in.
    def add(cells):
        cells.extend(
            [
                answer("cube", CUBE),
                graded("cube-test", "assert cube(2) == 8", "assert cube(3) == 27", 4),
            ]
        )

    term.edit(add)
    assert "20 students" in release.generate(term.course, migrate=True)
    term.tasks = ("square", "double", "why", "cube")
    term.grade(kills=1)
    third = names[4:12]
    for number, name in enumerate(third):
        term.students[name].answers["cube"] = "wrong" if number % 3 == 0 else "right"
    term.hand_in(3, third)
    term.grade(kills=1)

    # Somebody leaves.
    kept = drop(term.course, "s05").folder
    gone = term.students.pop("s05")
    term.check()
    with Gradebook(f"sqlite:///{kept / 'gradebook.db'}") as gradebook:
        assert gradebook.find_comment("why", NAME, "lab6", "s05").manual_comment == (
            gone.comments.get("why")
        )
    assert grade(term.course, Settings()).skipped == 19
    term.check()

    # One number everywhere.
    config = load_config(term.course)
    due = feedback.out_of_date(term.course)
    assert feedback.generate(term.course, config, due, lambda _: None) == {}
    report.write(term.course, report.gather(term.course))
    with (term.course.report / "canvas.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    shown = {row["SIS Login ID"]: float(row["lab6"]) for row in rows if row["SIS Login ID"]}
    assert shown == pytest.approx(term.totals())


def per_student(found: list[changes.MarkChange]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for change in found:
        totals[change.student] = totals.get(change.student, 0.0) + change.points
    return totals
