"""`hint` and `solution`: help with a task, a step at a time, and its reference once it is solved.

Neither is there while a submission is graded: its process has no checks at all.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

from autograder import verdict
from autograder.answering.progress import outcomes
from autograder.verdict import SOLUTIONS

WIDTH = 98

_shown: dict[str, int] = {}  # grade id -> number of the last hint


def hint(grade_id: str) -> None:
    """Print the next hint of a task; the last one is an example of a task like it."""
    task = _task(grade_id)
    if task is None:
        return
    if not task.hints:
        print(f"There are no hints for {grade_id}.")
        return
    step = _shown[grade_id] = min(_shown.get(grade_id, 0) + 1, len(task.hints))
    print(f"Hint {step} of {len(task.hints)} for {grade_id}:")
    _print(task.hints[step - 1])
    if step < len(task.hints):
        print(f'Not enough? hint("{grade_id}") again gives the next one.')


def solution(grade_id: str) -> None:
    """Print the reference solution of a task and why it is as it is, once your own has passed."""
    task = _task(grade_id)
    if task is None:
        return
    if outcomes.get(grade_id) != "passed":
        print(f"First your own: the check of {grade_id} has not passed in this kernel.")
        return
    given = _given_out()
    if grade_id not in given.get("solutions", {}):
        when = f" from {given['from']} on" if given.get("from") else ", if at all, later"
        print(
            f"The solutions are given out{when}: as a file {SOLUTIONS} to put beside "
            "this notebook.\nYou get it where you got the notebook."
        )
        return
    print(given["solutions"][grade_id]["source"])
    if given["solutions"][grade_id]["reason"]:
        print()
        _print(given["solutions"][grade_id]["reason"])


def _task(grade_id: str) -> verdict.TaskEntry | None:
    """The task; None, with a line that names those that there are, if there is no such one."""
    known = verdict.tasks()
    if grade_id not in known:
        name = getattr(grade_id, "__name__", str(grade_id))  # hint(tokenize) is meant well
        prefix = name.partition("-")[0] + "-"
        alike = [task for task in known if task.startswith(prefix)]
        alike = alike or [task for task in known if name in task] or list(known)
        _print(
            f"No task with a check is called {name!r}; a written one has its hints in its own "
            f"text.\nThere are: {', '.join(alike)}."
        )
        return None
    return known[grade_id]


def _given_out() -> dict:
    """What the file of solutions holds; nothing where there is none that can be read."""
    try:
        data = json.loads(Path(SOLUTIONS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _print(text: str) -> None:
    """Prose in lines of WIDTH; lines that are indented, or short, as they are."""
    for line in text.splitlines():
        print(line if line[:1].isspace() else textwrap.fill(line, WIDTH, break_on_hyphens=False))
