"""The checks of notebook 4: surfaces, gradient descent, learning-rate bounds, momentum.

Everything is compared with runs of the reference functions below, in float64. Where a wrong result
is exactly what a known mistake gives on the same input, the message names that mistake.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy
import torch
from torch import Tensor

from autograder.checks.descent_mistakes import (
    DESCENT_MISTAKES,
    GRADIENT_MISTAKES,
    MOMENTUM_MISTAKES,
    VALUE_MISTAKES,
)
from autograder.checks.framework import Answer, Mistake, task
from autograder.checks.values import is_close, show, to_float
from helpers import stand_ins

STEPS = 10
START = (4.0, 4.0)
TOLERANCE = 1e-4  # of the largest coordinate: float32 answers are right too
TOO_LARGE = 1e30  # beyond it a float32 answer may overflow, where the float64 of the check does not


# ------------------------------------------------------------------------------
# What is right
# ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Surface:
    """E = ½(λ₁x₁² + λ₂x₂²), with what a student's function may ask of it."""

    lambda_1: float
    lambda_2: float

    def __call__(self, x: Tensor) -> Tensor:
        return (self.lambda_1 * x[:, 0] ** 2 + self.lambda_2 * x[:, 1] ** 2) / 2

    def grad(self, x: Tensor) -> Tensor:
        return torch.stack([self.lambda_1 * x[:, 0], self.lambda_2 * x[:, 1]], dim=1)

    def __str__(self) -> str:
        return f"λ = ({self.lambda_1:.4g}, {self.lambda_2:.4g})"


QUAD, STIFF = Surface(1, 10), Surface(1, 30)


def start_point() -> Tensor:
    """A fresh start, float64 (1, 2)."""
    return torch.tensor([START], dtype=torch.float64)


def path_of(
    x: Tensor, surface, steps: int, lr: float, momentum: float = 0.0, velocity: Tensor | None = None
) -> Tensor:
    """The points (steps + 1, 2) of gradient descent, with momentum if wanted.

    velocity: of shape (2,), before the first step; from rest without it.
    """
    points, velocity = [x], torch.zeros_like(x) if velocity is None else velocity[None]
    for _ in range(steps):
        velocity = momentum * velocity - lr * surface.grad(points[-1])
        points.append(points[-1] + velocity)
    return torch.cat(points)


# ------------------------------------------------------------------------------
# Reading what came back
# ------------------------------------------------------------------------------


def _plain(value: object) -> Tensor | None:
    """A real tensor or numpy array as a plain float64 tensor on the CPU; anything else is None."""
    if isinstance(value, numpy.ndarray) and value.dtype.kind in "fiu":
        value = torch.tensor(value)
    if type(value) not in (Tensor, torch.nn.Parameter):  # a class of one's own may lie
        return None
    if value.is_complex() or value.dtype == torch.bool:
        return None
    return value.detach().to("cpu", torch.float64)


def _shape(value: Tensor) -> str:
    return str(tuple(value.shape))


def _point(row: Tensor) -> str:
    return "(" + ", ".join("0" if abs(v) <= 1e-6 else f"{v:.4g}" for v in row.tolist()) + ")"


def _distance(row: Tensor) -> float:
    return math.hypot(*row.tolist())


def _agree(got: Tensor, want: Tensor) -> bool:
    """Same shape and same finite numbers, but for the rounding of float32."""
    if got.shape != want.shape or got.numel() == 0:
        return got.shape == want.shape
    pairs = list(zip(got.flatten().tolist(), want.flatten().tolist(), strict=True))
    if not all(math.isfinite(a) and math.isfinite(b) for a, b in pairs):
        return False
    scale = max(1e-3, *(abs(b) for _, b in pairs))
    return all(abs(a - b) <= TOLERANCE * scale for a, b in pairs)


def _same_path(got: Tensor, want: Tensor) -> bool:
    """Same points, each compared at its own scale; a path may diverge together with the other."""
    if got.shape != want.shape:
        return False
    floor = 0.01 * max(abs(v) for v in want[0].tolist())
    compared = 0
    for row, right in zip(got.tolist(), want.tolist(), strict=True):
        if not all(abs(v) < TOO_LARGE for v in right):
            break
        scale = max(floor, *(abs(v) for v in right))
        if not all(abs(a - b) <= TOLERANCE * scale for a, b in zip(row, right, strict=True)):
            return False  # a NaN is near nothing
        compared += 1
    return compared >= min(len(want), 4)


def _finite_rows(path: Tensor) -> int:
    """How many rows there are before the first that is not finite."""
    rows = path.tolist()
    return next((i for i, row in enumerate(rows) if not all(map(math.isfinite, row))), len(rows))


def _callable(answer: Answer, name: str) -> Callable:
    """The student's function. Says so when it is something else, or the notebook's stand-in."""
    function = answer[name]
    if function is getattr(stand_ins, name, None):
        raise Mistake(
            "the stand-in in place of your answer",
            f"  {name} is the ready-made function that stands in for yours in the later tasks.",
            "Run your own answer cell again, and then this cell.",
        )
    if isinstance(function, type) or not callable(function):
        kind = "a class" if isinstance(function, type) else f"{show(function, 60)}, not a function"
        raise Mistake(
            f"{name} is not a function",
            f"  {name} is {kind}.",
            f"Write `def {name}(…):` with the arguments that the task lists.",
        )
    return function


def _history(value: object, name: str, steps: int, shown: str, want: Tensor) -> Tensor:
    """A history as float64 (steps + 1, 2). Says what is wrong with anything else."""
    rows = steps + 1
    expected = f"  Expected a tensor of shape ({rows}, 2): the start and the point after each step."

    def wrong(label: str, seen: str, hint: str) -> Mistake:
        return Mistake(label, f"  {shown}\n  {seen}\n{expected}", hint)

    if value is None:
        raise wrong(
            f"{name} is None: nothing is returned",
            "gave None.",
            "Does the function end with a `return`?",
        )
    if isinstance(value, list | tuple):
        raise wrong(
            f"{name} is a {type(value).__name__}, not a tensor",
            f"gave a {type(value).__name__} of {len(value)} items.",
            "Join the points of the list to one tensor before you return it.",
        )
    got = _plain(value)
    if got is None:
        raise wrong(
            f"{name} is of the wrong type",
            f"gave {show(value, 60)} of type {type(value).__name__}.",
            "A history is one tensor of numbers: a row for each visited point.",
        )
    if tuple(got.shape) == (rows, 2):
        return got
    seen = f"gave a tensor of shape {_shape(got)}."
    if got.dim() == 3 and got.shape[1:] == (1, 2):
        raise wrong(
            "one dimension too many in the history",
            seen,
            "Each point has shape (1, 2). Compare what `torch.stack` and `torch.cat` make of them.",
        )
    if got.dim() == 2 and tuple(got.shape) == (2, rows):
        raise wrong(
            "the history is transposed",
            seen,
            "Each visited point is one row, each coordinate one column.",
        )
    if got.numel() == 2:
        raise wrong(
            "only one point is returned",
            seen,
            "Keep every visited point, not the last one alone.",
        )
    if got.dim() != 2 or got.shape[1] != 2:
        raise wrong(
            "the history has the wrong shape",
            seen,
            "One row for each visited point, with its two coordinates.",
        )
    if len(got) == steps and _agree(got, want[1:]):
        raise wrong(
            "the start is missing from the history",
            seen,
            "The history begins with the start itself, before any step: off by one.",
        )
    if len(got) == rows + 1 and _agree(got[1:], want):
        raise wrong(
            "the start is in the history twice",
            seen,
            "The start is stored once, before the loop; each step then adds one point.",
        )
    few = "few" if len(got) < rows else "many"
    off = "one step" if abs(len(got) - rows) == 1 else f"{abs(len(got) - rows)} steps"
    raise wrong(
        f"{off if off == 'one step' else 'steps'} too {few} (wrong number of rows)",
        f"{seen[:-1]}: {off} too {few}.",
        "`max_steps` steps make `max_steps + 1` points: the start, and one after each step.",
    )


def _first_difference(got: Tensor, want: Tensor) -> str:
    """Two lines: the first row in which two histories differ."""
    i = next((i for i in range(len(want)) if not _agree(got[i], want[i])), len(want) - 1)
    gap = " " * len(str(i))
    return f"  after step {i}: got {_point(got[i])}\n  should be    {gap}  {_point(want[i])}"


# ------------------------------------------------------------------------------
# ex4-gradient
# ------------------------------------------------------------------------------


class _SteepTwice(Surface):
    """A wrong answer: the gradient of λ₁x₁² + λ₂x₂²."""

    def grad(self, x: Tensor) -> Tensor:
        return 2 * super().grad(x)


@task(
    "ex4-gradient",
    points=3,
    defines=("Function",),
    known_wrong=lambda names: {"Function": _SteepTwice},
    seconds=20,  # for the first use of torch.func or an optimizer: torch then imports its compiler
)
def check_function(answer: Answer) -> None:
    """The class gives the error and its gradient, for any λ and any number of points."""
    cls = answer["Function"]
    if not isinstance(cls, type):
        kind = "a function" if hasattr(cls, "__code__") else f"an object ({show(cls, 50)})"
        raise Mistake(
            "Function is not a class",
            f"  Function is {kind}, not a class.",
            "`class Function:` makes a class; `Function(1, 10)` then makes one surface of it.",
        )
    draw = answer.random
    first = torch.tensor([[4.0, 4.0], [1.0, -2.0], [-3.0, 0.5]])
    cases = [(3, 10, first)] if not answer.hidden else []
    for count, dtype in (
        (3, torch.float32),
        (1, torch.float64),
        (2, torch.float32),
        (5, torch.float64),
    ):
        a, b = round(draw.uniform(0.3, 3), 2), round(draw.uniform(4, 20), 2)
        a, b = (a, b) if draw.random() < 0.5 else (b, a)
        points = [
            [draw.choice((-1, 1)) * round(draw.uniform(0.4, 5), 2) for _ in "xy"]
            for _ in range(count)
        ]
        cases.append((a, b, torch.tensor(points, dtype=dtype)))
    for a, b, x in cases:
        _one_surface(answer, cls, a, b, x)
    _two_surfaces(answer, cls)


def _one_surface(answer: Answer, cls: type, a: float, b: float, x: Tensor) -> None:
    right = Surface(a, b)
    surface = answer.run(cls, a, b, shown=f"Function({a:g}, {b:g})")
    if not callable(surface):
        raise Mistake(
            "a surface cannot be called: `__call__` is missing",
            f"  surface = Function({a:g}, {b:g}); surface(x) is not possible.",
            "Name the method `__call__`, with two underscores on each side.",
        )
    if not callable(getattr(surface, "grad", None)):
        raise Mistake(
            "a surface has no method `grad`",
            f"  Function({a:g}, {b:g}).grad is {show(getattr(surface, 'grad', 'missing'), 40)}.",
            "Define `grad(self, x)` inside the class.",
        )
    given = "x" if x.numel() > 6 else f"torch.tensor({show(x, 60)})"
    columns = x.double()[:, 0], x.double()[:, 1]
    for method, call, want, mistakes in (
        ("error", f"Function({a:g}, {b:g})({given})", right(x.double()), VALUE_MISTAKES),
        (
            "gradient",
            f"Function({a:g}, {b:g}).grad({given})",
            right.grad(x.double()),
            GRADIENT_MISTAKES,
        ),
    ):
        given_x = x.clone()
        value = answer.run(surface if method == "error" else surface.grad, given_x, shown=call)
        got = _values(value, method, call, want)
        if not _agree(given_x.detach().double(), x.double()) or given_x.requires_grad:
            raise Mistake(
                "the points that were given are changed",
                f"  {call}\n  changed its argument x: -= and methods ending in _ work in place.",
                "Make new tensors; the caller still needs its points as they were.",
            )
        if _agree(got, want):
            continue
        for label, hint, formula in mistakes:
            wrong = formula(a, b, *columns)
            wrong = torch.stack(wrong, dim=1) if method == "gradient" else wrong
            if _agree(got, wrong):
                raise Mistake(label, _compared(call, got, want), hint)
        if method == "gradient" and _agree(got, right(x.double())[:, None].expand(-1, 2)):
            raise Mistake(
                "the error in place of its gradient",
                _compared(call, got, want),
                "The gradient holds a partial derivative for each coordinate.",
            )
        if _agree(got, QUAD(x.double()) if method == "error" else QUAD.grad(x.double())):
            raise Mistake(
                "λ is hard-coded",
                _compared(call, got, want),
                "Keep the λ that `__init__` is given, and use those.",
            )
        raise Mistake(
            f"the {method} is not right",
            _compared(call, got, want),
            "Take one point, work out the two terms on paper, and compare."
            if method == "error"
            else "Differentiate E with respect to each coordinate on paper, and compare.",
        )


def _values(value: object, method: str, call: str, want: Tensor) -> Tensor:
    """What `__call__` or `grad` gave, as float64 in the shape of `want`."""
    count = len(want)
    if isinstance(value, numpy.ndarray) or _plain(value) is None:
        raise Mistake(
            f"the {method} is not a tensor" if value is not None else f"the {method} is None",
            f"  {call}\n  gave {show(value, 60)}.\n  Expected a tensor of shape {_shape(want)}.",
            "Return a tensor made from the columns of x."
            if value is not None
            else "Is there a `return`?",
        )
    got = _plain(value)
    if got.shape == want.shape:
        if all(math.isfinite(v) for v in got.flatten().tolist()):
            return got
        raise Mistake(
            f"NaN or infinity in the {method}",
            f"  {call}\n  gave {show(got)}.\n  Expected {show(want)}.",
            "Which operation has no result for these points?",
        )
    seen = f"  {call}\n  gave a tensor of shape {_shape(got)}.\n  Expected shape {_shape(want)}."
    if method == "gradient" and tuple(got.shape) == (2, count):
        raise Mistake(
            "the gradient is transposed: shape (2, N) in place of (N, 2)",
            seen,
            "Points come as rows, so gradients go back as rows: one row for each point.",
        )
    if got.numel() == 1 and count > 1:
        raise Mistake(
            f"one {method} for all points together",
            seen,
            f"Each of the N points has its own {method}: do not sum or average over the points.",
        )
    if method == "error" and tuple(got.shape) == (count, 2):
        raise Mistake(
            "the two terms of the error are not added",
            seen,
            "The error is one number for each point: the sum of the two terms.",
        )
    if got.shape[:1] != (count,) and got.shape[-1:] == (2,):
        raise Mistake(
            f"the {method} mixes rows and columns of the points",
            seen,
            "`x[:, 0]` is the first coordinate of all points; `x[0]` is the first point.",
        )
    raise Mistake(
        f"the {method} has the wrong shape",
        seen,
        "One number for each point."
        if method == "error"
        else "One row of two numbers for each point.",
    )


def _compared(call: str, got: Tensor, want: Tensor) -> str:
    return f"  {call}\n  gave      {show(got)}\n  should be {show(want)}"


def _two_surfaces(answer: Answer, cls: type) -> None:
    """A second surface must leave the first as it was: λ belongs to the object."""
    x = torch.tensor([[2.0, 3.0]])
    first = answer.run(cls, 2, 7, shown="Function(2, 7)")
    answer.run(cls, 5, 3, shown="Function(5, 3)")
    got = _plain(answer.run(first.grad, x.clone(), shown="first.grad(x)"))
    if not _agree(got, Surface(2, 7).grad(x.double())):
        raise Mistake(
            "two surfaces share one λ",
            "  first = Function(2, 7); second = Function(5, 3)\n"
            f"  first.grad(torch.tensor([[2., 3.]])) gave {show(got)}.\n  Expected [[4, 21]].",
            "Store λ on `self`: a global or a class attribute belongs to all surfaces together.",
        )


# ------------------------------------------------------------------------------
# ex4-gradient-descent and ex4-momentum
# ------------------------------------------------------------------------------


def _cases(answer: Answer, teaching: Iterable[tuple]) -> Iterable[tuple]:
    """Runs to try: (start (1, 2), surface, steps, lr, momentum), convergent and well apart."""
    draw = answer.random
    if not answer.hidden:
        for lr, momentum in teaching:
            yield torch.tensor([START]), QUAD, STEPS, lr, momentum
    for steps, dtype in (
        (7, torch.float32),
        (draw.randint(5, 12), torch.float64),
        (1, torch.float32),
    ):
        a, b = round(draw.uniform(0.5, 2), 2), round(draw.uniform(4, 12), 2)
        surface = Surface(a, b) if draw.random() < 0.5 else Surface(b, a)
        start = [[draw.choice((-1, 1)) * round(draw.uniform(1.5, 5), 1) for _ in "xy"]]
        lr = round(draw.uniform(0.3, 0.8) / b, 3)
        momentum = round(draw.choice((draw.uniform(0.2, 0.4), draw.uniform(0.6, 0.8))), 2)
        yield torch.tensor(start, dtype=dtype), surface, steps, lr, momentum
    # Long after it has arrived: every step counts, also those that hardly move.
    steep = round(draw.uniform(2, 6), 2)
    yield torch.tensor([START]), Surface(2, steep), 90 + draw.randint(0, 20), 1 / steep, 0.3


def _examine_runs(
    answer: Answer, name: str, cases: Iterable[tuple], mistakes: Iterable[tuple], momentum: bool
) -> None:
    """Run the student's function on every case; name what is wrong with the first that differs."""
    function = _callable(answer, name)
    for start, surface, steps, lr, beta in cases:
        settings = (lr, beta) if momentum else (lr,)
        shown = f"{name}({_point(start[0])}, {surface}, {steps} steps, lr={lr:g}"
        shown += f", momentum={beta:g})" if momentum else ")"
        right = path_of(start.double(), surface, steps, *settings)
        for again in (False, True):
            x = start.clone()
            value = answer.run(function, x, surface, steps, *settings, shown=shown)
            got = _history(value, "the history", steps, shown, right)
            moved = x.detach().double() if x.shape == start.shape else None
            changed = moved is None or not _agree(moved, start.double())
            _compare_path(
                got, right, shown, again, changed, start, surface, steps, settings, mistakes
            )
            if changed or x.requires_grad:
                seen = f"and is {_point(x.detach().flatten())} after it."
                if not changed:
                    seen = "and has the same numbers after it, but now it requires a gradient."
                raise Mistake(
                    "the caller's x is changed",
                    f"  {shown}\n  x was {_point(start[0])} before the call {seen}",
                    "`-=`, `+=` and names ending in `_` work in place, on the caller's tensor. "
                    "Work on a clone, or make new points.",
                )


def _compare_path(
    got, right, shown, again, changed, start, surface, steps, settings, mistakes
) -> None:
    if _same_path(got, right):
        return
    seen = f"  {shown}\n{_first_difference(got, right)}"
    first, last = _distance(got[0]), _distance(got[-1])
    if again:
        raise Mistake(
            "the function remembers an earlier call",
            f"{seen}\n  The first call with the same arguments was right.",
            "Everything that a run changes must begin anew inside the function.",
        )
    if steps > 1 and _agree(got, got[-1:].expand_as(got)):
        if _agree(got[0], start[0].double()):
            raise Mistake(
                "the point never moves",
                seen,
                "Is the new point stored back in x in each step?",
            )
        raise Mistake(
            "all rows of the history are the same tensor",
            f"{seen}\n  Every row is {_point(got[-1])}, the last point.",
            "An in-place step changes every entry of the list, if all are one tensor: store a "
            "clone of each point.",
        )
    if _agree(got, right.trunc()):
        raise Mistake(
            "the history holds whole numbers: the decimals are cut off",
            seen,
            "Of which dtype is the tensor that you store the points in?",
        )
    if not _agree(got[0], start[0].double()):
        if _agree(got[:-1], right[1:]):
            raise Mistake(
                "the start is missing, and there is one step too many",
                seen,
                "The first row is the start itself, before any step.",
            )
        if changed and steps > 1:
            raise Mistake(
                "the first row is not the start: it moved with x, in place",
                seen,
                "`-=` and `+=` change the tensor that you stored too. Store a clone of each point.",
            )
        raise Mistake(
            "the first row is not the start",
            seen,
            "Store the start before the first step.",
        )
    for label, hint, run in mistakes:
        if _same_path(got, run(start.double(), surface, steps, *settings)):
            raise Mistake(
                label, f"{seen}\n  distance to the minimum: {first:.4g} → {last:.4g}", hint
            )
    if len(got) > 2 and _agree(got[1:], right[:-1]):
        raise Mistake(
            "the start is there twice and the last step is missing (one step too few)",
            seen,
            "Take the step first, then store the point: `max_steps` steps in all.",
        )
    if _finite_rows(got) < len(got):
        raise Mistake(
            "NaN or infinity in the history",
            f"{seen}\n  From row {_finite_rows(got)} on it holds NaN or infinity.",
            "Print the points step by step: which operation makes the first such number?",
        )
    if _same_path(got, path_of(start.double(), _Slope(surface, start), steps, *settings)):
        raise Mistake(
            "the gradient is always that of the start",
            seen,
            "Compute the gradient anew in each step, at the point where you are.",
        )
    for other in (QUAD, STIFF):
        if other != surface and _same_path(got, path_of(start.double(), other, steps, *settings)):
            raise Mistake(
                "a fixed surface in place of `func_obj`: hard-coded",
                f"{seen}\n  That is the path on {other}.",
                "The function must work on the surface that it is given.",
            )
    if len(settings) > 1 and len(got) > 2 and _agree(got[1], right[1]):
        kept = _momentum_of(got, surface, settings[0])
        if _same_path(got, path_of(start.double(), surface, steps, settings[0], kept)):
            raise Mistake(
                "another momentum than `momentum`: is it hard-coded?",
                f"{seen}\n  That is the path for momentum = {kept:.4g}.",
                "Keep the share `momentum` of the old velocity, as the function is given it.",
            )
    if _agree(got[1], right[1]):
        raise Mistake(
            "wrong path: the first step is right, a later one is not",
            seen,
            "What differs between the first step and the next? Which variable is not updated, or "
            "updated twice?",
        )
    if len(settings) > 1 and settings[1]:
        velocity = _initial_velocity(got, surface, *settings)
        if _same_path(got, path_of(start.double(), surface, steps, *settings, velocity)):
            raise Mistake(
                "the velocity does not begin at 0",
                f"{seen}\n  That is the path for a velocity of {_point(velocity)} before the first "
                "step.",
                "The point begins at rest: the first step is one of plain gradient descent.",
            )
    made = _rate_of(got, surface)
    if made is not None and _same_path(
        got, path_of(start.double(), surface, steps, made, *settings[1:])
    ):
        raise Mistake(
            "a fixed learning rate in place of `lr`",
            f"{seen}\n  That is the path for lr = {made:.4g}.",
            "Use the learning rate that the function is given.",
        )
    raise Mistake(
        "wrong path: the first step already differs",
        seen,
        "Work out the first step on paper: the gradient at the start, times lr, subtracted.",
    )


def _rate_of(path: Tensor, surface: Surface) -> float | None:
    """The learning rate that made the first step of a path from rest; None if there is none."""
    slope = surface.grad(path[:1])[0].tolist()
    moved = (path[0] - path[1]).tolist()
    length = sum(s * s for s in slope)
    return sum(m * s for m, s in zip(moved, slope, strict=True)) / length if length else None


def _initial_velocity(path: Tensor, surface: Surface, lr: float, momentum: float) -> Tensor:
    """The velocity (2,) before the first step that makes this first step."""
    return (path[1] - path[0] + lr * surface.grad(path[:1])[0]) / momentum


class _Slope:
    """A wrong answer: the gradient of a surface, always taken at the same point."""

    def __init__(self, surface: Surface, point: Tensor):
        self.slope = surface.grad(point.double())

    def grad(self, x: Tensor) -> Tensor:
        return self.slope


def _momentum_of(path: Tensor, surface: Surface, lr: float) -> float:
    """The share of the first step that came back in the second."""
    first = path[1] - path[0]
    second = path[2] - path[1] + lr * surface.grad(path[1:2])[0]
    return float((first * second).sum() / (first * first).sum())


@task(
    "ex4-gradient-descent",
    points=4,
    defines=("do_gradient_descent",),
    known_wrong=lambda names: {"do_gradient_descent": DESCENT_MISTAKES[0][2]},
    seconds=20,
)
def check_gradient_descent(answer: Answer) -> None:
    """The visited points, the start first, and the caller's tensor as it was."""
    cases = _cases(answer, [(0.05, 0.0), (0.15, 0.0)])
    _examine_runs(answer, "do_gradient_descent", cases, DESCENT_MISTAKES, momentum=False)


# ------------------------------------------------------------------------------
# ex4-max-learning-rate and ex4-condition-number
# ------------------------------------------------------------------------------


def _number(answer: Answer, name: str, which: str = "computed from the eigenvalues") -> float:
    """The student's number. Says so when it is something else, and which number is asked for."""
    value = answer[name]
    number = to_float(value)
    if number is None:
        kind = "a function" if callable(value) else f"{show(value, 50)} ({type(value).__name__})"
        raise Mistake(
            f"{name} is not a number",
            f"  {name} is {kind}.",
            f"One number is asked for, {which}.",
        )
    if not math.isfinite(number):
        raise Mistake(
            f"{name} is not a finite number (NaN or infinity)",
            f"  {name} = {number}.",
            f"One number is asked for, {which}.",
        )
    return number


def _distance_after(start: Tensor, surface: Surface, steps: int, lr: float) -> float:
    """The distance after many steps, by the formula: (1 − ηλ)ᵀ along each axis."""
    x, y = start[0].tolist()
    return math.hypot(
        x * (1 - lr * surface.lambda_1) ** steps, y * (1 - lr * surface.lambda_2) ** steps
    )


def _check_bound(lr: float, name: str, surface: Surface, other: Surface, start: Tensor) -> None:
    """Raise unless lr is the largest learning rate, 2/λmax; observed by running descent at it."""
    flat, steep = sorted((surface.lambda_1, surface.lambda_2))
    bound = 2 / steep
    if is_close(lr, bound, rel=1e-4):
        return
    seen = f"  {name} = {lr:.6g}."
    if lr <= 0:
        raise Mistake(
            "a learning rate that is not positive (sign)",
            f"{seen} Descent on {surface} then never goes downhill.",
            "A negative rate climbs: gradient ascent.",
        )
    before = _distance(start[0])
    if lr < bound:  # then descent still converges just above it
        above = min(lr * 1.02, bound * 0.999)
        seen += (
            f"\n  On {surface}, descent converges with it, and still does a little above it, at "
            f"{above:.6g}:\n  in 5000 steps from distance {before:.3g} to "
            f"{_distance_after(start, surface, 5000, above):.1g}, so it is not the bound."
        )
    else:
        steps, after = STEPS, _distance(path_of(start, surface, STEPS, lr)[-1])
        while after < 2 * before:  # close to the bound it takes longer until the growth shows
            steps *= 10
            after = _distance_after(start, surface, steps, lr)
        seen += (
            f"\n  With it the distance to the minimum grew from {before:.3g} to {after:.2g} "
            f"in {steps} steps on {surface}."
        )
    known = (
        (
            2 / flat,
            "2/λmin in place of the bound",
            "That is the limit of the flattest direction. Which direction diverges first?",
        ),
        (
            2 / (flat + steep),
            "2/(λ1 + λ2), the rate with the fastest descent, is not the largest one",
            "A larger one still converges, if slowly. Where does the steepest direction stop "
            "shrinking?",
        ),
        (
            1 / steep,
            "1/λmax is not the largest rate",
            "There the steepest direction lands on 0. How far can it overshoot and still shrink?",
        ),
        (
            1 / flat,
            "1/λmin",
            "There the flattest direction lands on 0. Which direction diverges first?",
        ),
        (
            2 / max(other.lambda_1, other.lambda_2),
            "the bound of another surface",
            "Use the eigenvalues of the surface of this task.",
        ),
        (
            steep / 2,
            "λmax/2: larger for a steeper surface",
            "The steeper the surface, the smaller the steps must be.",
        ),
        (
            2 * steep,
            "2λmax: larger for a steeper surface",
            "The steeper the surface, the smaller the steps must be.",
        ),
        (
            2 * steep / flat,
            "2λmax/λmin: larger for a steeper surface",
            "The steeper the surface, the smaller the steps must be.",
        ),
        (
            2 / steep**2,
            "λ is squared in the bound",
            "Each step multiplies a distance by 1 − ηλ: λ itself, not its square.",
        ),
        (
            4 / steep,
            "4/λmax: a factor 2 too much",
            "The gradient of ½λx² is λx, without a 2.",
        ),
        (
            math.sqrt(2 / steep),
            "the square root of the bound",
            "Each step multiplies a distance by 1 − ηλ; no root is needed.",
        ),
        (
            steep / flat,
            "the condition number, not a learning rate",
            "Which η makes 1 − ηλ leave the interval from −1 to 1?",
        ),
    )
    for value, label, hint in known:
        if is_close(lr, value, rel=1e-4):
            raise Mistake(label, seen, hint)
    if lr > bound:
        raise Mistake(
            "too large: with this learning rate descent diverges",
            seen,
            "Which direction diverges first, and at which η does 1 − ηλ reach −1 there?",
        )
    near = lr > 0.9 * bound
    raise Mistake(
        "just below the bound, not the bound itself" if near else "too small: not the largest rate",
        seen,
        "The bound is a formula in the eigenvalues: where is |1 − ηλ| = 1 for the first time?",
    )


def _check_history(
    answer: Answer, name: str, surface: Surface, other: Surface, lr: float, rate_name: str
) -> None:
    """Raise unless the history is that of descent on the surface from (4, 4) at lr, 10 steps."""
    shown = f"{name}, made on {surface} from (4, 4) with lr = {rate_name} and {STEPS} steps,"
    right = path_of(start_point(), surface, STEPS, lr)
    got = _history(answer[name], name, STEPS, shown, right)
    if _same_path(got, right):
        return
    seen = f"  {shown}\n{_first_difference(got, right)}"
    if _finite_rows(got) < len(got):
        raise Mistake(
            "NaN or infinity in the history",
            f"{seen}\n  From row {_finite_rows(got)} on it holds NaN or infinity.",
            f"Which learning rate did this run use? Run it with {rate_name} itself.",
        )
    if not _agree(got[0], right[0]):
        raise Mistake(
            "the history does not begin at the start (4, 4)",
            seen,
            "Give it a fresh start: was `start` changed by an earlier run, or is it another point?",
        )
    if _agree(got, got[-1:].expand_as(got)):
        raise Mistake("the point never moves", seen, "Which learning rate did this run use?")
    for path_surface in (other, surface):
        made = _rate_of(got, path_surface)
        if made is None or not _same_path(got, path_of(start_point(), path_surface, STEPS, made)):
            continue
        if path_surface == other:
            raise Mistake(
                "the history was made on another surface",
                f"{seen}\n  It is a run on {other}, with lr = {made:.4g}.",
                "Give the function the surface of this task.",
            )
        raise Mistake(
            "gradient ascent: the history goes uphill"
            if made < 0
            else f"the history was made with another learning rate than {rate_name}",
            f"{seen}\n  It is a run with lr = {made:.4g}.",
            f"Run it with {rate_name} itself.",
        )
    raise Mistake(
        "the history is not that of gradient descent at this learning rate",
        seen,
        "Make it by a call of your `do_gradient_descent`, without momentum.",
    )


def _drawn_start(answer: Answer) -> Tensor:
    """(4, 4) for the visible check, another start for hidden tests: float64 (1, 2)."""
    if not answer.hidden:
        return start_point()
    return torch.tensor([[answer.random.uniform(1, 5) for _ in "xy"]], dtype=torch.float64)


@task(
    "ex4-max-learning-rate",
    points=3,
    defines=("max_learning_rate", "hist_max"),
    known_wrong=lambda names: {"max_learning_rate": 2.0},
)
def check_max_learning_rate(answer: Answer) -> None:
    """The bound for λ = (1, 10), and the path of descent at it."""
    lr = _number(answer, "max_learning_rate")
    _check_bound(lr, "max_learning_rate", QUAD, STIFF, _drawn_start(answer))
    _check_history(answer, "hist_max", QUAD, STIFF, 0.2, "max_learning_rate")


@task(
    "ex4-condition-number",
    points=3,
    defines=("stiff_max_learning_rate", "hist_stiff"),
    known_wrong=lambda names: {"stiff_max_learning_rate": 2.0},
)
def check_condition_number(answer: Answer) -> None:
    """The bound for λ = (1, 30), and the path of descent at it."""
    lr = _number(answer, "stiff_max_learning_rate")
    _check_bound(lr, "stiff_max_learning_rate", STIFF, QUAD, _drawn_start(answer))
    _check_history(answer, "hist_stiff", STIFF, QUAD, 2 / 30, "stiff_max_learning_rate")


@task(
    "ex4-momentum",
    points=4,
    defines=("do_momentum_gd",),
    known_wrong=lambda names: {"do_momentum_gd": MOMENTUM_MISTAKES[0][2]},
    seconds=20,
)
def check_momentum(answer: Answer) -> None:
    """Classical momentum, whichever sign the velocity has; without momentum it is plain descent."""
    cases = [*_cases(answer, [(0.05, 0.5)])]
    start, surface, steps, lr, _ = cases[0]
    cases.append((start, surface, steps, lr, 0.0))
    _examine_runs(answer, "do_momentum_gd", cases, MOMENTUM_MISTAKES, momentum=True)


# ------------------------------------------------------------------------------
# ex4-momentum-choice and ex4-round-surface
# ------------------------------------------------------------------------------


@task(
    "ex4-momentum-choice",
    points=1,
    defines=("momentum", "hist_momentum"),
    known_wrong=lambda names: {"momentum": 0.0},
)
def check_momentum_choice(answer: Answer) -> None:
    """A momentum with which descent on λ = (1, 30) ends nearer the origin than without."""
    beta = _number(answer, "momentum", "between 0 and 1")
    if not 0 < beta < 1:
        raise Mistake(
            "momentum is not between 0 and 1",
            f"  momentum = {beta:.6g}.",
            "0 is plain descent; from 1 on the velocity never dies out. Try values in between.",
        )
    bound = 2 / 30
    shown = f"hist_momentum, on {STIFF} from (4, 4) with momentum = {beta:.4g} and {STEPS} steps,"
    right = path_of(start_point(), STIFF, STEPS, bound, beta)
    got = _history(answer["hist_momentum"], "hist_momentum", STEPS, shown, right)
    if not _agree(got[0], right[0]):
        raise Mistake(
            "the history does not begin at the start (4, 4)",
            f"  {shown}\n  begins at {_point(got[0])}.",
            "Give it a fresh start: was `start` changed by an earlier run?",
        )
    made = _rate_of(got, STIFF)
    if not _same_path(got, path_of(start_point(), STIFF, STEPS, made, beta)):
        wanted = path_of(start_point(), STIFF, STEPS, made, beta)
        raise Mistake(
            _other_run(got, made, beta),
            f"  {shown}\n  at lr = {made:.4g}\n{_first_difference(got, wanted)}",
            "Make it by a call of `do_momentum_gd` with `stiff_function` and the same `momentum`.",
        )
    given = to_float(answer.get("stiff_max_learning_rate"))
    if not any(is_close(made, rate, rel=1e-2) for rate in (bound, given) if rate is not None):
        raise Mistake(
            "hist_momentum was made with another learning rate than stiff_max_learning_rate",
            f"  {shown}\n  is a run with lr = {made:.4g}.",
            "Run it at stiff_max_learning_rate, as hist_stiff was: only then is it the momentum "
            "that brings the end nearer.",
        )
    # If the bound of the task before is wrong, momentum is compared at that rate: a mistake costs
    # its own points only.
    wrong_rate = not is_close(answer.get("stiff_max_learning_rate"), bound, rel=1e-4)
    plain = path_of(start_point(), STIFF, STEPS, made if wrong_rate else bound)
    if not _distance(got[-1]) < _distance(plain[-1]):
        raise Mistake(
            "with this momentum descent does not end nearer than without",
            f"  With momentum = {beta:.4g} and lr = {made:.4g}, hist_momentum ends at distance "
            f"{_distance(got[-1]):.3g};\n"
            f"  hist_stiff, without momentum, ends at {_distance(plain[-1]):.3g}.",
            "Too much momentum overshoots for too long, too little changes nothing: try several.",
        )


def _other_run(got: Tensor, lr: float, beta: float) -> str:
    """What hist_momentum is, if it is no run on the stiff surface with this momentum."""

    def made_by(*settings) -> bool:
        return _same_path(got, path_of(start_point(), *settings))

    if made_by(STIFF, STEPS, lr):
        return "hist_momentum is plain descent, without momentum"
    kept = _momentum_of(got, STIFF, lr)
    if made_by(STIFF, STEPS, lr, kept):
        if is_close(lr, beta, rel=1e-3):
            return "lr and momentum are swapped in the call that made hist_momentum"
        return f"hist_momentum was made with another momentum: {kept:.4g}"
    lr = _rate_of(got, QUAD)
    if made_by(QUAD, STEPS, lr, beta) or made_by(QUAD, STEPS, lr, _momentum_of(got, QUAD, lr)):
        return "hist_momentum was made on another surface"
    return "hist_momentum is not a run with your momentum on the stiff surface"


@task(
    "ex4-round-surface",
    points=2,
    defines=("momentum_helps_on_round_surface",),
    known_wrong=lambda names: {"momentum_helps_on_round_surface": True},
)
def check_round_surface(answer: Answer) -> None:
    """True or False: the experiment at each method's best learning rate decides."""
    name = "momentum_helps_on_round_surface"
    value = answer[name]
    is_flag = isinstance(value, Tensor) and value.dtype == torch.bool and value.numel() == 1
    if not (type(value) in (bool, numpy.bool_) or is_flag):
        kind = "a function" if callable(value) else f"{show(value, 50)} ({type(value).__name__})"
        raise Mistake(
            "the answer is not True or False",
            f"  {name} is {kind}.",
            "The answer is a bool: True or False, without quotes.",
        )
    if not bool(value):
        return
    curvature = round(answer.random.uniform(2, 8), 1)
    surface = Surface(curvature, curvature)
    start = _drawn_start(answer)
    ends = {
        beta: min(
            _distance(path_of(start, surface, STEPS, share / curvature, beta)[-1])
            for share in [k / 10 for k in range(1, 40)]
        )
        for beta in (0.0, 0.3, 0.6)
    }
    raise Mistake(
        "momentum does not win on a round surface",
        f"  On {surface}, {STEPS} steps, at the best of 39 learning rates for each momentum:\n"
        + "\n".join(
            f"  momentum {beta}: distance {end:.2g} to the minimum" for beta, end in ends.items()
        ),
        "How many steps does plain descent need at its best learning rate, when all directions are "
        "equally steep? Compare each method at its own best rate, not at the same one.",
    )
