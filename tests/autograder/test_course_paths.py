"""A course works wherever it lies: brackets, spaces and umlauts in its path are only names."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.course import find_course
from tests.autograder.toy_course import ANSWERS, make_course, scores, submit

pytestmark = pytest.mark.usefixtures("sandboxes_can_be_made")
ROOT = Path(__file__).resolve().parents[2]
NAMES = """
from autograder.reporting import feedback
from autograder.intake.literal_names import take_names_literally
take_names_literally()
feedback.configure(c, root / "grading")
"""


def run(course, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Released and moved to its place, with two students, one of them with brackets too."""
    made = make_course(tmp_path_factory.mktemp("made") / "toy")
    root = tmp_path_factory.mktemp("place") / "[WS26] Übung [a-z]" / "p q"
    shutil.copytree(made.root, root)
    (root / "grading" / "gradebook.db").unlink()
    config = root / "nbgrader_config.py"
    config.write_text(config.read_text().replace(str(made.root), str(root)) + NAMES)
    course = find_course(root)
    for student in ("ada", "[red]"):
        submit(course, student, ANSWERS)
    return course


def test_a_class_is_graded_and_reported(course):
    graded = run(course, "autograder", "grade")
    assert graded.returncode == 0, graded.stdout + graded.stderr
    full = {"square-test": 3, "double-test": 2, "mean-test": 4, "why": 0}
    assert scores(course) == {"ada": full, "[red]": full}
    assert "[red]" in graded.stdout.partition("graded in")[0]
    reported = run(course, "autograder", "report")
    assert reported.returncode == 0, reported.stdout + reported.stderr
    assert len(list(course.feedback.rglob("*.html"))) == 4


def test_nbgraders_own_commands_find_their_files(course):
    released = sorted(path.name for path in course.released.iterdir())
    for command in (
        ("generate_assignment", "lab6", "--force"),
        ("autograde", "lab6", "--student", "ada", "--force"),
        ("generate_feedback", "lab6", "--force"),
    ):
        done = run(course, "nbgrader", *command)
        assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in course.released.iterdir()) == released


def test_one_notebook_of_a_student_with_brackets_leaves_the_others(course):
    run(course, "autograder", "grade")
    there = course.autograded / "[red]" / "lab6" / "1_first.ipynb"
    before = nbformat.read(there, as_version=4)
    done = run(course, "autograder", "grade", "--force", "--notebook=2_second", "--student=[red]")
    assert done.returncode == 0, done.stdout + done.stderr
    assert nbformat.read(there, as_version=4) == before
