"""A student's answer as a check sees it: names to ask for, functions to call, objects to make.

What comes back is a value (see `values.plain`): a copy in exact built-in types, tensors and SymPy
expressions, in which nothing of the student's can act. Anything else comes as a `Thing`, which
says what it is. Only checks of models, losses, optimizers and training loops need the object
itself, `answer.live(name)`; their modules say so.
"""

from __future__ import annotations

import copy
import inspect
import linecache
import random
import re
import sysconfig
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import sympy
import torch

from autograder.checks.values import Thing, plain, same_values, show
from helpers.ready_made import NotYourOwn

# Where code lies that is not the student's: the standard library, installed packages, the checks.
INSTALLED = (
    *{sysconfig.get_path(place) for place in ("stdlib", "platstdlib", "purelib", "platlib")},
    str(Path(__file__).parent),
    "<frozen",
)
# What an error that everybody meets is about: pattern of "Type: message" -> key of its mistake.
ERRORS = {
    r"same device|device type|expected device": "error-device",
    r"^NameError": "error-name",
    r"shapes cannot be multiplied|size of tensor|target size|input size": "error-shapes",
    r"does not require grad": "error-graph",
    r"takes \d+ positional|missing \d+ required|unexpected keyword": "error-signature",
}


class Mistake(Exception):
    """What a check found wrong.

    key:    of the mistake in the tables (see `verdict.find`): label and hint are there.
    seen:   what the code was given, what came back, what should have. Not shown for hidden tests.
    values: for the names in label and hint.
    """

    def __init__(self, key: str, seen: str = "", /, **values: str | int | float):
        super().__init__(key)
        self.key, self.seen, self.values = key, seen, values


def refuse(wrong: bool, key: str, seen: str = "", /, **values: str | int | float) -> None:
    """Raise a Mistake if this is wrong."""
    if wrong:
        raise Mistake(key, seen, **values)


class Open(Exception):
    """Raised inside a check when the stub of the task is still in place."""


class Raised(Mistake):
    """The student's code raised `error`, of the type named `kind` with this text."""

    def __init__(self, key: str, seen: str, kind: str, text: str, **values):
        super().__init__(key, seen, **values)
        self.kind, self.text = kind, text


@dataclass(frozen=True)
class Reply:
    """What a call gave back.

    value:   as a value.
    changed: number of a positional argument that is not as it was given -> what it is now.
    """

    value: object
    changed: Mapping[int, str] = field(default_factory=dict)


class Callee:
    """A function of the student's, or a method of an object made: call it with values."""

    def __init__(self, answer: Answer, function: Callable, name: str):
        self._answer, self._function, self.name = answer, function, name

    def __call__(self, *args, shown: str = "", **kwargs) -> Reply:
        """Call it with copies of these arguments. What it raises becomes a `Raised`.

        shown: how the call is written in a message; by default from the arguments.
        """
        given = copy.deepcopy(args)
        shown = shown or self.text(*args, **kwargs)
        result = self._answer.run(self._function, *given, shown=shown, **kwargs)
        now = {n: _change(*pair) for n, pair in enumerate(zip(args, given, strict=True))}
        return Reply(plain(result), {n: change for n, change in now.items() if change})

    def live(self, shown: str, **arguments) -> object:
        """What a call with live objects gives, as a value: by name, or where the function has
        other names for them, in this order."""
        try:
            inspect.signature(self._function).bind(**arguments)
        except (TypeError, ValueError):
            return plain(self._answer.run(self._function, *arguments.values(), shown=shown))
        return plain(self._answer.run(self._function, shown=shown, **arguments))

    def text(self, *args, **kwargs) -> str:
        """`name(arguments)` as one would type it, shortened."""
        shown = [show(arg, 60) for arg in args] + [f"{k}={show(v, 40)}" for k, v in kwargs.items()]
        return f"{self.name}({', '.join(shown)})"

    def refuses(self, count: int) -> str:
        """The parameters of the function if it cannot be called with `count` arguments, else ""."""
        try:
            signature = inspect.signature(self._function)
        except (TypeError, ValueError):  # some callables do not tell
            return ""
        try:
            signature.bind(*range(count))
        except TypeError:
            return str(signature)
        return ""


class Steps(Callee):
    """Several questions that count as one function, for `examine`: `ask` puts them, gives a Reply.

    So a value is a function without arguments: `Steps(lambda: Reply(answer.value("w")), "w")`.
    """

    def __init__(self, ask: Callable[..., Reply], name: str):
        self._ask, self.name = ask, name

    def __call__(self, *args, shown: str = "") -> Reply:
        return self._ask(*args)

    def text(self, *args) -> str:
        return super().text(*args) if args else self.name

    def refuses(self, count: int) -> str:
        return ""


def _change(before: object, after: object) -> str:
    """What became of an argument: "is now …", "" if it is as it was given."""
    if isinstance(before, torch.Tensor):
        if after.requires_grad != before.requires_grad:
            return "now requires a gradient"
        if after.is_leaf and after.grad is not None and before.grad is None:
            return "now has a gradient, to which the next one will be added"
    return "" if same_values(plain(before), plain(after)) else f"is now {show(after, 60)}"


class Made:
    """An object that the student's class made: its methods are called, its attributes read."""

    def __init__(self, answer: Answer, made: object, shown: str):
        self._answer, self._made, self.shown = answer, made, shown

    def method(self, name: str, shown: str = "") -> Callee:
        """A method (`__call__` for the object itself). A missing one raises what Python raises."""
        shown = shown or (self.shown if name == "__call__" else f"{self.shown}.{name}")
        found = self._answer.run(getattr, self._made, name, shown=shown)
        return Callee(self._answer, found, shown)

    def has(self, name: str) -> bool:
        """Whether there is something callable of this name."""
        return callable(getattr(self._made, name, None))

    def value(self, attribute: str) -> object:
        return plain(self._answer.run(getattr, self._made, attribute, shown=f"….{attribute}"))

    def live(self) -> object:
        """The object itself."""
        return self._made


class Answer:
    """The names of a notebook, and random numbers for the inputs of a check.

    `random` (a `random.Random`) and `generator()` (a `torch.Generator`) draw the same inputs each
    time for the visible check, and others for every hidden seed.
    """

    def __init__(self, names: Mapping, hidden: int | None):
        self.names = MappingProxyType(dict(names))
        self.hidden = hidden is not None
        self.random = random.Random(0 if hidden is None else hidden)

    def value(self, name: str, default: object = None) -> object:
        """The value of a name; `default` if there is no such name."""
        return plain(self.names[name]) if name in self.names else default

    def live(self, name: str) -> object:
        """The object itself, None if there is no such name."""
        return self.names.get(name)

    @property
    def device(self) -> torch.device:
        """The notebook's device, to which it moves what it makes."""
        return torch.device(self.names.get("device", "cpu"))

    def generator(self) -> torch.Generator:
        return torch.Generator().manual_seed(self.random.randrange(2**31))

    def function(self, name: str) -> Callee:
        """The student's own function of this name, or a Mistake that says what it is instead."""
        found = self.names[name]
        is_expression = isinstance(found, sympy.Basic) and not isinstance(found, sympy.Lambda)
        if not callable(found) or isinstance(found, type) or is_expression:
            raise Mistake("not-a-function", f"  `{name}` is {describe(plain(found))}.", name=name)
        self._refuse_ready_made(name)
        return Callee(self, found, name)

    def make(self, name: str, *args, shown: str = "") -> Made:
        """An object of the student's own class of this name."""
        found = self.names[name]
        if not isinstance(found, type):
            raise Mistake("not-a-class", f"  `{name}` is {describe(plain(found))}.", name=name)
        self._refuse_ready_made(name)
        shown = shown or f"{name}({', '.join(show(arg, 60) for arg in args)})"
        return Made(self, self.run(found, *copy.deepcopy(args), shown=shown), shown)

    def _refuse_ready_made(self, name: str) -> None:
        found = self.names[name]
        home = str(getattr(found, "__module__", ""))
        if home == "helpers.stand_ins":
            raise Mistake("stand-in", f"  `{name}` stands in for yours in the later tasks.")
        if home.startswith("helpers."):
            raise Mistake("ready-made", f"  `{name}` is {home}.{found.__name__}.")

    def run(self, function: Callable, *args, shown: str, **kwargs) -> object:
        """Call the student's code with live objects. What it raises becomes a `Raised`."""
        try:
            return function(*args, **kwargs)
        except (Mistake, Open, NotYourOwn):
            raise
        except NotImplementedError as error:
            raise Open from error
        except Exception as error:
            raise self.raised(error, shown) from error
        except SystemExit as error:
            raise Mistake("exits", f"  {shown} called exit().") from error

    def raised(self, error: BaseException, shown: str) -> Raised:
        """The mistake "your code raised an error", with the line of the student's code."""
        kind, text = type(error).__name__, str(error).strip() or "no message"
        seen = f"  {shown}\n  raised {kind}: {text}"
        line = _own_line(error)
        if line:
            seen += f"\n  at your line: {line}"
        key = "error-hidden"
        if not self.hidden:
            said = f"{kind}: {text}"
            key = next(
                (key for pattern, key in ERRORS.items() if re.search(pattern, said)), "error"
            )
        return Raised(key, seen, kind, text, error=re.sub(r"\W", "_", kind)[:40])


def describe(value: object) -> str:
    """What a value is, in words, where something else was expected."""
    if value is None:
        return "None"
    if isinstance(value, Thing):
        return str(value)
    name = type(value).__name__
    if isinstance(value, sympy.Basic | sympy.MatrixBase):
        name = "SymPy " + ("matrix" if isinstance(value, sympy.MatrixBase) else "expression")
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}, {show(value, 60)}"


def _own_line(error: BaseException) -> str:
    """The last line of a traceback that is the student's, not that of an installed package."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(INSTALLED):
            continue
        text = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
        if text:
            return text
    return ""
