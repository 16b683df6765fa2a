"""Runs one notebook in a sandboxed kernel: notebook bytes in, executed notebook bytes out.

`run_notebook` is all that the rest of the grader calls, in this process, in a pool of processes or
on another machine. It keeps one zygote per thread and knows nothing of students or gradebooks.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from dataclasses import replace

import nbformat
from nbformat import NotebookNode

from autograder import labs
from autograder.answering.mistakes import error_key, error_word, is_stub_error
from autograder.cells import (
    MY_NUMBERS,
    cell_name,
    is_solution,
    is_test,
    judged,
    marks_of,
    raised,
    split_hidden,
)
from autograder.mending.cell_text import is_stub
from autograder.running.demos import unneeded_demos
from autograder.running.job import Job, Outcome
from autograder.running.kernel_client import (
    Fork,
    Judge,
    Kernel,
    error_of,
    judge_host,
    prepend_error,
)
from autograder.running.sandbox import Limits, SandboxError, limit_message
from autograder.running.zygote_host import KernelEnded
from autograder.verdict import NotInCatalogue, Verdict, of_task


def run_notebook(job: Job) -> Outcome:
    """Run every code cell of a notebook; always returns, whatever the notebook does.

    Raises SandboxError if no sandbox can be made on this machine.
    """
    started = time.monotonic()
    labs.use(job.lab)
    notebook = nbformat.reads(job.notebook.decode(), as_version=4)
    for cell in notebook.cells if job.student is not None else ():
        if marks_of(cell).get("grade_id") == MY_NUMBERS:
            cell.source = f"student_id = {job.student!r}\n{cell.source}"
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


# Ends of a kernel that threads, processes or memory left behind by an earlier cell may cause.
_PERHAPS_EARLIER = ("exit", "killed", "memory_mib", "cpu_seconds", "processes")


class _Run:
    """The cells of one notebook, over as many kernels as it takes."""

    def __init__(self, job: Job, notebook: NotebookNode):
        self.job, self.notebook, self.limits = job, notebook, job.limits
        self.verdicts: list[Verdict] = []
        self.kernel: Kernel | None = None
        self.deadline: float | None = None  # set when the first kernel is ready
        self.restarts = 0
        # Demos that nothing needs; later also cells that ended a kernel, for the next one.
        self.skipped = set() if job.demos else unneeded_demos(notebook)
        # Hidden parts of tests that have yet to run, and the forks kept for them.
        self.pending: dict[int, tuple[str, Fork]] = {}
        self.count = 0
        self.judge: Judge | None = None
        judging = ("torch", "autograder.answering.*")
        self.imports = job.imports or (*labs.current().imports, *judging)
        tests = [cell for cell in notebook.cells if is_test(cell)]
        if any(judged(part) for cell in tests for part, _ in split_hidden(cell.source)):
            judge_host(job.sandbox)  # both zygotes start at the same time
            # Before the first cell of a submission: what it imports could be of its own making.
            self.imports = (*dict.fromkeys([*self.imports, *judging]),)

    def close(self) -> None:
        forks = [fork for _, fork in self.pending.values()]
        for part in (*forks, self.kernel, self.judge):
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
        for cell in self.notebook.cells if self.job.partial_credit else ():
            self._give_credit(cell)

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
                source, fork = self.pending[index]
                self._test(index, cell, fork, source, self._seconds(), "hidden")
            except KernelEnded as ended:
                self._lost(index, cell, ended.reason)
            self.pending.pop(index)[1].close()

    def _cell_or_its_loss(self, index: int, cell: NotebookNode) -> None:
        short = self.kernel is not None and self.kernel.used_up
        noted = len(self.verdicts)
        reason = None
        try:
            self._one_cell(index, cell)
        except KernelEnded as ended:
            reason = ended.reason
        failed = reason is not None or (short and raised(cell) is not None)
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
            self.kernel = Kernel(self.job, self.imports)
            if self.deadline is None:
                self.deadline = time.monotonic() + self.limits.notebook_seconds
            try:
                self._replay(index)
            except KernelEnded:  # an earlier cell did it again: that is not this cell's fault
                self._end_kernel()

    def _may_try_again(self, cell: NotebookNode, reason: str | None) -> bool:
        """Whether a task's cell is worth a new kernel: a cell before it may be to blame."""
        if not marks_of(cell).get("grade_id") or reason in ("notebook_seconds", "restarts"):
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
            if self.restarts > 1 and not marks_of(cell).get("grade_id"):
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
        if is_test(cell):
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
        if not again and is_solution(cell) and not reached:
            self._record_answer(index, cell)
        if not _USED_UP.isdisjoint(reached):
            self.kernel.used_up = True

    def _record_answer(self, index: int, cell: NotebookNode) -> None:
        """How the cell of an answer ended, if not well."""
        error = raised(cell)
        if error is None:
            return
        if is_stub_error(error.ename, error.evalue):
            self._record(index, "cell", "open", "any/open")
            return
        key, word = error_key(error.ename, error.evalue), error_word(error.ename)
        self._record(index, "cell", "failed", f"any/{key}", {"error": word})

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
        fork: Fork | None = None
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
            elif passed or self._met_in_part(index):
                self.pending[index] = source, fork
        if fork is not None and self.pending.get(index, ("", None))[1] is not fork:
            fork.close()

    def _test(self, index, cell, fork: Fork, source: str, seconds: float, part="visible") -> bool:
        """Whether a part of a test passed in a fork; if not, its cell gets an error that says why.
        Raises KernelEnded."""
        assert self.kernel is not None
        order = judged(source)
        said = self._judge(fork, order, seconds) if order else fork.run(source, seconds)
        record = said["record"]
        before = self._met_in_part(index)
        if order and part == "hidden" and before:  # it counts where this finds it, too
            self.verdicts[self.verdicts.index(before)] = _in_both(before, record)
            return False
        ended = self._ended(order["task"]) if order and record["state"] == "open" else None
        if ended is not None:  # nothing is there to test: say why
            record = {"state": "failed", "mistake": ended.mistake, "values": dict(ended.values)}
            if part == "hidden":
                record["values"] = {}
            lines = [
                f"✗ {ended.task}: {ended.label}",
                "  The answer cell above ended in an error, so what it should make is not there.",
                f"  Hint: {ended.hint}",
            ]
            said = {"ename": "CheckFailed", "evalue": "\n".join(lines), "traceback": lines}
        criteria = record.get("criteria") if order else None
        told = (record["state"], record.get("mistake"), record.get("values"), criteria)
        self._record(index, part, *told)
        if order and part == "visible":
            self.kernel.news[order["task"]] = record["state"]
        if record["state"] != "passed":
            prepend_error(cell, said)
            return False
        if order and part == "visible":
            text = f"✓ {order['task']}: passed\n"
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
        _add_result(cell, said)
        return True

    def _met_in_part(self, index: int) -> Verdict | None:
        """What the visible part said of a cell, if it failed and something is right by itself."""
        name = cell_name(self.notebook, index)
        said = (v for v in self.verdicts if (v.cell, v.part) == (name, "visible"))
        return next((v for v in said if v.partial_credit), None)

    def _give_credit(self, cell: NotebookNode) -> None:
        """Partial credit by the judge's word, as nbgrader takes it: a number, and no error."""
        mark, error = marks_of(cell), raised(cell) if cell.cell_type == "code" else None
        if error is None or not is_test(cell):
            return
        said = of_task(self.verdicts, str(mark.get("grade_id", "")).removesuffix("-test"))
        points = said.partial_credit if said else 0
        if 0 < points < mark.get("points", 0):
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=error.evalue)]
            _add_result(cell, {"result": points})

    def _ended(self, task: str) -> Verdict | None:
        """How the answer cell of a task ended, if in an error of its own."""
        own = [v for v in self.verdicts if v.task == task and v.part == "cell"]
        return next((v for v in own if v.state == "failed" and v.label), None)

    def _plain(self, index: int, cell: NotebookNode, source: str) -> bool:
        """The visible part of a test of plain asserts: it runs in the notebook, as nbgrader's."""
        stopped = self._execute(cell, source)
        error = raised(cell)
        if stopped:
            self._record(index, "visible", "stopped", f"limit/{stopped.pop()}")
        elif error is None:
            self._record(index, "visible", "passed")
        elif error.ename == "NotImplementedError" or self._has_stub(index):
            self._record(index, "visible", "open", "any/open")
        elif error.ename == "AssertionError" and error.evalue:
            text = error.evalue.splitlines()[0][:120]
            self._record(index, "visible", "failed", "any/assertion", {"text": text})
        else:
            self._record(index, "visible", "failed", "any/error", {"error": error.ename})
        return not stopped and error is None

    def _has_stub(self, test: int) -> bool:
        """Whether the answer cell of a test is as it was given, or in part."""
        answer = str(marks_of(self.notebook.cells[test]).get("grade_id", "")).removesuffix("-test")
        return any(
            is_solution(cell) and marks_of(cell).get("grade_id") == answer and is_stub(cell.source)
            for cell in self.notebook.cells
        )

    def _judge(self, fork: Fork, order: dict, seconds: float) -> dict:
        """What the judge says of an answer. Raises KernelEnded if the whole kernel is gone."""
        assert self.kernel is not None
        if self.judge is None:
            self.judge = Judge(self.job)
        order = {**order, "by_criteria": self.job.partial_credit, "student": self.job.student}
        said = self.judge.verdict(order, fork, seconds, self.kernel.gone)
        if said is None:  # out of time: whoever is to blame, the next test has a new judge
            self.judge.close()
            self.judge = None
            said = {"ended": self.kernel.time_limit}
        if "unknown" in said:
            raise SandboxError(said["unknown"])
        if "ended" in said:
            reason = said["ended"] if isinstance(said["ended"], str) else "exit"
            return error_of(reason, self.limits)
        text = str(said.get("text", ""))
        name = "StillOpen" if said["record"]["state"] == "open" else "CheckFailed"
        return {**said, "ename": name, "evalue": text, "traceback": text.splitlines()}

    def _record(self, index: int, part: str, state, mistake="", values=None, criteria=None) -> None:
        """Keep the verdict on a cell; of one that is not in the catalogue only that it failed."""
        cell = self.notebook.cells[index]
        grade_id = str(marks_of(cell).get("grade_id", ""))
        task = grade_id.removesuffix("-test") if is_test(cell) else grade_id
        limit = str(mistake).removeprefix("limit/")
        if part != "hidden" and limit != mistake and hasattr(self.limits, limit):
            values = {"limit": getattr(self.limits, limit)}
        name = cell_name(self.notebook, index)
        data = {"task": task, "part": part, "state": state, "mistake": mistake or "", "cell": name}
        try:
            verdict = Verdict.read({**data, "values": values or {}, "criteria": criteria or {}})
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
            verdict: dict = {"ename": "NotRun", "evalue": text, "traceback": [text]}
            self._record(index, part, "stopped", "limit/restarts")
        else:
            verdict = error_of(reason, self.limits)
            self._record(index, part, **verdict["record"])
            if reason != "notebook_seconds":
                self.skipped.add(index)
                self._end_kernel()
        prepend_error(cell, verdict)


def _in_both(visible: Verdict, record: dict) -> Verdict:
    """The verdict of the visible part with the criteria that the hidden one, too, finds met."""
    if record["state"] == "passed":
        return visible
    hidden = record.get("criteria", {})
    names = visible.criteria if hidden else ()
    return replace(visible, criteria={n: visible.criteria[n] or hidden[n] for n in names})


def _add_result(cell: NotebookNode, verdict: dict) -> None:
    """The last value of a part that passed: its partial credit, in place of an earlier one.

    It is the student's process that says it: a number of points, rounded, so that no more than
    that comes out of a hidden part.
    """
    number, most = verdict.get("result"), marks_of(cell).get("points", 0)
    if isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number <= most:
        cell.outputs = [o for o in cell.outputs if o.output_type != "execute_result"]
        data = {"text/plain": f"{round(number, 2):g}"}
        result = nbformat.v4.new_output("execute_result", data)
        result.execution_count = cell.execution_count
        cell.outputs.append(result)


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
