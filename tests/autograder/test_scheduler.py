"""The same class on a Dask cluster on loopback: a scheduler, workers, one of them killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading.grade import GradeError, Settings, grade
from tests.autograder.toy_course import ANSWERS, MEAN, contents, make_course, submit
from tests.patience import PATIENCE, wait_for

distributed = pytest.importorskip("distributed")

ROOT = Path(__file__).resolve().parents[2]
SLOW = {"1_first": ["import time\ntime.sleep(1.5)"]}


@pytest.fixture(scope="module")
def cluster(sandboxes_can_be_made, tmp_path_factory):
    """The address of a scheduler and its two workers, as one starts them on a cluster.

    Each worker runs in a folder of its own, with a temporary folder of its own: nothing is shared.
    """
    folder = tmp_path_factory.mktemp("cluster")
    started = []

    def start(name: str, *arguments: str) -> subprocess.Popen:
        own = folder / name
        own.mkdir()
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            cwd=own,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=(own / "log").open("w"),
        )
        started.append(process)
        return process

    file = folder / "scheduler.json"
    local = ("--host", "127.0.0.1", "--no-dashboard")
    start("scheduler", "dask_scheduler", *local, "--port", "0", "--scheduler-file", str(file))
    wait_for(file.exists, "the scheduler to start")
    options = ("--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", *local)
    workers = [start(f"worker-{n}", "dask_worker", *options) for n in (1, 2)]
    with distributed.Client(scheduler_file=str(file)) as client:
        client.wait_for_workers(2, timeout=PATIENCE)
        address = client.scheduler.address
    yield address, workers
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The gradebook of the same class, graded on this machine."""
    course = course_with_class(tmp_path_factory.mktemp("local") / "toy")
    grade(course, Settings(jobs=2))
    return contents(course)


def course_with_class(root: Path):
    course = make_course(root)
    for number in range(4):
        answers = ANSWERS if number % 2 else {"mean": MEAN}
        submit(course, f"student-{number}", answers, extra=SLOW)
    return course


def test_a_cluster_gives_the_same_gradebook_though_a_worker_dies(cluster, expected, tmp_path):
    address, workers = cluster
    course = course_with_class(tmp_path / "toy")
    killed = []

    def kill_one(progress):
        if not killed and progress.done >= 1:  # by now the others are at work
            workers[0].kill()
            killed.append(workers[0].pid)

    progress = grade(course, Settings(scheduler=address), kill_one)
    assert killed and progress.failed == {}
    assert contents(course) == expected


def test_no_scheduler_is_one_clear_line(tmp_path):
    course = course_with_class(tmp_path / "toy")
    with pytest.raises(GradeError, match="no scheduler answers at"):
        grade(course, Settings(scheduler="tcp://127.0.0.1:9"))
