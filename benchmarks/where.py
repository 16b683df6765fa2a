"""Where the seconds of a student go, with one notebook after another in this process.

    python -m benchmarks.where --students 3

On an idle machine: a step is timed on the clock, from outside the sandbox.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

from autograder.cells import is_test, marks_of
from autograder.grading import grade as grading
from autograder.grading.pool import Pool
from autograder.grading.staged_autograde import StagedAutograde
from autograder.running import kernel_client, worker
from benchmarks import generated_class

MOST = 12  # lines on cells and tests


class _Here(Pool):
    """In place of workers: a notebook is run when it is handed in."""

    def __init__(self):
        self.width = 1

    def submit(self, job) -> Future:
        future: Future = Future()
        future.set_result(worker.run_notebook(job))
        return future

    def stop(self) -> None:
        pass


@contextlib.contextmanager
def _timed(spent: Counter, owner: type, name: str, label: Callable[..., str]) -> Iterator[None]:
    """Within the block, add up how long the calls of a method take, without what is timed inside
    of them, by label."""
    plain = getattr(owner, name)

    def timed(*args, **kwargs):
        before, started = spent.total(), time.perf_counter()
        try:
            return plain(*args, **kwargs)
        finally:
            inside = spent.total() - before
            spent[label(*args)] += time.perf_counter() - started - inside

    setattr(owner, name, timed)
    try:
        yield
    finally:
        setattr(owner, name, plain)


def _cell(_, index, cell, *rest) -> str:
    own = not is_test(cell) and marks_of(cell).get("grade_id")
    return f"cell {own}" if own else "other cells, and the way there"


def _test(_, index, cell, fork, source, seconds, part="visible") -> str:
    return f"test {marks_of(cell)['grade_id'].removesuffix('-test')}, {part}"


STEPS = [
    (grading._Grading, "_prepare", lambda *_: "nbgrader: repair, clean, look up"),
    (StagedAutograde, "finish", lambda *_: "nbgrader: save marks and file"),
    (kernel_client.Kernel, "__init__", lambda *_: "start of a kernel"),
    (kernel_client.Kernel, "close", lambda *_: "end of a kernel"),
    (kernel_client.Kernel, "fork", lambda *_: "fork for a test"),
    (worker._Run, "_run_cell", _cell),
    (worker._Run, "_test", _test),
]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--students", type=int, default=3)
    count = options.parse_args().students
    spent: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="where-") as folder, contextlib.ExitStack() as stack:
        course = generated_class.copy_of_course(Path(folder) / "course")
        generated_class.generate(course, count, seed=6, kind="complete")
        grading.open_pool = lambda _: contextlib.nullcontext(_Here())
        settings = grading.Settings(jobs=1, force=True)
        grading.grade(course, settings)  # starts what is started once
        for owner, name, label in STEPS:
            stack.enter_context(_timed(spent, owner, name, label))
        started = time.perf_counter()
        grading.grade(course, settings)
        seconds = time.perf_counter() - started
    groups: Counter[str] = Counter()
    for step, taken in spent.items():
        kind, _, part = step.partition(" ")
        whole = {"cell": "cells of answers", "test": f"tests, {part.rpartition(' ')[2]}"}
        groups[whole.get(kind, step)] += taken / count
    groups["the rest"] = seconds / count - groups.total()
    print(f"{seconds / count:.2f} s a student")
    for step, taken in groups.most_common():
        print(f"{taken:6.2f} s  {step}")
    print("of these, the longest:")
    single = Counter({s: t / count for s, t in spent.items() if s.startswith(("cell ", "test "))})
    for step, taken in single.most_common(MOST):
        print(f"{taken:6.2f} s  {step}")


if __name__ == "__main__":
    main()
