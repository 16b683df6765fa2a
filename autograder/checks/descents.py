"""Surfaces and descents on them: what is right, what a history looks like, and the known slips."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy
import torch
from torch import Tensor

from autograder.answering.given import Surface
from autograder.checks.answer import Mistake
from autograder.checks.examine import TENSOR, Kind, Slip, close_tensors

TOO_LARGE = 1e30  # beyond it a float32 answer may overflow, where the float64 of the check does not


QUAD, STIFF = Surface(1, 10), Surface(1, 30)
STEPS = 10


def start_point(both: float = 4) -> Tensor:
    """A fresh start with both coordinates the same, float64 (1, 2)."""
    return torch.full((1, 2), both, dtype=torch.float64)


# --- descents -------------------------------------------------------------------------------------


def walk(step: Callable[..., tuple[Tensor, Tensor]]) -> Callable[..., Tensor]:
    """The path of a step (x, velocity, surface, lr, momentum) -> (x, velocity): (steps + 1, 2)."""

    def path(
        x: Tensor, surface, steps: int, lr: float, momentum: float = 0.0, velocity=None
    ) -> Tensor:
        x = x.double()
        points, velocity = [x], torch.zeros_like(x) if velocity is None else velocity
        for _ in range(steps):
            x, velocity = step(x, velocity, surface, lr, momentum)
            points.append(x)
        return torch.cat(points)

    return path


def pushed(velocity: Callable[[Tensor, Tensor, float, float], Tensor]) -> Callable[..., Tensor]:
    """The path of steps that are a new velocity: (velocity, gradient, lr, momentum) -> velocity."""

    def step(x, v, surface, lr, momentum):
        v = velocity(v, surface.grad(x), lr, momentum)
        return x + v, v

    return walk(step)


path_of = pushed(lambda v, g, lr, m: m * v - lr * g)


class Run(NamedTuple):
    """The settings of a descent from the start."""

    surface: Surface
    lr: float
    momentum: float = 0.0
    start: float = 4  # both coordinates

    def path(self) -> Tensor:
        return path_of(start_point(self.start), self.surface, STEPS, self.lr, self.momentum)

    def __str__(self) -> str:
        return f"a run on {self.surface} with lr = {self.lr:.4g}, momentum = {self.momentum:.2g}"


def run_on(path: Tensor, surface: Surface, start: float = 4) -> Run:
    """The run on this surface that a history is, by its first two steps; of NaN if it is none."""
    if path.shape == (STEPS + 1, 2):
        moves, slopes = path.diff(dim=0), surface.grad(path)
        lr = float(-(moves[0] @ slopes[0]) / (slopes[0] @ slopes[0]))
        kept = float((moves[1] + lr * slopes[1]) @ moves[0] / (moves[0] @ moves[0]))
        run = Run(surface, lr, 0.0 if abs(kept) < 1e-5 else kept, start)
        if same_path(path, run.path()):
            return run
    return Run(surface, math.nan, math.nan, start)


# --- histories ------------------------------------------------------------------------------------


def _read_path(value: object) -> Tensor | None:
    if isinstance(value, list | tuple):
        raise Mistake("history/list")
    if isinstance(value, numpy.ndarray) and value.dtype.kind in "fiu":
        value = torch.tensor(value)
    return TENSOR.read(value)


def same_path(got: Tensor, want: Tensor, rel: float = 1e-4) -> bool:
    """Same points, each compared at its own scale, until the path is too large for float32."""
    if got.shape != want.shape or want.dim() != 2 or not want.numel():
        return close_tensors(got, want)
    least = max(1e-3, 0.05 * float(want[0].abs().max()))
    scale = want.abs().amax(1, keepdim=True).clamp(min=least)
    near = ((got - want).abs() <= rel * scale).all(1)  # a NaN is near nothing
    small = (want.abs() < TOO_LARGE).all(1).cumprod(0).bool()
    return bool(near[small].all()) and int(small.sum()) >= min(len(want), 4)


def _path_fault(got: Tensor, want: Tensor) -> str:
    if got.shape == want.shape:
        return "" if got.isfinite().all() else "history/not-finite"
    if got.dim() == 3 and got.shape[1:] == (1, 2):
        return "history/extra-dimension"
    if got.shape == want.T.shape:
        return "history/transposed"
    if got.numel() == 2:
        return "history/one-point"
    if got.dim() != 2 or got.shape[1] != 2:
        return "history/shape"
    more = len(got) - len(want)
    near = {-1: "history/one-step-too-few", 1: "history/one-step-too-many"}
    return near.get(more, "history/too-few" if more < 0 else "history/too-many")


def another_start(path: Tensor, x: Tensor, *_) -> bool:
    return not close_tensors(path[:1], x.double())


def first_difference(got: Tensor, want: Tensor) -> str:
    """The lines on the first row in which two histories differ, or on their shapes."""
    if got.shape != want.shape:
        return TENSOR.compared(got, want)
    rows = zip(got, want, strict=True)
    i = next((i for i, (a, b) in enumerate(rows) if not close_tensors(a, b)), len(want) - 1)
    gap = " " * len(str(i))
    lines = f"  after step {i}: got {point(got[i])}\n  should be    {gap}  {point(want[i])}"
    alike = point(got[i]) == point(want[i])
    largest = float((got[i] - want[i]).abs().max())
    return f"{lines}\n  They look alike, and differ by {largest:.2g}." if alike else lines


def point(row: Tensor) -> str:
    return "(" + ", ".join("0" if abs(v) <= 1e-6 else f"{v:.4g}" for v in row.tolist()) + ")"


PATH = Kind(
    "a tensor of shape (max_steps + 1, 2): the start, and the point after each step",
    _read_path,
    same_path,
    fault=_path_fault,
    told=first_difference,
)

# What becomes of a right history (N + 1, 2) by a known slip.
SPOILT = {
    "history/start-missing": lambda path: path[1:],
    "history/start-twice": lambda path: torch.cat([path[:1], path]),
    "history/start-twice-end-missing": lambda path: torch.cat([path[:1], path[:-1]]),
    "history/start-moved": lambda path: torch.cat([path[-1:], path[1:]]),
    "history/one-tensor": lambda path: path[-1:].expand_as(path),
    "history/one-tensor-after-start": lambda path: path[[0] + [-1] * (len(path) - 1)],
    "history/never-moves": lambda path: path[:1].expand_as(path),
    "history/whole-numbers": lambda path: path.trunc(),
}


def history_slips(right: Callable[..., Tensor]) -> list[Slip]:
    """The slips of a function that makes histories as `right` does: (x, surface, steps, …)."""

    def spoilt(spoil):
        return lambda *case: spoil(right(*case))

    def sloped(slope):
        return lambda x, f, *rest: right(x, SimpleNamespace(grad=slope(f, x.double())), *rest)

    return [
        *(Slip(key, spoilt(spoil)) for key, spoil in SPOILT.items()),
        Slip("path/gradient-of-the-start", sloped(lambda f, start: lambda x: f.grad(start))),
        Slip("path/error-for-gradient", sloped(lambda f, start: lambda x: f(x)[:, None])),
    ]


def _one_by_one(x: Tensor, surface: Surface, lr: float, order: tuple[int, int]) -> Tensor:
    for column in order:
        x = x.clone().index_add_(1, torch.tensor([column]), -lr * surface.grad(x)[:, [column]])
    return x


# --- known slips of a step; w is the new velocity -------------------------------------------------

DESCENT_SLIPS = [
    Slip("path/ascent", pushed(lambda v, g, lr, m: lr * g)),
    Slip("path/no-rate", pushed(lambda v, g, lr, m: -g)),
    Slip("path/twice", pushed(lambda v, g, lr, m: -2 * lr * g)),
    Slip("path/divided-by-rate", pushed(lambda v, g, lr, m: -g / lr)),
    Slip("path/normalised", pushed(lambda v, g, lr, m: -lr * g / g.norm())),
    Slip("path/sign-of-gradient", pushed(lambda v, g, lr, m: -lr * g.sign())),
    Slip("path/point-replaced", walk(lambda x, v, f, lr, m: (-lr * f.grad(x), v))),
    Slip("path/gradients-summed", pushed(lambda v, g, lr, m: v - lr * g)),
    Slip("path/one-by-one", walk(lambda x, v, f, lr, m: (_one_by_one(x, f, lr, (0, 1)), v))),
    Slip("path/one-by-one", walk(lambda x, v, f, lr, m: (_one_by_one(x, f, lr, (1, 0)), v))),
    Slip("path/one-coordinate", pushed(lambda v, g, lr, m: -lr * g * g.new_tensor([1, 0]))),
    Slip("path/one-coordinate", pushed(lambda v, g, lr, m: -lr * g * g.new_tensor([0, 1]))),
]
MOMENTUM_SLIPS = [
    Slip("no-velocity", pushed(lambda v, g, lr, m: -lr * g)),
    Slip("dampened", pushed(lambda v, g, lr, m: m * v - lr * (1 - m) * g)),
    Slip("dampened-later", pushed(lambda v, g, lr, m: m * v - lr * (1 - m if v.any() else 1) * g)),
    Slip("swapped", pushed(lambda v, g, lr, m: lr * v - m * g)),
    Slip("momentum-on-gradient", pushed(lambda v, g, lr, m: m * (v - lr * g))),
    Slip("ascent", pushed(lambda v, g, lr, m: m * v + lr * g)),
    Slip("braking", pushed(lambda v, g, lr, m: -m * v - lr * g)),
    Slip("rate-on-velocity", pushed(lambda v, g, lr, m: lr * (m * v - g))),
    Slip("one-minus", pushed(lambda v, g, lr, m: (1 - m) * v - lr * g)),
    Slip("no-momentum", pushed(lambda v, g, lr, m: v - lr * g)),
    Slip("late", walk(lambda x, v, f, lr, m: (x + v, m * v - lr * f.grad(x)))),
    Slip("late", walk(lambda x, v, f, lr, m: (x + v, m * v - lr * f.grad(x + v)))),
    Slip("rate-twice", walk(lambda x, v, f, lr, m: (x + lr * (w := m * v - lr * f.grad(x)), w))),
    Slip("point-replaced", walk(lambda x, v, f, lr, m: ((w := m * v - lr * f.grad(x)), w))),
    Slip("momentum-on-point", walk(lambda x, v, f, lr, m: (m * x - lr * f.grad(x), v))),
    Slip("last-gradient", walk(lambda x, v, f, lr, m: (x - lr * ((g := f.grad(x)) + m * v), g))),
    Slip("nesterov", walk(lambda x, v, f, lr, m: (x + (w := m * v - lr * f.grad(x + m * v)), w))),
    Slip(
        "nesterov-of-torch",
        walk(lambda x, v, f, lr, m: (x - lr * ((g := f.grad(x)) + m * (w := m * v + g)), w)),
    ),
]
