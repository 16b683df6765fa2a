"""One run at a time: a second one says whose the first is, and a killed one leaves nothing."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import find_course
from autograder.errors import AutograderError
from autograder.grading.grade import load_config
from autograder.grading.one_run import one_run
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from autograder.grading.one_run import one_run
with one_run(Path({grading!r}), "grade"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that grades in grading/."""
    (tmp_path / "nbgrader_config.py").touch()
    (tmp_path / "solutions").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "toy"\nversion = "1"\n')
    code = HOLD.format(grading=str(tmp_path / "grading"))
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait(PATIENCE)


def autograder(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("command", [["grade"], ["collect", "x.zip"], ["report"], ["release"]])
def test_a_second_run_says_whose_the_first_is(holder, tmp_path, command):
    run = autograder(tmp_path, *command)
    assert run.returncode == AutograderError.exit_code
    assert run.stderr.startswith("error: `autograder grade` of ")
    assert f"(process {holder.pid} on " in run.stderr
    assert run.stderr.rstrip().endswith("wait until it ends")
    assert len(run.stderr.splitlines()) == 1


def test_a_killed_run_holds_nothing(holder, tmp_path):
    holder.kill()
    holder.wait(PATIENCE)
    text = (tmp_path / "grading" / ".lock").read_text()
    assert f"process {holder.pid}" in text, "what a lost machine leaves"
    with one_run(tmp_path / "grading", "report"):
        assert f"process {os.getpid()}" in (tmp_path / "grading" / ".lock").read_text()


def test_a_block_within_a_run_is_part_of_it(tmp_path):
    with one_run(tmp_path, "grade"), one_run(tmp_path, "grade"):
        pass
    with one_run(tmp_path, "report"):
        assert "report" in (tmp_path / ".lock").read_text()


def test_a_course_that_may_not_be_written_to_is_graded_elsewhere(tmp_path, monkeypatch):
    def refuse(path, *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch, pytest.raises(AutograderError) as said:
        patch.setattr(Path, "mkdir", refuse)  # root may write anywhere
        with one_run(tmp_path / "grading", "grade"):
            pass
    assert "set AUTOGRADER_GRADING to a folder of yours" in str(said.value)


def test_all_that_a_class_needs_lies_where_the_variable_says(tmp_path, monkeypatch):
    (tmp_path / "nbgrader_config.py").touch()
    (tmp_path / "solutions").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "toy"\nversion = "1"\n')
    monkeypatch.setenv("AUTOGRADER_GRADING", str(tmp_path / "elsewhere"))
    course = find_course(tmp_path)
    assert course.gradebook == tmp_path / "elsewhere" / "gradebook.db"
    config = load_config(course)
    assert config.CourseDirectory.db_url == f"sqlite:///{course.gradebook}"
    assert config.CourseDirectory.submitted_directory == str(tmp_path / "elsewhere" / "submitted")
    assert config.SandboxedExecute.report_folder == str(tmp_path / "elsewhere" / "report")
