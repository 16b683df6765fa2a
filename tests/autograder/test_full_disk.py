"""A disk that fills in the middle: one line says so, nothing is lost, and the next run goes on."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.autograder.toy_course import ANSWERS, make_course, scores, submit

pytestmark = pytest.mark.usefixtures("sandboxes_can_be_made")
ROOT = Path(__file__).resolve().parents[2]
ROOM = 60_000  # bytes that are left when the disk is nearly full


@pytest.fixture
def course(tmp_path):
    """A course whose grading/ is a small disk of its own, with one student graded and read."""
    made = make_course(tmp_path / "toy")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", disk]).returncode:
        pytest.skip("only root may make a small disk")
    try:
        shutil.move(made.grading, disk / "grading")
        made.grading.symlink_to(disk / "grading")
        submit(made, "ada", ANSWERS)
        assert autograder(made, "grade").returncode == 0
        with Gradebook(f"sqlite:///{made.gradebook}") as gradebook:
            proof = gradebook.find_grade("why", "2_second", "lab6", "ada")
            proof.manual_score, proof.needs_manual_grade = 2.5, False
            said = gradebook.find_comment("why", "2_second", "lab6", "ada")
            said.manual_comment = "nearly"
            gradebook.db.commit()
        yield made
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def autograder(course, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def fill(course, room: int = ROOM) -> Path:
    """A file that leaves only so many bytes."""
    ballast = course.grading / "ballast"
    free = shutil.disk_usage(course.grading).free
    ballast.write_bytes(b"x" * (free - room))
    return ballast


def read_by_hand(course) -> tuple[float, str]:
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        proof = gradebook.find_grade("why", "2_second", "lab6", "ada")
        return proof.manual_score, gradebook.find_comment("why", "2_second", "lab6", "ada").comment


def test_a_class_is_graded_to_its_end_once_there_is_space_again(course):
    students = ["ada", *(f"s{number:02}" for number in range(12))]
    for student in students[1:]:
        submit(course, student, ANSWERS)
    submit(course, "ada", {**ANSWERS, "double": "def double(x):\n    return x + x"})
    ballast = fill(course)
    stopped = autograder(course, "grade")
    (line,) = [text for text in stopped.stderr.splitlines() if "Errno" in text or "full" in text]
    assert line.startswith(f"error: the disk with {course.grading} is full: free some space")
    assert "Traceback" not in stopped.stderr + stopped.stdout
    assert stopped.returncode == 2
    with contextlib.closing(sqlite3.connect(course.gradebook)) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    assert read_by_hand(course) == (2.5, "nearly")

    ballast.unlink()
    ballast = fill(course, 0)
    reported = autograder(course, "report")
    assert reported.returncode == 2, reported.stdout
    assert len(reported.stderr.strip().splitlines()) == 1
    assert "No space left on device; free some space" in reported.stderr

    ballast.unlink()
    assert autograder(course, "grade").returncode == 0
    full = {"square-test": 3, "double-test": 2, "mean-test": 4, "why": 0}
    graded = scores(course)
    assert set(graded) == set(students)
    assert all(points == full for points in graded.values())
    assert read_by_hand(course) == (2.5, "nearly")
    assert autograder(course, "report").returncode == 0
    assert not list(course.grading.rglob("*.part"))
