"""One engine for tasks that ask for a function, a method or a value.

What is true of every such task is here, and is done once: the student's own function is fetched and
called on each case, its result is read, it leaves its arguments alone, remembers nothing, uses
every argument, rounds nothing; then its results are held against the right ones. A task brings its
own: the cases, the right function, the kind of result, and its slips and signs.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import eq

import torch

from autograder.answering.values import Thing, is_close, items, number, same_values, show, to_float
from autograder.checks.answer import Answer, Callee, Mistake, Raised, Reply, Steps, describe

AGAIN = 10  # cases that are tried a second time when all went well
ENOUGH = 3  # cases that a slip has to explain where there are as many: fewer can be chance
# What a slip or a sign may raise on a result of another form: then it says nothing about it.
SILENT = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True)
class Slip:
    """A known mistake by what it does: `gives` takes the arguments of a case and returns what an
    answer with this mistake returns. Where it raises one of SILENT, it says nothing about
    that case."""

    key: str  # in the table of the task
    gives: Callable


@dataclass(frozen=True)
class Sign:
    """A known mistake by what shows in a result: `shows(result, *arguments)`. It may return a line
    on what shows, not just True; where it raises one of SILENT, nothing shows."""

    key: str
    shows: Callable[..., bool | str]


@dataclass(frozen=True)
class Crash:
    """A known mistake by the error that it raises, on arguments for which `on(*arguments)`."""

    key: str
    on: Callable[..., bool]
    error: str = ""  # a pattern of "type: text"; any by default

    def shows(self, raised: Raised, *case) -> bool:
        return bool(re.search(self.error, f"{raised.kind}: {raised.text}")) and self.on(*case)


@dataclass(frozen=True)
class Kind:
    """What kind of thing a result is.

    wanted: in words.        read: the value as what is compared; raises Mistake (without `seen`)
    same: compares two.            or returns None for what is no such thing.
    shown: one as a line.    rounded: one rounded to so many digits, if it can be.
    fault: key of a mistake of form, such as a shape, of a wrong result beside the right one, or "".
    told: the lines on a wrong result beside the right one, where two lines of `shown` will not do.
    """

    wanted: str
    read: Callable[[object], object]
    same: Callable[[object, object], bool] = eq
    shown: Callable[[object], str] = show
    rounded: Callable[[object, int], object] | None = None
    fault: Callable[[object, object], str] = lambda got, expected: ""
    told: Callable[[object, object], str] | None = None

    def compared(self, got: object, expected: object) -> str:
        if self.told:
            return self.told(got, expected)
        return compared(self.shown, got, expected)


def compared(shown: Callable[[object], str], got: object, expected: object) -> str:
    """Two lines, and by how much the numbers differ where both look alike."""
    lines = f"  gave     {shown(got)}\n  expected {shown(expected)}"
    if shown(got) != shown(expected):
        return lines
    pairs = zip(_flat(got), _flat(expected), strict=False)
    gap = max((abs(a - b) for a, b in pairs), default=0.0)
    return f"{lines}\n  They look alike; the largest difference is {gap:.2g}." if gap else lines


def _flat(value: object) -> list[float]:
    """The numbers in a value."""
    entries = items(value)
    if entries is None:
        found = to_float(value)
        return [] if found is None else [found]
    return [inner for entry in entries for inner in _flat(entry)]


def examine(
    answer: Answer,
    function: str | Callee,
    cases: Iterable[tuple],
    right: Callable,
    kind: Kind,
    *,
    slips: Sequence[Slip] = (),
    signs: Sequence[Sign | Crash] = (),
    otherwise: str | Callable[..., str] = "wrong-result",
    shown: Callable[..., str] | None = None,
    may_change: bool = False,
) -> None:
    """Raise the first Mistake of a function on these argument tuples.

    function:  the name of the student's function, a method of something made, or `Steps`.
    right:     the right function; its parameters have the names that the task gives them.
    otherwise: the key of the mistake where no slip or sign fits, or what gives it for the first
               wrong result and its arguments.
    shown:     how a call is written, from its arguments.
    may_change: whether it may work on the very arguments that it is given.
    """
    callee = answer.function(function) if isinstance(function, str) else function
    trial = _Trial(callee, [tuple(case) for case in cases], right, kind, tuple(signs), shown)
    trial.may_change = may_change
    trial.check_parameters()
    trial.run()
    trial.check_memory()
    if trial.wrong:
        raise trial.named(slips, otherwise)
    if trial.changed:
        raise trial.changed


def examine_value(
    answer: Answer,
    name: str,
    right: object,
    kind: Kind,
    *,
    slips: Mapping[str, object] | None = None,
    signs: Sequence[Sign] = (),
    otherwise: str = "wrong-result",
    told: Callable[[object], str] | None = None,
) -> None:
    """As `examine`, for the value of a name; the message does not show the right one.

    slips: key of a mistake -> the value that it gives.   told: the lines on a wrong value.
    """
    value = Steps(lambda: Reply(answer.value(name)), name)
    made = [Slip(key, lambda given=given: given) for key, given in (slips or {}).items()]
    kind = replace(kind, told=lambda got, _: told(got) if told else f"  is {kind.shown(got)}")
    examine(answer, value, [()], lambda: right, kind, slips=made, signs=signs, otherwise=otherwise)


class _Trial:
    """The cases of one function, what it gave for each and what is right."""

    def __init__(self, callee, cases, right, kind: Kind, signs, shown):
        self.callee, self.cases, self.right, self.kind = callee, cases, right, kind
        self.signs, self.shown = signs, shown or callee.text
        self.got: list = []
        self.expected: list = []
        self.wrong: list[int] = []
        self.may_change = False
        self.changed: Mistake | None = None  # an argument was not left alone

    def check_parameters(self) -> None:
        wanted = list(inspect.signature(self.right).parameters)
        found = self.callee.refuses(len(self.cases[0])) if self.cases else ""
        if found:
            seen = f"  your {self.callee.name} has the parameters {found}."
            raise Mistake("parameters", seen, parameters=", ".join(wanted))

    def run(self) -> None:
        for number_, case in enumerate(self.cases):
            try:
                got = self.result(case)
            except Mistake:
                if not self.wrong:
                    raise
                self.cases = self.cases[:number_]
                return  # what is wrong already says more than an error later on
            self.got.append(got)
            self.expected.append(self.right(*case))
            if not self.kind.same(got, self.expected[-1]):
                self.wrong.append(number_)

    def result(self, case: tuple) -> object:
        """What the function gives for one case, read."""
        try:
            reply = self.callee(*case, shown=self.shown(*case))
        except Raised as raised:
            raise self.signed(raised, case, raised.seen) or raised from None
        if not self.may_change:
            names = list(inspect.signature(self.right).parameters)
            self.changed = self.changed or reply.change(self.shown(*case), names)
        return read(self.kind, reply.value, self.shown(*case), "\n  gave" if case else " is")

    def check_memory(self) -> None:
        """The same calls once more, in another order, give the same."""
        count = len(self.cases) if self.wrong else min(len(self.cases), AGAIN)
        for number_ in reversed(range(count)):
            case, first = self.cases[number_], self.got[number_]
            second = self.result(case)
            if not self.kind.same(second, first) and not same_values(second, first):
                seen = f"  {self.shown(*case)}, called a second time,\n"
                seen += f"{self.kind.compared(second, first)}\n  as the first time."
                raise Mistake("remembers", seen)

    def named(self, slips: Sequence[Slip], otherwise: str | Callable[..., str]) -> Mistake:
        """The mistake behind the wrong results: the slip that explains most, or what else shows."""
        first = self.wrong[0]
        case, got = self.cases[first], self.got[first]
        expected = self.expected[first]
        seen = f"  {self.shown(*case)}\n{self.kind.compared(got, expected)}"
        best = max(slips, key=self.explained, default=None)
        if best and self.explained(best):
            return Mistake(best.key, seen)
        fault = self.kind.fault(got, expected)
        if fault:
            return Mistake(fault, seen)
        signed = self.signed(got, case, seen) or self.changed
        if signed:
            return signed
        if len(self.got) > 2 and self.are_same(self.got) and not self.are_same(self.expected):
            return Mistake("same-for-all", seen)
        if self.kind.rounded and any(self.is_rounded(digits) for digits in range(5)):
            return Mistake("rounded", seen)
        unused = self.unused_argument()
        if unused:
            return Mistake("fixed-argument", seen + self.fixed_at(unused), name=unused)
        return Mistake(otherwise(got, *case) if callable(otherwise) else otherwise, seen)

    def explained(self, slip: Slip) -> int:
        """How many results the slip gives, a wrong one among them; 0 if it gives another one."""
        found = []
        for number_, (case, got) in enumerate(zip(self.cases, self.got, strict=True)):
            try:
                same = self.kind.same(got, slip.gives(*case))
            except SILENT:
                continue
            if not same:
                return 0
            found.append(number_)
        enough = len(found) >= min(ENOUGH, len(self.cases))
        return len(found) if enough and set(found) & set(self.wrong) else 0

    def are_same(self, results: list) -> bool:
        return all(self.kind.same(other, results[0]) for other in results)

    def is_rounded(self, digits: int) -> bool:
        pairs = zip(self.got, self.expected, strict=True)
        return all(self.kind.same(got, self.kind.rounded(e, digits)) for got, e in pairs)

    def unused_argument(self) -> str:
        """The name of an argument whose change changes nothing, where it should."""
        names = list(inspect.signature(self.right).parameters)
        for place, name in enumerate(names[: min(map(len, self.cases), default=0)]):
            told = False
            for case, other in itertools.permutations(self.cases, 2):
                mixed = (*case[:place], other[place], *case[place + 1 :])
                try:
                    if self.kind.same(self.right(*case), self.right(*mixed)):
                        continue
                    if not self.kind.same(self.result(case), self.result(mixed)):
                        told = False
                        break
                except (Mistake, *SILENT):
                    continue
                told = True
            if told:
                return name
        return ""

    def fixed_at(self, name: str) -> str:
        """A line on the value of an argument for which all results would be right, if one is."""
        place = list(inspect.signature(self.right).parameters).index(name)
        for value in (case[place] for case in self.cases):
            made = [self.right(*c[:place], value, *c[place + 1 :]) for c in self.cases]
            if all(map(self.kind.same, self.got, made)):
                return f"\n  All of your results are those for {name} = {show(value, 40)}."
        return ""

    def signed(self, result: object, case: tuple, seen: str) -> Mistake | None:
        kind = Crash if isinstance(result, Raised) else Sign
        for sign in self.signs:
            with contextlib.suppress(*SILENT):
                shows = isinstance(sign, kind) and sign.shows(result, *case)
                if shows:
                    line = f"\n  {shows}" if isinstance(shows, str) else ""
                    return Mistake(sign.key, seen + line)
        return None


def read(kind: Kind, value: object, what: str, verb: str = "\n  gave") -> object:
    """A value as its kind reads it. Raises Mistake with what it is instead."""
    seen = f"  {what}{verb} {describe(value)}.\n  Expected {kind.wanted}."
    try:
        found = kind.read(value)
    except Mistake as mistake:
        raise Mistake(mistake.key, mistake.seen or seen, **mistake.values) from None
    if found is None:
        if isinstance(value, Thing) and value.kind == "iterator":
            raise Mistake("iterator", seen)
        key = "none" if value is None and "gave" in verb else "wrong-type"
        raise Mistake(key, seen, what="The result", wanted=kind.wanted)
    return found


# --- kinds of results -----------------------------------------------------------------------------


def _one_number(value: object) -> float | None:
    found = to_float(value)
    if found is not None and math.isfinite(found):
        return found
    if found is not None:
        raise Mistake("not-finite")
    if getattr(value, "free_symbols", None):
        raise Mistake("symbol")
    if items(value) is not None:
        raise Mistake("several-values")
    if value is not None:
        raise Mistake("not-a-number")
    return None


def all_close(values: list, expected: list, rel: float = 1e-5, abs_: float = 1e-7) -> bool:
    """Whether two lists hold the same numbers, but for rounding; what is no number is itself."""
    pairs = zip(values, expected, strict=False)
    return len(values) == len(expected) and all(
        is_close(a, b, rel, abs_) if to_float(b) is not None else same_values(a, b)
        for a, b in pairs
    )


def _list_of_numbers(value: object) -> list[float | None] | None:
    entries = items(value)
    numbers = [number(entry) for entry in entries or []]
    if any(found is None is not entry for found, entry in zip(numbers, entries or [], strict=True)):
        raise Mistake("not-numbers")
    return None if entries is None else numbers


def _flag(value: object) -> bool | None:
    entries = items(value)
    found = number(entries[0] if entries is not None and len(entries) == 1 else value)
    if found is None and getattr(value, "dtype", None) is not None and value.numel() == 1:
        found = float(value)
    return bool(found) if found in (0.0, 1.0) else None


def _real_tensor(value: object) -> torch.Tensor | None:
    if not isinstance(value, torch.Tensor) or value.is_complex() or value.dtype == torch.bool:
        return None
    return value.to(torch.float64)


def close_tensors(got: torch.Tensor, want: torch.Tensor) -> bool:
    """Same shape, and the same finite numbers but for the rounding of float32."""
    scale = max(1e-3, float(want.abs().max())) if want.numel() else 1.0
    return got.shape == want.shape and torch.allclose(got, want, 0, 1e-4 * scale)


def _compared_tensors(got: torch.Tensor, want: torch.Tensor) -> str:
    if got.shape == want.shape:
        return compared(show, got, want)
    shapes = tuple(got.shape), tuple(want.shape)
    return f"  got a tensor of shape {shapes[0]}\n  expected shape    {shapes[1]}"


def _tensor_fault(got: torch.Tensor, want: torch.Tensor) -> str:
    if got.shape != want.shape:
        return "wrong-shape"
    return "" if got.isfinite().all() else "not-finite"


NUMBER = Kind("one finite number", _one_number, is_close, rounded=round)
NUMBERS = Kind("a list of numbers", _list_of_numbers, all_close)
FLAG = Kind("True or False", _flag)
TENSOR = Kind(
    "a tensor of numbers", _real_tensor, close_tensors, fault=_tensor_fault, told=_compared_tensors
)
