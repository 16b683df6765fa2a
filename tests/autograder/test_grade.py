"""A small class, graded: right scores, whatever the class hands in and whatever stops the run."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import Execute

from autograder import sandbox
from autograder.flags import load_flags
from autograder.grade import GradeError, Settings, grade, load_config, read_limits
from autograder.live_table import duration, summary, table
from autograder.native import SandboxedExecute
from tests.autograder.toy_course import (
    ANSWERS,
    DOUBLE,
    MEAN,
    contents,
    make_course,
    scores,
    submit,
)

pytestmark = pytest.mark.usefixtures("sandboxes_can_be_made")

ROOT = Path(__file__).resolve().parents[2]
WRONG = {"square": "def square(x):\n    return 9", "mean": MEAN}
STUDENTS = {
    "ada": ANSWERS,
    "bob": WRONG,
    "cleo": {},
    "dan": {"double": DOUBLE, "mean": "def mean(numbers):\n    return 2"},
}
EXPECTED = {
    "ada": {"square-test": 3, "double-test": 2, "mean-test": 4, "why": 0},
    "bob": {"square-test": 0, "double-test": 0, "mean-test": 4, "why": 0},
    "cleo": {"square-test": 0, "double-test": 0, "mean-test": 0, "why": 0},
    "dan": {"square-test": 0, "double-test": 2, "mean-test": 0, "why": 0},
}


@pytest.fixture(scope="module")
def empty_course(tmp_path_factory):
    """A released course that nobody has handed in to; copied for each test."""
    return make_course(tmp_path_factory.mktemp("course") / "toy")


@pytest.fixture
def course(empty_course, tmp_path):
    return copied(empty_course, tmp_path / "toy")


def copied(original, root: Path):
    from autograder.course import find_course

    shutil.copytree(original.root, root)
    config = root / "nbgrader_config.py"
    config.write_text(config.read_text().replace(str(original.root), str(root)))
    return find_course(root)


@pytest.fixture(scope="module")
def graded(empty_course, tmp_path_factory):
    """Four students, graded by two workers, undisturbed."""
    course = copied(empty_course, tmp_path_factory.mktemp("graded") / "toy")
    for student, answers in STUDENTS.items():
        submit(course, student, answers)
    progress = grade(course, Settings(jobs=2))
    return course, progress


def resubmitted(empty_course, root: Path):
    course = copied(empty_course, root)
    for student, answers in STUDENTS.items():
        submit(course, student, answers)
    return course


def test_every_score_is_as_expected(graded):
    course, progress = graded
    assert scores(course) == EXPECTED
    assert (progress.done, progress.failed) == (4, {})


def test_the_graded_notebooks_are_there_with_their_outputs(graded):
    course, _ = graded
    path = course.autograded / "bob" / "lab6" / "1_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    errors = [o.ename for c in notebook.cells for o in c.get("outputs", [])]
    assert "HiddenTestFailed" in errors
    assert not (course.grading / ".staging").exists()


@pytest.mark.parametrize("native", ["sandboxed", "unsandboxed"])
def test_nbgrader_itself_gives_the_same_grades(graded, empty_course, tmp_path, native):
    course = resubmitted(empty_course, tmp_path / "native")
    config = load_config(course)
    if native == "unsandboxed":  # as in any nbgrader course
        chain = config.Autograde.autograde_preprocessors
        chain[chain.index(SandboxedExecute)] = Execute
        shutil.rmtree(course.submitted / "cleo")
        shutil.rmtree(course.submitted / "bob")
    result = NbGraderAPI(config=config).autograde("lab6", "*")
    assert result["success"], result["log"]
    ours = contents(graded[0])
    theirs = contents(course)
    assert theirs == {key: ours[key] for key in theirs}
    assert len(theirs) == (8 if native == "sandboxed" else 4)


def test_a_course_that_names_no_modules_gets_those_of_the_lab():
    sent = []

    class Sending(SandboxedExecute):
        def execute_job(self, job, resources):
            sent.append(job)

        def take(self, nb, resources, outcome):
            return nb, resources

    Sending().preprocess(nbformat.v4.new_notebook(), {})
    Sending(imports=["numpy"]).preprocess(nbformat.v4.new_notebook(), {})
    assert [job.imports for job in sent] == [None, ("numpy",)]


def test_one_worker_gives_the_same_gradebook_as_two(graded, empty_course, tmp_path):
    course = resubmitted(empty_course, tmp_path / "one")
    grade(course, Settings(jobs=1))
    assert contents(course) == contents(graded[0])


def test_a_run_killed_at_any_moment_is_taken_up_again(graded, empty_course, tmp_path):
    course = resubmitted(empty_course, tmp_path / "killed")
    moments = random.Random(6)
    for stop in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        run = start_grading(course)
        wait_for_work(course, run)
        time.sleep(moments.uniform(0, 1.5))
        run.send_signal(stop)
        run.wait(30)
    progress = grade(course, Settings(jobs=2))
    assert progress.failed == {}
    assert contents(course) == contents(graded[0])


def start_grading(course) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade"],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for_work(course, run) -> None:
    """Until a first notebook has been sanitised by this run, or the run is over."""
    before = time.time()
    while run.poll() is None and time.time() < before + 60:
        for path in course.autograded.rglob("*.ipynb"):
            if path.stat().st_mtime >= before:
                return
        time.sleep(0.02)


def test_no_process_outlives_a_killed_run(empty_course, tmp_path):
    course = copied(empty_course, tmp_path / "orphans")
    submit(course, "ada", ANSWERS, extra={"1_first": ["import time\ntime.sleep(2)"]})
    run = start_grading(course)
    wait_for_work(course, run)
    run.kill()
    run.wait()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and processes_in(course.root):
        time.sleep(0.1)
    assert not processes_in(course.root)


def processes_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(process / "cwd")) == folder:  # noqa: PTH115
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_what_is_graded_is_skipped_until_it_changes(course):
    submit(course, "ada", ANSWERS)
    submit(course, "bob", WRONG)
    assert grade(course, Settings()).done == 2
    again = grade(course, Settings())
    assert (again.done, again.skipped) == (0, 2)
    submit(course, "bob", ANSWERS)
    changed = grade(course, Settings())
    assert (changed.done, changed.skipped) == (1, 1)
    assert scores(course)["bob"] == EXPECTED["ada"]
    assert grade(course, Settings(students=("ada",), force=True)).done == 1


def test_one_notebook_alone(course):
    submit(course, "ada", ANSWERS)
    grade(course, Settings(notebooks=("2_second",)))
    given = scores(course)["ada"]
    assert (given["mean-test"], given["square-test"]) == (4, 0)
    assert grade(course, Settings()).done == 1
    assert scores(course)["ada"] == EXPECTED["ada"]


def test_damaged_submissions_cost_only_themselves(course):
    submit(course, "ada", ANSWERS)
    folder = submit(course, "bob", ANSWERS)
    (folder / "1_first.ipynb").write_bytes(b"\xff\xfe not a notebook")
    folder = submit(course, "cleo", ANSWERS)
    (folder / "2_second.ipynb").unlink()
    (course.submitted / "dan" / "lab6").mkdir(parents=True)
    progress = grade(course, Settings())
    assert progress.failed == {}
    given = scores(course)
    assert given["ada"] == EXPECTED["ada"]
    assert given["bob"] == {**EXPECTED["cleo"], "mean-test": 4}
    assert given["cleo"] == {**EXPECTED["ada"], "mean-test": 0}
    assert given["dan"] == EXPECTED["cleo"]


def test_links_and_special_files_are_not_followed(course):
    folder = submit(course, "ada", ANSWERS, files={"note.txt": b"mine"})
    (folder / "stolen.db").symlink_to(course.gradebook)
    (folder / "all").symlink_to(course.solutions)
    os.mkfifo(folder / "pipe")
    (folder / "1_first.ipynb").unlink()
    (folder / "1_first.ipynb").symlink_to(course.solutions / "1_first.ipynb")
    progress = grade(course, Settings())
    assert progress.failed == {}
    copied_files = {p.name for p in (course.autograded / "ada" / "lab6").iterdir()}
    assert copied_files == {"note.txt", "2_second.ipynb"}
    assert scores(course)["ada"]["square-test"] == 0


def test_the_work_of_a_dead_worker_is_done_again(course):
    for student in ("ada", "bob"):
        submit(
            course, student, STUDENTS[student], extra={"1_first": ["import time; time.sleep(1)"]}
        )
    killed = []

    def kill_one(progress):
        workers = multiprocessing.active_children()
        if not killed and progress.running and workers:
            killed.append(workers[0].pid)
            workers[0].kill()

    progress = grade(course, Settings(jobs=2), kill_one)
    assert killed and progress.failed == {}
    assert scores(course) == {name: EXPECTED[name] for name in ("ada", "bob")}


def test_flags_are_kept_for_the_report(course):
    submit(course, "ada", ANSWERS, extra={"1_first": ["import sys\nsys.settrace(None)"]})
    submit(course, "bob", ANSWERS)
    assert grade(course, Settings()).flagged == 1
    flags = load_flags(course.report / "flags")
    assert set(flags) == {("ada", "1_first")}
    assert {(f.seen, f.line, f.code) for f in flags["ada", "1_first"]} == {
        ("code", 2, "sys.settrace(None)"),
        ("run", 2, "sys.settrace(None)"),
    }


def test_nothing_to_grade_is_one_clear_line(course):
    with pytest.raises(GradeError, match="nothing to grade"):
        grade(course, Settings())
    submit(course, "ada", ANSWERS)
    with pytest.raises(GradeError, match="no submission of 'eve'"):
        grade(course, Settings(students=("eve",)))
    with pytest.raises(GradeError, match="no notebook '9'"):
        grade(course, Settings(notebooks=("9",)))
    with pytest.raises(GradeError, match="no limit 'speed'"):
        grade(course, Settings(limits={"speed": 1}))
    with pytest.raises(GradeError, match="choose bwrap or none"):
        grade(course, Settings(sandbox="docker"))


def test_without_bubblewrap_it_refuses_unless_told(course, monkeypatch):
    submit(course, "ada", ANSWERS)
    monkeypatch.setattr(sandbox, "bubblewrap", lambda: None)
    with pytest.raises(GradeError, match="--sandbox none"):
        grade(course, Settings())
    assert grade(course, Settings(jobs=1, sandbox="none")).done == 1
    assert scores(course)["ada"] == EXPECTED["ada"]


def test_a_test_that_the_solution_fails_grades_nobody(course):
    submit(course, "ada", ANSWERS)
    path = course.solutions / "1_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = "def square(x):\n    return 0"
    nbformat.write(notebook, path)
    with pytest.raises(GradeError, match="the solution of 1_first itself fails square-test"):
        grade(course, Settings())
    assert scores(course) == {}


def test_two_runs_at_once_are_refused(course):
    import fcntl

    submit(course, "ada", ANSWERS)
    with (course.grading / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(GradeError, match="another run"):
            grade(course, Settings())


def test_limits_on_the_command_line():
    assert read_limits(["cell_seconds=3", "memory_mib = 10"]) == {
        "cell_seconds": 3.0,
        "memory_mib": 10.0,
    }
    with pytest.raises(GradeError, match="NAME=NUMBER"):
        read_limits(["fast"])


def test_the_display_shows_all_that_matters(graded):
    _, progress = graded
    progress.running["\x1b[2J[red]eve"] = 0.0
    row = [next(iter(column.cells)) for column in table(progress).columns]
    assert row[0] == "4 of 4"
    assert "\x1b" not in row[1]
    assert duration(3909) == "1:05:09" and duration(None) == "?"
    assert summary(progress).startswith("4 graded in")
