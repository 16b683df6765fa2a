"""One hand-in for several students: graded and read once, and everyone has its marks and page."""

import csv

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import AutograderError
from autograder.grading import changes
from autograder.grading.drop import drop
from autograder.grading.late_days import LateDays, _settle
from autograder.grading.marks import read_marks
from autograder.intake.groups import GROUPS, read_groups, save_groups, sharing
from autograder.reporting import feedback, report
from tests.autograder.small_class import config_of, grade, new_course
from tests.autograder.small_lab import FIRST, SECOND, answered, as_bytes
from tests.autograder.test_collect import zipped
from tests.autograder.test_report import read_by_hand, rows_of

ROSTER = """\
username,first name,last name,email,group
ada,Ada,Lovelace,ada@x.org,Red
ben,Ben,Okri,ben@x.org,Red
cat,Cat,Ada,cat@x.org,Red
dan,Dan,Dare,dan@x.org,
eve,Eve,Hall,eve@x.org,Default group
"""
NOTEBOOK = as_bytes(answered(FIRST))
OTHER = as_bytes(answered(FIRST, ex1_double="double = lambda x: 2 * x"))
WRONG = "def double(x):\n    return x"


@pytest.fixture
def course(tmp_path, monkeypatch):
    course = new_course(tmp_path / "course")
    monkeypatch.setattr("autograder.cli.find_course", lambda: course)
    (tmp_path / "class.csv").write_text(ROSTER, encoding="utf-8")
    return course


def collect(course, files: dict, *options: str):
    source = zipped(files, course.root.parent / "download.zip")
    ran = CliRunner().invoke(app, ["collect", str(source), *options])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran


def with_roster(course) -> tuple[str, str]:
    return ("--roster", str(course.root.parent / "class.csv"))


@pytest.fixture
def handed_in(course):
    """Ben has handed in for three, Dan for himself; both are graded, and Ben's proof is read."""
    files = {f"{student}/{FIRST}.ipynb": NOTEBOOK for student in ("ben", "dan")}
    collect(course, files, *with_roster(course))
    for student in ("ben", "dan"):
        for name in (FIRST, SECOND):
            grade(course, student, answered(name), name)
    read_by_hand(course, "ben", 3.0)
    return course


def write_report(course):
    students = feedback.out_of_date(course)
    assert feedback.generate(course, config_of(course), students, lambda _: None) == {}
    feedback.share_pages(course)
    gathered = report.gather(course)
    report.write(course, gathered)
    return gathered


def test_the_roster_says_who_is_in_a_group(course):
    collect(course, {f"ben/{FIRST}.ipynb": NOTEBOOK}, *with_roster(course))
    assert read_groups(course) == {"ada": "Red", "ben": "Red", "cat": "Red"}


def test_one_hand_in_is_there_once_whoever_sent_it_and_nobody_of_them_is_missing(course):
    said = collect(course, {f"ben/{FIRST}.ipynb": NOTEBOOK}, *with_roster(course)).output
    assert "nothing from: dan, eve" in said
    said = collect(course, {f"cat/{SECOND}.ipynb": as_bytes(answered(SECOND))}).output
    assert "nothing from: dan, eve" in said
    assert [path.name for path in course.submitted.iterdir()] == ["ben"]
    assert {path.stem for path in course.submitted.rglob("*.ipynb")} == {FIRST, SECOND}


def test_a_hand_in_under_the_name_of_the_group_is_theirs(course):
    collect(course, {f"Red/{FIRST}.ipynb": NOTEBOOK}, *with_roster(course))
    assert [path.name for path in course.submitted.iterdir()] == ["ada"]


def test_two_of_a_group_who_send_different_answers_are_named(course):
    said = collect(
        course, {f"ben/{FIRST}.ipynb": NOTEBOOK, f"cat/{FIRST}.ipynb": OTHER}, *with_roster(course)
    )
    assert said.exit_code == 1 and "rivals: ben/1_words" in said.output
    assert [path.name for path in course.submitted.iterdir()] == ["ben"]


def test_everyone_has_the_marks_and_the_page(handed_in):
    gathered = write_report(handed_in)
    scores = {student.id: student.total for student in gathered.students}
    assert scores == {"ada": 12, "ben": 12, "cat": 12, "dan": 9}
    assert gathered.nothing_from == ["eve"]
    for name in ("moodle", "canvas"):
        assert len(rows_of(handed_in.report / f"{name}.csv")) == 4 + (name == "canvas")
    moodle = {row["Full name"]: row["Grade"] for row in rows_of(handed_in.report / "moodle.csv")}
    assert moodle["Cat Ada"] == moodle["Ben Okri"] == "12"
    pages = [feedback.page_of(handed_in, student, SECOND) for student in ("ben", "cat")]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_an_answer_of_a_group_waits_once_and_for_everybody(handed_in):
    read_by_hand(handed_in, "ben", 3.0, again=True)
    read_by_hand(handed_in, "dan", 1.0)
    gathered = report.gather(handed_in)
    assert gathered.waiting == gathered.unconfirmed == 1
    assert [s.id for s in gathered.students if s.waiting] == ["ada", "ben", "cat"]


def test_whoever_has_a_hand_in_of_their_own_has_its_marks(handed_in):
    grade(handed_in, "cat", answered(FIRST, ex1_double=WRONG), FIRST)
    marks = {student.id: student for student in read_marks(handed_in).students}
    assert marks["cat"].total < marks["ada"].total == marks["ben"].total
    assert (marks["ada"].hand_in_of, marks["cat"].hand_in_of) == ("ben", "")


def test_a_changed_mark_of_a_group_is_a_change_for_each_of_them(handed_in):
    before = changes.snapshot(read_marks(handed_in))
    read_by_hand(handed_in, "ben", 1.0)
    found = changes.compare(before, read_marks(handed_in))
    assert {change.student: change.points for change in found} == {"ada": -2, "ben": -2, "cat": -2}
    with changes.rehearsal(handed_in) as copy:
        assert {s.id for s in read_marks(copy).students} == {"ada", "ben", "cat", "dan"}


def test_more_time_for_one_of_a_group_is_more_time_for_its_hand_in(handed_in, tmp_path):
    extensions = tmp_path / "extensions.csv"
    extensions.write_text("student,days\ncat,3\nben,1\n")
    plugin = LateDays()
    plugin.due_date, plugin.extensions = "2030-01-01 12:00", str(extensions)
    _settle(handed_in, plugin)
    with Gradebook(f"sqlite:///{handed_in.gradebook}") as gradebook:
        extension = {s.student_id: s.extension for s in gradebook.assignment_submissions("lab6")}
    assert extension["ben"].days == 3 and extension["dan"] is None


def test_the_hand_in_of_one_who_leaves_stays_that_of_the_group(handed_in):
    write_report(handed_in)
    dropped = drop(handed_in, "ben")
    assert dropped.heir == "ada"
    gathered = write_report(handed_in)
    assert {s.id: s.total for s in gathered.students} == {"ada": 12, "cat": 12, "dan": 9}
    assert read_groups(handed_in) == {"ada": "Red", "cat": "Red"}
    assert (handed_in.submitted / "ada" / "lab6" / f"{FIRST}.ipynb").read_bytes() == NOTEBOOK
    assert not (handed_in.submitted / "ben").exists()
    kept = dropped.folder
    assert (kept / "submitted" / "ben" / "lab6" / f"{FIRST}.ipynb").read_bytes() == NOTEBOOK
    assert not (handed_in.feedback / "ben").exists()


def test_another_member_may_leave_too(handed_in):
    write_report(handed_in)
    assert drop(handed_in, "cat").heir == ""
    assert [s.id for s in write_report(handed_in).students] == ["ada", "ben", "dan"]
    with Gradebook(f"sqlite:///{handed_in.gradebook}") as gradebook:
        assert "cat" not in {student.id for student in gradebook.students}


def test_a_roster_without_groups_takes_them_away_and_one_without_the_column_does_not(course):
    collect(course, {f"ben/{FIRST}.ipynb": NOTEBOOK}, *with_roster(course))
    path = course.root.parent / "class.csv"
    rows = [row[:4] for row in csv.reader(ROSTER.splitlines())]
    path.write_text("\n".join(",".join(row) for row in rows))
    collect(course, {f"ben/{FIRST}.ipynb": NOTEBOOK}, *with_roster(course))
    assert read_groups(course)
    path.write_text(ROSTER.replace("Red", ""))
    said = collect(course, {f"ben/{FIRST}.ipynb": NOTEBOOK}, *with_roster(course)).output
    assert read_groups(course) == {} and "nothing from: ada, cat, dan, eve" in said


def test_groups_are_kept_as_a_csv_that_people_may_write(course):
    save_groups(course, {"ada": "A, the first", "ben": "A, the first"})
    assert read_groups(course) == {"ada": "A, the first", "ben": "A, the first"}
    (course.grading / GROUPS).write_text("Gruppe;student\nA;ada\nA;ben\n;cat\nB\n")
    assert read_groups(course) == {"ada": "A", "ben": "A"}
    (course.grading / GROUPS).write_text("one,two\n")
    with pytest.raises(AutograderError, match="needs the columns student and group"):
        read_groups(course)


def test_sharing_needs_somebody_who_handed_in():
    groups = {"a": "1", "b": "1", "c": "2", "d": "2"}
    assert sharing(groups, []) == {}
    assert sharing(groups, ["b", "z"]) == {"a": "b"}
    assert sharing(groups, ["b", "c", "d"]) == {"a": "b"}
