"""The instructor's page and the files of marks say what is in the gradebook, safely."""

import csv
import io
import json
import re
import zipfile

import pytest
from nbgrader.api import Gradebook
from rich.console import Console
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import AutograderError
from autograder.grading.flags import Flag, save_flags
from autograder.grading.marks import marks_table, read_marks
from autograder.kept import keep_graded
from autograder.mending.repair import repair_notebook, save_notes
from autograder.reporting import feedback, report
from tests.autograder.small_class import config_of, grade, new_course
from tests.autograder.small_lab import ANSWERS, FIRST, SECOND, answered, releases

SAME = "def double(x):\n    return x"
SQUARE = "def double(x):\n    return abs(x) * 2"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Five students: complete, half, open, hidden tests failed, hostile."""
    course = new_course(tmp_path_factory.mktemp("course"))
    answers = {
        "ada": {},
        "ben": {"ex1_double": SAME, "ex2_slope": "slope = -1.0"},
        "cat": {"ex1_double": SAME, "ex1_shout": "def shout(w):\n    return w"},
        "dan": {"ex1_double": SQUARE},
    }
    for student, wrong in answers.items():
        for name in (FIRST, SECOND):
            grade(course, student, answered(name, **wrong), name)
    evil = '<script>alert("x")</script>'
    grade(course, "eve", answered(FIRST, ex1_double=f"raise ValueError('{evil}')"), FIRST)
    code = f"{evil}\x1b[2J"
    save_flags(course.report / "flags", "eve", FIRST, [Flag("ex1-double", 2, code, "reads frames")])
    save_notes(course.report / "repaired", "eve", SECOND, repair_notebook(None, releases()[SECOND]))
    (course.submitted / "fay" / course.assignment).mkdir(parents=True)
    (course.report / "senders.json").write_text(
        json.dumps({"ada": {"lms": "moodle", "id": "81", "name": "=cmd|' /C calc'!A0"}})
    )
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        for missing in gradebook.find_submission_notebook(SECOND, course.assignment, "eve").grades:
            missing.auto_score, missing.needs_manual_grade = 0, False
        gradebook.update_or_create_student(
            "ben", first_name="Ben", last_name="Okri", email="ben@example.org", lms_user_id="4712"
        )
        gradebook.db.commit()
    read_by_hand(course, "ada", 3.0)
    feedback.generate(course, config_of(course), ["ada", "ben"], lambda _: None)
    return course


@pytest.fixture(scope="module")
def gathered(course):
    return report.gather(course)


@pytest.fixture(scope="module")
def page(course, gathered):
    return report.write(course, gathered).read_text(encoding="utf-8")


def read_by_hand(course, student: str, points: float, again: bool = False) -> None:
    """What the formgrader saves, or, with `again`, what grading leaves of it for a new answer."""
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        proof = gradebook.find_grade("ex2-proof", SECOND, course.assignment, student)
        proof.manual_score, proof.needs_manual_grade = points, again
        gradebook.db.commit()


def rows_of(path) -> list[dict]:
    return list(csv.DictReader(path.open(encoding="utf-8")))


def task(gathered, grade_id):
    return next(line for line in gathered.tasks if line.grade_id == grade_id)


def test_scores_are_the_gradebooks(course, gathered):
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        expected = {row["student"]: row["score"] for row in gradebook.submission_dicts("lab6")}
    assert {student.id: student.total for student in gathered.students} == expected
    assert expected == {"ada": 12.0, "ben": 4.0, "cat": 2.0, "dan": 6.0, "eve": 4.0}
    assert gathered.max_score == 13.0
    assert gathered.mean == pytest.approx(5.6)
    assert gathered.median == 4.0


def test_tasks_are_counted_with_their_commonest_mistakes(gathered):
    assert [line.grade_id for line in gathered.tasks] == list(ANSWERS)
    double = task(gathered, "ex1-double")
    assert (double.passed, double.failed, double.part, double.open) == (1, 4, 0, 0)
    assert double.rate == 20.0
    assert double.mistakes.most_common(1) == [("two", 2)]
    assert double.mistakes["a hidden test did not pass"] == 1
    proof = task(gathered, "ex2-proof")
    assert (proof.waiting, proof.part) == (3, 1)


def test_open_tasks_are_no_mistakes(course, tmp_path):
    other = new_course(tmp_path / "course")
    grade(other, "gus", releases()[FIRST], FIRST)
    double = task(report.gather(other), "ex1-double")
    assert (double.open, double.failed, double.mistakes) == (1, 0, {})


def test_a_written_answer_that_is_missing_is_open(tmp_path):
    other = new_course(tmp_path / "course")
    grade(other, "gus", releases()[SECOND], SECOND)
    proof = task(report.gather(other), "ex2-proof")
    assert (proof.open, proof.failed, proof.waiting) == (1, 0, 0)


def test_every_student_is_in_one_bin(gathered):
    assert sum(count for _, count in gathered.bins) == 5
    assert gathered.bins[-1] == ("11.7–13", 1)


def test_the_page_names_who_is_not_graded_flagged_and_repaired(page):
    assert "not graded yet: fay" in page
    assert "reads frames" in page
    assert "no file was handed in" in page
    assert "3 answers are graded by hand" in page


def test_the_page_links_to_the_feedback_that_exists(course, page):
    links = [address for address in re.findall(r'href="(\.\./[^"]+)"', page)]
    assert len(set(links)) == 4
    assert all((course.report / link).resolve().exists() for link in links)


def test_the_page_runs_and_loads_nothing(page):
    assert "<script" not in page.lower()
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert "default-src 'none'" in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_the_page_can_be_read_with_a_screen_reader(page):
    assert '<html lang="en">' in page
    for svg in re.findall(r"<svg[^>]*>", page):
        assert 'role="img"' in svg or 'aria-hidden="true"' in svg
    assert re.search(r"<title[^>]*>Distribution of scores</title>", page)
    for table in re.findall(r"<table>.*?</table>", page, flags=re.DOTALL):
        assert 'scope="col"' in table and 'scope="row"' in table
        assert "<td></th>" not in table


def test_marks_for_moodle(course, page):
    rows = list(csv.DictReader((course.report / "moodle.csv").open(encoding="utf-8")))
    ada, ben = rows[0], rows[1]
    assert ada["Identifier"] == "Participant 81"
    assert ada["Full name"].startswith("'=cmd")  # no formula for a spreadsheet
    assert (ada["Grade"], ada["Maximum Grade"]) == ("12", "13")
    assert (ben["Email address"], ben["Grade"]) == ("ben@example.org", "4")
    assert "1_words: 4" in ben["Feedback comments"]


def test_marks_for_canvas(course, page):
    rows = list(csv.DictReader((course.report / "canvas.csv").open(encoding="utf-8")))
    assert rows[0]["Student"].strip() == "Points Possible" and rows[0]["lab6"] == "13"
    ben = next(row for row in rows if row["SIS Login ID"] == "ben")
    assert (ben["Student"], ben["ID"], ben["lab6"]) == ("Okri, Ben", "4712", "4")
    ada = next(row for row in rows if row["SIS Login ID"] == "ada")
    assert ada["ID"] == ""  # her number is Moodle's


def test_moodles_own_worksheet_comes_back_filled_in(course, gathered):
    sheet = (
        'ID,"Vollständiger Name",Bewertung,Bestwertung,"Zuletzt geändert (Bewertung)",'
        '"Feedback als Kommentar"\n'
        'Teilnehmer/in81,"Ada Lovelace",,"100,00",-,\n'
        "Teilnehmer/in7,=1+1,,,-,\n"
    )
    path = course.report / "worksheet.csv"
    path.write_text(sheet, encoding="utf-8-sig")
    try:
        report.write(course, gathered)
        header, ada, other = csv.reader((course.report / "moodle.csv").open(encoding="utf-8"))
    finally:
        path.unlink()
    assert header[:3] == ["ID", "Vollständiger Name", "Bewertung"]
    assert ada[:5] == ["Teilnehmer/in81", "Ada Lovelace", "92.31", "100,00", "-"]
    assert ada[5].startswith("12 of 13 points; 1_words: ")
    assert other == ["Teilnehmer/in7", "'=1+1", "", "", "-", ""]


def test_feedback_goes_back_to_moodle_in_one_zip(course, page):
    with zipfile.ZipFile(course.report / "feedback_for_moodle.zip") as archive:
        names = archive.namelist()
    ending = "_81_assignsubmission_file_1_words.html"
    assert [name for name in names if name.endswith(ending)] == [names[0]]
    assert names[0].count("_") == ending.count("_")  # none in the name: Moodle splits there
    assert not re.search(r"[/=|']", names[0])
    assert len(names) == 2  # ada's two; Moodle did not send the others
    assert 'href="feedback_for_moodle.zip"' in page


def test_who_handed_in_nothing_is_named(course):
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.add_student("gus", first_name="Gus", last_name="Late")
    try:
        gathered = report.gather(course)
        assert gathered.nothing_from == ["gus"]
        assert "Nothing handed in by 1 of the class: gus." in report._html(gathered)
    finally:
        with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
            gradebook.remove_student("gus")


def test_without_grades_the_report_says_what_to_run_first(tmp_path):
    empty = new_course(tmp_path / "course")
    with pytest.raises(AutograderError, match="nobody is graded yet: run `autograder grade`"):
        report.gather(empty)
    empty.gradebook.unlink()
    with pytest.raises(AutograderError, match="no gradebook yet"):
        report.gather(empty)


@pytest.fixture
def two(tmp_path):
    """Ada and Ben, complete and read by hand; both came from Moodle."""
    course = new_course(tmp_path / "course")
    for student in ("ada", "ben"):
        for name in (FIRST, SECOND):
            grade(course, student, answered(name), name)
        read_by_hand(course, student, 3.0)
    course.report.mkdir()
    senders = {s: {"lms": "moodle", "id": n} for s, n in (("ada", "81"), ("ben", "82"))}
    (course.report / "senders.json").write_text(json.dumps(senders))
    return course


def written(course) -> str:
    feedback.generate(course, config_of(course), feedback.out_of_date(course), lambda _: None)
    return report.write(course, report.gather(course)).read_text(encoding="utf-8")


def test_an_old_mark_on_a_new_answer_is_shown_as_such_everywhere_until_it_is_confirmed(two):
    read_by_hand(two, "ada", 3.0, again=True)
    page, gathered = written(two), report.gather(two)
    assert "1 answers to be read by hand (1 marked before they changed)" in report.summary(gathered)
    assert "Of these, 1 had been marked before the answer changed" in page
    assert "1 to be read, 1 of them again" in page
    assert task(gathered, "ex2-proof").waiting == 1
    ada, ben = rows_of(two.report / "moodle.csv")
    assert ada["Grade"] == "12" and ada["Feedback comments"].endswith("to be read again")
    assert "again" not in ben["Feedback comments"]
    own = feedback.page_of(two, "ada", SECOND)
    assert "changed since it was marked, to be read again" in own.read_text(encoding="utf-8")
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(marks_table(read_marks(two)))
    said = console.export_text()
    row = next(line for line in said.splitlines() if "ada" in line)
    assert [cell.strip() for cell in row.split("│")[-3:-1]] == ["12*", "4"]
    assert "answers that have changed since" in " ".join(said.split())

    read_by_hand(two, "ada", 3.0)
    assert "before the answer changed" not in written(two)
    own.unlink()
    written(two)
    assert "changed since" not in own.read_text(encoding="utf-8")


def test_what_is_not_graded_to_its_end_is_no_mark_and_no_page(two):
    written(two)
    own = feedback.page_of(two, "ada", FIRST)
    before = own.read_bytes()
    path = two.autograded / "ada" / two.assignment / f"{FIRST}.ipynb"
    path.write_text(path.read_text().replace("2 * x", "9 * x"))  # as grading is under way
    keep_graded(two.report, "ada", {FIRST: "", SECOND: "key"})
    page, gathered = written(two), report.gather(two)
    assert own.read_bytes() == before
    assert gathered.not_graded == ["ada"] and gathered.mean == 12
    assert "not graded yet: 1_words" in page
    for name, column in (("moodle", "Grade"), ("canvas", two.assignment)):
        grades = [row[column] for row in rows_of(two.report / f"{name}.csv")][-2:]
        assert grades == ["", "12"]
    assert rows_of(two.report / "moodle.csv")[0]["Feedback comments"] == "not graded yet: 1_words"
    keep_graded(two.report, "ada", {FIRST: "key", SECOND: "key"})
    written(two)
    assert own.read_bytes() != before


def test_a_student_whom_the_gradebook_does_not_know_stops_no_report(two):
    with Gradebook(f"sqlite:///{two.gradebook}") as gradebook:
        gradebook.remove_student("ben")
    assert feedback.out_of_date(two) == ["ada"]
    assert [student.id for student in report.gather(two).students] == ["ada"]


SHEET = """\
Identifier,Full name,Grade,Maximum Grade,Last modified (grade),Feedback comments
Participant 81,Ada Lovelace,,{maximum},-,
Participant 82,Ben Okri,,{maximum},-,
Participant 83,+49 30 1234,,{maximum},-,-1+2
Participant 84,Cleo,-3.5,{maximum},-,@SUM(A1)
"""


def test_marks_are_scaled_to_the_maximum_of_moodles_worksheet_and_it_is_said(two):
    (two.report / "worksheet.csv").write_text(SHEET.format(maximum="6.50"), encoding="utf-8")
    page = written(two)
    ada, ben, *_ = rows_of(two.report / "moodle.csv")
    assert (ada["Grade"], ben["Grade"]) == ("6", "6")
    assert ada["Feedback comments"].startswith("12 of 13 points; ")
    said = "marks for Moodle are scaled: 13 points are 6.5 there"
    assert said in page and said in report.scaling(two, report.gather(two))
    (two.report / "worksheet.csv").write_text(SHEET.format(maximum="13,00"), encoding="utf-8")
    assert "scaled" not in written(two)


def test_no_cell_of_moodles_worksheet_is_a_formula(two):
    (two.report / "worksheet.csv").write_text(SHEET.format(maximum="-"), encoding="utf-8")
    written(two)
    *_, third, fourth = rows_of(two.report / "moodle.csv")
    assert third["Full name"] == "'+49 30 1234" and third["Feedback comments"] == "'-1+2"
    assert (fourth["Grade"], fourth["Last modified (grade)"]) == ("-3.5", "-")
    assert fourth["Feedback comments"] == "'@SUM(A1)"


def test_double_surnames_stay_whole_in_canvas(two):
    with Gradebook(f"sqlite:///{two.gradebook}") as gradebook:
        gradebook.update_or_create_student(
            "ada", first_name="Ana Lucía", last_name="García Márquez"
        )
        gradebook.update_or_create_student("ben", last_name="Ana García Márquez")
    written(two)
    names = [row["Student"] for row in rows_of(two.report / "canvas.csv")]
    assert names[1:] == ["García Márquez, Ana Lucía", "Ana García Márquez"]


def test_an_unchanged_mark_is_confirmed_by_a_command(two, monkeypatch):
    monkeypatch.setattr("autograder.cli.find_course", lambda: two)

    def confirm(*words: str):
        return CliRunner().invoke(app, ["confirm", *words])

    read_by_hand(two, "ada", 3.0, again=True)
    refused = confirm("ada", "ex1-double")
    assert "ada has no mark for ex1-double by hand that waits" in str(refused.exception)
    assert confirm("ada", "ex2-proof").output == "confirmed: ex2-proof: 3 of 4\n"
    (ada,) = (student for student in read_marks(two).students if student.id == "ada")
    assert ada.total == 12 and not ada.waiting
    assert "waits to be confirmed" in str(confirm("ada").exception)
    assert "'nobody'" in str(confirm("nobody").exception)
    read_by_hand(two, "ada", 3.0, again=True)
    assert "ex2-proof" in confirm("ada").output
