"""A small class, graded: right scores, whatever the class hands in and whatever stops the run."""

from __future__ import annotations

import ast
import concurrent.futures as futures
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import Execute

from autograder.course import Course
from autograder.grading import what_decides
from autograder.grading.fast_nbgrader import fast_nbgrader
from autograder.grading.flags import load_flags
from autograder.grading.grade import GradeError, Settings, _Grading, grade, load_config
from autograder.grading.live_table import duration, summary, table
from autograder.grading.marks import read_marks
from autograder.grading.native import SandboxedExecute
from autograder.grading.pool import open_pool
from autograder.grading.settings import read_limits
from autograder.intake.submission_folder import read_folder
from autograder.running import sandbox
from autograder.running.sandbox import Limits
from autograder.setup_cell import stamp
from tests.autograder.toy_course import (
    ANSWERS,
    DOUBLE,
    MEAN,
    contents,
    locked,
    make_course,
    scores,
    submit,
    written,
)
from tests.patience import PATIENCE, wait_for

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
        config.Autograde.autograde_preprocessors = [  # a new list: the old one is everybody's
            Execute if step is SandboxedExecute else step
            for step in config.Autograde.autograde_preprocessors
        ]
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
        run.wait(PATIENCE)
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

    def works_or_ended() -> bool:
        if run.poll() is not None:
            return True
        return any(p.stat().st_mtime >= before for p in course.autograded.rglob("*.ipynb"))

    wait_for(works_or_ended, "the run to begin")


def test_no_process_outlives_a_killed_run(empty_course, tmp_path):
    course = copied(empty_course, tmp_path / "orphans")
    submit(course, "ada", ANSWERS, extra={"1_first": ["import time\ntime.sleep(2)"]})
    run = start_grading(course)
    wait_for_work(course, run)
    run.kill()
    run.wait()
    wait_for(lambda: not processes_in(course.root), "the processes to end")


def processes_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(process / "cwd")) == folder:  # noqa: PTH115
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_a_run_that_stops_with_work_in_its_queue_ends():
    script = """
import time
from multiprocessing.connection import Connection
from autograder.grading.pool import open_pool
from autograder.grading.settings import Settings
with open_pool(Settings(jobs=1)) as pool:
    pool.executor.submit(time.sleep, 600)
    for _ in range(3):
        pool.executor.submit(len, bytes(1_000_000))  # more than a pipe takes
    time.sleep(1)
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=PATIENCE, check=True)


def test_the_end_of_a_queue_may_be_closed_by_two_threads_at_once(monkeypatch):
    def slowly(connection):
        time.sleep(0.1)
        os.close(connection._handle)

    monkeypatch.setattr(Connection, "_close", slowly)
    with open_pool(Settings(jobs=1)) as pool:
        reader = pool.executor._call_queue._reader
        with futures.ThreadPoolExecutor(4) as threads:
            for done in [threads.submit(reader.close) for _ in range(4)]:
                done.result()
        assert reader.closed


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
    assert (given["mean-test"], given["square-test"]) == (4, None)
    assert [student.waiting for student in read_marks(course).students] == [[]]
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
    assert copied_files == {"note.txt", "1_first.ipynb", "2_second.ipynb"}  # the first: blank
    assert scores(course)["ada"]["square-test"] == 0


def test_the_work_of_a_dead_worker_is_done_again(course, new_workers):
    others = multiprocessing.active_children()
    for student in ("ada", "bob"):
        submit(
            course, student, STUDENTS[student], extra={"1_first": ["import time; time.sleep(1)"]}
        )
    killed = []

    def kill_one(progress):
        workers = [one for one in multiprocessing.active_children() if one not in others]
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
    assert [(f.line, f.code) for f in flags["ada", "1_first"]] == [(2, "sys.settrace(None)")]


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


# --- what is not chosen stays, and what decides a mark makes due ----------------------------------

LATE = """
from nbgrader.plugins import LateSubmissionPlugin
class Late(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {penalty}
c.AssignLatePenalties.plugin_class = Late
"""


def read_by_hand(course, student: str, points: float, comment: str) -> None:
    """What the formgrader does with the written answer."""
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        grade_of_why = gradebook.find_grade("why", "2_second", "lab6", student)
        grade_of_why.manual_score, grade_of_why.needs_manual_grade = points, False
        said = gradebook.find_comment("why", "2_second", "lab6", student)
        said.manual_comment = comment
        gradebook.db.commit()


def hand_mark(course, student: str) -> tuple:
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        given = gradebook.find_grade("why", "2_second", "lab6", student)
        said = gradebook.find_comment("why", "2_second", "lab6", student)
        return given.manual_score, said.manual_comment, given.needs_manual_grade


def penalties(course) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        return {
            submission.student.id: submission.late_submission_penalty
            for submission in gradebook.assignment_submissions("lab6")
        }


def set_due_date(course, text: str) -> None:
    command = [sys.executable, "-m", "nbgrader", "db", "assignment", "add", "lab6"]
    subprocess.run([*command, f"--duedate={text}"], cwd=course.root, check=True)


def add_to_config(course, text: str) -> None:
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text() + text)


def test_notebooks_that_are_not_chosen_keep_their_marks(course):
    submit(course, "ada", {**ANSWERS, "why": "A proof."})
    folder = submit(course, "bob", ANSWERS)
    (folder / "1_first.ipynb").unlink()
    grade(course, Settings())
    before = contents(course)
    progress = grade(course, Settings(notebooks=("2_second",), force=True))
    assert progress.done == 2
    assert contents(course) == before
    assert before["ada", "2_second"][0][1][-1], "the proof waits to be read"
    grade(course, Settings(notebooks=("1_first",), force=True))
    assert contents(course) == before
    assert grade(course, Settings()).skipped == 2


def test_only_a_chosen_notebook_that_is_missing_is_zero(course):
    folder = submit(course, "ada", ANSWERS)
    grade(course, Settings())
    for path in folder.glob("*.ipynb"):
        path.unlink()
    grade(course, Settings(notebooks=("2_second",)))
    assert scores(course)["ada"] == {"square-test": 3, "double-test": 2, "mean-test": 0, "why": 0}


def test_a_hand_mark_outlives_a_new_grading_and_asks_again_only_for_a_new_answer(course):
    submit(course, "ada", {**ANSWERS, "why": "A proof."})
    grade(course, Settings())
    read_by_hand(course, "ada", 4, "well said")
    grade(course, Settings(force=True))
    assert hand_mark(course, "ada") == (4, "well said", False)
    submit(course, "ada", {**ANSWERS, "mean": "mean = 3", "why": "A proof."})
    grade(course, Settings())
    assert scores(course)["ada"]["mean-test"] == 0
    assert hand_mark(course, "ada") == (4, "well said", False)
    submit(course, "ada", {**ANSWERS, "why": "Another proof."})
    grade(course, Settings())
    assert hand_mark(course, "ada") == (4, "well said", True)
    grade(course, Settings(force=True))
    assert hand_mark(course, "ada") == (4, "well said", True)


def test_an_overruled_test_asks_again_when_code_or_points_changed(course):
    submit(course, "bob", WRONG)
    grade(course, Settings())
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        overruled = gradebook.find_grade("square-test", "1_first", "lab6", "bob")
        overruled.manual_score, overruled.needs_manual_grade = 1, False
        gradebook.db.commit()

    def asks():
        with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
            given = gradebook.find_grade("square-test", "1_first", "lab6", "bob")
            return given.manual_score, given.needs_manual_grade

    grade(course, Settings(force=True))
    assert asks() == (1, False)
    submit(course, "bob", ANSWERS)
    grade(course, Settings())
    assert asks() == (1, True)


def test_a_due_date_and_a_policy_set_afterwards_reach_those_who_are_late(course):
    submit(course, "ada", ANSWERS, files={"timestamp.txt": b"2030-01-01 10:00:00 UTC"})
    submit(course, "bob", ANSWERS, files={"timestamp.txt": b"2030-01-03 10:00:00 UTC"})
    grade(course, Settings())
    set_due_date(course, "2030-01-02 00:00:00 UTC")
    add_to_config(course, LATE.format(penalty="1"))
    run = grade(course, Settings())
    assert (run.done, run.skipped) == (0, 2), "no notebook has to run again for that"
    assert penalties(course) == {"ada": 0, "bob": 2}
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text().replace("return 1", "return 0.5"))
    run = grade(course, Settings())
    assert (run.done, penalties(course)) == (0, {"ada": 0, "bob": 1})
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.grant_extension("lab6", "bob", days=3)
    run = grade(course, Settings())
    assert (run.done, penalties(course)) == (0, {"ada": 0, "bob": 0})
    assert grade(course, Settings()).skipped == 2


@pytest.fixture
def code(tmp_path, monkeypatch):
    """A copy of the course's code, to change; it is read, not run."""
    root = Path(what_decides.CODE)
    for name in ("helpers", "autograder"):
        shutil.copytree(
            root / name, tmp_path / "code" / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    monkeypatch.setattr(what_decides, "CODE", tmp_path / "code")
    return tmp_path / "code"


def change_hidden_test(course, code, monkeypatch):
    for notebook in course.solutions.glob("2*.ipynb"):
        notebook.write_text(notebook.read_text().replace("mean([5, 6, 7, 8]) == 6.5", "False"))
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", "lab6", "--force"]
        subprocess.run(command, cwd=course.root, check=True, capture_output=True)


def change_points(course, code, monkeypatch):
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.find_grade_cell("mean-test", "2_second", "lab6").max_score = 7
        gradebook.db.commit()
    path = course.released / "2_second.ipynb"
    path.write_text(path.read_text().replace('"points": 4', '"points": 7'))


def change_given_code(course, code, monkeypatch):
    path = course.released / "1_first.ipynb"
    path.write_text(path.read_text().replace("square(3) == 9", "square(4) == 16"))


def edit(*names):
    def change(course, code, monkeypatch):
        path = code.joinpath(*names)
        path.write_text(path.read_text() + "\n# changed\n")

    return change


def change_prose(course, code, monkeypatch):
    path = course.released / "1_first.ipynb"
    path.write_text(path.read_text().replace("# First", "# The first"))


def change_what_is_told(course, code, monkeypatch):
    path = code / "autograder" / "tasks.json"
    path.write_text(path.read_text().replace('"points"', '"hints": ["Look."], "points"'))


def change_seconds(course, code, monkeypatch):
    known = what_decides.tasks()
    first = replace(next(iter(known.values())), seconds=99)
    monkeypatch.setattr(what_decides, "tasks", lambda: {**known, first.id: first})


def change_version(course, code, monkeypatch):
    monkeypatch.setattr(what_decides, "version", lambda package: f"{package} 99")


def change_file_beside(course, code, monkeypatch):
    (course.solutions / "numbers.csv").write_text("1,2")


def change_setting(course, code, monkeypatch):
    add_to_config(course, "\nc.OverwriteCells.add_missing_cells = True\n")


def change_limit(course, code, monkeypatch):
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text().replace("'cpu_seconds': 30", "'cpu_seconds': 31"))


def change_feedback(course, code, monkeypatch):
    add_to_config(course, "\nc.GenerateFeedback.force = True\n")


def what_is_due(course) -> dict[str, list[str]]:
    """Student -> the notebooks that would be graded now."""
    config = load_config(course)
    limits = Limits().changed(**config.SandboxedExecute.limits)
    run = _Grading(course, config, Settings(), limits, "bwrap", lambda _: None)
    folders = {name: read_folder(course.submitted / name / "lab6") for name in run.students()}
    due = {name: sorted(run._due(name, folder)) for name, folder in folders.items()}
    return {name: notebooks for name, notebooks in due.items() if notebooks}


BOTH = ["1_first", "2_second"]


@pytest.mark.parametrize(
    ("change", "due"),
    [
        (change_hidden_test, ["2_second"]),
        (change_points, ["2_second"]),
        (change_given_code, ["1_first"]),
        (edit("autograder", "answering", "values.py"), BOTH),
        (edit("autograder", "kernel", "supervisor.py"), BOTH),
        (edit("autograder", "running", "worker.py"), BOTH),
        (edit("autograder", "mending", "repair.py"), BOTH),
        (edit("helpers", "training.py"), BOTH),
        (change_version, BOTH),
        (change_file_beside, BOTH),
        (change_setting, BOTH),
        (change_limit, BOTH),
        (edit("autograder", "templates", "report.html.j2"), []),
        (edit("autograder", "reporting", "report.py"), []),
        (edit("autograder", "cli.py"), []),
        (change_feedback, []),
        (change_prose, []),
        (change_what_is_told, []),
        (change_seconds, BOTH),
    ],
)
def test_what_is_due_after_a_change(graded, tmp_path, monkeypatch, code, change, due):
    course = copied(graded[0], tmp_path / "toy")
    assert what_is_due(course) == {}
    change(course, code, monkeypatch)
    assert what_is_due(course) == (dict.fromkeys(STUDENTS, due) if due else {})


def test_another_address_of_the_course_makes_nobody_due(tmp_path):
    def notebook(address: str) -> NotebookNode:
        course = Course(tmp_path, repository=address, badge="[Open]({slug})", version="1")
        made = new_notebook(cells=[locked("setup", "# setup"), locked("imports", "import torch")])
        stamp(made, course, "1_first")
        return made

    here, there = ({"1_first": notebook(a)} for a in ("", "https://github.com/ab/cd"))
    for cell in (0, 1):
        assert here["1_first"].cells[cell].source != there["1_first"].cells[cell].source
    nobody = SimpleNamespace(notebooks=[])
    key = what_decides.notebook_key(nobody, here, "1_first")
    assert what_decides.notebook_key(nobody, there, "1_first") == key
    there["1_first"].cells[1].source += "\nimport os"
    assert what_decides.notebook_key(nobody, there, "1_first") != key


def test_the_schema_of_nbgrader_is_kept_once_for_all_notebooks(monkeypatch):
    """nbgrader reads it anew for each; what is kept of it may not grow with the class."""
    checked, kind = [], jsonschema.validators.validator_for(MetadataValidator().schema)
    monkeypatch.setattr(kind, "check_schema", lambda schema: checked.append(schema))
    mark = {"grade_id": "a", "grade": False, "solution": True, "locked": False, "task": False}
    cell = new_code_cell(metadata={"nbgrader": {**mark, "schema_version": 3}})
    with fast_nbgrader():
        for _ in range(3):
            MetadataValidator().validate_nb(new_notebook(cells=[cell]))
        cell.metadata.nbgrader.grade = "no"
        with pytest.raises(jsonschema.ValidationError):
            MetadataValidator().validate_nb(new_notebook(cells=[cell]))
    assert len(checked) == 1


def test_all_modules_that_grading_runs_through_are_among_those_that_decide():
    """What the deciding modules import decides too, but for what is named here."""
    others = "flags fast_nbgrader what_decides one_run late_days changes"
    others += " before_grading hand_marks pool settings"
    allowed = {f"autograder.grading.{name}" for name in others.split()}
    allowed |= {"autograder.errors", "autograder.kept", "autograder.course", "autograder.files"}
    allowed.add("autograder.check_log")  # what a check prints for the class's report
    allowed.add("autograder.intake.groups")  # what it reads is in the key of each student
    deciding = [name.removesuffix(".py").replace("/", ".") for name in what_decides.DECIDING]
    root = Path(what_decides.CODE)
    for name in what_decides.DECIDING:
        path = root / name
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            tree = ast.walk(ast.parse(file.read_text())) if file.suffix == ".py" else ()
            froms = [node for node in tree if isinstance(node, ast.ImportFrom)]
            found = {f"{node.module}.{alias.name}" for node in froms for alias in node.names}
            for module in (m for m in found if m.startswith("autograder.")):
                known = [*deciding, *allowed]
                assert any(f"{module}.".startswith(f"{k}.") for k in known), (file, module)


def test_the_solutions_are_tried_again_when_a_check_changes(graded, tmp_path, code):
    course = copied(graded[0], tmp_path / "toy")
    stamp = course.report / "reference-passed"
    before = stamp.read_text()
    edit("autograder", "answering", "values.py")(course, code, None)
    grade(course, Settings(students=("ada",)))
    assert stamp.read_text() != before


def test_a_task_that_the_gradebook_does_not_know_is_said_before_anybody_is_graded(course):
    submit(course, "ada", ANSWERS)
    grade(course, Settings())
    before = contents(course)
    path = course.released / "2_second.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(written("why-not", 3))
    nbformat.write(notebook, path)
    for force in (False, True):
        with pytest.raises(GradeError, match=r"2_second and the gradebook disagree about why-not"):
            grade(course, Settings(force=force))
    assert contents(course) == before
