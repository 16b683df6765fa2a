"""The frame in which every check runs: one task, one answer, one message.

A check is a function marked with `task`. It gets an `Answer`, tries it on inputs that it draws,
and raises `Mistake` at the first thing that is wrong. `check` does the rest: it says when a task is
still open, limits the time, keeps the student's random state, working directory and screen as they
were, turns whatever the answer does into one short message, and confirms that a known wrong answer
still fails before it lets an answer pass.
"""

from __future__ import annotations

import contextlib
import copy
import importlib
import io
import linecache
import random
import re
import sysconfig
import textwrap
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import torch

from autograder.checks import footing
from autograder.checks.keeping import WAITING, keep_state, time_limit
from autograder.checks.values import show
from helpers import ready_made
from helpers.first_aid import overwritten

MODULES = {
    "ex1": "autograder.checks.imdb_classifier",
    "ex2": "autograder.checks.regularization",
    "ex3": "autograder.checks.gradient_descent_theory",
    "ex4": "autograder.checks.momentum_playground",
}
MESSAGE_LINES = 12
LINE_WIDTH = 110
# Where code lies that is not the student's: the standard library, installed packages, the checks.
INSTALLED = (
    *{sysconfig.get_path(place) for place in ("stdlib", "platstdlib", "purelib", "platlib")},
    str(Path(__file__).parent),
    "<frozen",
)


class CheckFailed(AssertionError):
    """A check did not pass. Shown to the student as its message alone, without a traceback."""

    def __init__(self, grade_id: str, label: str, lines: list[str]):
        self.grade_id = grade_id
        self.label = label
        cut = [line if len(line) <= LINE_WIDTH else line[: LINE_WIDTH - 1] + "…" for line in lines]
        if len(cut) > MESSAGE_LINES - 1:  # the last lines are the hint: keep them
            cut = [*cut[: MESSAGE_LINES - 6], "  …", *cut[-4:]]
        super().__init__("\n".join([f"✗ {grade_id}: {label}", *cut]))

    def _render_traceback_(
        self,
    ) -> list[str]:  # IPython's hook: what it prints in place of a traceback
        return str(self).splitlines()


class StillOpen(CheckFailed):
    """The task has no answer yet."""


class Tampered(CheckFailed):
    """What the check itself stands on has been changed, so it cannot trust a pass."""


class Mistake(Exception):
    """What a check found wrong.

    label: a few words that name the mistake ("punctuation kept"); no values, they count in reports.
    seen:  what the code was given, what came back, what should have. Not shown for hidden tests.
    hint:  one or two sentences that teach, without the answer and without values.
    """

    def __init__(self, label: str, seen: str = "", hint: str = ""):
        super().__init__(label)
        self.label, self.seen, self.hint = label, seen, hint


class _Open(Exception):
    """Raised inside a check when the stub of the task is still in place."""


@dataclass(frozen=True)
class Task:
    """One automatically graded task."""

    grade_id: str
    points: int
    defines: tuple[str, ...]
    test: Callable[[Answer], None]
    known_wrong: Callable[[Mapping], dict]
    seconds: float


# What to do about errors that everybody meets: pattern of "Type: message" -> advice.
ADVICE = {
    r"same device|device type|expected device": "Two tensors lie on different devices: move what "
    "you make with `.to(device)`, or make it there with `device=device`.",
    r"^NameError": "A name is used that does not exist (yet): is it misspelt, or has the cell "
    "that makes it not run since the kernel started?",
    r"shapes cannot be multiplied|size of tensor|target size|input size": "Two shapes do not fit: "
    "print the `.shape` of both, and compare what goes in with what the layer or loss expects.",
    r"does not require grad": "The loss hangs on no parameter: was the graph cut by no_grad, "
    "detach or a conversion to a number?",
    r"takes \d+ positional|missing \d+ required|unexpected keyword": "The signature differs from "
    "the one that the task asks for: compare the names and the order of the parameters.",
}
TASKS: dict[str, Task] = {}
# What the checks of this kernel said last: grade id -> "passed", "failed" or "open".
outcomes: dict[str, str] = {}


def task(
    grade_id: str,
    *,
    points: int,
    defines: tuple[str, ...],
    known_wrong: Callable[[Mapping], dict],
    seconds: float = 10.0,
) -> Callable:
    """Mark a function as the check of a task.

    defines:     the names that the student's cell must define.
    known_wrong: takes the student's names and returns names that replace some of them to make a
                 wrong answer. The check must fail on it, or a pass is not trusted.
    seconds:     of CPU time that an answer may take before it counts as endless.
    """

    def mark(test: Callable[[Answer], None]) -> Callable[[Answer], None]:
        TASKS[grade_id] = Task(grade_id, points, defines, test, known_wrong, seconds)
        return test

    return mark


class Answer:
    """A student's answer as a check sees it.

    `answer["model"]` is the object itself; `answer.copy("model")` a deep copy to work on (a check
    never changes the student's objects). `answer.random` (a `random.Random`) and
    `answer.generator()` (a `torch.Generator`) draw inputs: always the same ones for the visible
    check, others for every hidden seed.
    """

    def __init__(self, names: Mapping, hidden: int | None):
        self.names = MappingProxyType(dict(names))
        self.hidden = hidden is not None
        self.seed = 0 if hidden is None else hidden
        self.random = random.Random(self.seed)

    def __getitem__(self, name: str):
        return self.names[name]

    def get(self, name: str, default=None):
        return self.names.get(name, default)

    def copy(self, name: str):
        return copy.deepcopy(self.names[name])

    def generator(self) -> torch.Generator:
        return torch.Generator().manual_seed(self.random.randrange(2**31))

    def run(self, function: Callable, *args, shown: str | None = None, **kwargs):
        """Call the student's code. What it raises becomes a `Mistake` that names its own line.

        shown: how the call is written in the message; by default from the arguments.
        """
        try:
            return function(*args, **kwargs)
        except (Mistake, _Open, ready_made.NotYourOwn):
            raise
        except NotImplementedError as error:
            raise _Open from error
        except Exception as error:
            raise self.raised(error, shown or call_text(function, args, kwargs)) from error
        except SystemExit as error:
            raise Mistake(
                "the answer ends the program",
                f"  {shown or call_text(function, args, kwargs)} called exit().",
                "Return a value; a function in a notebook must not stop Python.",
            ) from error

    def raised(self, error: BaseException, shown: str) -> Mistake:
        """The mistake "your code raised an error", with the line of the student's code."""
        seen = f"  {shown}\n  raised {type(error).__name__}: {str(error).strip() or 'no message'}"
        line = _own_line(error)
        if line:
            seen += f"\n  at your line: {line}"
        # An exception class of the answer's own could carry a hidden value in its name.
        known = type(error).__module__ == "builtins" or not self.hidden
        name = type(error).__name__ if known else "an error"
        return Mistake(f"{name} in your code", seen, self._advice(error))

    def _advice(self, error: BaseException) -> str:
        for pattern, advice in ADVICE.items():
            if re.search(pattern, f"{type(error).__name__}: {error}"):
                return advice
        if self.hidden:
            return "Think of inputs that the visible check does not try: empty, short, repeated."
        return (
            "Run your code on this input in a cell of your own, and follow the error to its line."
        )


def call_text(function: Callable, args: tuple, kwargs: Mapping) -> str:
    """`name(arguments)` as one would type it, shortened."""
    shown = [show(arg, 60) for arg in args] + [f"{k}={show(v, 40)}" for k, v in kwargs.items()]
    return f"{getattr(function, '__name__', type(function).__name__)}({', '.join(shown)})"


def _own_line(error: BaseException) -> str:
    """The last line of a traceback that is the student's, not that of an installed package."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(INSTALLED):
            continue
        text = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
        if text:
            return text
    return ""


def load(grade_id: str) -> Task:
    """The task with this grade id. Raises KeyError with the ids that exist."""
    module = MODULES.get(grade_id.split("-")[0])
    if module:
        importlib.import_module(module)
        footing.remember()
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

    Raises CheckFailed (StillOpen, Tampered) with the message for the student.
    """
    this = load(grade_id)
    nowhere = _Nowhere()
    try:
        with keep_state(), contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            _confirm_footing(this)
            _examine(this, names, hidden)
            _confirm_known_wrong_fails(this, names, hidden)
    except StillOpen:
        outcomes[grade_id] = "open"
        raise
    except CheckFailed as failure:
        outcomes[grade_id] = "failed"
        raise failure from None
    if hidden is None:
        outcomes[grade_id] = "passed"
        print(f"✓ {grade_id}: passed")
    else:
        print(f"✓ {grade_id}: hidden tests passed")


def passed(*grade_ids: str) -> bool:
    """Whether the checks of these tasks have passed in this kernel; says which one is missing."""
    waiting = [grade_id for grade_id in grade_ids if outcomes.get(grade_id) != "passed"]
    if waiting:
        print(f"This cell waits for task {' and '.join(waiting)}.")
    return not waiting


def _examine(this: Task, names: Mapping, hidden: int | None) -> None:
    """Run the test of a task on an answer. Raises CheckFailed if it does not pass."""
    missing = [name for name in this.defines if name not in names]
    if missing:
        raise _still_open(this, f"`{missing[0]}` is not defined yet")
    try:
        with time_limit(this.seconds), ready_made.is_tested(this.grade_id):
            this.test(Answer(names, hidden))
    except _Open:
        raise _still_open(this, "its stub is still in place") from None
    except Mistake as mistake:
        raise _failure(this, mistake, names, hidden) from None
    except ready_made.NotYourOwn as error:
        borrowed = Mistake(
            "not your own: the ready-made one of `helpers`",
            f"  {error}.",
            "This task is about how it works: write it yourself.",
        )
        raise _failure(this, borrowed, names, hidden) from None
    except TimeoutError:
        endless = Mistake(
            "no end",
            f"  Your code was still running after {this.seconds:g} seconds of computing or "
            f"{WAITING * this.seconds:g} of waiting, so it was stopped.",
            "Which loop of yours never ends, or does far more work than it needs?",
        )
        raise _failure(this, endless, names, hidden) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the answer broke the check: still a message, not an accident
        strange = Mistake(
            "an answer of an unexpected kind",
            f"  The check could not work with it: {type(error).__name__}: {error}",
            f"Look at what {_listed(this.defines)} should be, then print the type of yours.",
        )
        raise _failure(this, strange, names, hidden) from error


def _confirm_known_wrong_fails(this: Task, names: Mapping, hidden: int | None) -> None:
    """A check that lets a known wrong answer pass has lost its footing."""
    try:
        wrong = {**names, **this.known_wrong(names)}
        _examine(this, wrong, hidden)
    except Tampered:
        raise
    except CheckFailed:
        return
    raise _tampered(this, "a wrong answer passes it too")


def _confirm_footing(this: Task) -> None:
    changed = footing.changed()
    if changed:
        raise _tampered(this, f"{changed[0]} has been replaced in this kernel")


def _tampered(this: Task, reason: str) -> Tampered:
    return Tampered(
        this.grade_id,
        "the check cannot trust itself",
        [
            f"  Its own footing was tampered with: {reason}.",
            "  Hint: restart the kernel, remove the code that patches or shadows it, run again.",
        ],
    )


def _still_open(this: Task, reason: str) -> StillOpen:
    return StillOpen(
        this.grade_id,
        "still open",
        [
            f"  This task has no answer yet: {reason}.",
            "  If it is there: after a restart or a stopped run, run the cells above again.",
            f"  Hint: define {_listed(this.defines)} in the cell above, run it, then this cell.",
        ],
    )


def _failure(this: Task, mistake: Mistake, names: Mapping, hidden: int | None) -> CheckFailed:
    if hidden is None:
        lines = mistake.seen.splitlines()
    else:
        lines = ["  A test on other inputs than the ones that you can see found this."]
    lost = overwritten(names)
    if lost:
        lines.append(
            f"  Your code has overwritten `{lost[0]}`, a name that the notebook needs: "
            "rename yours, restart."
        )
    if mistake.hint:
        lines = [*lines, f"  Hint: {mistake.hint}"]
    return CheckFailed(this.grade_id, mistake.label, _wrapped(lines))


def _wrapped(lines: list[str]) -> list[str]:
    """Break long hints at spaces; leave lines with values alone, they are cut at the edge."""
    result = []
    for line in lines:
        if line.startswith("  Hint: "):
            result += textwrap.wrap(line.strip(), 98, initial_indent="  ", subsequent_indent="  ")
        else:
            result.append(line)
    return result


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"`{name}`" for name in names)


class _Nowhere(io.TextIOBase):
    """Takes what an answer prints and forgets it, so that a flood costs nothing."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


footing.remember()
