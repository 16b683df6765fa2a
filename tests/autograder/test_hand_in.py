"""A student packs a folder, sees what is wrong with it, and gets a receipt that can be verified."""

import shutil
import subprocess
import sys
import types
import zipfile
from datetime import datetime

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from typer.testing import CliRunner

from autograder import hand_in as module
from autograder.authoring.example_class import reference_answers
from autograder.authoring.text_notebook import read_text
from autograder.cli import app
from autograder.course import Course, find_course
from autograder.errors import AutograderError
from autograder.hand_in import ON_COLAB, ZIP, hand_in, pack
from autograder.intake import receipts
from autograder.intake.collect import collect
from autograder.intake.roster import Roster, Student
from tests.autograder.conftest import ROOT

RELEASED = ROOT / "notebooks" / "lab6"
THEORY, PLAYGROUND = "3_gradient_descent_theory", "4_momentum_playground"


def saved(folder, name, answers=None, change=lambda cells: None, file=""):
    """The released notebook with these answers, in a folder."""
    notebook = nbformat.read(RELEASED / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = (answers or {}).get(cell.id, cell.source)
    change(notebook.cells)
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / (file or f"{name}.ipynb"))
    return folder


@pytest.fixture(scope="module")
def answers():
    return reference_answers(find_course(ROOT))


@pytest.fixture
def complete(tmp_path, answers):
    """A folder with all notebooks, all answered."""
    for path in sorted(RELEASED.glob("*.ipynb")):
        saved(tmp_path / "mine", path.stem, answers)
    return tmp_path / "mine"


def cell(cells, grade_id):
    return next(cell for cell in cells if cell.id == grade_id)


def packed(folder) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / ZIP) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_all_is_answered_in_a_complete_folder_and_open_in_a_fresh_one(complete, tmp_path):
    done = pack(complete)
    assert done.faults == [] and len(done.tasks) == 36
    assert [task.id for task in done.tasks if task.is_open] == []
    for path in RELEASED.glob("*.ipynb"):
        saved(tmp_path / "fresh", path.stem)
    fresh = pack(tmp_path / "fresh")
    assert fresh.faults == [] and all(task.is_open for task in fresh.tasks)
    assert list(fresh.receipt.still_open) == [task.id for task in fresh.tasks]


def test_the_zip_holds_the_notebooks_byte_for_byte_and_no_file_is_changed(complete):
    (complete / "notes.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in complete.iterdir()}
    done = pack(complete)
    assert {path.name for path in complete.iterdir()} - {*before} == {ZIP, done.receipt_file.name}
    assert all((complete / name).read_bytes() == data for name, data in before.items())
    assert packed(complete) == {n: d for n, d in before.items() if n.endswith(".ipynb")}


def test_what_the_checks_said_last_is_told(tmp_path, answers):
    def change(cells):
        for task, line in (
            ("ex3-step", "✓ ex3-step: passed"),
            ("ex3-hessian", "✗ ex3-hessian: no"),
        ):
            cell(cells, f"{task}-test").outputs = [new_output("stream", text=f"{line}\n  more")]
        cell(cells, "ex3-gradient").source = ""

    done = pack(saved(tmp_path / "mine", THEORY, answers, change))
    lines = {line.split()[0]: line for line in map(str, done.tasks)}
    assert lines["ex3-step"].endswith("answered, its check passed")
    assert lines["ex3-hessian"].endswith("answered, its check says: not yet")
    assert lines["ex3-trajectory"].endswith("answered, its check has not run")
    assert lines["ex3-minimum"].endswith("4 points  answered, graded by hand")
    assert lines["ex3-gradient"].endswith("open")


@pytest.mark.parametrize("below", [0, 1, 2])
def test_an_answer_in_a_cell_of_ones_own_is_one(tmp_path, answers, below):
    def change(cells):
        place = cells.index(cell(cells, "ex3-hessian")) + below
        cells.insert(place, new_code_cell(answers["ex3-hessian"]))

    done = pack(saved(tmp_path / "mine", THEORY, change=change))
    assert "ex3-hessian" not in done.receipt.still_open and "ex3-step" in done.receipt.still_open


def without(*grade_ids):
    def change(cells):
        cells[:] = [cell for cell in cells if cell.id not in grade_ids]

    return change


def repetitive(cells):
    cells[-1].outputs = [new_output("stream", text="a" * 20_000_000)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            without("ex4-momentum", "ex4-gradient"),
            "the cell of ex4-gradient, ex4-momentum is missing",
        ),
        (repetitive, "a zip bomb: it unpacks to"),
    ],
)
def test_what_is_wrong_with_a_notebook_is_a_line_that_says_what_to_do(tmp_path, change, said):
    folder = saved(tmp_path / "mine", PLAYGROUND, change=change)
    (line,) = [line for line in pack(folder).faults if PLAYGROUND in line]
    assert said in line and "run this again" in line
    assert packed(folder)[f"{PLAYGROUND}.ipynb"] == (folder / f"{PLAYGROUND}.ipynb").read_bytes()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda data: b"", "cannot be read, and is packed as it is: the file is empty"),
        (lambda data: b"<html>Sign in", "the file is a web page"),
        (lambda data: data[: len(data) // 2], "the file is damaged at character"),
        (
            lambda data: data.replace(b'"cells"', b'"pad": "%s", "cells"' % (b"x" * 25_000_000)),
            "MB",
        ),
    ],
)
def test_a_file_that_can_hardly_be_read_is_packed_and_named(tmp_path, data, said):
    folder = saved(tmp_path / "mine", PLAYGROUND)
    path = folder / f"{PLAYGROUND}.ipynb"
    path.write_bytes(data(path.read_bytes()))
    line = next(line for line in pack(folder).faults if line.startswith(path.name))
    assert said in line and "run this again" in line
    assert packed(folder)[path.name] == path.read_bytes()


def test_of_copies_the_one_with_work_is_taken_and_the_other_named(tmp_path, answers):
    folder = saved(tmp_path / "mine", THEORY, answers, file=f"Copy of {THEORY} (1).ipynb")
    saved(folder, THEORY)  # blank, and newer
    lines = pack(folder).faults
    assert any(line.startswith(f"{THEORY}.ipynb is a copy of {THEORY}, too") for line in lines)
    (data,) = packed(folder).values()
    assert data == (folder / f"Copy of {THEORY} (1).ipynb").read_bytes()
    assert list(packed(folder)) == [f"{THEORY}.ipynb"]


def test_what_is_missing_and_what_is_of_no_course_is_named(tmp_path):
    folder = saved(tmp_path / "mine", THEORY)
    nbformat.write(new_notebook(cells=[new_code_cell("x = 1")]), folder / "holiday.ipynb")
    ran = CliRunner().invoke(app, ["submit-check", str(folder)])
    assert ran.exit_code == 1
    assert "holiday.ipynb is like no notebook of this course" in ran.output
    for name in ("1_imdb_classifier", "2_regularization", PLAYGROUND):
        assert f"{name} is not in this folder" in ran.output
    assert list(packed(folder)) == [f"{THEORY}.ipynb"]


def test_where_there_is_nothing_to_pack_it_is_one_error_and_nothing_is_written(tmp_path):
    saved(tmp_path / "lab6", THEORY)
    with pytest.raises(AutograderError, match=r"no notebook of this course in .*notebooks in lab6"):
        pack(tmp_path)
    with pytest.raises(AutograderError, match="is no folder"):
        pack(tmp_path / "lab6" / f"{THEORY}.ipynb")
    assert [path.name for path in tmp_path.iterdir()] == ["lab6"]


def test_a_receipt_is_of_the_notebooks_not_of_the_zip(complete, monkeypatch):
    first = pack(complete)
    again = pack(complete)
    assert again.receipt.digest == first.receipt.digest
    assert again.receipt_file.read_text() == again.receipt.text()
    assert (
        abs(
            (
                datetime.fromisoformat(f"{again.receipt.when}+00:00") - datetime.now().astimezone()
            ).total_seconds()
        )
        < 600
    )
    saved(complete, THEORY)
    other = pack(complete)
    assert other.receipt_file != first.receipt_file and first.receipt_file.exists()


@pytest.fixture
def course(tmp_path):
    shutil.copytree(RELEASED, tmp_path / "course" / "notebooks" / "lab6")
    return Course(tmp_path / "course")


def test_collect_takes_what_was_packed_and_the_receipt_finds_it(
    complete, course, tmp_path, answers
):
    done = pack(complete)
    download = tmp_path / "download.zip"
    with zipfile.ZipFile(download, "w") as archive:
        archive.write(done.zip, f"Ada Lovelace_4711_assignsubmission_file_/{ZIP}")
        archive.write(
            RELEASED / f"{THEORY}.ipynb", f"Bob Ross_4712_assignsubmission_file_/{THEORY}.ipynb"
        )
    roster = Roster([Student("ada", "Ada", "Lovelace"), Student("bob", "Bob", "Ross")])
    collection = collect(course, download, roster=roster)
    assert not collection.needs_a_look and len(collection.placed) == 5
    (course.submitted / "aaron").mkdir()
    (course.submitted / "aaron" / "lab6").touch()  # no folder: nobody else's line
    read = receipts.read_receipt(done.receipt_file)
    assert receipts.best_fit(course, read) == (
        ["ada"],
        dict.fromkeys(read.notebooks, receipts.SAME),
    )
    (course.submitted / "ada" / "lab6" / f"{THEORY}.ipynb").write_text("changed")
    (course.submitted / "ada" / "lab6" / f"{PLAYGROUND}.ipynb").unlink()
    students, fit = receipts.best_fit(course, read)
    assert students == ["ada"]
    assert (
        fit[f"{THEORY}.ipynb"] == receipts.DIFFERS
        and fit[f"{PLAYGROUND}.ipynb"] == receipts.MISSING
    )


def test_the_command_says_what_differs(complete, tmp_path):
    done = pack(complete)
    command = ["receipt", str(done.receipt_file), str(done.zip)]
    ran = CliRunner().invoke(app, command)
    assert ran.exit_code == 0 and f"the receipt fits {done.zip}" in ran.output.replace("\n", "")
    saved(complete, THEORY)
    pack(complete)
    ran = CliRunner().invoke(app, command)
    assert ran.exit_code == 1 and f"{THEORY}.ipynb: differs" in ran.output
    assert (
        f"{PLAYGROUND}.ipynb: the same" in ran.output and "the receipt does not fit" in ran.output
    )


def test_a_damaged_zip_fits_as_far_as_it_can_be_read(complete):
    done = pack(complete)
    data = bytearray(done.zip.read_bytes())
    with zipfile.ZipFile(done.zip) as archive:
        place = archive.getinfo(f"{THEORY}.ipynb").header_offset
    data[place + 500 : place + 600] = bytes(100)
    done.zip.write_bytes(data)
    fit = receipts.compared(done.receipt, receipts.notebooks_in(done.zip))
    assert fit.pop(f"{THEORY}.ipynb") == receipts.MISSING and {*fit.values()} == {receipts.SAME}


def test_a_receipt_that_was_changed_is_none(complete, tmp_path):
    done = pack(complete)
    text = done.receipt_file.read_text()
    digest = done.receipt.notebooks[f"{THEORY}.ipynb"]
    done.receipt_file.write_text(text.replace(digest, "0" * 64))
    with pytest.raises(AutograderError, match="was changed"):
        receipts.read_receipt(done.receipt_file)
    with pytest.raises(AutograderError, match="is no receipt"):
        receipts.read_receipt(complete / f"{THEORY}.ipynb")


@pytest.fixture
def watched(monkeypatch, complete):
    """A student at a notebook in the folder."""
    monkeypatch.setattr(module, "someone_watches", lambda: True)
    monkeypatch.chdir(complete)
    return complete


def on_colab(monkeypatch) -> list[str]:
    downloads: list[str] = []
    for name in ("google", "google.colab", "google.colab.files"):
        module = types.ModuleType(name)
        module.download = downloads.append
        monkeypatch.setitem(sys.modules, name, module)
    return downloads


def test_the_cell_packs_where_it_runs(watched, capsys):
    hand_in()
    assert f"Packed in {watched / ZIP}" in capsys.readouterr().out


def test_on_colab_the_zip_is_offered_and_drive_is_named(watched, capsys, monkeypatch):
    downloads = on_colab(monkeypatch)
    hand_in()
    assert downloads == [str(watched / ZIP)]
    assert ON_COLAB in capsys.readouterr().out
    for path in watched.glob("*.ipynb"):
        path.unlink()
    hand_in()
    assert capsys.readouterr().out == f"Nothing is packed: {ON_COLAB}\n" and len(downloads) == 1


def test_every_notebook_ends_with_the_cell_which_does_nothing_while_nobody_watches(
    tmp_path, capsys, monkeypatch
):
    course = find_course(ROOT)
    folder = saved(tmp_path / "mine", THEORY)
    monkeypatch.chdir(folder)
    for name in course.names:
        last = read_text(course, name).cells[-1]
        assert last.id == "hand-in" and last.metadata.tags == ["demo"]
        exec(last.source, {})
        assert capsys.readouterr().out.startswith("Nothing is packed while nobody watches")
    assert not (folder / ZIP).exists()


def test_it_needs_no_more_than_a_student_has_installed(tmp_path):
    folder = saved(tmp_path / "mine", THEORY)
    grader = "nbgrader sqlalchemy alembic jupytext dask distributed mistune nh3"
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({grader.split()}))\n"
        "from autograder.cli import main; main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "submit-check", str(folder)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert f"{THEORY}.ipynb, last saved" in ran.stdout, ran.stderr
