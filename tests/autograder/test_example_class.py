"""The example class: what `make grade` hands in, and the table that it prints."""

import io

import pytest
from rich.console import Console

from autograder.authoring.example_class import (
    PREFIX,
    half_right,
    reference_answers,
    write_example_class,
)
from autograder.course import find_course
from autograder.grading.marks import ClassMarks, Mark, StudentMarks, marks_table
from autograder.verdict import tasks
from tests.autograder.conftest import ROOT

COURSE = find_course(ROOT)


def test_half_right_has_right_and_wrong_answers_to_every_graded_task():
    answers, kept = half_right(COURSE)
    reference = reference_answers(COURSE)
    assert len(answers) == 34
    assert {task for task in answers if answers[task] == reference[task]} == set(kept)
    assert sum(tasks()[task].points for task in kept) == 45


def test_three_students_are_written_and_a_real_class_is_left_alone(released_course):
    (released_course.root / "bank").mkdir()
    (released_course.root / "bank" / "ex1-tokenize").mkdir()
    (released_course.root / "bank" / "ex1-tokenize" / "wrong_x.py").write_text(
        "# expect: .\nx = 1\n"
    )
    students = write_example_class(released_course)
    assert sorted(students) == [PREFIX + name for name in ("blank", "complete", "half-right")]
    (released_course.submitted / "maria").mkdir()
    try:
        write_example_class(released_course)
    except Exception as error:
        assert "holds a real class (1 students)" in str(error)
    else:
        raise AssertionError("a real class was overwritten")


def test_the_table_fits_a_terminal_and_tells_missing_from_zero():
    points = {("1_first", "a-test"): 30.0, ("1_first", "b"): 8.0, ("2_second", "c-test"): 20.0}
    marks = [
        Mark("1_first", "a-test", 30.0, 30.0, waits=False, by_hand=False),
        Mark("1_first", "b", 0.0, 8.0, waits=True, by_hand=False),
    ]
    student = StudentMarks("maria", marks=marks, handed_in={"1_first"})
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(marks_table(ClassMarks([student], points, set())))
    row = next(line for line in console.export_text().splitlines() if "maria" in line)
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["maria", "30", "—", "30", "8"]


def test_the_table_takes_off_what_is_lost_by_handing_in_late():
    marks = [Mark("1_first", "a-test", 30.0, 30.0, waits=False, by_hand=False)]
    student = StudentMarks("maria", penalty=4.5, marks=marks, handed_in={"1_first"})
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(marks_table(ClassMarks([student], {("1_first", "a-test"): 30.0}, set())))
    row = next(line for line in console.export_text().splitlines() if "maria" in line)
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["maria", "30", "−4.5", "25.5", "0"]


@pytest.mark.parametrize(
    ("name", "shown"), [("[red]", "[red]"), ("-rf", "-rf"), ("\x1b[2J", "·[2J")]
)
def test_the_table_shows_any_name_as_text(name, shown):
    student = StudentMarks(name, handed_in={"1_first"})
    console = Console(width=80, record=True, file=io.StringIO(), force_terminal=True)
    console.print(marks_table(ClassMarks([student], {("1_first", "a-test"): 30.0}, set())))
    assert f"│ {shown} " in console.export_text()
    assert "\x1b[2J" not in console.file.getvalue()
