"""The frame in which every check runs: one task, one answer, one verdict.

A check is a function marked with `task`. It gets an `Answer`, tries it on inputs that it draws,
and raises `Mistake` at the first thing that is wrong. `judge` does the rest: it says when a task is
still open, and turns whatever the answer does into one verdict and its message. `check` is what the
notebook calls: a judge in the student's own kernel.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from autograder import labs, verdict
from autograder.answering.keeping import WAITING
from autograder.answering.mistakes import ERRORS, EndOfAnswers, Mistake, Open, Raised
from autograder.answering.notebook import Notebook
from autograder.answering.progress import outcomes
from autograder.checks.answer import Answer, Asked
from autograder.verdict import Verdict
from helpers.notebook import first_aid
from helpers.ready_made import NotYourOwn
from helpers.runtime import is_grading, jupyter_kernel
from helpers.variants import Numbers

STRICT = "LAB_STRICT"  # a variable: checks raise in every notebook, as where solutions are built
MESSAGE_LINES = 12
LINE_WIDTH = 110


class CheckFailed(AssertionError):
    """A check did not pass. Shown to the student as its message alone, without a traceback."""

    def __init__(self, verdict: Verdict, seen: str):
        self.verdict = verdict
        lines = seen.splitlines()
        if verdict.hint:
            hint = f"Hint: {verdict.hint}"
            lines += textwrap.wrap(hint, 98, initial_indent="  ", subsequent_indent="  ")
        cut = [line if len(line) <= LINE_WIDTH else line[: LINE_WIDTH - 1] + "…" for line in lines]
        if len(cut) > MESSAGE_LINES - 1:  # the last lines are the hint: keep them
            cut = [*cut[: MESSAGE_LINES - 6], "  …", *cut[-4:]]
        super().__init__("\n".join([f"✗ {verdict.task}: {verdict.label}", *cut]))

    def with_line(self, line: str) -> CheckFailed:
        """The same with a further line below its first."""
        first, *others = str(self).splitlines()
        self.args = ("\n".join([first, line, *others]),)
        return self

    def _render_traceback_(self) -> list[str]:
        """IPython's hook: what it prints in place of a traceback."""
        return str(self).splitlines()


class StillOpen(CheckFailed):
    """The task has no answer yet."""


@dataclass(frozen=True)
class Task:
    """One automatically graded task."""

    grade_id: str
    points: float | None
    defines: tuple[str, ...]
    test: Callable[..., None]
    seconds: float
    criteria: tuple[str, ...] = ()


TASKS: dict[str, Task] = {}


def task(
    grade_id: str,
    *,
    points: float | None = None,
    defines: tuple[str, ...],
    seconds: float = 10.0,
    criteria: tuple[str, ...] = (),
    mistakes: Mapping[str, tuple[str, str]] | None = None,
) -> Callable:
    """Mark a function as the check of a task.

    points:   only for a task that is not in `tasks.json`, which says them.
    defines:  the names that the student's cell must define.
    seconds:  of CPU time that an answer may take before it counts as endless.
    criteria: what can be right by itself; the check then takes the name of one, to look at it
              alone, as a second argument. `tasks.json` says the points of each.
    mistakes: key -> (label, hint), where they stand in no table of `checks/mistakes`.
    """
    for key, (label, hint) in (mistakes or {}).items():
        verdict.mistakes()[f"{grade_id}/{key}"] = (label, hint)

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        TASKS[grade_id] = Task(grade_id, points, defines, test, seconds, criteria)
        return test

    return mark


def load(grade_id: str) -> Task:
    """The task with this grade id. Raises KeyError with the ids that exist."""
    labs.import_checks(grade_id)
    if grade_id not in TASKS:
        raise KeyError(
            f"there is no check for {grade_id!r}: notebook and course are of different versions, "
            f"get both from the same place; known: {', '.join(sorted(TASKS))}"
        )
    return TASKS[grade_id]


def check(grade_id: str, names: Mapping, hidden: int | None = None) -> None:
    """Check the answer to one task; print one line if it passes.

    names:  the names of the notebook, `globals()`.
    hidden: a seed; then the inputs are drawn from it and messages show no values.

    In a student's notebook it prints what is wrong, so that a run of all cells goes on; elsewhere
    it raises CheckFailed (StillOpen) with that message.
    """
    notebook = Notebook(names, grade_id, load(grade_id).seconds)
    my = names.get("my")
    numbers = my if isinstance(my, Numbers) else None
    with notebook.session():
        failure = judge(grade_id, notebook, hidden, numbers=numbers)
    if hidden is None:
        outcomes[grade_id] = failure.verdict.state if failure else "passed"
    note = _cell_before()
    if failure:
        failure = failure.with_line(note) if note else failure
        if hidden is not None or not _is_students_notebook():
            raise failure
        print(failure)
        if grade_id in verdict.tasks() and verdict.tasks()[grade_id].hints:
            print(f'  hint("{grade_id}") gives a hint, a step at a time.')
    else:
        print(f"✓ {grade_id}: {'passed' if hidden is None else 'hidden tests passed'}")
        if note:
            print(note)
    if hidden is None and names.get("keep_log") is True and _is_students_notebook():
        from autograder import check_log  # a judge has none

        print(check_log.add(grade_id, failure.verdict if failure else None), end="")


def _is_students_notebook() -> bool:
    return jupyter_kernel() is not None and not (is_grading() or os.environ.get(STRICT))


def _cell_before() -> str:
    """A line on the cell that ran before the check, if it ended in an error; else ""."""
    kind, _, text = first_aid.last_error.partition(": ")
    if not kind or kind == "NotImplementedError":
        return ""
    said = f"{kind}: {text}".splitlines()[0][:60]
    return f"  The cell before ended in {said}\n  This check is about what an earlier run has left."


def judge(
    grade_id: str,
    notebook: Asked,
    hidden: int | None,
    again: Callable[[], Asked] | None = None,
    numbers: Numbers | None = None,
) -> CheckFailed | None:
    """What the check of a task finds wrong with an answer; None if it passes.

    again: gives the notebook once more, as new; then the verdict on a failed answer also says
           which criteria it meets.
    numbers: of the variant that it is to be; None where there are none.
    """
    this = load(grade_id)
    failure = _judge(this, notebook, hidden, numbers)
    if failure and again and failure.verdict.state == "failed":
        alone = {name: _judge(this, again(), hidden, numbers, name) for name in this.criteria}
        if any(alone.values()):  # if not, it answers otherwise when it is asked again
            found = {name: each.verdict.mistake if each else "" for name, each in alone.items()}
            failure.verdict = replace(failure.verdict, criteria=found)
    return failure


def _judge(
    this: Task, notebook: Asked, hidden: int | None, numbers: Numbers | None, *criterion: str
) -> CheckFailed | None:
    try:
        said = notebook.ask("missing", list(this.defines))
        missing = [name for name in this.defines if name in said]  # of our own names only
        if missing:
            return _still_open(this, f"`{missing[0]}` is not defined yet", hidden)
        this.test(Answer(notebook, hidden, numbers), *criterion)
    except Open as stub:
        which = f"the stub of `{stub}`" if str(stub) else "its stub"
        return _still_open(this, f"{which} is still in place", hidden)
    except Mistake as mistake:
        return _failure(this, mistake, notebook, hidden)
    except NotYourOwn as error:
        return _failure(this, Mistake("ready-made", f"  {error}."), notebook, hidden)
    except TimeoutError:
        seen = (
            f"  Your code was still running after {this.seconds:g} seconds of computing or "
            f"{WAITING * this.seconds:g} of waiting, so it was stopped."
        )
        return _failure(this, Mistake("no-end", seen), notebook, hidden)
    except (KeyboardInterrupt, EndOfAnswers):
        raise
    except BaseException as error:  # the answer broke the check: still a message, not an accident
        seen = f"  The check could not work with it: {type(error).__name__}: {error}"
        key = "out-of-memory" if isinstance(error, MemoryError) else "strange"
        strange = Mistake(key, seen, names=_listed(this.defines))
        return _failure(this, strange, notebook, hidden)
    return None


def _verdict(this: Task, state: str, key: str, hidden: int | None, **values) -> Verdict:
    """The verdict on a task; a hidden one has no values."""
    part = "visible" if hidden is None else "hidden"
    if hidden is not None:
        values = {}
    mistake = verdict.find(this.grade_id, key)
    try:
        for template in verdict.mistakes()[mistake]:
            verdict.render(template, values)
    except verdict.NotInCatalogue:  # a name of the answer's own that is no word, say
        values = {}
    return Verdict(this.grade_id, part, state, mistake, values)


def _still_open(this: Task, reason: str, hidden: int | None) -> StillOpen:
    seen = (
        f"  This task has no answer yet: {reason}.\n"
        "  If it is there: after a restart or a stopped run, run the cells above again."
    )
    return StillOpen(_verdict(this, "open", "open", hidden, names=_listed(this.defines)), seen)


def _failure(this: Task, mistake: Mistake, notebook: Asked, hidden: int | None) -> CheckFailed:
    seen, key = mistake.seen, mistake.key
    if hidden is not None:
        seen = "  A test on other inputs than the ones that you can see found this."
        if isinstance(mistake, Raised) and key in ("error", *ERRORS.values()):
            key = "error-hidden"
    lost = _overwritten(notebook) if hidden is None else []
    if lost:
        seen += (
            f"\n  Your code has overwritten `{lost[0]}`, a name that the notebook needs: "
            "rename yours, restart."
        )
    return CheckFailed(_verdict(this, "failed", key, hidden, **mistake.values), seen)


def _overwritten(notebook: Asked) -> list[str]:
    """Names that the notebook needs and the answer has overwritten, if it says so."""
    try:
        said = notebook.ask("overwritten")
    except EndOfAnswers:
        raise
    except Exception:
        return []
    names = said if isinstance(said, list) else []
    return [name for name in names if isinstance(name, str) and name.isidentifier()]


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"`{name}`" for name in names)
