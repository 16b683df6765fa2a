"""The release: from text to executed solution to a student's notebook without answers."""

import contextlib
import errno
import re
import shutil
import sqlite3
import subprocess
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from autograder import cli
from autograder.authoring import leaks, release
from autograder.course import find_course
from autograder.errors import AutograderError
from autograder.grading import gradebook
from tests.autograder.conftest import ROOT

NAME = "1_imdb_classifier"


@pytest.fixture
def released(released_course):
    return released_course


def test_a_release_is_complete_and_up_to_date(released):
    assert release.out_of_date(released) == []
    assert leaks.leaks(released) == []
    assert release.build(released, NAME) == "unchanged"


def test_the_solution_is_stored_with_its_outputs(released):
    cells = nbformat.read(released.solutions / f"{NAME}.ipynb", as_version=4).cells
    printed = "".join(o.get("text", "") for c in cells for o in c.get("outputs", []))
    assert "['One', 'two', 'three']" in printed
    assert "✓ ex1-tokenize: passed" in printed


def test_a_student_gets_a_stub_that_names_the_task_and_no_answer(released):
    text = (released.released / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert "Task ex1-tokenize is still open" in text
    for secret in ("maketrans", "48817", "never negative", "word square", "BEGIN"):
        assert secret not in text


def test_every_cell_keeps_its_id_from_one_build_to_the_next(released):
    first = release.read_text(released, NAME)
    assert [c.id for c in first.cells] == [c.id for c in release.read_text(released, NAME).cells]
    assert "ex1-tokenize" in [c.id for c in first.cells]


def test_an_edited_text_is_found_out_of_date(released):
    path = released.text / f"{NAME}.py"
    path.write_text(path.read_text().replace("One, two", "Four, two"))
    assert any("disagree" in line for line in release.out_of_date(released))


def test_a_hand_edited_student_notebook_is_found_out_of_date(released):
    path = released.released / f"{NAME}.ipynb"
    path.write_text(path.read_text().replace("A notebook of one task", "A notebook"))
    assert release.out_of_date(released) == [f"notebooks/lab6/{NAME}.ipynb is out of date"]


def test_a_leaked_solution_line_is_found(released):
    path = released.released / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += '\ntable = str.maketrans("", "", string.punctuation)'
    nbformat.write(notebook, path)
    assert any("maketrans" in line for line in leaks.leaks(released))


def test_a_solution_that_fails_is_named(toy_course):
    path = toy_course.text / f"{NAME}.py"
    path.write_text(path.read_text().replace("table = str", "table = strr"))
    with pytest.raises(AutograderError, match="a solution fails"):
        release.build(toy_course, NAME)
    assert not (toy_course.solutions / f"{NAME}.ipynb").exists()


def with_settings(course, **settings: str):
    """The course with these settings of [tool.lab]."""
    path = course.root / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    for name, value in settings.items():
        text = re.sub(rf'^{name} = ".*"$', f'{name} = "{value}"', text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")
    return find_course(course.root)


def stamped(course) -> tuple[str, str]:
    """The note above the first cell, and that cell."""
    by_id = {cell.id: cell.source for cell in release.read_text(course, NAME).cells}
    return by_id["setup-note"], by_id["setup"]


def test_the_address_of_the_course_is_stamped_into_badge_and_first_cell(toy_course):
    note, setup = stamped(with_settings(toy_course, repository="https://github.com/ab/cd/"))
    assert f"(https://colab.research.google.com/github/ab/cd/blob/main/lab6/{NAME}.ipynb)" in note
    wheel = "lab6/pytorch_lab-1.0.0-py3-none-any.whl"
    assert f'default="https://github.com/ab/cd/raw/main/{wheel}")' in setup


def test_branch_folder_and_badge_are_settings(toy_course):
    course = with_settings(
        toy_course,
        repository="https://git.example.org/ab/cd",
        branch="autumn",
        path="",
        badge="[open](https://hub.example.org/?repo={repository}&branch={branch}&file={file})",
    )
    note, setup = stamped(course)
    hub = "https://hub.example.org/?repo=https://git.example.org/ab/cd&branch=autumn"
    assert note.startswith(f"[open]({hub}&file={NAME}.ipynb)\n\n## Before")
    assert '"https://git.example.org/ab/cd/raw/autumn/pytorch_lab-1.0.0-py3-none-any.whl"' in setup


def test_a_badge_that_cannot_be_filled_in_is_one_line(toy_course):
    course = with_settings(toy_course, repository="https://github.com/ab/cd", badge="[x]({host})")
    with pytest.raises(AutograderError, match=r"`badge` .* it knows \{slug\}") as said:
        release.read_text(course, NAME)
    assert "\n" not in str(said.value)


def test_without_an_address_there_is_no_badge(toy_course):
    note, setup = stamped(toy_course)
    assert note.startswith("## Before")
    assert 'default="")' in setup


@pytest.fixture
def no_execution(monkeypatch):
    def execute(*_) -> None:
        raise AssertionError("a solution ran")

    monkeypatch.setattr(release, "execute", execute)


def outputs_of(course) -> list:
    cells = nbformat.read(course.solutions / f"{NAME}.ipynb", as_version=4).cells
    return [(c.outputs, c.execution_count) for c in cells if c.cell_type == "code"]


def test_another_address_or_other_prose_runs_no_solution(released, no_execution):
    before = outputs_of(released)
    course = with_settings(released, repository="https://github.com/ab/cd")
    path = course.text / f"{NAME}.py"
    path.write_text(path.read_text().replace("# # A notebook of", "# # Only a notebook of"))
    assert release.build(course, NAME) == "written anew, its outputs kept"
    release.generate(course)
    assert release.out_of_date(course) == []
    assert outputs_of(course) == before
    assert "github/ab/cd" in (course.released / f"{NAME}.ipynb").read_text()


def test_other_code_runs_the_solution(released, no_execution):
    path = released.text / f"{NAME}.py"
    path.write_text(path.read_text().replace("One, two", "Four, two"))
    with pytest.raises(AssertionError, match="a solution ran"):
        release.build(released, NAME)


# --- a release or an upgrade that fails loses nothing ---------------------------------------------


def files_of(course) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in course.released.parent.rglob("*") if p.is_file()}


def rows_of(course) -> list[str]:
    with contextlib.closing(sqlite3.connect(course.gradebook)) as database:
        return [line for line in database.iterdump() if "alembic" not in line]


def hand_mark(course) -> tuple[float, str]:
    with Gradebook(f"sqlite:///{course.gradebook}") as opened:
        grade = opened.find_grade("ex1-proof", NAME, "lab6", "ada")
        comment = opened.find_comment("ex1-proof", NAME, "lab6", "ada")
        return grade.manual_score, comment.manual_comment


@pytest.fixture
def marked(released):
    """One student, whose proof was read."""
    with Gradebook(f"sqlite:///{released.gradebook}") as opened:
        opened.add_student("ada")
        opened.add_submission("lab6", "ada")
        opened.find_grade("ex1-proof", NAME, "lab6", "ada").manual_score = 3
        opened.find_comment("ex1-proof", NAME, "lab6", "ada").manual_comment = "nearly"
        opened.db.commit()
    return released


def add_task(course) -> None:
    path = course.solutions / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    added = nbformat.from_dict(notebook.cells[-1])
    added.id, added.metadata.nbgrader.grade_id = "ex1-another", "ex1-another"
    added.source = added.source.replace("never", "not")
    notebook.cells.append(added)
    nbformat.write(notebook, path)


def test_a_new_task_in_a_graded_class_is_refused_and_changes_nothing(marked):
    before = files_of(marked), rows_of(marked)
    add_task(marked)
    with pytest.raises(AutograderError, match="as they were: `autograder release --migrate`"):
        release.generate(marked)
    assert (files_of(marked), rows_of(marked)) == before


def test_a_release_that_fails_half_way_leaves_gradebook_and_notebooks(released):
    second = released.solutions / "2_more.ipynb"
    shutil.copy(released.solutions / f"{NAME}.ipynb", second)
    release.generate(released)
    before = files_of(released), rows_of(released)
    add_task(released)
    notebook = nbformat.read(second, as_version=4)
    notebook.cells[-1].metadata.nbgrader.grade_id = "ex1-tokenize"  # one that is there already
    nbformat.write(notebook, second)
    with pytest.raises(AutograderError, match="release and gradebook are as they were"):
        release.generate(released)
    assert (files_of(released), rows_of(released)) == before


def test_a_release_replaces_all_files_and_keeps_hand_marks(marked):
    (marked.released / "left-over.txt").write_text("old")
    path = marked.solutions / f"{NAME}.ipynb"
    path.write_text(re.sub(r"hidden=\d+", "hidden=48818", path.read_text()))
    release.generate(marked)
    assert set(files_of(marked)) == {f"{NAME}.ipynb"}
    assert any("48818" in row for row in rows_of(marked))
    assert hand_mark(marked) == (3, "nearly")


def test_a_first_release_that_fails_registers_no_half_assignment(toy_course):
    release.build(toy_course, NAME)
    broken = nbformat.read(toy_course.solutions / f"{NAME}.ipynb", as_version=4)
    broken.cells[-1].metadata.nbgrader.grade_id = "ex1-tokenize"
    nbformat.write(broken, toy_course.solutions / "2_more.ipynb")
    for _ in range(2):
        with pytest.raises(AutograderError, match="nbgrader generate_assignment failed"):
            release.register(toy_course)


OLD = """
ALTER TABLE student DROP COLUMN lms_user_id;
CREATE TABLE before (id VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(128), duedate DATETIME);
INSERT INTO before SELECT id, name, duedate FROM assignment;
DROP TABLE assignment;
ALTER TABLE before RENAME TO assignment;
DROP TABLE course;
UPDATE alembic_version SET version_num = '167914646830';
"""


def set_revision(course, script: str) -> None:
    with contextlib.closing(sqlite3.connect(course.gradebook)) as database:
        database.executescript(script)


def test_an_old_gradebook_is_upgraded_with_every_hand_mark_and_a_copy_is_kept(marked):
    assert gradebook.upgrade(marked) is None
    set_revision(marked, OLD)
    old = rows_of(marked)
    kept = gradebook.upgrade(marked)
    assert hand_mark(marked) == (3, "nearly")
    with contextlib.closing(sqlite3.connect(kept)) as database:
        assert [line for line in database.iterdump() if "alembic" not in line] == old
    assert gradebook.upgrade(marked) is None


def test_a_gradebook_that_cannot_be_upgraded_stays_as_it_was(marked):
    set_revision(marked, "UPDATE alembic_version SET version_num = 'of the future'")
    before = marked.gradebook.read_bytes()
    with pytest.raises(AutograderError, match="It is as it was, with all hand marks"):
        gradebook.upgrade(marked)
    assert marked.gradebook.read_bytes() == before
    assert sorted(path.name for path in marked.grading.iterdir()) == ["gradebook.db"]


def test_the_commands_upgrade_an_old_gradebook_first(marked, monkeypatch):
    set_revision(marked, OLD)
    monkeypatch.chdir(marked.root)
    assert "it is kept in" in CliRunner().invoke(cli.app, ["report", "--no-feedback"]).output
    assert hand_mark(marked) == (3, "nearly")


@pytest.mark.parametrize(
    ("reason", "what_to_do"),
    [
        ("(sqlite3.OperationalError) database is locked", "wait until"),
        ("(sqlite3.OperationalError) database or disk is full", "free some space"),
        ("(sqlite3.OperationalError) no such column: assignment.course_id", "db upgrade"),
        ("(sqlite3.DatabaseError) database disk image is malformed", "keep the damaged file"),
        ("(sqlite3.OperationalError) attempt to write a readonly database", "who may write"),
    ],
)
def test_what_to_do_about_a_gradebook_never_costs_hand_marks(
    monkeypatch, capsys, reason, what_to_do
):
    def fail():
        raise OperationalError("SELECT", {}, Exception(reason))

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().err
    assert what_to_do in said
    assert "away" not in said


def test_a_full_disk_is_one_line_that_says_that_nothing_is_lost(monkeypatch, capsys):
    def fail():
        raise OSError(errno.ENOSPC, "No space left on device", "grading/x")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().err
    assert said.splitlines() == [
        "error: grading/x: No space left on device; free some space and run this again, "
        "what was finished is kept"
    ]


# --- the course itself ----------------------------------------------------------------------------


def test_no_released_notebook_of_the_course_holds_an_answer():
    assert leaks.leaks(find_course(ROOT)) == []


def test_the_notebooks_of_the_course_are_up_to_date():
    assert release.out_of_date(find_course(ROOT)) == []


LOST = """
import os, sqlite3, sys
gradebook = sqlite3.connect(sys.argv[1], isolation_level=None)
gradebook.execute(f"pragma journal_mode={sys.argv[2]}")
gradebook.execute("pragma cache_size=1")
gradebook.execute("begin")
gradebook.execute("update grade set manual_score = 1 where manual_score is not null")
gradebook.execute("create table more as select * from source_cell, source_cell as s, grade")
if sys.argv[2] == "wal":
    gradebook.execute("drop table more")
    gradebook.execute("commit")
os._exit(9)
"""


@pytest.mark.parametrize(("mode", "left", "mark"), [("wal", "-wal", 1), ("delete", "-journal", 3)])
@pytest.mark.parametrize("migrate", [True, False])
def test_files_that_a_lost_machine_left_beside_the_gradebook_are_part_of_it(
    marked, mode, left, mark, migrate
):
    """A write that had ended is in the log beside it, one that had not is taken back."""
    command = [sys.executable, "-c", LOST, str(marked.gradebook), mode]
    assert subprocess.run(command).returncode == 9
    beside = marked.gradebook.with_name(f"gradebook.db{left}")
    assert beside.stat().st_size
    if migrate:
        add_task(marked)
    release.generate(marked, migrate)
    assert hand_mark(marked) == (mark, "nearly")
    assert not beside.exists() or not beside.stat().st_size
    with contextlib.closing(sqlite3.connect(marked.gradebook)) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
