"""A student's own dropout: what it does to each entry is random, so its laws are tested.

Every test of chance allows for six standard deviations: a right answer fails one of them less than
once in a hundred million times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from autograder.answering.values import show
from autograder.checks.answer import Answer, Callee, Mistake, Raised, Reply, describe, refuse
from autograder.checks.examine import TENSOR, read

NAME = "dropout"
CALLS, SHAPE = 20, (60, 50)  # how often one input is sent through, and its shape
SIGMAS = 6.0
DTYPES = (torch.float64, torch.float16)


@dataclass(frozen=True)
class Draws:
    """What several calls in training gave for one input."""

    p: float
    x: Tensor  # (rows, columns), no entry near 0
    outputs: Tensor  # (calls, rows, columns)

    @property
    def dropped(self) -> Tensor:
        """1 where an entry was set to zero, else 0."""
        return (self.outputs == 0).double()

    @property
    def share(self) -> float:
        return self.dropped.mean().item()

    def is_share(self, p: float) -> bool:
        """Whether that many were dropped by chance, if each was with probability p."""
        spread = math.sqrt(max(p * (1 - p), 1e-9) / self.dropped.numel())
        return abs(self.share - p) <= SIGMAS * spread

    @property
    def factors(self) -> Tensor:
        """By what the entries that stayed were multiplied."""
        kept = self.outputs != 0
        return (self.outputs / self.x.double())[kept]

    @property
    def factor(self) -> float:
        return self.factors.median().item() if self.factors.numel() else 0.0

    def is_scaled_by(self, factor: float) -> bool:
        return torch.allclose(self.factors, torch.tensor(factor).double(), rtol=1e-3)

    def is_scaled_by_count(self) -> bool:
        """Whether each call is scaled by the share that stayed in it."""
        return all(
            Draws(self.p, self.x, call[None]).is_scaled_by(call.numel() / int((call != 0).sum()))
            for call in self.outputs
        )

    def spread(self, *dims: int) -> float:
        """The variance of the number dropped along these dimensions, as a multiple of that of
        independent draws. 1 is expected."""
        counts = self.dropped.sum(dims)
        each = self.dropped.numel() / counts.numel()
        return ((counts - each * self.p) ** 2).mean().item() / (each * self.p * (1 - self.p))

    def is_independent(self, *dims: int) -> bool:
        """Whether that variance is one of independent draws (a chi-squared one)."""
        count = self.dropped.sum(dims).numel()
        low = 0.05 if count < 100 else 1 - SIGMAS * math.sqrt(2 / count)
        high = 1 + SIGMAS * math.sqrt(2 / count) + SIGMAS**2 / count
        return low < self.spread(*dims) < high

    def correlates(self, other: Tensor) -> bool:
        """Whether the dropped entries go with these numbers, one for each of them."""
        dropped, other = self.dropped.flatten(), other.double().expand_as(self.dropped).flatten()
        found = torch.corrcoef(torch.stack([dropped, other]))[0, 1].item()
        return abs(found) > SIGMAS / math.sqrt(dropped.numel())


def check_dropout_layer(answer: Answer) -> None:
    layer = answer.function(NAME)
    found = layer.refuses(3)
    seen = f"  your {NAME} has the parameters {found}."
    refuse(bool(found), "parameters", seen, parameters="x, p, training")
    draw = answer.random
    low, high = round(draw.uniform(0.15, 0.35), 2), round(draw.uniform(0.65, 0.85), 2)
    draws = [_drawn(answer, layer, p) for p in (low, high, 0.5)]
    for each in draws:
        _check_masks(each)
    _check_dropped(layer, draws)
    for each in draws:
        _check_scaled(each)
        _check_independent(each)
    _check_off(answer, layer, low)
    _check_form(answer, layer, low)
    _check_gradient(answer, high)
    _check_refused(answer, layer)


def _input(answer: Answer, *shape: int) -> Tensor:
    """Numbers of both signs, none near 0."""
    size = 0.5 + 1.5 * torch.rand(shape, generator=answer.generator())
    return size * (torch.randint(2, shape, generator=answer.generator()) * 2 - 1)


def _called(layer: Callee, x: Tensor, p: float, training: bool) -> tuple[Tensor, str]:
    """What it gave, of the shape of x, and the call in words."""
    shown = f"{NAME}({show(x, 44)}, {p:g}, {training})"
    reply: Reply = layer(x, p, training, shown=shown)
    for place, change in reply.changed.items():
        name = ("x", "p", "training")[place]
        raise Mistake("argument-changed", f"  {shown}\n  changed its argument: {name} {change}.")
    got = reply.value
    read(TENSOR, got, shown)
    seen = f"  {shown}\n  gave a tensor of shape {tuple(got.shape)}\n  expected shape   "
    refuse(got.shape != x.shape, "wrong-shape", f"{seen} {tuple(x.shape)}")
    seen = f"  {shown}, an x of {x.dtype},\n  gave {got.dtype}."
    refuse(got.dtype != x.dtype, "wrong-dtype", seen)
    return got, shown


def _drawn(answer: Answer, layer: Callee, p: float) -> Draws:
    x = _input(answer, *SHAPE)
    outputs = [_called(layer, x, p, True)[0].double() for _ in range(CALLS)]
    return Draws(p, x, torch.stack(outputs))


def _seen(draws: Draws, more: str = "") -> str:
    shown = f"{NAME}({show(draws.x)}, {draws.p:g}, True)"
    line = f"  {shown}, called {CALLS} times:\n  {100 * draws.share:.1f} % of the entries are 0"
    return f"{line}, the others are x times {draws.factor:.4g}.{more}"


def _check_dropped(layer: Callee, all_draws: list[Draws]) -> None:
    """The share of zeros is p for each of several p, and what stays is a multiple of x."""
    wrong = next((draws for draws in all_draws if not draws.is_share(draws.p)), None)
    if wrong is None:
        return
    p = wrong.p
    seen = _seen(wrong, f"\n  Expected: {100 * p:g} % zeros.")
    refuse(not wrong.outputs.isfinite().all(), "not-finite", seen)
    if wrong.share == 0:
        refuse(not wrong.is_scaled_by(wrong.factor), "noise", seen)
        off, shown = _called(layer, wrong.x, p, False)
        seen += f"\n  {shown} set {int((off == 0).sum())} to 0."
        raise Mistake("flag-turned-round" if (off == 0).any() else "nothing-dropped", seen)
    refuse(wrong.share == 1, "all-dropped", seen)
    refuse(all(d.is_share(1 - d.p) for d in all_draws), "keeps-p", seen)
    other = next((d for d in all_draws if all(e.is_share(d.p) for e in all_draws)), None)
    if other:
        seen += f"\n  It was {100 * other.share:.0f} % for every p."
        raise Mistake("fixed-argument", seen, name="p")
    refuse(all(d.is_share(1 - (1 - d.p) ** 2) for d in all_draws), "drops-twice", seen)
    raise Mistake("share", seen)


def _check_scaled(draws: Draws) -> None:
    p, factor = draws.p, draws.factor
    expected = 1 / (1 - p)
    if draws.is_scaled_by(expected):
        return
    seen = _seen(draws, f"\n  Expected: x times {expected:.4g}.")
    if not draws.is_scaled_by(factor):
        lowest, highest = draws.factors.min().item(), draws.factors.max().item()
        seen += f"\n  The factors run from {lowest:.4g} to {highest:.4g}."
        raise Mistake("scaled-by-count" if draws.is_scaled_by_count() else "other-values", seen)
    known = {
        "not-scaled": 1.0,
        "scaled-down": 1 - p,
        "scaled-by-inverse-p": 1 / p,
        "scaled-by-p": p,
        "scaled-up-by-p": 1 + p,
        "scaled-twice": expected**2,
        "scaled-by-root": expected**0.5,
        "scaled-by-two": 2.0,
    }
    fits = [key for key, value in known.items() if math.isclose(factor, value, rel_tol=1e-3)]
    raise Mistake(fits[0] if fits else "scale", seen)


def _check_masks(draws: Draws) -> None:
    """The calls differ, and so do rows and columns."""
    dropped = draws.dropped
    signs = [
        ("same-mask", dropped[0], "The same ones at each call."),
        ("whole-rows", dropped[:, :, :1], "A row is 0 as a whole."),
        ("one-mask-for-the-batch", dropped[:, :1], "The same columns are 0 in every row."),
    ]
    for key, some, line in signs:
        shows = 0 < draws.share < 1 and bool((dropped == some).all())
        refuse(shows, key, _seen(draws, f"\n  {line}"))


def _check_independent(draws: Draws) -> None:
    """No entry says anything on another one, nor do the numbers in x."""
    dropped, p = draws.dropped, draws.p
    where = dropped.mean(0)  # of each place, over the calls
    uneven = ((where - p) ** 2).mean().item() * CALLS / (p * (1 - p)) - 1
    signs = [
        ("by-value", draws.correlates(draws.x), "Which ones are 0 goes with the numbers in x."),
        ("by-value", draws.correlates(draws.x.abs()), "Which ones are 0 goes with the sizes in x."),
        ("uneven", abs(uneven) > 0.3, "Some places are 0 more often than others."),
    ]
    for key, shows, line in signs:
        refuse(shows, key, _seen(draws, f"\n  {line}"))
    for dims, what in (((1, 2), "call"), ((2,), "row"), ((1,), "column")):
        if not draws.is_independent(*dims):
            spread = draws.spread(*dims)
            line = f"\n  The number of zeros in a {what} varies {spread:.2g} times as by chance."
            raise Mistake("exact-number" if spread < 1 else "not-independent", _seen(draws, line))
    for dim, what in enumerate(("call", "row", "column")):
        seen = _seen(draws, f"\n  A zero goes with one in the {what} before.")
        refuse(draws.correlates(dropped.roll(1, dim)), "not-independent", seen)


def _check_off(answer: Answer, layer: Callee, p: float) -> None:
    """Outside training, and with p = 0, nothing changes."""
    x = _input(answer, 4, 6)
    got, shown = _called(layer, x, p, False)
    if not torch.equal(got, x):
        dropped = (got == 0).double().mean().item()
        factor = Draws(p, x, got.double()[None]).factor
        seen = f"  {shown}\n  gave {100 * dropped:.0f} % zeros, the rest x times {factor:.4g}."
        refuse(dropped > 0, "drops-in-evaluation", f"{seen}\n  Expected: x, unchanged.")
        raise Mistake("scaled-in-evaluation", f"{seen}\n  Expected: x, unchanged.")
    got, shown = _called(layer, x, 0.0, True)
    refuse(not torch.equal(got, x), "p-zero", f"  {shown}\n  gave {describe(got)}.\n  Expected: x.")


def _check_form(answer: Answer, layer: Callee, p: float) -> None:
    """Any shape and type of numbers, and the device of x."""
    for shape in ((7,), (2, 3, 4)):
        _called(layer, _input(answer, *shape), p, True)
    for dtype in DTYPES:
        _called(layer, _input(answer, 3, 5).to(dtype), p, True)


def _check_gradient(answer: Answer, p: float) -> None:
    """What goes back is what went forward: zero where an entry was dropped, else the factor."""
    x, weights = _input(answer, 20, 30), _input(answer, 20, 30)
    for training in (True, False):
        shown = f"{NAME}({show(x)}, {p:g}, {training})"
        value, gradient = answer.ask("layer.gradient", NAME, x, [p, training], weights, shown)
        got = read(TENSOR, value, shown)
        refuse(got.shape != x.shape, "wrong-shape", f"  {shown}\n  gave {tuple(got.shape)}.")
        seen = f"  {shown}, for an x with `requires_grad`:\n  gave an output "
        refuse(gradient is None, "no-gradient", f"{seen}from which no gradient leads back to x.")
        device = answer.device.type
        on = getattr(value, "origin", None)
        refuse(on is not None and on.device != device, "wrong-device", f"{seen}on {on}.")
        expected = weights.double() * (got / x.double())
        seen += "whose gradient is not that of the numbers it gave."
        refuse(not torch.allclose(gradient.double(), expected, 1e-3, 1e-3), "gradient", seen)


def _check_refused(answer: Answer, layer: Callee) -> None:
    """A p outside of 0 <= p < 1 raises ValueError."""
    x = _input(answer, 5)
    for p, key in ((1.0, "p-one"), (-0.1, "p-outside"), (1.5, "p-outside")):
        shown = f"{NAME}({show(x, 60)}, {p:g}, True)"
        try:
            got = layer(x, p, True, shown=shown).value
        except Raised as raised:
            seen = f"  {shown}\n  raised {raised.kind}.\n  Expected: it raises a ValueError."
            refuse(raised.kind != "ValueError", "another-error", seen)
        else:
            seen = f"  {shown}\n  gave {describe(got)}.\n  Expected: it raises a ValueError."
            raise Mistake(key, seen)
