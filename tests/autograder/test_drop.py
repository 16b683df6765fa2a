"""A student who leaves is out of everything that goes on, and nothing of theirs is lost."""

import csv
import json

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import AutograderError
from autograder.grading.changes import rehearsal
from autograder.grading.drop import drop
from autograder.grading.whose_numbers import whose_numbers
from autograder.intake.groups import groups_of_all, save_groups
from autograder.intake.remembered import load_senders
from autograder.kept import keep
from autograder.reporting import feedback, report
from tests.autograder.small_class import config_of, grade, new_course
from tests.autograder.small_lab import FIRST, SECOND, answered


@pytest.fixture
def course(tmp_path):
    course = new_course(tmp_path / "course")
    for student in ("ada", "ben"):
        for name in (FIRST, SECOND):
            grade(course, student, answered(name), name)
        folder = course.submitted / student / course.assignment
        folder.mkdir(parents=True)
        (folder / f"{FIRST}.ipynb").write_text(student)
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        proof = gradebook.find_grade("ex1-double-test", FIRST, course.assignment, "ben")
        proof.manual_score = 2
        gradebook.db.commit()
    senders = {s: {"lms": "moodle", "id": n} for s, n in (("ada", "81"), ("ben", "82"))}
    course.report.mkdir(exist_ok=True)
    (course.report / "senders.json").write_text(json.dumps(senders))
    keep(course.report / "hand_marks", "ben", FIRST, {"ex1-double-test": ["text", 2]})
    feedback.generate(course, config_of(course), ["ada", "ben"], lambda _: None)
    return course


def test_a_dropped_student_is_out_of_report_files_and_mean_and_all_is_kept(course, monkeypatch):
    monkeypatch.setattr("autograder.cli.find_course", lambda: course)
    said = CliRunner().invoke(app, ["drop", "ben"])
    assert said.exit_code == 0 and "kept in" in said.output
    assert feedback.out_of_date(course) == ["ada"]
    gathered = report.gather(course)
    assert [student.id for student in gathered.students] == ["ada"]
    assert gathered.not_graded == gathered.nothing_from == []
    report.write(course, gathered)
    with (course.report / "canvas.csv").open(encoding="utf-8") as file:
        assert [row["SIS Login ID"] for row in csv.DictReader(file)] == ["", "ada"]
    assert list(load_senders(course.report)) == ["ada"]
    kept = course.grading / "dropped" / "ben"
    assert (kept / "submitted" / "ben" / "lab6" / f"{FIRST}.ipynb").read_text() == "ben"
    assert (kept / "report" / "hand_marks" / "ben" / f"{FIRST}.json").exists()
    assert not (course.report / "hand_marks" / "ben").exists()
    assert (kept / "feedback" / "ben" / "lab6" / f"{FIRST}.html").exists()
    with Gradebook(f"sqlite:///{kept / 'gradebook.db'}") as gradebook:
        proof = gradebook.find_grade("ex1-double-test", FIRST, course.assignment, "ben")
        assert proof.manual_score == 2


@pytest.mark.parametrize("heir", ["", "cleo"])
def test_what_readers_noted_and_the_page_of_alike_answers_go_with_them(course, heir):
    if heir:
        save_groups(course, {"ben": "red", heir: "red"})
    mark = {"score": 2, "items": [], "comment": "ben, see me", "reader": "eve", "key": "k"}
    noted = {"first": {"ada": mark, "ben": mark}, "second": {"ben": mark}}
    file = course.grading / "reading" / "ex1-double-test.json"
    file.parent.mkdir()
    file.write_text(json.dumps(noted))
    (file.parent / "damaged.json").write_text("{")
    (course.grading / "similar").mkdir()
    (course.grading / "similar" / "pairs.csv").write_text("1,ada,ben,88")
    kept = drop(course, "ben").folder
    others = {heir: mark} if heir else {}
    assert json.loads(file.read_text()) == {"first": {"ada": mark} | others, "second": others}
    taken = json.loads((kept / "reading" / file.name).read_text())
    assert taken == {"first": {"ben": mark}, "second": {"ben": mark}}
    assert not (course.grading / "similar").exists()
    assert "ben" in (kept / "similar" / "pairs.csv").read_text()
    if heir:  # the hand-in goes on, with the id that was typed there
        groups = groups_of_all(course.grading)
        assert whose_numbers("ben", heir, groups) == "ben" == whose_numbers("ben", "ben", groups)
        with rehearsal(course) as copy:
            assert groups_of_all(copy.grading) == groups
    drop(course, "ada")
    assert json.loads(file.read_text()) == {"first": others, "second": others}


def test_one_who_came_back_and_left_again_has_two_copies(course):
    first = drop(course, "ben").folder
    grade(course, "ben", answered(FIRST), FIRST)
    assert drop(course, "ben").folder != first
    assert (first / "gradebook.db").exists()


@pytest.mark.parametrize("name", ["nobody", "", ".", "../grading", "ada/lab6", "\x1b[2J"])
def test_nobody_of_this_name_is_one_line_and_changes_nothing(course, name):
    with pytest.raises(AutograderError, match="there is no student") as refused:
        drop(course, name)
    assert "\x1b" not in str(refused.value)
    assert not (course.grading / "dropped").exists()
    assert len(report.gather(course).students) == 2
