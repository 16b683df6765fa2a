"""Runs one notebook in a sandboxed kernel: notebook bytes in, executed notebook bytes out.

`run_notebook` is all that the rest of the grader calls, in this process, in a pool of processes or
on another machine. It keeps one zygote per thread and knows nothing of students or gradebooks.
Nothing that comes from the kernel is trusted: it is counted, cut, and checked for its form.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import hashlib
import io
import json
import os
import re
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import nbformat
import zmq
from jupyter_client.session import Session
from nbformat import NotebookNode

from autograder import sandbox
from autograder.demos import unneeded_demos
from autograder.sandbox import Limits, SandboxError, limit_message
from autograder.verdict import NotInCatalogue, Verdict
from helpers.runtime import cache_folder

HIDDEN_BEGIN, HIDDEN_END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
_PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}
_START_SECONDS = 300.0  # only what will never start takes so long, however busy the machine is
_GRACE_SECONDS = 2.0  # between an interrupt and the end of the kernel
_LAST_OUTPUT_SECONDS = 15.0  # between a reply and the last output of its cell
_MAX_MESSAGE = 16 << 20  # bytes; a larger output ends the kernel
_MAX_VERDICT = 1 << 16  # bytes
_MESSAGES = 100  # that are dropped at one look
# What an output may hold: pictures and text. The rest could run in the reader's browser.
_KEPT_FORMATS = ("image/png", "image/jpeg", "text/plain", "text/latex")
_WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class Job:
    """One notebook to run."""

    notebook: bytes  # nbformat 4 JSON
    files: dict[str, bytes] = field(default_factory=dict)  # the submission's other files
    limits: Limits = field(default_factory=Limits)
    sandbox: str = "bwrap"  # or "none"
    demos: bool = True  # run the cells that only show something
    pictures: bool = True  # draw the plots; that is half of the time of a notebook full of them
    imports: tuple[str, ...] | None = None  # modules to have ready; None: those of the lab


@dataclass
class Outcome:
    """What came of a job."""

    notebook: bytes
    verdicts: list[Verdict] = field(default_factory=list)
    seconds: float = 0.0


def run_notebook(job: Job) -> Outcome:
    """Run every code cell of a notebook; always returns, whatever the notebook does.

    Raises SandboxError if no sandbox can be made on this machine.
    """
    started = time.monotonic()
    notebook = nbformat.reads(job.notebook.decode(), as_version=4)
    run = _Run(job, notebook)
    try:
        run.all_cells()
    finally:
        run.close()
    # What a cell printed or raised may hold halves of characters, which no file can.
    executed = nbformat.writes(notebook).encode(errors="replace")
    return Outcome(executed, run.verdicts, time.monotonic() - started)


def begin_worker(parent: int) -> None:
    """In a new worker process: Ctrl-C is the parent's business, and without it there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)


# What a judge has ready.
JUDGE_IMPORTS = ("torch", "numpy", "sympy", "helpers.*", "autograder.checks.*", "autograder.judge")
# Ends of a kernel that threads, processes or memory left behind by an earlier cell may cause.
_PERHAPS_EARLIER = ("exit", "killed", "memory_mib", "cpu_seconds", "processes")


class KernelEnded(Exception):
    """The kernel is gone; `reason` is the name of a limit or a short word."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class _Run:
    """The cells of one notebook, over as many kernels as it takes."""

    def __init__(self, job: Job, notebook: NotebookNode):
        self.job, self.notebook, self.limits = job, notebook, job.limits
        self.verdicts: list[Verdict] = []
        self.kernel: _Kernel | None = None
        self.deadline: float | None = None  # set when the first kernel is ready
        self.restarts = 0
        # Demos that nothing needs; later also cells that ended a kernel, for the next one.
        self.skipped = set() if job.demos else unneeded_demos(notebook)
        self.pending: dict[int, _Pending] = {}  # cells whose hidden tests have yet to run
        self.count = 0
        self.judge: _Judge | None = None
        self.imports = job.imports
        tests = [cell for cell in notebook.cells if _is_test(cell)]
        if any(judged(part) for cell in tests for part, _ in split_hidden(cell.source)):
            _host("judge", job.sandbox, JUDGE_IMPORTS)  # both zygotes start at the same time
            if job.imports is not None:
                # Before the first cell of a submission: what it imports could be of its own making.
                self.imports = (*job.imports, "torch", "autograder.answering.*")

    def close(self) -> None:
        for part in (*self.pending.values(), self.kernel, self.judge):
            if part is not None:
                part.close()

    def all_cells(self) -> None:
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            if not cell.source.strip() or index in self.skipped:
                continue
            self._cell_or_its_loss(index, cell)
        if self.pending:
            self._hidden_tests()

    def _hidden_tests(self) -> None:
        """When all outputs have been taken: each hidden test, in the fork kept from its place."""
        at_least = time.monotonic() + self.limits.cell_seconds
        self.deadline = max(self.deadline or 0, at_least)
        self.restarts = min(self.restarts, self.limits.restarts)  # one more kernel, if it takes one
        if self.kernel is not None and self.kernel.used_up:
            self._end_kernel()
            self.restarts = max(self.restarts, 2)
        for index in sorted(self.pending):
            cell = self.notebook.cells[index]
            try:
                self._ready(len(self.notebook.cells))
                waiting = self.pending[index]
                self._test(index, cell, waiting.fork, waiting.source, self._seconds(), "hidden")
            except KernelEnded as ended:
                self._lost(index, cell, ended.reason)
            self.pending.pop(index).close()

    def _cell_or_its_loss(self, index: int, cell: NotebookNode) -> None:
        short = self.kernel is not None and self.kernel.used_up
        noted = len(self.verdicts)
        reason = None
        try:
            self._one_cell(index, cell)
        except KernelEnded as ended:
            reason = ended.reason
        failed = reason is not None or (short and bool(_raised(cell)))
        earlier = short or reason in _PERHAPS_EARLIER
        if failed and earlier and self._may_try_again(cell, reason):
            del self.verdicts[noted:]
            reason = self._try_again(index, cell)
        if reason is not None:
            self._lost(index, cell, reason)

    def _one_cell(self, index: int, cell: NotebookNode) -> None:
        self._ready(index)
        self._run_cell(index, cell)

    def _ready(self, index: int) -> None:
        """A kernel in which all cells before `index` have run. Raises KernelEnded."""
        while self.kernel is None:
            if self.restarts > self.limits.restarts:
                raise KernelEnded("restarts")
            if self._seconds_left() <= 0:
                raise KernelEnded("notebook_seconds")
            self.kernel = _Kernel(self.job, self.imports)
            if self.deadline is None:
                self.deadline = time.monotonic() + self.limits.notebook_seconds
            try:
                self._replay(index)
            except KernelEnded:  # an earlier cell did it again: that is not this cell's fault
                self._end_kernel()

    def _may_try_again(self, cell: NotebookNode, reason: str | None) -> bool:
        """Whether a task's cell is worth a new kernel: a cell before it may be to blame."""
        if not _nbgrader(cell).get("grade_id") or reason in ("notebook_seconds", "restarts"):
            return False
        return reason in _PERHAPS_EARLIER or self.restarts < self.limits.restarts

    def _try_again(self, index: int, cell: NotebookNode) -> str | None:
        """Run a cell again without the student's extra cells; returns why its kernel ended."""
        self._end_kernel()
        self.restarts = max(self.restarts, 2)  # from now on without the student's extra cells
        cell.outputs = []
        try:
            self._one_cell(index, cell)
        except KernelEnded as ended:
            return ended.reason
        return None

    def _seconds_left(self) -> float:
        if self.deadline is None:
            return self.limits.notebook_seconds
        return self.deadline - time.monotonic()

    def _end_kernel(self) -> None:
        self.restarts += 1
        if self.kernel is not None:
            self.kernel.close()
            self.kernel = None

    def _replay(self, until: int) -> None:
        """In a fresh kernel, run what came before again, without the cells that ended one."""
        if self.restarts == 0:
            return
        said = list(self.verdicts)  # a replay has nothing new to say
        for index, cell in enumerate(self.notebook.cells[:until]):
            if self.restarts > 1 and not _nbgrader(cell).get("grade_id"):
                continue  # it happened again: now only the cells that came with the notebook
            if cell.cell_type == "code" and cell.source.strip() and index not in self.skipped:
                copy = nbformat.v4.new_code_cell(cell.source, metadata=cell.metadata)
                try:
                    self._run_cell(index, copy, again=True)
                except KernelEnded:
                    self.skipped.add(index)
                    raise
                finally:
                    self.verdicts = list(said)

    def _run_cell(self, index: int, cell: NotebookNode, again: bool = False) -> None:
        self.count += not again
        reached: set[str] = set()
        if _is_test(cell):
            self._run_test(index, cell, again)
        else:
            reached = self._execute(cell, cell.source)
        cell.execution_count = self.count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = self.count
        reached |= _explain_limits(cell, self.limits)
        for limit in sorted(reached) if not again else ():
            self._record(index, "cell", "stopped", f"limit/{limit}")
        if not again and _is_solution(cell) and _raised(cell) == "NotImplementedError":
            self._record(index, "cell", "open", "any/open")
        if not _USED_UP.isdisjoint(reached):
            self.kernel.used_up = True

    def _execute(self, cell: NotebookNode, source: str) -> set[str]:
        """Run code in the kernel as a cell; returns the limit that ended it, if one did."""
        seconds = self._seconds()
        assert self.kernel is not None
        reply = self.kernel.execute(cell, source, seconds)
        return {reply["interrupted"]} if reply.get("interrupted") else set()

    def _seconds(self) -> float:
        seconds = min(self.limits.cell_seconds, self._seconds_left())
        if seconds <= 0:
            raise KernelEnded("notebook_seconds")
        assert self.kernel is not None
        short = seconds < self.limits.cell_seconds
        self.kernel.time_limit = "notebook_seconds" if short else "cell_seconds"
        return seconds

    def _run_test(self, index: int, cell: NotebookNode, again: bool) -> None:
        """The visible part at its place, in a fork that is kept for the hidden one."""
        assert self.kernel is not None
        if again and index not in self.pending:
            return  # it is done; what it had to say is said
        fork: _Fork | None = None
        passed = True
        for source, is_hidden in split_hidden(cell.source):
            order = judged(source)
            if order is None and not is_hidden:
                passed = again or self._plain(index, cell, source)
                continue
            if fork is None or order is None:
                fork = self.kernel.fork(self._seconds())
            if not is_hidden:
                passed = again or self._test(index, cell, fork, source, self._seconds())
            elif passed:
                self.pending[index] = _Pending(source, fork)
        if fork is not None and (index not in self.pending or self.pending[index].fork != fork):
            fork.close()

    def _test(self, index, cell, fork: _Fork, source: str, seconds: float, part="visible") -> bool:
        """Whether a part of a test passed in a fork; if not, its cell gets an error that says why.
        Raises KernelEnded."""
        assert self.kernel is not None
        order = judged(source)
        said = self._judge(fork, order, seconds) if order else fork.run(source, seconds)
        record = said["record"]
        self._record(index, part, record["state"], record.get("mistake"), record.get("values"))
        if order and part == "visible":
            self.kernel.tell({order["task"]: record["state"]})
        if record["state"] != "passed":
            _prepend_error(cell, said)
            return False
        if order and part == "visible":
            text = f"✓ {order['task']}: passed\n"
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
        _add_result(cell, said)
        return True

    def _plain(self, index: int, cell: NotebookNode, source: str) -> bool:
        """The visible part of a test of plain asserts: it runs in the notebook, as nbgrader's."""
        stopped = self._execute(cell, source)
        error = next((o for o in cell.outputs if o.output_type == "error"), None)
        if stopped:
            self._record(index, "visible", "stopped", f"limit/{stopped.pop()}")
        elif error is None:
            self._record(index, "visible", "passed")
        elif error.ename == "NotImplementedError":
            self._record(index, "visible", "open", "any/open")
        elif error.ename == "AssertionError" and error.evalue:
            text = error.evalue.splitlines()[0][:120]
            self._record(index, "visible", "failed", "any/assertion", {"text": text})
        else:
            self._record(index, "visible", "failed", "any/error", {"error": error.ename})
        return not stopped and error is None

    def _judge(self, fork: _Fork, order: dict, seconds: float) -> dict:
        """What the judge says of an answer. Raises KernelEnded if the whole kernel is gone."""
        assert self.kernel is not None
        if self.judge is None:
            self.judge = _Judge(self.job)
        said = self.judge.verdict(order, fork, seconds, self.kernel.gone)
        if said is None:  # out of time: whoever is to blame, the next test has a new judge
            self.judge.close()
            self.judge = None
            said = {"ended": self.kernel.time_limit}
        if "unknown" in said:
            raise SandboxError(said["unknown"])
        if "ended" in said:
            reason = said["ended"] if isinstance(said["ended"], str) else "exit"
            known = reason if hasattr(self.limits, reason) else "kernel"
            record = {"state": "stopped", "mistake": f"limit/{known}"}
            return {**_error_of(reason, self.limits), "record": record}
        text = str(said.get("text", ""))
        name = "StillOpen" if said["record"]["state"] == "open" else "CheckFailed"
        return {**said, "ename": name, "evalue": text, "traceback": text.splitlines()}

    def _record(self, index: int, part: str, state, mistake="", values=None) -> None:
        """Keep the verdict on a cell; of one that is not in the catalogue only that it failed."""
        cell = self.notebook.cells[index]
        grade_id = str(_nbgrader(cell).get("grade_id", ""))
        task = grade_id.removesuffix("-test") if _is_test(cell) else grade_id
        limit = str(mistake).removeprefix("limit/")
        if part != "hidden" and limit != mistake and hasattr(self.limits, limit):
            values = {"limit": getattr(self.limits, limit)}
        name = cell_name(self.notebook, index)
        data = {"task": task, "part": part, "state": state, "mistake": mistake or "", "cell": name}
        try:
            verdict = Verdict.read({**data, "values": values or {}})
        except NotInCatalogue:
            verdict = Verdict(task, part, "failed", cell=name)
        self.verdicts.append(verdict)

    def _lost(self, index: int, cell: NotebookNode, reason: str) -> None:
        """The kernel ended in this cell: say why in the cell, and go on with a fresh one."""
        part = "hidden" if index in self.pending else "cell"
        if reason == "restarts":
            text = (
                f"This cell was not run: cells before it ended their kernel "
                f"{self.limits.restarts + 1} times (limit restarts)."
            )
            verdict = {"ename": "NotRun", "evalue": text, "traceback": [text]}
            self._record(index, part, "stopped", "limit/restarts")
        else:
            verdict = _error_of(reason, self.limits)
            known = reason if hasattr(self.limits, reason) else "kernel"
            self._record(index, part, "stopped", f"limit/{known}")
            if reason != "notebook_seconds":
                self.skipped.add(index)
                self._end_kernel()
        _prepend_error(cell, verdict)


def _add_result(cell: NotebookNode, verdict: dict) -> None:
    """The last value of a part that passed: its partial credit, in place of an earlier one.

    It is the student's process that says it: a number of points, rounded, so that no more than
    that comes out of a hidden part.
    """
    number, most = verdict.get("result"), _nbgrader(cell).get("points", 0)
    if type(number) in (int, float) and 0 <= number <= most:
        cell.outputs = [o for o in cell.outputs if o.output_type != "execute_result"]
        data = {"text/plain": f"{round(number, 2):g}"}
        result = nbformat.v4.new_output("execute_result", data)
        result.execution_count = cell.execution_count
        cell.outputs.append(result)


def split_hidden(source: str) -> list[tuple[str, bool]]:
    """A test cell as [(visible part, False), (hidden part, True)]; empty parts are left out.

    Where the parts do not stand alone as Python, the whole cell counts as one visible part.
    """
    visible: list[str] = []
    hidden: list[str] = []
    inside = False
    for line in source.splitlines():
        if line.strip() == HIDDEN_BEGIN:
            inside = True
        elif line.strip() == HIDDEN_END:
            inside = False
        else:
            (hidden if inside else visible).append(line)
    parts = [("\n".join(visible), False), ("\n".join(hidden), True)]
    parts = [(text, is_hidden) for text, is_hidden in parts if text.strip()]
    try:
        for text, _ in parts:
            ast.parse(text)
    except SyntaxError:
        return [(source, False)]
    return parts


_CALL = re.compile(r"""check\(\s*["']([\w-]+)["'],\s*globals\(\)(?:,\s*hidden=(\d+))?\s*\)""")
_BESIDE = re.compile(r"(from autograder\.checks import [\w, ]+|#.*)?")


def judged(source: str) -> dict | None:
    """What a part of a test asks of the judge, {"task": grade id, "hidden": seed or None}: it is
    one call of `check`. None for plain asserts."""
    lines = [line.strip() for line in source.splitlines()]
    calls = [line for line in lines if not _BESIDE.fullmatch(line)]
    found = _CALL.fullmatch(calls[0]) if len(calls) == 1 else None
    if found is None:
        return None
    return {"task": found[1], "hidden": None if found[2] is None else int(found[2])}


def _nbgrader(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader", {})


def cell_name(notebook: NotebookNode, index: int) -> str:
    """The grade id of a cell, or "cell 7"."""
    if not 0 <= index < len(notebook.cells):
        return "the notebook"
    return str(_nbgrader(notebook.cells[index]).get("grade_id") or f"cell {index + 1}")


def _is_solution(cell: NotebookNode) -> bool:
    return bool(_nbgrader(cell).get("solution"))


def _is_test(cell: NotebookNode) -> bool:
    """Whether the cell is graded by what it does: nbgrader's autograder tests."""
    return bool(_nbgrader(cell).get("grade")) and not _is_solution(cell)


def _is_students(cell: NotebookNode) -> bool:
    """Whether the student may have written the cell."""
    return not (_nbgrader(cell).get("locked") or _is_test(cell)) or _is_solution(cell)


def _raised(cell: NotebookNode) -> str:
    """The name of the error that the cell ended in; "" if it did not."""
    return next((str(o.ename) for o in cell.outputs if o.output_type == "error"), "")


def _error_of(reason: str, limits: Limits) -> dict:
    """The error for a limit or another end of the kernel."""
    if hasattr(limits, reason):
        text = f"This cell was stopped. {limit_message(limits, reason)}"
        name = "CellTimeoutError" if reason == "cell_seconds" else "LimitExceeded"
    else:
        text, name = "The kernel ended while this cell ran.", "DeadKernelError"
        if reason not in ("exit", "killed"):
            text += f" ({reason})"
    return {"ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def _prepend_error(cell: NotebookNode, verdict: dict) -> None:
    lines = verdict.get("traceback") or []
    if not isinstance(lines, list):
        lines = []
    name, text = str(verdict.get("ename", "Error"))[:200], str(verdict.get("evalue", ""))[:8000]
    error = nbformat.v4.new_output(
        "error",
        ename=name,
        evalue=text,
        traceback=[str(line)[:2000] for line in lines[:200]] or [f"{name}: {text}"],
    )
    cell.outputs = [o for o in cell.outputs if o.output_type != "execute_result"]
    cell.outputs.insert(0, error)


# What Python and torch say when the system refuses more, and the limit behind it.
_SYMPTOMS = (
    ("MemoryError", "", "memory_mib"),
    ("", "can't allocate memory", "memory_mib"),
    ("", "Cannot allocate memory", "memory_mib"),
    ("", "File too large", "file_mib"),
    ("", "No space left on device", "disk_mib"),
    ("BlockingIOError", "Resource temporarily unavailable", "processes"),
    ("", "can't start new thread", "processes"),
)


# What is gone for the cells that follow, too, when one cell has taken it all.
_USED_UP = {"memory_mib", "processes"}


def _explain_limits(cell: NotebookNode, limits: Limits) -> set[str]:
    """Name the limit in each error that a limit of the system caused; returns these limits."""
    found = set()
    for output in cell.outputs:
        if output.output_type != "error":
            continue
        for name, text, limit in _SYMPTOMS:
            if (not name or output.ename == name) and text in output.evalue:
                found.add(limit)
                note = limit_message(limits, limit)
                if note not in output.evalue:
                    output.evalue = f"{output.evalue} {note}".strip()
                    output.traceback = [*output.traceback, note]
    return found


class _Outputs:
    """Collects the outputs of one cell and counts their bytes."""

    def __init__(self, cell: NotebookNode, limit: int):
        self.cell, self.left = cell, limit
        self.clear_next = False

    def take(self, kind: str, content: dict, size: int) -> bool:
        """Add what one message shows; False once the limit is passed."""
        self.left -= size
        if self.left < 0:
            return False
        if kind == "clear_output":
            self.clear_next = bool(content.get("wait"))
            if not self.clear_next:
                self.cell.outputs = []
            return True
        output = self._output(kind, content)
        if output is not None:
            if self.clear_next:
                self.cell.outputs, self.clear_next = [], False
            self._add(output)
        return True

    def _output(self, kind: str, content: dict) -> NotebookNode | None:
        if kind == "stream":
            name = "stderr" if content.get("name") == "stderr" else "stdout"
            return nbformat.v4.new_output("stream", name=name, text=str(content.get("text", "")))
        if kind == "error":
            lines = content.get("traceback")
            return nbformat.v4.new_output(
                "error",
                ename=str(content.get("ename", "")),
                evalue=str(content.get("evalue", "")),
                traceback=[str(line) for line in lines] if isinstance(lines, list) else [],
            )
        if kind in ("display_data", "execute_result"):
            data = content.get("data")
            kept = _safe_formats(data) if isinstance(data, dict) else {}
            if kept:
                return nbformat.v4.new_output(kind, data=kept)
        return None

    def _add(self, output: NotebookNode) -> None:
        last = self.cell.outputs[-1] if self.cell.outputs else None
        if (
            output.output_type == "stream"
            and last is not None
            and last.output_type == "stream"
            and last.name == output.name
        ):
            last.text += output.text
        else:
            self.cell.outputs.append(output)


def _safe_formats(data: dict) -> dict:
    kept = {name: data[name] for name in _KEPT_FORMATS if isinstance(data.get(name), str)}
    if _WIDGET in data and set(kept) <= {"text/plain"}:
        return {}  # a widget is nothing without its browser
    return kept


class _Kernel:
    """One kernel in a sandbox, and the sockets to it."""

    def __init__(self, job: Job, imports: tuple[str, ...] | None):
        self.limits = job.limits
        self.time_limit = "cell_seconds"  # the limit that ends a cell which takes too long
        self.used_up = False  # a cell has taken all that it may: those after it get little
        self.forks = 0
        self.way, self.far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.way.settimeout(_GRACE_SECONDS)
        self.session = Session(key=secrets.token_hex(32).encode())
        self.folder = Path(tempfile.mkdtemp(prefix="kernel-", dir=_short_temp()))
        self.context = zmq.Context()
        self.host = _host("kernel", job.sandbox, imports)
        self.job_number: int | None = None
        try:
            self._start(job)
        except BaseException:
            self.close()
            raise

    def _start(self, job: Job) -> None:
        os.chmod(self.folder, 0o700)  # noqa: PTH101
        if os.geteuid() == 0 and job.sandbox != "none":
            os.chown(self.folder, sandbox.UNPRIVILEGED_UID, sandbox.UNPRIVILEGED_UID)
        message = {
            "role": "kernel",
            "limits": job.limits.as_dict(),
            "connection": {**_PORTS, "key": self.session.key.decode()},
            "pictures": job.pictures,
        }
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        files = [folder, _archive(job.files), self.far_end.detach()]
        self.job_number = self.host.start(message, files)
        deadline = time.monotonic() + _START_SECONDS
        while not (self.folder / "ready").exists():
            ended = self.host.ended(self.job_number, 0.01)
            if ended is not None or time.monotonic() > deadline:
                raise SandboxError(f"the kernel did not start: {self._start_error(ended)}")
        self.shell = self._connect(zmq.DEALER, "shell_port")
        self.control = self._connect(zmq.DEALER, "control_port")
        self.iopub = self._connect(zmq.SUB, "iopub_port")
        self.iopub.subscribe(b"")
        self._wait_until_it_answers(deadline)

    def _start_error(self, ended: str | None) -> str:
        with contextlib.suppress(OSError):
            return (self.folder / "error.txt").read_text()[-2000:]
        return ended or f"no answer in {_START_SECONDS:g} s"

    def _connect(self, kind: int, port: str) -> zmq.Socket:
        connection = self.context.socket(kind)
        connection.linger = 0
        connection.setsockopt(zmq.MAXMSGSIZE, _MAX_MESSAGE)
        connection.connect(f"ipc://{self.folder}/k-{_PORTS[port]}")
        return connection

    def _wait_until_it_answers(self, deadline: float) -> None:
        """Until both the shell and the output socket are known to work."""
        answered = heard = False
        self.session.send(self.shell, "kernel_info_request")
        while not (answered and heard):
            if time.monotonic() > deadline or self.host.ended(self.job_number, 0) is not None:
                raise SandboxError("the kernel did not answer")
            if self.iopub.poll(0 if heard else 50):
                self._receive(self.iopub)
                heard = True
            elif answered and not heard:
                self.session.send(self.shell, "kernel_info_request")
            if self.shell.poll(50 if heard else 0):
                self._receive(self.shell)
                answered = True

    def _receive(self, connection: zmq.Socket) -> tuple[dict, int]:
        """(message, its size); an empty message if it is not one of ours."""
        frames = connection.recv_multipart()
        size = sum(len(frame) for frame in frames)
        try:
            _, frames = self.session.feed_identities(frames)
            message = self.session.deserialize(frames)
            parts = ("header", "parent_header", "content")
            if all(isinstance(message.get(part), dict) for part in parts):
                return message, size
        except Exception:
            pass
        return {}, size

    def execute(self, cell: NotebookNode, code: str, seconds: float, order: dict | None = None):
        """Run code, collect its outputs in the cell; returns what the reply said, as a dict.

        Raises KernelEnded if the kernel did not survive.
        """
        outputs = _Outputs(cell, int(self.limits.output_kib * 1024))
        content = {
            "code": code,
            "silent": False,
            "store_history": order is None,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        metadata = {"order": order} if order else {}
        sent = self.session.send(self.shell, "execute_request", content, metadata=metadata)
        wanted = sent["header"]["msg_id"]
        deadline = time.monotonic() + seconds
        reply, idle, stopped_by = None, False, None
        poller = zmq.Poller()
        poller.register(self.shell, zmq.POLLIN)
        poller.register(self.iopub, zmq.POLLIN)
        while not (reply is not None and idle):
            now = time.monotonic()
            if now > deadline:
                if reply is not None and stopped_by is None:
                    raise KernelEnded("output_kib")  # an output too large for a message is lost
                if stopped_by is not None:
                    raise KernelEnded(stopped_by)
                stopped_by = self._interrupt(self.time_limit)
                deadline = now + _GRACE_SECONDS
            ready = dict(poller.poll(100))
            if not ready:
                ended = self.host.ended(self.job_number, 0)
                if ended is not None:
                    raise KernelEnded(stopped_by if stopped_by else ended)
            if self.iopub in ready:
                message, size = self._receive(self.iopub)
                if message.get("parent_header", {}).get("msg_id") == wanted:
                    kind = message["header"].get("msg_type")
                    if kind == "status":
                        idle = idle or message["content"].get("execution_state") == "idle"
                    elif stopped_by is None and kind != "execute_input":
                        fits = outputs.take(kind, message["content"], size)
                        if not fits:
                            stopped_by = self._interrupt("output_kib")
                            deadline = time.monotonic() + _GRACE_SECONDS
                elif stopped_by is None:
                    # Output of nobody's: a thread of an earlier cell. It counts, and is dropped.
                    outputs.left -= size
                    if outputs.left < 0:
                        stopped_by = self._interrupt("output_kib")
                        deadline = time.monotonic() + _GRACE_SECONDS
            if self.shell in ready:
                message, _ = self._receive(self.shell)
                if message.get("parent_header", {}).get("msg_id") == wanted:
                    reply = message
                    if not idle and stopped_by is None:
                        deadline = time.monotonic() + _LAST_OUTPUT_SECONDS
        return self._reply(cell, reply, stopped_by, order is not None)

    def _reply(self, cell, reply: dict, stopped_by: str | None, test: bool) -> dict:
        content = {k: v for k, v in reply["content"].items() if k != "interrupted"}
        if stopped_by is not None:
            cell.outputs = [o for o in cell.outputs if o.output_type != "error"]
            if not test:
                _prepend_error(cell, _error_of(stopped_by, self.limits))
            content["interrupted"] = stopped_by
        elif content.get("status") == "error":
            if not any(o.output_type == "error" for o in cell.outputs):
                hidden = "An error occurred, and its display was switched off."
                _prepend_error(cell, {**content, "traceback": [hidden]})
        elif content.get("status") != "ok":
            _prepend_error(
                cell, {"ename": "Aborted", "evalue": "The kernel did not run this cell."}
            )
        return content

    def _interrupt(self, reason: str) -> str:
        self.session.send(self.control, "interrupt_request", {})
        return reason

    def gone(self) -> str | None:
        """Why the kernel has ended, None while it runs. Between cells, what it says is dropped."""
        for _ in range(_MESSAGES):
            if not self.iopub.poll(0):
                break
            self.iopub.recv_multipart()
        return self.host.ended(self.job_number, 0)

    def order(self, order: dict, seconds: float) -> None:
        self.execute(nbformat.v4.new_code_cell(), "", seconds, order=order)

    def fork(self, seconds: float) -> _Fork:
        """Keep the notebook as it is now. Raises KernelEnded."""
        self.forks += 1
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            try:
                socket.send_fds(self.way, [b"f"], [theirs.fileno()])
            except OSError:  # it has closed its end, or takes nothing from there
                raise KernelEnded("exit") from None
            self.order({"fork": self.forks}, seconds)
        return _Fork(self, self.forks, ours)

    def tell(self, outcomes: dict[str, str]) -> None:
        """Let the notebook know, for its cells that wait for a task."""
        self.order({"outcomes": outcomes}, _LAST_OUTPUT_SECONDS)

    def close(self) -> None:
        if self.job_number is not None:
            self.host.kill(self.job_number)
            self.job_number = None
        self.way.close()
        self.context.destroy(linger=0)
        shutil.rmtree(self.folder, ignore_errors=True)


class _Fork:
    """The notebook as it was at one place, waiting for questions at the other end of a socket."""

    def __init__(self, kernel: _Kernel, number: int, way: socket.socket):
        self.kernel, self.number, self.way = kernel, number, way
        self.told = False

    def begin(self, order: dict) -> None:
        """Say what is to come, once."""
        if not self.told:
            self.way.sendall(json.dumps(order).encode() + b"\n")
        self.told = True

    def run(self, source: str, seconds: float) -> dict:
        """Run a hidden part of plain asserts there. Raises KernelEnded."""
        record = {"state": "failed", "mistake": "any/hidden-test"}
        text = "A hidden test of this cell did not pass."
        failed = {"ename": "HiddenTestFailed", "evalue": text, "traceback": [text]}
        said: object = None
        with contextlib.suppress(OSError, ValueError, RecursionError):
            self.begin({"run": source})
            data = _receive_line(self.way, seconds, self.kernel.gone)
            if data is None:
                limit = self.kernel.time_limit
                record = {"state": "stopped", "mistake": f"limit/{limit}"}
                return {**_error_of(limit, self.kernel.limits), "record": record}
            said = json.loads(data)
        if isinstance(said, dict) and said.get("passed") is True:
            return {"record": {"state": "passed"}, "result": said.get("result")}
        return {**failed, "record": record}

    def close(self) -> None:
        self.way.close()
        with contextlib.suppress(KernelEnded):
            if self.kernel.job_number is not None and self.kernel.gone() is None:
                self.kernel.order({"end": self.number}, _GRACE_SECONDS)


@dataclass
class _Pending:
    """A hidden part that has yet to run, and the fork kept for it."""

    source: str
    fork: _Fork

    def close(self) -> None:
        self.fork.close()


def _receive_line(
    way: socket.socket, seconds: float, gone: Callable[[], str | None]
) -> bytes | None:
    """A short line; b"" if the other end closed, None if it took too long. Raises KernelEnded."""
    deadline, data = time.monotonic() + seconds, b""
    while not data.endswith(b"\n") and len(data) < _MAX_VERDICT:
        if time.monotonic() > deadline:
            return None
        if select.select([way], [], [], 0.1)[0]:
            part = way.recv(_MAX_VERDICT)
            if not part:
                return b""
            data += part
        elif (reason := gone()) is not None:
            raise KernelEnded(reason)
    return data


class _Judge:
    """The judge of one notebook: a process that holds the checks, in a sandbox of its own."""

    def __init__(self, job: Job):
        self.host = _host("judge", job.sandbox, JUDGE_IMPORTS)
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        message = {"role": "judge", "limits": Limits().as_dict()}
        self.job_number = self.host.start(message, [theirs.detach()])

    def verdict(
        self, order: dict, fork: _Fork, seconds: float, gone: Callable[[], str | None]
    ) -> dict | None:
        """What it says of an answer in a fork; None if that takes too long. Raises KernelEnded."""
        with contextlib.suppress(OSError):
            fork.begin({"questions": True})
            data = json.dumps(order).encode()
            socket.send_fds(self.channel, [data], [fork.way.fileno()])
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if select.select([self.channel], [], [], 0.1)[0]:
                data = self.channel.recv(_MAX_VERDICT)
                return json.loads(data) if data else None
            if (reason := gone()) is not None:
                raise KernelEnded(reason)
        return None

    def close(self) -> None:
        self.channel.close()
        self.host.kill(self.job_number)


def _short_temp() -> str:
    """A folder with a short path: the path of a Unix socket has at most 107 bytes."""
    folder = tempfile.gettempdir()
    return folder if len(folder) < 60 else "/tmp"


def _archive(files: dict[str, bytes]) -> int:
    """The files as an anonymous file that holds a tar; names must be relative and without `..`."""
    descriptor = os.memfd_create("submission")
    with open(descriptor, "wb", closefd=False) as out, tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or not path.parts:
                raise ValueError(f"not a file name inside a submission: {name!r}")
            member = tarfile.TarInfo(str(path))
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


class _ZygoteHost:
    """A zygote in the outer layer of the sandbox, and the socket to it. It starts on its own; the
    first job waits for it."""

    def __init__(self, role: str, isolated: bool, imports: tuple[str, ...] | None):
        if isolated:
            sandbox.require()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        start = f"from autograder.kernel.zygote import main; main({theirs.fileno()}, {isolated}"
        start += ")" if imports is None else f", {tuple(imports)!r})"
        argv = [sys.executable, "-c", start]
        variables = {"PATH": "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"}
        if isolated:
            argv = sandbox.command(argv, prepared_cache(), role)
        else:
            variables = {**os.environ, **sandbox.environment(False)}
            variables |= {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
            variables["PYTHONPATH"] = str(sandbox.PACKAGE.parent)
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            env=variables,
        )
        theirs.close()
        self.channel = ours
        self.channel.settimeout(_START_SECONDS)
        self.endings: dict[int, str] = {}
        self.next_job = 0
        self.ready = False

    def _wait_until_ready(self) -> None:
        if self.ready:
            return
        try:
            self.ready = bool(self.channel.recv(65536))
        except OSError:
            self.ready = False
        if not self.ready or self.process.poll() is not None:
            self.close()
            error = self.process.stderr.read().decode(errors="replace").strip()
            raise SandboxError(f"the sandbox did not start: {error[-500:] or 'no reason given'}")

    def alive(self) -> bool:
        return self.process.poll() is None

    def start(self, message: dict, files: list[int]) -> int:
        """Start a job with these open files, which are closed here. Raises KernelEnded."""
        self._wait_until_ready()
        self.next_job += 1
        message = {"op": "start", "job": self.next_job, **message}
        try:
            socket.send_fds(self.channel, [json.dumps(message).encode()], files)
        except OSError as error:
            raise KernelEnded("the sandbox is gone") from error
        finally:
            for file in files:
                os.close(file)
        return self.next_job

    def ended(self, job: int, seconds: float) -> str | None:
        """Why the job ended, or None if it still runs after waiting so long."""
        self.channel.settimeout(max(seconds, 1e-4))
        while job not in self.endings:
            try:
                data = self.channel.recv(65536)
            except TimeoutError:
                return None
            except OSError:
                data = b""
            if not data:
                return "the sandbox is gone"
            event = json.loads(data)
            if event.get("event") == "ended":
                self.endings[event["job"]] = event["reason"]
        return self.endings[job]

    def kill(self, job: int) -> None:
        """End a job and wait until everything that it started is gone."""
        if job in self.endings:
            del self.endings[job]
            return
        with contextlib.suppress(OSError):
            self.channel.send(json.dumps({"op": "kill", "job": job}).encode())
        if self.ended(job, 10.0) is None:
            self.close()  # it did not obey: everything ends with the outer layer
        self.endings.pop(job, None)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.channel.close()
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()


_hosts = threading.local()


def _host(role: str, kind: str, imports: tuple[str, ...] | None) -> _ZygoteHost:
    """This thread's zygote for kernels or for judges, started at the first notebook."""
    if kind not in ("bwrap", "none"):
        raise SandboxError(f"there is no sandbox {kind!r}; choose bwrap or none")
    hosts = _hosts.__dict__
    host, made_for = hosts.get(role, (None, None))
    if host is None or made_for != (kind, imports) or not host.alive():
        if host is not None:
            host.close()
        host = _ZygoteHost(role, kind == "bwrap", imports)
        hosts[role] = host, (kind, imports)
    return host


_PREPARE = "from helpers.lab_data import prepare_sample; prepare_sample()"


def prepared_cache() -> Path:
    """The data cache, with the small sample for grading in it.

    Made in a process of its own, which imports torch so that this one need not, and only once for
    each version of `helpers`. If it fails, notebooks make the sample themselves, only slower.
    """
    folder = cache_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        code = hashlib.sha256()
        for path in sorted((sandbox.PACKAGE.parent / "helpers").glob("*.py")):
            code.update(path.read_bytes())
        stamp = folder / f"sample-{code.hexdigest()[:16]}.prepared"
        if not stamp.exists():
            variables = {**os.environ, **_PREPARING, "LAB_CACHE": str(folder)}
            done = subprocess.run(
                [sys.executable, "-c", _PREPARE],
                env=variables,
                cwd=sandbox.PACKAGE.parent,
                capture_output=True,
                timeout=300,
                check=False,
            )
            if done.returncode == 0:
                stamp.touch()
    return folder


_PREPARING = {"NBGRADER_EXECUTION": "autograde", "LAB_DEVICE": "cpu"}
