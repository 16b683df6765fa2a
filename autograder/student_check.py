"""`autograder check NOTEBOOK`: what passes, what is open and the points so far, in the terminal.

Runs the student's own notebook, with the student's own rights, in a kernel of its own. It needs no
more than the notebook does. Like grading, it uses the small sample of the reviews, so it takes
seconds.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from autograder.cells import marks_of
from autograder.errors import AutograderError
from autograder.mending.cell_text import TEXT_STUB
from autograder.verdict import TaskEntry, tasks
from helpers.variants import NoStudentId

CELL_SECONDS = 120
MARKS = {
    "passed": ("✓ passed", "green"),
    "failed": ("✗ not yet", "red"),
    "open": ("· open", "yellow"),
    "written": ("✎ graded by hand", "cyan"),
    "stopped": ("✗ not reached", "red"),
}
_CALL = re.compile(r"""\bcheck\(\s*["']([\w-]+)["']""")
_TOKEN = "autograder-check-result:"
# Runs last in the student's kernel. Tasks whose test cell is gone are checked here.
_ASK = f"""
def _autograder_ask(tasks, names):
    import json
    from autograder.checks import framework
    for task in tasks:
        message = ""
        if task not in framework.outcomes:
            try:
                framework.check(task, names)
            except framework.CheckFailed as failure:
                message = str(failure)
        print({_TOKEN!r} + json.dumps([task, framework.outcomes.get(task, "open"), message]))
_autograder_ask({{tasks!r}}, globals())
"""


@dataclass(frozen=True)
class CheckedTask:
    """One task: `state` is a key of MARKS, `message` what its check said if it did not pass."""

    grade_id: str
    points: float
    state: str
    message: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class CheckedNotebook:
    """The tasks of a notebook in order, and why it did not run to its end, if so."""

    name: str
    tasks: list[CheckedTask]
    stopped: str = ""

    @property
    def reached(self) -> float:
        return sum(task.points for task in self.tasks if task.state == "passed")

    @property
    def possible(self) -> float:
        """Points that visible checks can give."""
        return sum(task.points for task in self.tasks if not task.by_hand)

    @property
    def written(self) -> float:
        return sum(task.points for task in self.tasks if task.by_hand)

    @property
    def is_complete(self) -> bool:
        return all(task.state in ("passed", "written") for task in self.tasks)


def check_notebook(
    path: Path,
    seconds: float = CELL_SECONDS,
    advance: Callable[[int, int], None] = lambda done, cells: None,
) -> CheckedNotebook:
    """Run the notebook at `path` and ask its checks.

    seconds: how long a cell may take; it is interrupted then, and the rest still runs.
    advance: called with the number of cells that are done and of all cells.

    Raises AutograderError if there is no notebook of this course at `path`.
    """
    notebook = _read(path)
    asked = _tasks_of(notebook, path)
    order = [cell.source for cell in notebook.cells]
    last = nbformat.v4.new_code_cell(_ASK.format(tasks=[task.id for task in asked]))
    notebook.cells.append(last)
    stopped = _run(notebook, path, seconds, advance)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    if any(output.get("ename") == NoStudentId.__name__ for output in outputs):
        stopped = stopped or "`student_id` is empty, and its numbers follow from that"
    found = _answers(last) or _from_outputs(notebook, asked)
    said = _said(notebook)
    checked = []
    for task in asked:
        state, message = found[task.id]
        message = "" if state == "passed" else said.get(task.id, message)
        checked.append(CheckedTask(task.id, task.points, state, message))
    checked += _written(notebook)
    text = "\n".join(order)  # tasks stand in the order in which the notebook names them
    checked.sort(key=lambda task: text.find(task.grade_id) % (len(text) + 1))
    return CheckedNotebook(path.name, checked, stopped)


def _read(path: Path) -> NotebookNode:
    try:
        data = path.read_bytes()
        text = data.decode(json.detect_encoding(data))  # without a byte order mark
        notebook = nbformat.reads(text, as_version=4)
    except FileNotFoundError:
        here = sorted(other.name for other in path.resolve().parent.glob("*.ipynb"))
        found = f"; that folder has {', '.join(here)}" if here else ""
        raise AutograderError(f"there is no {path}: give the path of a notebook{found}") from None
    except Exception as error:
        reason = str(error).splitlines()[0][:200]
        raise AutograderError(f"{path} cannot be read as a notebook: {reason}") from None
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    return notebook


def _tasks_of(notebook: NotebookNode, path: Path) -> list[TaskEntry]:
    """The tasks of the notebook that it is a copy of: the one whose checks it calls most."""
    calls = [name for cell in notebook.cells for name in _CALL.findall(cell.source)]
    known = [tasks()[name].notebook for name in calls if name in tasks()]
    if not known:
        raise AutograderError(f"{path} is no notebook of this course: no cell of it calls a check")
    name = max(set(known), key=known.count)
    return [task for task in tasks().values() if task.notebook == name]


def _run(
    notebook: NotebookNode, path: Path, seconds: float, advance: Callable[[int, int], None]
) -> str:
    """Execute all cells, whatever they raise; returns why that ended early, or ""."""
    cells = len(notebook.cells)
    reached = 0

    def count(cell: NotebookNode, cell_index: int) -> None:
        nonlocal reached
        reached = cell_index
        advance(cell_index, cells)

    slow = f"This cell was stopped after {seconds:g} seconds."
    client = NotebookClient(
        notebook,
        timeout=seconds,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": "TimeoutError", "evalue": slow, "traceback": [slow]},
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.resolve().parent)}},
        on_cell_start=count,
    )
    environment = {**os.environ, "NBGRADER_EXECUTION": "check"}
    try:
        # What the kernel itself logs means nothing to a student; what cells print arrives anyway.
        client.execute(env=environment, stderr=subprocess.DEVNULL)
    except DeadKernelError:
        return f"the kernel ended in cell {reached + 1} of {cells - 1}"
    except CellTimeoutError:
        return f"cell {reached + 1} of {cells - 1} cannot be stopped"
    return ""


def _answers(last: NotebookNode) -> dict[str, tuple[str, str]]:
    """What the last cell printed: grade id -> state and message."""
    printed = "".join(output.get("text", "") for output in last.get("outputs", []))
    lines = [line for line in printed.splitlines() if line.startswith(_TOKEN)]
    answers = [json.loads(line.removeprefix(_TOKEN)) for line in lines]
    return {grade_id: (state, message) for grade_id, state, message in answers}


def _from_outputs(notebook: NotebookNode, asked: list[TaskEntry]) -> dict[str, tuple[str, str]]:
    """Where the kernel ended before its time: what the test cells said until then."""
    printed = "\n".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])
    )
    said = _said(notebook)
    found = {}
    for task in asked:
        state = "passed" if f"✓ {task.id}: passed" in printed else "stopped"
        found[task.id] = ("failed" if task.id in said else state, "")
    return found


def _said(notebook: NotebookNode) -> dict[str, str]:
    """Grade id -> the message of its check, for those that did not pass."""
    messages = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            found = re.match(r"✗ ([\w-]+): ", output.get("evalue", ""))
            if found:
                messages[found[1]] = output.evalue
    return messages


def _written(notebook: NotebookNode) -> list[CheckedTask]:
    """The tasks that are graded by hand: all that can be told is whether there is an answer."""
    tasks = []
    for cell in notebook.cells:
        mark = marks_of(cell)
        if mark.get("grade") and mark.get("solution"):
            grade_id = str(mark.get("grade_id", ""))
            is_open = TEXT_STUB.format(grade_id) in cell.source
            state = "open" if is_open else "written"
            tasks.append(CheckedTask(grade_id, float(mark.get("points", 0)), state, by_hand=True))
    return tasks


def print_checked(checked: CheckedNotebook, console: Console | None = None) -> None:
    """A line for each task, and under it what its check said."""
    console = console or Console(highlight=False)
    width = max((len(task.grade_id) for task in checked.tasks), default=0)
    for task in checked.tasks:
        word, colour = MARKS[task.state]
        line = Text(f"{task.grade_id:<{width}}  {task.points:>2g} points  ")
        console.print(line.append(word, style=colour))
        if task.state == "failed" and task.message:
            body = task.message.splitlines()
            body[0] = body[0].partition(": ")[2]
            console.print(Padding(Text("\n".join(body)), (0, 0, 0, 4)))
    if checked.stopped:
        console.print(Text(f"The notebook did not run to its end: {checked.stopped}.", style="red"))
    total = f"{checked.reached:g} of {checked.possible:g} points that the checks here can give."
    if checked.written:
        total += f" Another {checked.written:g} points are graded by hand."
    console.print(total)
    console.print("Grading tries other inputs as well.")
