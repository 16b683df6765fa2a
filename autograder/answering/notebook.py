"""The names of a notebook, and what was made of them: `Notebook.ask` answers with values.

A question is a function marked with `question`. It gets the notebook and values, may call the
student's code with `Notebook.run`, and what it returns goes back as a value (see `values.plain`).
What it keeps for later questions goes by a number: `Notebook.keep`, `Notebook.thing`.
"""

from __future__ import annotations

import contextlib
import copy
import importlib
import inspect
import io
import linecache
import sysconfig
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import sympy
import torch

from autograder.answering.keeping import keep_state, settings, time_limit
from autograder.answering.mistakes import Mistake, Open, Raised, is_stub_error, refuse
from autograder.answering.values import describe, plain, same_values, show
from helpers import ready_made
from helpers.notebook.first_aid import overwritten
from helpers.notebook.stubs import is_stub, open_method

# Where code lies that is not the student's: the standard library, installed packages, the course.
INSTALLED = (
    *{sysconfig.get_path(place) for place in ("stdlib", "platstdlib", "purelib", "platlib")},
    str(Path(__file__).parents[1] / "checks"),
    str(Path(__file__).parent),
    "<frozen",
)
# Questions of one room each: the part of a name before the dot -> its module.
ROOMS = {
    "network": "autograder.answering.networks",
    "training": "autograder.answering.trainings",
    "loop": "autograder.answering.workbench",
    "dataset": "autograder.answering.pieces",
    "loss": "autograder.answering.pieces",
    "layer": "autograder.answering.pieces",
    "optimizer": "autograder.answering.pieces",
}
_QUESTIONS: dict[str, Callable] = {}


def question(name: str) -> Callable[[Callable], Callable]:
    """Mark a function as the answer to the question of this name."""

    def mark(function: Callable) -> Callable:
        _QUESTIONS[name] = function
        return function

    return mark


class Notebook:
    """The names of a notebook, while one task is tested.

    seconds: of CPU time that the student's code may take in all questions together.
    """

    def __init__(self, names: Mapping, task: str = "", seconds: float = 60.0):
        self.names, self.task = names, task
        self._kept: list[object] = []
        self.rows: tuple | None = None  # the last that were made of a row (`networks`)
        self._seconds = seconds

    @contextlib.contextmanager
    def session(self) -> Iterator[None]:
        """Around all questions: what is ready-made for the task refuses to work, prints go
        nowhere, and the kernel's state is afterwards as it was."""
        nowhere = _Nowhere()
        with (
            keep_state(),
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
            ready_made.is_tested(self.task),
        ):
            yield

    def ask(self, name: str, *values: object) -> object:
        """Answer a question with a value. Raises Mistake (Raised), Open, NotYourOwn, TimeoutError,
        and KeyError for a question that nobody answers."""
        room = name.partition(".")[0]
        if room in ROOMS:
            importlib.import_module(ROOMS[room])
        answer = _QUESTIONS[name]
        with time_limit(max(self._seconds, 0.01)) as taken:
            try:
                result = plain(answer(self, *values))
            finally:
                self._seconds -= taken()
        ready_made.confirm(self.task)
        return result

    # --- for questions ----------------------------------------------------------------------------

    def thing(self, reference: str | int) -> object:
        """The object of a name, or of a number that `keep` gave; None if there is no such name."""
        if isinstance(reference, str):
            return self.names.get(reference)
        return self._kept[reference]

    def keep(self, thing: object) -> int:
        self._kept.append(thing)
        return len(self._kept) - 1

    @property
    def device(self) -> torch.device:
        """The notebook's device, to which it moves what it makes."""
        return torch.device(self.names.get("device", "cpu"))

    def run(self, function: Callable, *args, shown: str, **kwargs) -> object:
        """Call the student's code. What it raises becomes a `Raised`; it leaves torch's settings
        as they are."""
        before = settings()
        try:
            result = function(*args, **kwargs)
        except (Mistake, Open, ready_made.NotYourOwn):
            raise
        except Exception as error:
            if is_stub_error(type(error).__name__, str(error)):
                raise Open(_method_of(error)) from error
            raise _raised(error, shown) from error
        except SystemExit as error:
            raise Mistake("exits", f"  {shown} called exit().") from error
        left = [key for key, now in settings().items() if now != before[key]]
        refuse(bool(left), left[0] if left else "", f"  After {shown} torch works otherwise.")
        return result


def _raised(error: BaseException, shown: str) -> Raised:
    """The mistake "your code raised an error", with the line of the student's code."""
    kind, text = type(error).__name__, str(error).strip() or "no message"
    seen = f"  {shown}\n  raised {kind}: {text}"
    line = _own_line(error)
    if line:
        seen += f"\n  at your line: {line}"
    return Raised(seen, kind, text)


def _method_of(error: BaseException) -> str:
    """The name of the method, of a class, that raised an error; "" for a function."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    name = frame.f_code.co_qualname
    return name if "." in name and "<" not in name else ""


def _own_line(error: BaseException) -> str:
    """The last line of a traceback that is the student's, not that of an installed package."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(INSTALLED):
            continue
        text = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
        if text:
            return text
    return ""


class _Nowhere(io.TextIOBase):
    """Takes what an answer prints and forgets it, so that a flood costs nothing."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


# --- questions on any name ------------------------------------------------------------------------


@question("missing")
def _missing(notebook: Notebook, names: list[str]) -> list[str]:
    """Those of these names that the notebook does not have; Open if one stands for a stub."""
    for name in names:
        if is_stub(notebook.names.get(name)):
            method = open_method(notebook.names[name])
            raise Open(f"{name}.{method}" if method else "")
    return [name for name in names if name not in notebook.names]


@question("overwritten")
def _overwritten(notebook: Notebook) -> list[str]:
    """Names that the notebook needs and that the student's code has overwritten."""
    return overwritten(notebook.names)


@question("device")
def _device(notebook: Notebook) -> str:
    return str(notebook.device)


@question("value")
def _value(notebook: Notebook, name: str) -> object:
    return notebook.thing(name)


@question("function")
def _function(notebook: Notebook, name: str) -> None:
    """Raise a Mistake that says what this is if it is no function of the student's own."""
    found = notebook.names[name]
    is_expression = isinstance(found, sympy.Basic) and not isinstance(found, sympy.Lambda)
    if not callable(found) or isinstance(found, type) or is_expression:
        raise Mistake("not-a-function", f"  `{name}` is {describe(plain(found))}.", name=name)
    _refuse_ready_made(found, name)


@question("make")
def _make(notebook: Notebook, name: str, args: list, shown: str) -> tuple:
    """An object of the student's own class of this name, kept, for copies of these arguments, and
    what became of the copies, as with "call"."""
    found = notebook.names[name]
    if not isinstance(found, type):
        raise Mistake("not-a-class", f"  `{name}` is {describe(plain(found))}.", name=name)
    _refuse_ready_made(found, name)
    given = copy.deepcopy(args)
    made = notebook.keep(notebook.run(found, *given, shown=shown))
    return made, _changes(args, given)


def _refuse_ready_made(found: object, name: str) -> None:
    home = str(getattr(found, "__module__", ""))
    if home == "helpers.stand_ins":
        raise Mistake("stand-in", f"  `{name}` stands in for yours in the later tasks.")
    if home.startswith("helpers."):
        raise Mistake("ready-made", f"  `{name}` is {home}.{found.__name__}.")


@question("call")
def _call(notebook: Notebook, of: str | int, args: list, kwargs: dict, shown: str) -> tuple:
    """What a function gives for copies of these arguments, and what became of the copies: number of
    an argument that is not as it was given -> what it is now."""
    given = copy.deepcopy(args)
    result = notebook.run(notebook.thing(of), *given, shown=shown, **kwargs)
    return result, _changes(args, given)


def _changes(before: list, after: list) -> dict[int, str]:
    now = {n: _change(*pair) for n, pair in enumerate(zip(before, after, strict=True))}
    return {n: change for n, change in now.items() if change}


def _change(before: object, after: object) -> str:
    """What became of an argument: "is now …", "" if it is as it was given."""
    if isinstance(before, torch.Tensor):
        if after.requires_grad != before.requires_grad:
            return "now requires a gradient"
        if after.is_leaf and after.grad is not None and before.grad is None:
            return "now has a gradient, to which the next one will be added"
    return "" if same_values(plain(before), plain(after)) else f"is now {show(after, 60)}"


@question("refuses")
def _refuses(notebook: Notebook, of: str | int, count: int) -> str:
    """The parameters of a function if it cannot be called with `count` arguments, else ""."""
    try:
        signature = inspect.signature(notebook.thing(of))
    except (TypeError, ValueError):  # some callables do not tell
        return ""
    try:
        signature.bind(*range(count))
    except TypeError:
        return str(signature)
    return ""


@question("method")
def _method(notebook: Notebook, of: str | int, name: str, shown: str) -> int:
    """A method, kept. A missing one raises what Python raises."""
    return notebook.keep(notebook.run(getattr, notebook.thing(of), name, shown=shown))


@question("has")
def _has(notebook: Notebook, of: str | int, name: str) -> bool:
    """Whether there is something callable of this name."""
    return callable(getattr(notebook.thing(of), name, None))


@question("attribute")
def _attribute(notebook: Notebook, of: str | int, name: str) -> object:
    return notebook.run(getattr, notebook.thing(of), name, shown=f"….{name}")
