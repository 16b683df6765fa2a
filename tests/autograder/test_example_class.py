"""The example class: what `make grade` hands in, and the table that it prints."""

from rich.console import Console

from autograder.checks import framework
from autograder.course import find_course
from autograder.example_class import PREFIX, half_right, reference_answers, write_example_class
from autograder.scores import Score, score_table
from tests.autograder.conftest import ROOT

COURSE = find_course(ROOT)


def test_half_right_has_right_and_wrong_answers_to_every_graded_task():
    answers, kept = half_right(COURSE)
    reference = reference_answers(COURSE)
    assert len(answers) == 32
    assert {task for task in answers if answers[task] == reference[task]} == set(kept)
    assert sum(framework.load(task).points for task in kept) == 46


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
    most = {"1_first": 30.0, "2_second": 20.0}
    scores = [Score("maria", {"1_first": 30.0, "2_second": None}, waiting=8.0)]
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(score_table(most, scores))
    row = next(line for line in console.export_text().splitlines() if "maria" in line)
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["maria", "30", "—", "30", "8"]
