"""The instructor's page and the files of marks say what is in the gradebook, safely."""

import csv
import json
import re
import zipfile

import pytest
from nbgrader.api import Gradebook

from autograder import feedback, report
from autograder.errors import AutograderError
from autograder.flags import Flag, save_flags
from autograder.repair import repair_notebook, save_notes
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
        gradebook.update_or_create_student(
            "ben", first_name="Ben", last_name="Okri", email="ben@example.org", lms_user_id="4712"
        )
        gradebook.find_grade("ex2-proof", SECOND, course.assignment, "ada").manual_score = 3.0
        gradebook.db.commit()
    feedback.generate(course, config_of(course), ["ada", "ben"], lambda _: None)
    return course


@pytest.fixture(scope="module")
def gathered(course):
    return report.gather(course)


@pytest.fixture(scope="module")
def page(course, gathered):
    return report.write(course, gathered).read_text(encoding="utf-8")


def task(gathered, grade_id):
    return next(line for line in gathered.tasks if line.grade_id == grade_id)


def test_scores_are_the_gradebooks(course, gathered):
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        expected = {row["student"]: row["score"] for row in gradebook.submission_dicts("lab6")}
    assert {student.id: student.score for student in gathered.students} == expected
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
    assert ada[:5] == ["Teilnehmer/in81", "Ada Lovelace", "12", "100,00", "-"]
    assert ada[5].startswith("1_words: ")
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
