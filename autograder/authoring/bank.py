"""Prove the checks on a bank of answers, right and wrong.

A bank is a folder with one folder per task, named by its grade id. In it, `correct_*.py` and
`wrong_*.py` each hold one answer: the whole content of the answer cell. A wrong one starts with
`# expect: REGEX`, which the message shown to the student must match.

Each notebook runs once with the reference answers. At an answer cell that the bank has answers for,
every answer gets a fork of that process: a namespace of its own at no cost. There the answer runs
in place of the reference. Another fork holds its judge, which asks over the pipe that grading uses,
for the visible part of the test cell and for the hidden one.
"""

from __future__ import annotations

import contextlib
import gc
import json
import linecache
import math
import multiprocessing
import os
import re
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder import labs
from autograder.authoring.text_notebook import grade_id, read_text
from autograder.cells import judged, split_hidden
from autograder.course import Course
from autograder.errors import AutograderError

READY = b"."
EXPECT = re.compile(r"#\s*expect:\s*(?P<regex>\S.*)")


@dataclass(frozen=True)
class BankAnswer:
    """One answer of a bank; `expect` is None for a correct one."""

    grade_id: str
    name: str
    source: str
    expect: str | None

    @property
    def is_correct(self) -> bool:
        return self.expect is None


@dataclass(frozen=True)
class Verdict:
    """What the test cell said of an answer; `fault` is empty when that is as it should be."""

    grade_id: str
    name: str
    passed: bool
    message: str
    fault: str  # "", "false accept", "false reject" or "missing hint"
    seconds: float


def read_bank(folder: Path, grade_ids: set[str], only: str = "") -> list[BankAnswer]:
    """The answers of a bank whose grade ids start with `only`.

    Raises AutograderError with a line for each thing that is malformed.
    """
    if not folder.is_dir():
        raise AutograderError(f"no bank at {folder}: give a folder with one folder per grade id")
    answers, faults, unknown = [], [], False
    for task in sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_"))):
        if task.is_file():
            if task.suffix == ".py":
                faults.append(f"{task.name} lies outside the folders of the grade ids: move it")
            continue
        if not task.name.startswith(only):
            continue
        if task.name not in grade_ids:
            faults.append(f"{task.name}/ is not the grade id of an automatically graded task")
            unknown = True
            continue
        for path in sorted(task.glob("*.py")):
            try:
                answers.append(_read_answer(task.name, path))
            except AutograderError as fault:
                faults.append(str(fault))
    if not answers and not faults:
        faults.append(f"{folder} holds no answers: expected GRADE_ID/correct_*.py and wrong_*.py")
    if unknown:
        faults.append(f"the grade ids are: {', '.join(sorted(grade_ids))}")
    if faults:
        raise AutograderError("\n".join(faults))
    return answers


def _read_answer(grade_id: str, path: Path) -> BankAnswer:
    where = f"{grade_id}/{path.name}"
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise AutograderError(f"{where} is not UTF-8 text: save it as UTF-8") from None
    if path.name.startswith("correct_"):
        return BankAnswer(grade_id, path.stem, source, None)
    if not path.name.startswith("wrong_"):
        raise AutograderError(f"{where} must be called correct_*.py or wrong_*.py")
    first = EXPECT.match(source)
    if not first:
        raise AutograderError(f"{where} must start with a line '# expect: REGEX'")
    try:
        re.compile(first["regex"].strip())
    except re.error as error:
        raise AutograderError(
            f"{where}: its expect line is no regular expression: {error}"
        ) from None
    return BankAnswer(grade_id, path.stem, source, first["regex"].strip())


def graded_tasks(course: Course) -> dict[str, tuple[str, str]]:
    """Grade id -> (notebook name, source of its test cell), for every automatically graded task."""
    found = {}
    for name in course.names:
        for cell in read_text(course, name).cells:
            if cell.cell_type == "code" and grade_id(cell).endswith("-test"):
                found[grade_id(cell).removesuffix("-test")] = (name, cell.source)
    return found


def run_bank(
    course: Course,
    answers: list[BankAnswer],
    jobs: int = 2,
    seconds: float = 60.0,
    full_data: bool = False,
) -> Iterator[Verdict]:
    """Yield a verdict for each answer, in the order in which they end.

    jobs:      how many answers run at a time.
    seconds:   of CPU time after which an answer is stopped, or WAITING times as many on the clock.
    full_data: run on all reviews and not on the small sample that grading uses.
    """
    tasks = graded_tasks(course)
    by_notebook: dict[str, list[BankAnswer]] = {}
    for answer in answers:
        by_notebook.setdefault(tasks[answer.grade_id][0], []).append(answer)

    # Answers that are stopped leave semaphores behind; Python's word on that would come last.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker")
    # "spawn": forks of a fresh interpreter, so that nothing of the caller reaches an answer.
    context = multiprocessing.get_context("spawn")
    slots = context.BoundedSemaphore(jobs)
    results = context.Queue()
    workers = [
        context.Process(
            target=_run_notebook,
            args=(course, name, group, seconds, full_data, slots, results),
            name=name,
        )
        for name, group in by_notebook.items()
    ]
    for worker in workers:
        worker.start()
    running = len(workers)
    try:
        while running:
            item = results.get()
            if isinstance(item, Verdict):
                yield item
            elif item is None:
                running -= 1
            else:
                raise AutograderError(item)
    finally:
        for worker in workers:
            if running:  # stopped early
                worker.terminate()
            worker.join()


def _run_notebook(course, name, answers, seconds, full_data, slots, results) -> None:
    """Run one notebook with the reference answers, and each bank answer in a fork in its place."""
    try:
        if not full_data:
            os.environ["NBGRADER_EXECUTION"] = "autograde"  # the small sample of the data
        os.environ.setdefault("MPLBACKEND", "Agg")
        # As in a kernel: who was spawned would have every worker of an answer spawned, too.
        multiprocessing.set_start_method(None, force=True)
        os.chdir(tempfile.mkdtemp(prefix="bank-"))
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, 1)
        os.dup2(devnull, 2)
        from autograder.kernel.zygote import import_everything

        lab = labs.current()
        checks = ("autograder.checks.judge", "autograder.answering.*", f"{lab.package}.checks.*")
        import_everything((*lab.imports, *checks))  # with one thread, and here, not in each fork
        _run_cells(read_text(course, name).cells, answers, seconds, slots, results)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        results.put(f"{name} does not run with its reference answers: {error!r} at {last.line!r}")
    results.put(None)


def _run_cells(cells, answers, seconds, slots, results) -> None:
    from autograder.checks import framework
    from autograder.kernel import huge_pages

    waiting: dict[str, list[BankAnswer]] = {}
    for answer in answers:
        waiting.setdefault(answer.grade_id, []).append(answer)
    test_of = {
        grade_id(cell).removesuffix("-test"): cell.source
        for cell in cells
        if grade_id(cell).endswith("-test")
    }
    names: dict = {"__name__": "__main__", "__builtins__": __builtins__}
    with ThreadPoolExecutor(max_workers=4) as threads:
        pending = []
        for number, cell in enumerate(cells):
            task = grade_id(cell)
            if cell.cell_type != "code" or task.endswith("-test"):
                continue  # the reference answers need no test here: the notebook runs are for that
            if task in waiting:  # forks share what is there now: no copies, short tables of pages
                gc.freeze()
                huge_pages.collapse()
            for answer in waiting.pop(task, []):
                slots.acquire()
                child = _fork(answer, test_of[task], names, seconds)
                pending.append(threads.submit(_reap, child, answer, seconds, slots, results))
            if not waiting:
                break
            with slots:
                run_cell(cell.source, names, f"<cell {number}>")
            framework.outcomes[task] = "passed"
        for done in as_completed(pending):
            done.result()


def run_cell(source: str, names: dict, label: str) -> None:
    """Run the source of a cell in a namespace, so that `inspect` and tracebacks find its lines."""
    linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
    exec(compile(source, label, "exec"), names)


@dataclass(frozen=True)
class _Children:
    """An answer and its judge, each in a fork, and the files in which they leave what they say."""

    answer: int
    judge: int
    said: Path
    outcome: Path
    started: float


def _fork(answer: BankAnswer, test: str, names: dict, seconds: float) -> _Children:
    """Fork the notebook twice: the answer runs in one, and its judge asks from the other."""
    folder = Path(tempfile.mkdtemp(prefix="verdict-"))
    said, outcome = folder / "said", folder / "outcome"
    near, far = socket.socketpair()
    runs = os.fork()
    if not runs:
        try:
            os.setpgid(0, 0)
            near.close()
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), hard))
            _answer(answer.source, names, said, far)
        finally:
            os._exit(0)
    judges = os.fork()
    if not judges:
        try:
            far.close()
            outcome.write_text(json.dumps(_ask(test, near)), encoding="utf-8")
        finally:
            os._exit(0)
    near.close()
    far.close()
    return _Children(runs, judges, said, outcome, time.monotonic())


def _answer(source: str, names: dict, said: Path, way: socket.socket) -> None:
    """Run an answer as a kernel would, then answer the questions on it."""
    from autograder.answering.serve import serve

    try:
        run_cell(source, names, "<answer>")
    except BaseException as error:
        said.write_text(f"{type(error).__name__}: {error}\n", encoding="utf-8", errors="replace")
    way.send(READY)
    serve(way, names)


def _ask(test: str, way: socket.socket) -> tuple[bool, str] | None:
    """Whether an answer passes its test cell, and what was said; None if it has ended."""
    from autograder.checks.judge import verdict

    if way.recv(1) != READY:  # the answer's cell runs first, and within the bank's limit alone
        return None
    for source, _ in split_hidden(test):
        said = verdict(judged(source) or {}, way)
        if "ended" in said:
            return None
        if said["record"]["state"] != "passed":
            return False, said["text"]
    return True, ""


def _reap(children: _Children, answer: BankAnswer, seconds: float, slots, results) -> None:
    """Wait for a judge, stop it when the time of its answer is over, and send the verdict."""
    from autograder.answering.keeping import WAITING

    try:
        late = False
        while os.waitpid(children.judge, os.WNOHANG) == (0, 0):
            if not late and time.monotonic() - children.started > WAITING * seconds:
                late = True
                os.kill(children.judge, signal.SIGKILL)
            time.sleep(0.01)
        took = time.monotonic() - children.started
        with contextlib.suppress(OSError):
            os.killpg(children.answer, signal.SIGKILL)
        _, status = os.waitpid(children.answer, 0)
        late = late or os.waitstatus_to_exitcode(status) == -signal.SIGXCPU
        said, outcome = map(_read, (children.said, children.outcome))
        shutil.rmtree(children.said.parent)
        if outcome and json.loads(outcome) is not None:
            passed, message = json.loads(outcome)
            message = said + message
        else:
            why = "ran out of time" if late else "ended the whole process"
            passed, message = False, f"the answer {why} after {took:.0f} s"
        results.put(judge(answer, passed, message, took))
    finally:
        slots.release()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def judge(answer: BankAnswer, passed: bool, message: str, seconds: float) -> Verdict:
    """Hold what the test said of an answer against what the bank says of it."""
    if answer.is_correct:
        fault = "" if passed else "false reject"
    elif passed:
        fault = "false accept"
    else:
        fault = "" if re.search(answer.expect or "", message) else "missing hint"
    return Verdict(answer.grade_id, answer.name, passed, message, fault, round(seconds, 3))


def summary(verdicts: list[Verdict]) -> str:
    """The closing line of `autograder bank`."""
    count = Counter(verdict.fault for verdict in verdicts)
    return (
        f"{len(verdicts)} answers: {count['false accept']} false accepts, "
        f"{count['false reject']} false rejects, {count['missing hint']} missing hints"
    )


def as_json(verdicts: list[Verdict]) -> str:
    ordered = sorted(verdicts, key=lambda v: (v.grade_id, v.name))
    return json.dumps([asdict(v) for v in ordered], indent=1, ensure_ascii=False)


def print_faults(verdicts: list[Verdict]) -> None:
    for verdict in sorted(verdicts, key=lambda v: (v.grade_id, v.name)):
        if verdict.fault:
            print(f"\n{verdict.fault}: {verdict.grade_id}/{verdict.name}", file=sys.stderr)
            print("  | " + (verdict.message or "passed").replace("\n", "\n  | "), file=sys.stderr)
