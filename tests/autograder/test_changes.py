"""A changed check or policy: said before it is done, and what changed is kept."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.grading import changes, late_days
from autograder.grading.changes import MarkChange, rehearsal
from autograder.grading.grade import Settings, grade, load_config
from autograder.grading.marks import read_marks
from tests.autograder.test_grade import (
    STUDENTS,
    add_to_config,
    contents,
    copied,
    hand_mark,
    read_by_hand,
    set_due_date,
    submit,
)
from tests.autograder.toy_course import ANSWERS, make_course

pytestmark = pytest.mark.usefixtures("sandboxes_can_be_made")

ROOT = Path(__file__).resolve().parents[2]
FLOAT = "def double(x):\n    return 2.0 * x + 1e-12"
LATE = """
from autograder.grading.late_days import LateDays
c.AssignLatePenalties.plugin_class = LateDays
c.LateDays.due_date = "2030-01-02 12:00+01:00"
c.LateDays.grace_days = 1
c.LateDays.penalty_per_day = 0.1
c.LateDays.extensions = str(root / "grading" / "extensions.csv")
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    course = make_course(tmp_path_factory.mktemp("changes") / "toy")
    submit(course, "ada", {**ANSWERS, "why": "A proof."})
    submit(course, "abe", {**ANSWERS, "double": FLOAT})
    submit(course, "bob", STUDENTS["bob"])
    grade(course, Settings())
    read_by_hand(course, "ada", 4, "well said")
    return course


@pytest.fixture
def course(graded, tmp_path):
    return copied(graded, tmp_path / "toy")


def change_the_test_of_double(course) -> None:
    """Nearly right is right from now on."""
    for path in course.solutions.glob("1*.ipynb"):
        text = path.read_text()
        for number, result in ((3, 6), (19, 38)):
            text = text.replace(
                f"double({number}) == {result}", f"round(double({number})) == {result}"
            )
        path.write_text(text)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "lab6", "--force"]
    subprocess.run(command, cwd=course.root, check=True, capture_output=True)


def files_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_says_who_would_gain_and_keeps_nothing(course):
    change_the_test_of_double(course)
    before, marks = files_in(course.grading), contents(course)
    run = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "--dry-run"],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == (
        "a dry run, nothing is kept: "
        "marks of 1 students would change: 1 up by 2 points, 0 down by 0"
    )
    assert "1: abe" in run.stdout
    after = files_in(course.grading)
    assert {path: after[path] for path in before if path.name != ".lock"} == {
        path: data for path, data in before.items() if path.name != ".lock"
    }
    assert {path.name for path in set(after) - set(before)} <= {".lock"}
    assert contents(course) == marks
    # What was announced is what then happens, and hand marks stay.
    changed = grade(course, Settings()).changes
    assert [(c.student, c.task, c.before, c.after) for c in changed] == [("abe", "double", 0, 2)]
    assert hand_mark(course, "ada") == (4, "well said", False)
    with (course.report / changes.CHANGES).open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["task"], row["change"]) == ("abe", "double", "2")
    assert grade(course, Settings()).changes == []


def test_a_run_that_was_killed_tells_of_its_changes_too(course):
    change_the_test_of_double(course)
    with pytest.raises(KeyboardInterrupt):
        grade(course, Settings(jobs=1), stop_after(1))
    assert (course.report / changes.BEFORE).exists()
    assert [c.student for c in grade(course, Settings()).changes] == ["abe"]
    assert not (course.report / changes.BEFORE).exists()


def stop_after(students: int):
    def show(progress):
        if progress.done >= students:
            raise KeyboardInterrupt

    return show


def test_a_run_that_cannot_start_leaves_no_old_marks_to_compare_with(course):
    (course.grading / "extensions.csv").write_text("student,days\nada,many\n")
    add_to_config(course, LATE)
    with pytest.raises(AutograderError, match="line 2: 'many' is no number of days"):
        grade(course, Settings())
    assert not (course.report / changes.BEFORE).exists()


def test_nothing_is_rehearsed_before_anybody_is_graded(tmp_path):
    empty = make_course(tmp_path / "toy")
    empty.gradebook.unlink()
    with pytest.raises(AutograderError, match="nobody is graded yet"), rehearsal(empty):
        pass


def test_what_changed_is_grouped_by_mistake():
    found = [
        MarkChange(name, "1", "double", 2, 0, mistake_after="[red]returns 2") for name in ("a", "b")
    ]
    found.append(MarkChange("c", "1", "double", 0, 2, mistake_before="=SUM(A1)"))
    table = changes.changes_table(found, 1)
    rows = list(zip(*(column.cells for column in table.columns), strict=True))
    assert rows == [
        ("double", r"\[red]returns 2", "-2", "2: a and 1 more"),
        ("double", "no longer: =SUM(A1)", "+2", "1: c"),
    ]
    assert changes.summary(found) == ("marks of 3 students changed: 1 up by 2 points, 2 down by 4")


# --- late days ------------------------------------------------------------------------------------


def hand_in_at(course, student: str, when: str) -> None:
    (course.submitted / student / "lab6" / "timestamp.txt").write_text(when)


def penalties(course) -> dict[str, float]:
    return {student.id: student.penalty for student in read_marks(course).students}


def test_late_days_grace_extensions_and_marks_given_afterwards(course):
    # ada has 9 by the tests and 4 by hand, abe 7, bob 4; due on the 2nd at 11:00 UTC.
    hand_in_at(course, "ada", "2030-01-03 11:00:01 UTC")  # a second after the day of grace
    hand_in_at(course, "abe", "2030-01-03 10:59:59 UTC")
    hand_in_at(course, "bob", "2030-01-05 11:00:00 UTC")
    add_to_config(course, LATE)
    changed = grade(course, Settings()).changes
    assert penalties(course) == {"ada": 1.3, "abe": 0, "bob": 0.8}
    assert {(c.student, c.task, c.after) for c in changed} == {
        ("ada", changes.LATE, -1.3),
        ("bob", changes.LATE, -0.8),
    }
    read_by_hand(course, "ada", 5, "on second thought")
    config = load_config(course)
    late_days.settle(course, config)
    assert penalties(course)["ada"] == 1.4, "also of points that were given by hand"
    (course.grading / "extensions.csv").write_text("Student;Days\nbob;1,5\n;\n")
    late_days.settle(course, config)
    assert penalties(course) == {"ada": 1.4, "abe": 0, "bob": 0.4}
    before = course.gradebook.read_bytes()
    late_days.settle(course, config)
    assert course.gradebook.read_bytes() == before, "else all pages would be out of date"
    (course.grading / "extensions.csv").write_text("Student;Days\n")
    late_days.settle(course, config)
    assert penalties(course) == {"ada": 1.4, "abe": 0, "bob": 0.8}
    by_id = {student.id: student.total for student in read_marks(course).students}
    assert by_id == {"ada": 12.6, "abe": 7, "bob": 3.2}


def test_no_more_than_all_points_are_taken(course):
    hand_in_at(course, "bob", "2031-01-05 11:00:00 UTC")
    add_to_config(course, LATE)
    grade(course, Settings())
    assert penalties(course)["bob"] == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("student,days\nzoe,1\n", "line 2: 'zoe' is no student of the class"),
        ("who,when\nada,1\n", "needs the columns student and days"),
        ("student,days\nada\n", "line 2: '' is no number of days"),
    ],
)
def test_a_bad_table_of_extensions_is_one_line(tmp_path, text, message):
    path = tmp_path / "extensions.csv"
    path.write_text(text)
    with pytest.raises(AutograderError, match=message):
        late_days.read_extensions(path, {"ada"})


def test_a_bad_due_date_is_one_line(course):
    add_to_config(course, LATE.replace("2030-01-02 12:00+01:00", "next week"))
    with pytest.raises(AutograderError, match="no date: 'next week'; write it as"):
        late_days.settle(course, load_config(course))


def test_extensions_without_a_due_date_are_refused(course):
    (course.grading / "extensions.csv").write_text("student,days\nada,1\n")
    add_to_config(course, LATE.replace("2030-01-02 12:00+01:00", ""))
    with pytest.raises(AutograderError, match="there is no due date"):
        late_days.settle(course, load_config(course))


def test_a_due_date_of_the_gradebook_stays_where_the_settings_have_none(course):
    hand_in_at(course, "bob", "2030-01-05 11:00:00 UTC")
    set_due_date(course, "2030-01-03 11:00:00 UTC")
    add_to_config(course, LATE.replace("2030-01-02 12:00+01:00", ""))
    grade(course, Settings())
    assert penalties(course)["bob"] == 0.4
