"""The student's side where Windows differs: no POSIX modules, texts in another encoding.

No Windows is at hand: its lacks are made. What opens a text without naming the encoding fails, as
the locale knows nothing but ASCII, which is less than Windows' cp1252 has.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.example_class import reference_answers
from autograder.course import find_course
from tests.first_hour.student import RELEASED, ROOT


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).glob("[!_]*.py"))


FOLDERS = ("helpers", "autograder/checks", "autograder/answering")
STUDENTS_MODULES = [
    *(f"{folder.replace('/', '.')}.{path.stem}" for folder in FOLDERS for path in modules(folder)),
    *("autograder.cli", "autograder.lab", "autograder.student_check", "autograder.hand_in"),
]


@pytest.fixture
def windows(tmp_path):
    """Runs Python as a student on Windows has it; returns what it printed."""
    shutil.copy(Path(__file__).parent / "as_on_windows.py", tmp_path / "sitecustomize.py")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "cp1252",
        "LAB_CACHE": str(tmp_path / "cache"),
        "LAB_SOURCE": "packaged",
    }

    def python(*arguments: str, code: int = 0) -> str:
        run = subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, cwd=tmp_path
        )
        printed = (run.stdout + run.stderr).decode("cp1252")
        assert run.returncode == code, printed[-3000:]
        return printed

    return python


def test_what_windows_lacks_is_hidden_here(windows):
    """Else the tests below could not fail."""
    shell = "import types; m = types.ModuleType('helpers.new'); exec({!r}, m.__dict__)"
    assert "Windows has no fcntl" in windows("-c", shell.format("import fcntl"), code=1)
    assert "has no SIGALRM" in windows("-c", shell.format("import signal; signal.SIGALRM"), code=1)
    text = f"open({str(RELEASED / '1_imdb_classifier.ipynb')!r}).read()"
    assert "UnicodeDecodeError" in windows("-c", text, code=1)


def test_all_that_a_student_imports_is_there(windows):
    lines = [f"import {name}" for name in STUDENTS_MODULES]
    windows("-c", "\n".join(lines))


def test_an_endless_answer_is_stopped(windows):
    said = windows(
        "-c",
        "from autograder.checks import check\n"
        "def alpha_next(alpha, lr, eigenvalue):\n    while True: pass\n"
        "import sys; sys.stdout.reconfigure(encoding='utf-8')\n"
        "try: check('ex3-step', {'alpha_next': alpha_next})\n"
        "except Exception as error: print(ascii(str(error)))",
    )
    assert "ex3-step" in said and "seconds" in said


@pytest.mark.parametrize(
    ("name", "points"), [("1_imdb_classifier", 30), ("4_momentum_playground", 20)]
)
def test_a_notebook_is_checked_to_its_end(windows, tmp_path, name, points):
    answers = reference_answers(find_course(ROOT))
    notebook = nbformat.read(RELEASED / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    folder = tmp_path / "Übungen am Freitag"
    folder.mkdir()
    nbformat.write(notebook, folder / f"{name}.ipynb")
    said = windows("-m", "autograder", "check", str(folder / f"{name}.ipynb"))
    assert f"{points} of {points} points" in said


def test_a_folder_is_packed_for_handing_in(windows, tmp_path):
    folder = tmp_path / "Übungen am Freitag"
    folder.mkdir()
    shutil.copy(RELEASED / "3_gradient_descent_theory.ipynb", folder)
    said = windows("-m", "autograder", "submit-check", str(folder), code=1)  # others are missing
    assert "ex3-step                   2 points  open" in said
    assert "4_momentum_playground is not in this folder" in said
    (receipt,) = folder.glob("receipt-*.txt")
    said = windows("-m", "autograder", "receipt", str(receipt), str(folder / "hand-in.zip"))
    assert "the receipt fits" in said
