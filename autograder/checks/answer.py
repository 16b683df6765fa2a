"""A student's answer as a check sees it: names to ask for, functions to call, objects to make.

A check has no object of the student's. It asks (see `answering.notebook`), and what comes back is a
value: exact built-in types, tensors and SymPy expressions, in which nothing of the student's can
act. Anything else comes as a `Thing`, which says what it is. Who answers, in this process or at the
other end of a pipe, makes no difference to a check.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch

from autograder.answering.mistakes import Mistake, Open, Raised, refuse
from autograder.answering.values import describe, show
from helpers.variants import SETS, STANDARD, Numbers

__all__ = ["Answer", "Callee", "Made", "Mistake", "Open", "Raised", "Reply", "Steps", "describe",
           "refuse"]  # fmt: skip


DEVICES = ("cpu", "cuda", "mps")


class Asked(Protocol):
    """Who answers questions: a `Notebook`, or the near end of a pipe to one."""

    def ask(self, name: str, *values: object) -> object: ...


@dataclass(frozen=True)
class Reply:
    """What a call gave back.

    value:   as a value.
    changed: number of a positional argument that is not as it was given -> what it is now.
    """

    value: object
    changed: Mapping[int, str] = field(default_factory=dict)

    def change(self, shown: str, names: Sequence[str] = ()) -> Mistake | None:
        """The mistake that an argument has been changed, if one has. names: of the arguments."""
        for place, change in self.changed.items():
            name = names[place] if names else "it"
            seen = f"  {shown}\n  changed its argument: {name} {change}."
            return Mistake("argument-changed", seen)
        return None


class Callee:
    """A function of the student's, or a method of an object made: call it with values."""

    def __init__(self, answer: Answer, reference: str | int, name: str):
        self._answer, self._reference, self.name = answer, reference, name

    def __call__(self, *args, shown: str = "", **kwargs) -> Reply:
        """Call it with copies of these arguments. What it raises becomes a `Raised`.

        shown: how the call is written in a message; by default from the arguments.
        """
        shown = shown or self.text(*args, **kwargs)
        return Reply(*self._answer.ask("call", self._reference, list(args), kwargs, shown))

    def text(self, *args, **kwargs) -> str:
        """`name(arguments)` as one would type it, shortened."""
        shown = [show(arg, 60) for arg in args] + [f"{k}={show(v, 40)}" for k, v in kwargs.items()]
        return f"{self.name}({', '.join(shown)})"

    def refuses(self, count: int) -> str:
        """The parameters of the function if it cannot be called with `count` arguments, else ""."""
        return self._answer.ask("refuses", self._reference, count)


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


class Made:
    """An object that the student's class made: its methods are called, its attributes read."""

    def __init__(self, answer: Answer, number: int, shown: str):
        self._answer, self.number, self.shown = answer, number, shown

    def method(self, name: str, shown: str = "") -> Callee:
        """A method (`__call__` for the object itself). A missing one raises what Python raises."""
        shown = shown or (self.shown if name == "__call__" else f"{self.shown}.{name}")
        return Callee(self._answer, self._answer.ask("method", self.number, name, shown), shown)

    def has(self, name: str) -> bool:
        """Whether there is something callable of this name."""
        return self._answer.ask("has", self.number, name)

    def value(self, attribute: str) -> object:
        return self._answer.ask("attribute", self.number, attribute)


class Answer:
    """The names of a notebook, and random numbers for the inputs of a check.

    `random` (a `random.Random`) and `generator()` (a `torch.Generator`) draw the same inputs each
    time for the visible check, and others for every hidden seed.

    `numbers`: those of this student's notebook; `others`: those of other variants, if it is one.
    """

    def __init__(self, notebook: Asked, hidden: int | None, numbers: Numbers | None = None):
        self.numbers = numbers or STANDARD
        self.others = [s for s in (STANDARD, *SETS) if s != numbers] if numbers else []
        self._notebook = notebook
        self.hidden = hidden is not None
        self.random = random.Random(0 if hidden is None else hidden)

    def ask(self, name: str, *values: object) -> object:
        """The answer to a question of `answering`, a value."""
        return self._notebook.ask(name, *values)

    def value(self, name: str, default: object = None) -> object:
        """The value of a name; `default` if there is no such name."""
        return default if self.ask("missing", [name]) else self.ask("value", name)

    @property
    def device(self) -> torch.device:
        """The notebook's device, to which it moves what it makes."""
        said = torch.device(self.ask("device"))
        return said if said.type in DEVICES else torch.device("cpu")

    @property
    def beside(self) -> Mapping:
        """The names themselves, in a student's own kernel; empty where the answer runs elsewhere.

        For what belongs to the notebook and is too large to copy: its data sets.
        """
        return getattr(self._notebook, "names", {})

    def generator(self) -> torch.Generator:
        return torch.Generator().manual_seed(self.random.randrange(2**31))

    def function(self, name: str) -> Callee:
        """The student's own function of this name, or a Mistake that says what it is instead."""
        self.ask("function", name)
        return Callee(self, name, name)

    def make(self, name: str, *args, shown: str = "") -> Made:
        """An object of the student's own class of this name."""
        shown = shown or f"{name}({', '.join(show(arg, 60) for arg in args)})"
        reply = Reply(*self.ask("make", name, list(args), shown))
        if change := reply.change(shown):
            raise change
        return Made(self, reply.value, shown)
