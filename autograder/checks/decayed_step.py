"""A step of gradient descent with weight decay, the wrong steps that students write, and inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from autograder.checks.answer import Answer
from autograder.checks.examine import TENSOR, Slip, examine


def right_step(
    w: Tensor, grad: Tensor, lr: float, weight_decay: float, decoupled: bool = False
) -> Tensor:
    """The new weights, in double precision. For plain descent both ways are one."""
    return w.double() - lr * (grad.double() + weight_decay * w.double())


# Wrong new weights, by the key of the mistake: w weights, g gradient, e learning rate, d decay.
FORMULAS = (
    ("no-decay", lambda w, g, e, d: w - e * g),
    ("ascent", lambda w, g, e, d: w + e * (g + d * w)),
    ("uphill", lambda w, g, e, d: (1 - e * d) * w + e * g),
    ("grows", lambda w, g, e, d: w - e * (g - d * w)),
    ("grows", lambda w, g, e, d: w - e * g + d * w),
    ("no-gradient", lambda w, g, e, d: (1 - e * d) * w),
    ("decay-without-rate", lambda w, g, e, d: (1 - d) * w - e * g),
    ("gradient-without-rate", lambda w, g, e, d: (1 - e * d) * w - g),
    ("no-rate", lambda w, g, e, d: w - g - d * w),
    ("rate-twice", lambda w, g, e, d: w - e * (g + e * d * w)),
    ("decays-the-new", lambda w, g, e, d: (1 - e * d) * (w - e * g)),
    ("decays-twice", lambda w, g, e, d: w - e * (g + 2 * d * w)),
    ("decays-twice", lambda w, g, e, d: (1 - e * d) * (w - e * (g + d * w))),
    ("factor-half", lambda w, g, e, d: w - e * (g + d * w / 2)),
    ("penalty-itself", lambda w, g, e, d: w - e * (g + d * w**2)),
    ("penalty-itself", lambda w, g, e, d: w - e * (g + d * w**2 / 2)),
    ("penalty-itself", lambda w, g, e, d: w - e * (g + d * (w**2).sum())),
    ("penalty-itself", lambda w, g, e, d: w - e * (g + d * (w**2).sum() / 2)),
    ("norm", lambda w, g, e, d: w - e * (g + d * w.norm())),
    ("norm", lambda w, g, e, d: w - e * (g + d * w / w.norm())),
    ("sign", lambda w, g, e, d: w - e * (g + d * w.sign())),
    ("size", lambda w, g, e, d: w - e * (g + d * w.abs())),
    ("decays-the-gradient", lambda w, g, e, d: w - e * (g + d * g)),
    ("decays-the-gradient", lambda w, g, e, d: w - e * (1 - e * d) * g),
    ("decays-the-gradient", lambda w, g, e, d: w - e * (1 - d) * g),
    ("without-weights", lambda w, g, e, d: w - e * (g + d)),
    ("factor-not-from-one", lambda w, g, e, d: e * d * w - e * g),
    ("factor-not-from-one", lambda w, g, e, d: d * w - e * g),
    ("sum-in-the-factor", lambda w, g, e, d: (1 - (e + d)) * w - e * g),
    ("divides", lambda w, g, e, d: w / (1 + e * d) - e * g),
    ("divides", lambda w, g, e, d: (w - e * g) / (1 + e * d)),
    ("rate-and-decay-swapped", lambda w, g, e, d: w - d * (g + e * w)),
    ("only-the-step", lambda w, g, e, d: e * (g + d * w)),
    ("only-the-step", lambda w, g, e, d: -e * (g + d * w)),
    ("only-the-gradient", lambda w, g, e, d: g + d * w),
)


def _in_one_way(formula: Callable, decouples: bool | None) -> Callable:
    """An answer with this formula in one of the two ways, or for None in both."""

    def gives(w, grad, lr, weight_decay, decoupled=False):
        wrong = decouples is None or decoupled is decouples
        return (formula if wrong else right_step)(w.double(), grad.double(), lr, weight_decay)

    return gives


# Each slip may be in both ways or in one of them.
SLIPS = tuple(
    Slip(key, _in_one_way(formula, decouples))
    for decouples in (None, False, True)
    for key, formula in FORMULAS
)


def _steps(answer: Answer) -> Iterator[tuple]:
    """Steps to try, of all sizes so that no two formulas agree on them."""
    draw = answer.random
    if not answer.hidden:
        w, grad = torch.tensor([1.0, -2.0, 0.6]), torch.tensor([0.5, 0.0, -1.0])
        yield w, grad, 0.1, 0.5, False
    for shape in ((4,), (2, 3), (1,)):
        entries = [
            [draw.choice((-1, 1)) * round(draw.uniform(0.3, 3), 2) for _ in range(6)] for _ in "wg"
        ]
        w, grad = (torch.tensor(row)[: torch.Size(shape).numel()].reshape(shape) for row in entries)
        rates = round(draw.uniform(0.1, 0.4), 2), round(draw.uniform(0.45, 0.9), 2)
        yield w, grad, *rates
        yield w, grad, *rates, True
    for decoupled in (False, True):
        yield w, torch.zeros_like(w), *rates, decoupled  # the data are silent: only decay
        yield w, grad, rates[0], 0.0, decoupled


def check_decayed_step(answer: Answer) -> None:
    kind = replace(TENSOR, rounded=lambda step, digits: step.round(decimals=digits))
    examine(answer, "decayed_step", list(_steps(answer)), right_step, kind, slips=SLIPS)
