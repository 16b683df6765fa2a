"""The download of a learning platform becomes the submitted folder, safely and without a loss."""

import io
import json
import os
import shutil
import stat
import threading
import time
import zipfile
from datetime import datetime
from pathlib import PurePosixPath

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.intake import collect as collecting
from autograder.intake.archive import Limits, Refusal, count, entries
from autograder.intake.collect import collect
from autograder.intake.remembered import load_senders, remember_roster
from autograder.intake.roster import (
    Roster,
    Sender,
    Student,
    is_safe_id,
    key,
    read_table,
    roster_of,
    sender_of,
    slug,
)
from autograder.intake.summary import print_summary
from autograder.mending.repair import repair_file
from tests.autograder.small_class import new_course
from tests.autograder.small_lab import FIRST, SECOND, answered, as_bytes, cell_of, releases

CLASS = Roster(
    [
        Student("al1", "Ada", "Lovelace", "ada@example.org", "4711"),
        Student("em2", "Émilie", "du Châtelet", "emilie@example.org", "4712"),
        Student("jm3", "Jürgen", "Müller-Groß", "jm@example.org", "4713"),
    ]
)
NOTEBOOK = as_bytes(answered(FIRST))
OTHER = as_bytes(answered(SECOND))
LATER = as_bytes(answered(FIRST, ex1_double="double = lambda x: 2 * x"))


def read_roster(path):
    return roster_of(read_table(path))


@pytest.fixture
def course(tmp_path):
    course = Course(tmp_path / "course")
    course.released.mkdir(parents=True)
    for name, notebook in releases().items():
        nbformat.write(notebook, course.released / f"{name}.ipynb")
    return course


def zipped(files, path=None):
    """A zip of name -> bytes, or (bytes, date), or a ready ZipInfo with bytes."""
    target = path or io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files if isinstance(files, list) else files.items():
            content, date = (
                content if isinstance(content, tuple) else (content, (2026, 5, 1, 9, 0, 0))
            )
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, date)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path or target.getvalue()


def collected(course):
    return {
        str(path.relative_to(course.submitted)): path.read_bytes()
        for path in sorted(course.submitted.rglob("*"))
        if path.is_file() and path.name != "timestamp.txt"
    }


def names(things):
    return [thing.name for thing in things]


def test_moodle(course, tmp_path):
    source = zipped(
        {
            "Ada Lovelace_81_assignsubmission_file_/1_words.ipynb": NOTEBOOK,
            "Ada Lovelace_81_assignsubmission_file_/2_slopes (3).ipynb": OTHER,
            "Group 7-Émilie du Châtelet_82_assignsubmission_file_1_words.ipynb": NOTEBOOK,
            "Jürgen Müller-Groß_83_assignsubmission_file_/lab.zip": zipped(
                {"lab/Copy of 1_words.ipynb": NOTEBOOK, "lab/__MACOSX/._1_words.ipynb": b"junk"}
            ),
            "Jürgen Müller-Groß_83_assignsubmission_onlinetext_/onlinetext.html": b"<p>hi</p>",
            "Charles Babbage_84_assignsubmission_file_/1_words.ipynb": NOTEBOOK,
        },
        tmp_path / "moodle.zip",
    )
    result = collect(course, source, roster=CLASS)
    assert collected(course) == {
        "al1/lab6/1_words.ipynb": NOTEBOOK,
        "al1/lab6/2_slopes.ipynb": OTHER,
        "em2/lab6/1_words.ipynb": NOTEBOOK,
        "jm3/lab6/1_words.ipynb": NOTEBOOK,
    }
    assert names(result.unmatched) == ["Charles Babbage_84_assignsubmission_file_/1_words.ipynb"]
    assert "'Charles Babbage' is no student" in result.unmatched[0].reason
    assert len(result.ignored) == 1
    assert load_senders(course.report)["al1"] == {
        "lms": "moodle",
        "id": "81",
        "name": "Ada Lovelace",
        "email": "ada@example.org",
    }


def test_moodle_without_a_roster_names_students_after_their_folders(course, tmp_path):
    source = zipped(
        {
            "Ada Lovelace_81_assignsubmission_file_/1_words.ipynb": NOTEBOOK,
            "Ada Lovelace_99_assignsubmission_file_/1_words.ipynb": LATER,
            "Jürgen Müller_83_assignsubmission_file_/1_words.ipynb": NOTEBOOK,
        },
        tmp_path / "moodle.zip",
    )
    collect(course, source)
    assert collected(course) == {
        "ada-lovelace/lab6/1_words.ipynb": NOTEBOOK,
        "ada-lovelace-99/lab6/1_words.ipynb": LATER,
        "jurgen-muller/lab6/1_words.ipynb": NOTEBOOK,
    }


def test_canvas_and_its_newest_attempt(course, tmp_path):
    source = zipped(
        {
            "lovelaceada_4711_9002_1_words-1.ipynb": LATER,
            "lovelaceada_LATE_4711_9001_1_words.ipynb": NOTEBOOK,
            "lovelaceada_4711_9003_Copy+of+2_slopes.ipynb": OTHER,
            "duchateletemilie_4712_9004_lab.zip": zipped({"1_words.ipynb": NOTEBOOK}),
        },
        tmp_path / "submissions.zip",
    )
    result = collect(course, source, roster=CLASS)
    assert collected(course) == {
        "al1/lab6/1_words.ipynb": LATER,
        "al1/lab6/2_slopes.ipynb": OTHER,
        "em2/lab6/1_words.ipynb": NOTEBOOK,
    }
    assert [older.source for older in result.older] == ["lovelaceada_LATE_4711_9001_1_words.ipynb"]
    assert result.missing == ["jm3"]


def test_a_zip_of_colab_notebooks_named_by_their_students(course, tmp_path):
    source = zipped(
        {
            "Ada Lovelace - Copy of 1_words.ipynb": NOTEBOOK,
            "Copy of 2_slopes (1).ipynb - du Châtelet, Émilie": b"no notebook by its ending",
            "1_words_jm3.ipynb": NOTEBOOK,
            "2 slopes Jürgen Müller-Groß.ipynb": OTHER,
            "Copy of 1_words.ipynb": NOTEBOOK,
        },
        tmp_path / "colab.zip",
    )
    result = collect(course, source, roster=CLASS)
    assert sorted(collected(course)) == [
        "al1/lab6/1_words.ipynb",
        "jm3/lab6/1_words.ipynb",
        "jm3/lab6/2_slopes.ipynb",
    ]
    assert names(result.unmatched) == ["Copy of 1_words.ipynb"]


@pytest.mark.parametrize(
    "form",
    [
        "{student}/{name}.ipynb",
        "{student}/lab6/{name}.ipynb",
        "lab6/{student}/{name}.ipynb",
        "spring/group a/{student}/{name}.ipynb",
    ],
)
def test_plain_folders(course, tmp_path, form):
    for student in ("ada", "Grace Hopper"):
        path = tmp_path / "in" / form.format(student=student, name=FIRST)
        path.parent.mkdir(parents=True)
        path.write_bytes(NOTEBOOK)
    collect(course, tmp_path / "in")
    assert sorted(collected(course)) == [
        "ada/lab6/1_words.ipynb",
        "grace-hopper/lab6/1_words.ipynb",
    ]


@pytest.mark.parametrize("roster", [CLASS, None])
def test_a_zip_named_after_its_student(course, tmp_path, roster):
    folder = tmp_path / "handed in"
    folder.mkdir()
    (folder / "al1.zip").write_bytes(zipped({"lab6/1_words.ipynb": NOTEBOOK}))
    (folder / "em2.zip").write_bytes(zipped({"1_words.ipynb": LATER}))
    collect(course, folder, roster=roster)
    assert collected(course) == {
        "al1/lab6/1_words.ipynb": NOTEBOOK,
        "em2/lab6/1_words.ipynb": LATER,
    }


def test_a_name_inside_a_students_own_zip_names_nobody_else(course, tmp_path):
    folder = tmp_path / "handed in"
    folder.mkdir()
    other = "Émilie du Châtelet_82_assignsubmission_file_/1_words.ipynb"
    (folder / "al1.zip").write_bytes(zipped({other: NOTEBOOK}))
    (folder / "em2.zip").write_bytes(zipped({"1_words.ipynb": LATER}))
    collect(course, folder, roster=CLASS)
    assert collected(course) == {
        "al1/lab6/1_words.ipynb": NOTEBOOK,
        "em2/lab6/1_words.ipynb": LATER,
    }


def test_a_download_inside_a_zip_names_its_students(course, tmp_path):
    inner = zipped({"Ada Lovelace_81_assignsubmission_file_/1_words.ipynb": NOTEBOOK})
    collect(course, zipped({"lab6.zip": inner}, tmp_path / "all.zip"), roster=CLASS)
    assert collected(course) == {"al1/lab6/1_words.ipynb": NOTEBOOK}


SHEET = """\
Identifier,Full name,Email address,Grade,Maximum Grade,{},Last modified (grade)
Participant 81,Ada Lovelace,ada@example.org,,100,"{}",-
Participant 82,Émilie du Châtelet,emilie@example.org,,100,"{}","Friday, 1 May 2026, 9:00 AM"
Participant 83,Jürgen Müller-Groß,jm@example.org,,100,-,-
"""
IN_WORDS = {
    "Last modified (submission)": ("Saturday, 2 May 2026, 11:30 PM", "7 January 2026, 12:00 PM"),
    "Zuletzt geändert (Abgabe)": ("Samstag, 2. Mai 2026, 23:30", "Mittwoch, 7. Januar 2026, 12:00"),
    "Dernière modification (travail remis)": ("samedi 2 mai 2026, 23:30", "7 janvier 2026, 12:00"),
}


def times_of(course, *students) -> list[datetime | None]:
    read = CourseDirectory().get_existing_timestamp
    return [read(str(course.submitted / student / "lab6")) for student in students]


@pytest.fixture
def in_berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("column", IN_WORDS)
def test_moodles_worksheet_says_when_students_handed_in(course, tmp_path, in_berlin, column):
    (tmp_path / "sheet.csv").write_text(SHEET.format(column, *IN_WORDS[column]), encoding="utf-8")
    sheet = read_table(tmp_path / "sheet.csv")
    files = {
        f"{name}_{n}_assignsubmission_file/1_words.ipynb": (NOTEBOOK, (2026, 9, 1, 9, 0, 0))
        for name, n in (
            ("Ada Lovelace", 81),
            ("Émilie du Châtelet", 82),
            ("Jürgen Müller-Groß", 83),
        )
    }
    source = zipped(files, tmp_path / "moodle.zip")
    result = collect(course, source, roster=CLASS, worksheet=sheet)
    expected = [datetime(2026, 5, 2, 21, 30), datetime(2026, 1, 7, 11), None]  # in UTC
    assert times_of(course, "al1", "em2", "jm3") == expected
    assert result.untimed == ["jm3"]
    remember = course.report / "worksheet.csv"
    remember.write_bytes(sheet.data)  # a later collection has it still
    collect(course, source, roster=CLASS)
    assert times_of(course, "al1", "em2", "jm3") == expected


def test_the_time_of_a_download_is_nobodys(course, tmp_path, capsys):
    folder = "Ada Lovelace_81_assignsubmission_file"
    files = {f"{folder}/1_words.ipynb": (NOTEBOOK, (2026, 5, 1, 9, 0, 0))}
    result = collect(course, zipped(files, tmp_path / "moodle.zip"), roster=CLASS)
    assert times_of(course, "al1") == [None]
    assert result.untimed == ["al1"]
    print_summary(result)
    assert "not known when handed in: of 1 students, so nobody of them counts as late" in (
        capsys.readouterr().out
    )


def test_a_new_hand_in_without_a_time_does_not_keep_the_time_of_the_old(course, tmp_path):
    note = course.submitted / "al1" / "lab6" / "timestamp.txt"
    collect(course, zipped({"al1/1_words.ipynb": NOTEBOOK}, tmp_path / "a.zip"), roster=CLASS)
    note.write_text("2026-05-01 09:00:00 UTC")
    collect(course, tmp_path / "a.zip", roster=CLASS)
    assert note.exists()
    again = zipped({"al1/1_words.ipynb": LATER}, tmp_path / "b.zip")
    collect(course, again, roster=CLASS)
    assert note.exists()
    collect(course, again, roster=CLASS, force=True)
    assert not note.exists()


def test_canvas_says_who_was_late_but_not_by_how_much(tmp_path, capsys):
    course = new_course(tmp_path / "course")
    files = {
        "lovelaceada_LATE_4711_9001_1_words.ipynb": NOTEBOOK,
        "duchateletemilie_4712_9002_1_words.ipynb": NOTEBOOK,
    }
    source = zipped(files, tmp_path / "submissions.zip")
    result = collect(course, source, roster=CLASS)
    assert (result.late, result.untimed) == (["al1"], [])
    print_summary(result)
    assert "late, as Canvas says: al1; set a due date" in capsys.readouterr().out
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.update_or_create_assignment("lab6", duedate=datetime(2026, 5, 1, 22))
    result = collect(course, source, roster=CLASS)
    assert times_of(course, "al1", "em2") == [datetime(2026, 5, 1, 22, 0, 1), None]
    assert (result.late, result.untimed) == ([], [])


def test_a_folder_says_nothing_about_the_time(course, tmp_path):
    (tmp_path / "al1").mkdir()
    (tmp_path / "al1" / "1_words.ipynb").write_bytes(NOTEBOOK)
    collect(course, tmp_path, roster=CLASS)
    assert not list(course.submitted.rglob("timestamp.txt"))


def test_the_newest_of_several_copies_wins_in_a_folder(course, tmp_path):
    folder = tmp_path / "in" / "ada"
    folder.mkdir(parents=True)
    for number, (name, data) in enumerate(
        [("1_words (2).ipynb", LATER), ("1_words.ipynb", NOTEBOOK)]
    ):
        (folder / name).write_bytes(data)
        os.utime(folder / name, (2_000_000_000 - number, 2_000_000_000 - number))
    result = collect(course, tmp_path / "in")
    assert collected(course) == {"ada/lab6/1_words.ipynb": LATER}
    assert result.older[0].source == "ada/1_words.ipynb"


def test_a_damaged_notebook_is_collected_by_its_name(course, tmp_path):
    source = zipped(
        {"ada/1_words.ipynb": b"", "ada/2_slopes.ipynb": OTHER[:3000]}, tmp_path / "a.zip"
    )
    collect(course, source)
    assert sorted(collected(course)) == ["ada/lab6/1_words.ipynb", "ada/lab6/2_slopes.ipynb"]


def test_a_notebook_of_something_else_is_named_and_left_out(course, tmp_path):
    holiday = as_bytes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")]))
    result = collect(course, zipped({"ada/holiday.ipynb": holiday}, tmp_path / "a.zip"))
    assert collected(course) == {}
    assert names(result.unlike) == ["ada/holiday.ipynb"]
    assert result.needs_a_look


def test_what_is_there_is_never_replaced_silently(course, tmp_path):
    collect(course, zipped({"ada/1_words.ipynb": NOTEBOOK}, tmp_path / "a.zip"))
    again = zipped({"ada/1_words.ipynb": LATER, "ada/2_slopes.ipynb": OTHER}, tmp_path / "b.zip")
    result = collect(course, again)
    assert collected(course)["ada/lab6/1_words.ipynb"] == NOTEBOOK
    assert {p.notebook: p.state for p in result.placed} == {FIRST: "kept", SECOND: "new"}
    result = collect(course, again, force=True)
    assert collected(course)["ada/lab6/1_words.ipynb"] == LATER
    assert {p.notebook: p.state for p in result.placed} == {FIRST: "replaced", SECOND: "same"}


def test_what_stands_in_the_way_of_one_student_stops_no_other(course, tmp_path):
    files = {f"{name}/1_words.ipynb": NOTEBOOK for name in ("ada", "bob", "cleo", "dan")}
    for name in ("bob", "cleo"):
        (course.submitted / name).mkdir(parents=True)
    (course.submitted / "bob" / "lab6").write_text("in the way")
    (course.submitted / "cleo" / "lab6" / "timestamp.txt").mkdir(parents=True)
    (course.submitted / "dan" / "lab6" / "1_words.ipynb").mkdir(parents=True)
    result = collect(course, zipped(files, tmp_path / "a.zip"), force=True)
    there = {path for path in course.submitted.glob("*/lab6/*.ipynb") if path.is_file()}
    assert {path.parts[-3] for path in there} == {"ada", "cleo"}
    refused = ["bob/1_words", "cleo/timestamp.txt", "dan/1_words"]
    assert sorted(names(result.refused)) == refused
    assert result.needs_a_look
    assert not list(course.grading.glob(".collecting-*"))


def test_a_fault_of_the_reader_is_the_line_of_one_file(course, tmp_path, monkeypatch):
    before = collecting._read

    def fails(data):
        if data == OTHER:
            raise RecursionError("too deep")
        return before(data)

    monkeypatch.setattr(collecting, "_read", fails)
    files = {"ada/1_words.ipynb": NOTEBOOK, "bob/2_slopes.ipynb": OTHER}
    result = collect(course, zipped(files, tmp_path / "a.zip"))
    assert [(r.name, r.reason) for r in result.refused] == [
        ("bob/2_slopes.ipynb", "RecursionError: too deep")
    ]
    assert result.students == ["ada"]


def member(name, mode):
    info = zipfile.ZipInfo(name, (2026, 5, 1, 9, 0, 0))
    info.create_system, info.external_attr = 3, mode << 16
    return info


def test_dangerous_members_are_refused_by_name_and_the_rest_is_collected(course, tmp_path):
    bomb = zipped({"1_words.ipynb": b" " * (20 << 20)})
    source = zipped(
        [
            ("/etc/1_words.ipynb", NOTEBOOK),
            ("../outside/1_words.ipynb", NOTEBOOK),
            ("ada/../../1_words.ipynb", NOTEBOOK),
            ("C:\\evil\\1_words.ipynb", NOTEBOOK),
            ("ada\\..\\..\\2_slopes.ipynb", NOTEBOOK),
            (member("eve/1_words.ipynb", stat.S_IFLNK | 0o777), b"/etc/passwd"),
            (member("eve/device.ipynb", stat.S_IFCHR | 0o666), b""),
            (member("eve/pipe.ipynb", stat.S_IFIFO | 0o666), b""),
            ("eve/bomb.zip", bomb),
            ("eve/1_words\x1b[2J.ipynb", NOTEBOOK),
            ("eve/damaged.zip", b"PK\x03\x04 nothing"),
            ("ada/1_words.ipynb", NOTEBOOK),
        ],
        tmp_path / "evil.zip",
    )
    result = collect(course, source)
    assert collected(course) == {"ada/lab6/1_words.ipynb": NOTEBOOK}
    reasons = {refusal.name: refusal.reason for refusal in result.refused}
    assert len(reasons) == 11
    assert reasons["/etc/1_words.ipynb"] == "an absolute path"
    assert reasons["C:/evil/1_words.ipynb"] == "an absolute path"
    assert "leaves the archive" in reasons["../outside/1_words.ipynb"]
    assert "leaves the archive" in reasons["ada/../../1_words.ipynb"]
    assert "leaves the archive" in reasons["ada/../../2_slopes.ipynb"]
    assert reasons["eve/1_words.ipynb"] == "a link"
    assert "device" in reasons["eve/device.ipynb"] and "pipe" in reasons["eve/pipe.ipynb"]
    assert "zip bomb" in reasons["eve/bomb.zip/1_words.ipynb"]
    assert "control characters" in reasons["eve/1_words·[2J.ipynb"]
    assert "damaged zip" in reasons["eve/damaged.zip"]
    assert not (tmp_path / "outside").exists()


def test_links_and_pipes_in_a_folder_are_refused(course, tmp_path):
    folder = tmp_path / "in" / "eve"
    folder.mkdir(parents=True)
    (tmp_path / "secret.ipynb").write_bytes(NOTEBOOK)
    (folder / "1_words.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "in" / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "2_slopes.ipynb")
    result = collect(course, tmp_path / "in")
    assert collected(course) == {}
    assert sorted(names(result.refused)) == ["eve/1_words.ipynb", "eve/2_slopes.ipynb", "linked"]


def test_limits_on_size_number_and_depth(tmp_path):
    limits = Limits(file=1000, sender=1500, total=2500, count=6, inner_count=2, depth=1)
    deep = zipped({"b.zip": zipped({"c.zip": zipped({"x.ipynb": b"1"})})})
    source = zipped(
        {
            "a/1.ipynb": os.urandom(900),
            "a/2.ipynb": os.urandom(900),
            "b/1.ipynb": os.urandom(2000),
            "c/deep.zip": deep,
            "d/many.zip": zipped({f"{n}": b"" for n in range(5)}),
        },
        tmp_path / "a.zip",
    )
    reasons = {}
    for entry in entries(source, limits):
        if isinstance(entry, Refusal):
            reasons[entry.name] = entry.reason
            continue
        try:
            entry.read()
        except Exception as error:
            reasons[str(entry.path)] = str(error)
    assert "under a" in reasons["a/2.ipynb"]
    assert "0 MB" in reasons["b/1.ipynb"]
    assert reasons["c/deep.zip/b.zip"] == "zips in zips in zips"
    assert "a zip of 5 files" in reasons["d/many.zip"]
    many = zipped({f"{n}.ipynb": b"" for n in range(9)}, tmp_path / "many.zip")
    assert [entry.reason for entry in entries(many, limits)] == ["a zip of 9 files; 6 are allowed"]


def test_a_zip_that_lies_about_sizes_is_refused(course, tmp_path):
    data = bytearray(zipped({"ada/1_words.ipynb": b" " * 5000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = (100).to_bytes(4, "little")
    path = tmp_path / "liar.zip"
    path.write_bytes(data)
    result = collect(course, path)
    assert collected(course) == {}
    assert "damaged" in result.refused[0].reason


def test_what_is_no_archive_is_one_clear_error(course, tmp_path):
    (tmp_path / "x.tar").write_bytes(b"ustar")
    with pytest.raises(AutograderError, match=r"not a zip archive: give a .zip or a folder"):
        collect(course, tmp_path / "x.tar")
    with pytest.raises(AutograderError, match="there is no"):
        collect(course, tmp_path / "none.zip")
    shutil.rmtree(course.released)
    with pytest.raises(AutograderError, match="autograder release"):
        collect(course, tmp_path)


def test_the_gradebook_is_the_roster_once_it_knows_names(tmp_path):
    course = new_course(tmp_path / "graded")
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.add_student("made-up-by-grading")
    source = zipped({"ada/1_words.ipynb": NOTEBOOK}, tmp_path / "a.zip")
    assert collect(course, source).students == ["ada"]
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.add_student("gh1", first_name="Grace", last_name="Hopper", email="g@x.org")
    result = collect(course, zipped({"ada/1_words.ipynb": NOTEBOOK}, tmp_path / "a.zip"))
    assert names(result.unmatched) == ["ada/1_words.ipynb"]
    source = zipped({"Hopper Grace/1_words.ipynb": NOTEBOOK}, tmp_path / "b.zip")
    assert collect(course, source).students == ["gh1"]
    assert collect(course, tmp_path / "a.zip", keep_unknown=True).students == ["ada"]


@pytest.mark.parametrize(
    ("text", "student"),
    [
        (
            "id,first_name,last_name,email\nal1,Ada,Lovelace,a@x.org\n",
            Student("al1", "Ada", "Lovelace", "a@x.org", "al1"),
        ),
        (
            "First name;Surname;ID number;Email address\nAda;Lovelace;al1;a@x.org\n",
            Student("al1", "Ada", "Lovelace", "a@x.org", ""),
        ),
        (
            "Identifier,Full name,Email address,Grade\nParticipant 81,Ada Lovelace,a@x.org,\n",
            Student("a@x.org", "Ada", "Lovelace", "a@x.org", "Participant 81"),
        ),
        (
            'ID,"Vollständiger Name",E-Mail-Adresse,Bewertung\n'
            'Teilnehmer/in81,"Ada Lovelace",a@x.org,\n',
            Student("a@x.org", "Ada", "Lovelace", "a@x.org", "Teilnehmer/in81"),
        ),
        (
            "Identifiant,Nom complet,Adresse de courriel,Note\n"
            "Participant81,Ada Lovelace,a@x.org,\n",
            Student("a@x.org", "Ada", "Lovelace", "a@x.org", "Participant81"),
        ),
        (
            "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
            '"Lovelace, Ada",4711,S1,al1,A\n',
            Student("al1", "Ada", "Lovelace", "", "4711"),
        ),
    ],
)
def test_rosters_of_nbgrader_moodle_and_canvas(tmp_path, text, student):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8-sig")
    roster = read_roster(path)
    assert list(roster.students.values()) == [student]
    if student.lms_id.endswith("81"):
        assert roster.find(Sender("A. L.", "moodle", "81")) == student.id


def test_a_roster_without_ids_says_which_columns_it_has(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("colour,shoe\nred,42\n")
    with pytest.raises(AutograderError, match="its columns: colour, shoe"):
        read_roster(path)


def test_a_roster_of_nobody_is_an_error_not_an_open_door(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("id,name\n../..,Ada Lovelace\n")
    with pytest.raises(AutograderError, match="names no student"):
        read_roster(path)


def test_the_command_remembers_the_class(tmp_path, monkeypatch):
    course = new_course(tmp_path / "course")
    monkeypatch.setattr("autograder.cli.find_course", lambda: course)
    sheet = (
        "ID,Vollständiger Name,E-Mail-Adresse,Bewertung,Zuletzt geändert (Bewertung)\n"
        "Teilnehmer/in81,Ada Lovelace,ada@x.org,,-\nTeilnehmer/in82,Grace Hopper,gh@x.org,,-\n"
    )
    (tmp_path / "class.csv").write_text(sheet, encoding="utf-8")
    folder = "Ada Lovelace_81_assignsubmission_file/1_words.ipynb"
    source = str(zipped({folder: NOTEBOOK, "Eve_99_assignsubmission_file/1_words.ipynb": NOTEBOOK},
                        tmp_path / "m.zip"))  # fmt: skip
    first = CliRunner().invoke(app, ["collect", source, "--roster", str(tmp_path / "class.csv")])
    again = CliRunner().invoke(app, ["collect", source])
    for result in (first, again):
        assert "'Eve' is no student of the class" in result.output
        assert "nothing from: gh@x.org" in result.output
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        student = gradebook.find_student("ada@x.org")
        assert (student.first_name, student.last_name) == ("Ada", "Lovelace")
    assert (course.report / "worksheet.csv").read_text(encoding="utf-8") == sheet


def test_a_name_that_two_students_share_is_nobodys():
    twins = Roster([Student("a1", "Ada", "Lovelace", "x@y.z"), Student("a2", "Ada", "Lovelace")])
    assert twins.find(Sender("Ada Lovelace")) is None
    assert twins.find(Sender("Lovelace, Ada")) is None
    assert twins.find(Sender("a2")) == "a2"


def test_names_of_folders_are_safe():
    assert slug("Ada  Lovelace") == "ada-lovelace"
    assert slug("../../etc/passwd") == "etc-passwd"
    assert slug("Jürgen Groß") == "jurgen-gross"
    assert slug("🎓") == ""
    assert sender_of(PurePosixPath("ada/1_words.ipynb")) is None


def test_a_notebook_in_colabs_form_comes_back_whole(course, tmp_path):
    """Renamed, without cell ids, with Colab's own metadata: nothing is lost on the way."""
    document = json.loads(NOTEBOOK)
    document["nbformat_minor"] = 0
    document["metadata"] = {"colab": {"provenance": []}, "accelerator": "GPU"}
    for number, cell in enumerate(document["cells"]):
        del cell["id"]
        cell["metadata"]["id"] = f"Ab{number}"
        cell["source"] = cell["source"].splitlines(keepends=True)
    files = {"Ada Lovelace - Copy of 1_words.ipynb": json.dumps(document).encode()}
    collect(course, zipped(files, tmp_path / "drive.zip"), roster=CLASS)
    path = course.submitted / "al1" / "lab6" / "1_words.ipynb"
    name, repaired = repair_file(path, course.released)
    assert name == FIRST and repaired.lines() == []
    assert [c.source for c in repaired.notebook.cells] == [c.source for c in answered(FIRST).cells]


def test_the_command_lists_what_needs_a_look_and_fails(course, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.cli.find_course", lambda: course)
    files = {"ada/1_words.ipynb": NOTEBOOK, "ada/../x.ipynb": NOTEBOOK}
    source = str(zipped(files, tmp_path / "a.zip"))
    result = CliRunner().invoke(app, ["collect", source])
    assert result.exit_code == 1
    assert "refused: ada/../x.ipynb: a path that leaves the archive (..)" in result.stdout
    good = str(zipped({"bob/1_words.ipynb": NOTEBOOK}, tmp_path / "b.zip"))
    assert CliRunner().invoke(app, ["collect", good]).exit_code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_rosters_that_a_spreadsheet_saved(tmp_path, encoding):
    path = tmp_path / "roster.csv"
    path.write_text("sep=;\nid;first_name;last_name\ns/1;Jürgen;Groß\n", encoding=encoding)
    assert list(read_roster(path).students.values()) == [
        Student("s-1", "Jürgen", "Groß", lms_id="s/1")
    ]


def test_a_roster_that_cannot_be_one_is_one_clear_error(tmp_path):
    path = tmp_path / "roster.csv"
    for data, reason in (
        (b"PK\x03\x04", "save it as CSV"),
        (b"id,name\n" + b"x" * 200_000 + b",y\n", "is no CSV"),
        (b"id,name\na1,Ada L\na1,Bob M\n", "two students with the id a1"),
    ):
        path.write_bytes(data)
        with pytest.raises(AutograderError, match=reason):
            read_roster(path)


def test_students_without_a_number_go_by_their_mail(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("First name,Surname,ID number,Email address\nAda,L,,a@x.org\nAda,L,,b@x.org\n")
    assert list(read_roster(path).students) == ["a@x.org", "b@x.org"]


def test_archives_that_are_not_read_are_named_and_need_a_look(course, tmp_path):
    files = {"ada/1_words.ipynb": NOTEBOOK, "bob/lab.7z": b"7z", "eve/lab.TAR.GZ": b"x"}
    result = collect(course, zipped(files, tmp_path / "a.zip"))
    assert sorted(names(result.refused)) == ["bob/lab.7z", "eve/lab.TAR.GZ"]
    assert result.needs_a_look


def test_an_upload_that_failed_replaces_nothing(course, tmp_path):
    files = {
        "lovelaceada_4711_9001_1_words.ipynb": NOTEBOOK,
        "lovelaceada_4711_9002_1_words-1.ipynb": b"",
    }
    result = collect(course, zipped(files, tmp_path / "a.zip"), roster=CLASS)
    assert collected(course) == {"al1/lab6/1_words.ipynb": NOTEBOOK}
    assert [p.source for p in result.older] == ["lovelaceada_4711_9002_1_words-1.ipynb"]


def test_a_later_collection_gives_students_of_one_name_the_same_folders(course, tmp_path):
    first, second = (f"Ada Lovelace_{n}_assignsubmission_file/1_words.ipynb" for n in (81, 99))
    collect(course, zipped({first: NOTEBOOK, second: LATER}, tmp_path / "a.zip"))
    collect(course, zipped({second: LATER}, tmp_path / "b.zip"), force=True)
    assert collected(course) == {
        "ada-lovelace/lab6/1_words.ipynb": NOTEBOOK,
        "ada-lovelace-99/lab6/1_words.ipynb": LATER,
    }


def test_what_the_system_refuses_is_one_line(course, tmp_path, monkeypatch, capsys):
    from autograder import cli

    monkeypatch.setattr(cli, "find_course", lambda: course)
    shutil.rmtree(course.grading, ignore_errors=True)
    course.grading.write_text("a file in the way")
    source = str(zipped({"ada/1_words.ipynb": NOTEBOOK}, tmp_path / "a.zip"))
    monkeypatch.setattr("sys.argv", ["autograder", "collect", source])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "error: " in said and "grading" in said and "Traceback" not in said


def test_a_damaged_gradebook_is_one_line_that_says_what_to_do(
    course, tmp_path, monkeypatch, capsys
):
    from autograder import cli

    monkeypatch.setattr(cli, "find_course", lambda: course)
    course.grading.mkdir(parents=True, exist_ok=True)
    course.gradebook.write_text("this is no database, though it is as long as one" * 20)
    source = str(zipped({"ada/1_words.ipynb": NOTEBOOK}, tmp_path / "a.zip"))
    monkeypatch.setattr("sys.argv", ["autograder", "collect", source])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("error: the gradebook cannot be used") and len(said.splitlines()) == 1
    assert "put your last copy of grading/gradebook.db back" in said


def test_a_repair_never_replaces_what_was_handed_in(course, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.cli.find_course", lambda: course)
    path = tmp_path / "1_words.ipynb"
    path.write_bytes(NOTEBOOK)
    command = ["repair", str(path), "--output", str(path), "--force"]
    assert CliRunner().invoke(app, command).exit_code != 0
    assert path.read_bytes() == NOTEBOOK


def test_a_zip_with_damaged_names_is_refused_not_a_crash(course, tmp_path):
    data = zipped({"Jürgen/1_words.ipynb": NOTEBOOK})
    path = tmp_path / "a.zip"
    path.write_bytes(data.replace("ü".encode(), b"\xee("))
    assert count(path) == 0
    assert "damaged zip" in collect(course, path).refused[0].reason


BLANK = as_bytes(releases()[FIRST])
HALF = as_bytes(answered(FIRST, ex1_double=cell_of(releases()[FIRST], "ex1-double").source))


@pytest.mark.parametrize(
    ("other", "beside", "taken", "rivals"),
    [
        ("1_words-checkpoint", LATER, NOTEBOOK, ["1_words-checkpoint"]),
        ("1_words_old", HALF, NOTEBOOK, ["1_words_old"]),
        ("1_words (1)", BLANK, NOTEBOOK, []),
        ("1_words_old", NOTEBOOK.replace(b'"title"', b'"t"'), NOTEBOOK, []),  # no other answer
    ],
)
def test_of_two_files_the_plain_name_wins_and_rivals_are_named(
    course, tmp_path, capsys, other, beside, taken, rivals
):
    folder = "Ada Lovelace_81_assignsubmission_file"
    files = {f"{folder}/1_words.ipynb": NOTEBOOK, f"{folder}/{other}.ipynb": beside}
    result = collect(course, zipped(files, tmp_path / "a.zip"))
    assert collected(course) == {"ada-lovelace/lab6/1_words.ipynb": taken}
    assert [rival.source for rival in result.rivals] == [f"{folder}/{r}.ipynb" for r in rivals]
    assert result.needs_a_look == bool(rivals)
    print_summary(result)
    assert all(f"{folder}/{r}.ipynb has other answers" in capsys.readouterr().out for r in rivals)


def test_a_blank_copy_never_wins_over_work_and_more_work_wins_among_strange_names(course, tmp_path):
    folder = tmp_path / "in" / "ada"
    folder.mkdir(parents=True)
    for number, (name, data) in enumerate(
        [("1_words (2).ipynb", HALF), ("1_words.ipynb", BLANK), ("1_words (1).ipynb", NOTEBOOK)]
    ):
        (folder / name).write_bytes(data)
        moment = 2_000_000_000 + (number == 1)  # the blank one is the newest
        os.utime(folder / name, (moment, moment))
    result = collect(course, tmp_path / "in")
    assert collected(course) == {"ada/lab6/1_words.ipynb": NOTEBOOK}
    assert [rival.source for rival in result.rivals] == ["ada/1_words (2).ipynb"]


def test_names_that_differ_in_marks_of_their_script_are_two_students(course, tmp_path):
    pairs = [("कवि", "कवी"), ("สมศรี", "สมศรู"), ("か", "が")]
    files = {f"{name}/1_words.ipynb": NOTEBOOK for pair in pairs for name in pair}
    collect(course, zipped(files, tmp_path / "a.zip"))
    folders = {path.split("/")[0] for path in collected(course)}
    assert folders == {name for pair in pairs for name in pair}
    for one, other in pairs:
        assert key(one) != key(other) and slug(one) != slug(other) and is_safe_id(slug(one))
    assert key("Émilie") == key("emilie") and slug("Zoë Ångström") == "zoe-angstrom"


def test_a_name_that_looks_like_one_of_canvas_is_the_students_own(course, tmp_path):
    files = {"Lovelace_1234567_1_words.ipynb": NOTEBOOK, "Lovelace_1234567_2_slopes.ipynb": OTHER}
    result = collect(course, zipped(files, tmp_path / "a.zip"))
    assert result.students == ["lovelace_1234567"]
    assert load_senders(course.report)["lovelace_1234567"]["lms"] == ""


def test_anonymous_hand_ins_of_moodle_and_canvas_stay_apart(course, tmp_path):
    files = {f"Participant_{n}_assignsubmission_file/1_words.ipynb": NOTEBOOK for n in (4711, 4712)}
    files |= {"anon_aB3dE_901_1_words.ipynb": NOTEBOOK, "LATE_anon_xY9zQ_902_1_words.ipynb": LATER}
    result = collect(course, zipped(files, tmp_path / "a.zip"))
    people = ["anon-ab3de", "anon-xy9zq", "participant-4711", "participant-4712"]
    assert result.students == people


def test_a_worksheet_without_names_is_a_roster(tmp_path):
    course = new_course(tmp_path / "course")
    sheet = "Identifier,Status,Grade,Maximum Grade,Last modified (grade)\n"
    sheet += "Participant 4711,Submitted,,100,-\nParticipant 4712,Submitted,,100,-\n"
    (tmp_path / "sheet.csv").write_text(sheet)
    table = read_table(tmp_path / "sheet.csv")
    files = {f"Participant_{n}_assignsubmission_file/1_words.ipynb": NOTEBOOK for n in (4711, 99)}
    source = zipped(files, tmp_path / "a.zip")
    for roster in (roster_of(table), None):
        result = collect(course, source, roster=roster)
        assert result.students == ["participant-4711"]
        assert names(result.unmatched) == ["Participant_99_assignsubmission_file/1_words.ipynb"]
        remember_roster(course, table)


def test_canvas_test_student_is_none(course, tmp_path):
    (tmp_path / "class.csv").write_text(
        'Student,ID,SIS User ID,SIS Login ID,Section\n"Lovelace, Ada",4711,,al1,A\n'
        '"Student, Test",4799,,,A\n'
    )
    assert list(read_roster(tmp_path / "class.csv").students) == ["al1"]
    result = collect(course, zipped({"studenttest_4799_9_1_words.ipynb": NOTEBOOK,
                                     "lovelaceada_4711_8_1_words.ipynb": NOTEBOOK},
                                    tmp_path / "a.zip"))  # fmt: skip
    assert result.students == ["lovelaceada"] and not result.needs_a_look


def test_double_surnames_are_found_in_any_order():
    roster = Roster([Student("ag1", "", "Ana García Márquez")])
    for written in ("Ana García Márquez", "García Márquez, Ana", "garciamarquezana"):
        assert roster.find(Sender(written)) == "ag1"


def test_a_roster_may_come_through_a_pipe(tmp_path, monkeypatch):
    course = new_course(tmp_path / "course")
    monkeypatch.setattr("autograder.cli.find_course", lambda: course)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    sheet = SHEET.format("Last modified (submission)", "-", "-")
    writer = threading.Thread(target=pipe.write_text, args=(sheet,), daemon=True)
    writer.start()
    folder = "Ada Lovelace_81_assignsubmission_file/1_words.ipynb"
    source = str(zipped({folder: NOTEBOOK}, tmp_path / "m.zip"))
    result = CliRunner().invoke(app, ["collect", source, "--roster", str(pipe)])
    assert result.exit_code == 0, result.output
    assert "students: 1, notebooks: 1" in result.output
    assert (course.report / "worksheet.csv").read_text() == sheet


def test_a_resubmission_of_one_says_nothing_about_the_others(course, tmp_path):
    files = {f"{student}/1_words.ipynb": NOTEBOOK for student in ("al1", "em2")}
    assert collect(course, zipped(files, tmp_path / "a.zip"), roster=CLASS).missing == ["jm3"]
    again = zipped({"al1/1_words.ipynb": LATER}, tmp_path / "b.zip")
    assert collect(course, again, roster=CLASS, force=True).missing == ["jm3"]


def test_who_is_no_longer_in_the_roster_is_named(tmp_path, capsys):
    course = new_course(tmp_path / "course")
    files = {f"{student}/1_words.ipynb": NOTEBOOK for student in ("al1", "em2")}
    source = zipped(files, tmp_path / "a.zip")
    assert collect(course, source, roster=CLASS).left == []
    smaller = Roster([CLASS.students["al1"]])
    result = collect(course, zipped({"al1/1_words.ipynb": NOTEBOOK}, source), roster=smaller)
    print_summary(result)
    assert "em2: no longer in the roster; `autograder drop STUDENT`" in capsys.readouterr().out


def test_a_folder_without_a_notebook_is_no_success(course, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.cli.find_course", lambda: course)
    (tmp_path / "empty").mkdir()
    result = CliRunner().invoke(app, ["collect", str(tmp_path / "empty")])
    assert result.exit_code == 1
    assert "no notebook of a student was found in it" in result.output


def test_student_ids_of_a_roster_are_no_options_and_steer_nothing(tmp_path):
    (tmp_path / "class.csv").write_text("id,name\n-rf,Ada L\n\x1b[2J,Bob M\n[red],Cleo N\n")
    assert list(read_roster(tmp_path / "class.csv").students) == ["rf", "2j", "red"]
