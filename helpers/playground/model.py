"""What the live playground shows, as plain data: no widget and no picture in here.

`Settings` is what a reader can change. `compute` runs the reader's two functions on it and returns
the paths, distances, predictions and words that the pictures need.
"""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace

import numpy
import torch
from torch import Tensor

from helpers import stand_ins
from helpers.notebook.stubs import is_stub
from helpers.quadratics import (
    condition_number,
    damping,
    direction_rate,
    momentum_roots,
    optimal_learning_rate,
    optimal_pair,
    stability_limit,
)

NEAR = 1e-6  # "arrived": the distance that the step counts are about
REACH = 5.0  # the contour picture shows coordinates from -REACH to REACH
MAP_COLUMNS, MAP_ROWS = 64, 48  # resolution of the picture of (η, β)

LIMITS = {  # smallest and largest value of each number
    "lambda_1": (0.5, 60.0),
    "lambda_2": (0.5, 60.0),
    "rotation": (0.0, 180.0),
    "lr": (0.0, 8.0),
    "momentum": (0.0, 0.99),
    "steps": (1, 300),
    "start_1": (-REACH, REACH),
    "start_2": (-REACH, REACH),
}


@dataclass(frozen=True)
class Settings:
    """Everything that can be set: the surface, the descent, the start."""

    lambda_1: float = 1.0  # along the first eigenvector
    lambda_2: float = 10.0
    rotation: float = 0.0  # of the eigenvectors, in degrees
    lr: float = 0.15
    momentum: float = 0.5
    steps: int = 30
    start_1: float = 4.0
    start_2: float = 4.0

    @property
    def eigenvalues(self) -> tuple[float, float]:
        return self.lambda_1, self.lambda_2

    @classmethod
    def from_values(cls, values: Mapping) -> Settings:
        """Settings from what a browser sent: unknown names dropped, numbers kept within limits."""
        known = {}
        for field in fields(cls):
            try:
                number = float(values[field.name])
            except (KeyError, TypeError, ValueError):
                continue
            if math.isfinite(number):
                low, high = LIMITS[field.name]
                known[field.name] = min(max(number, low), high)
        settings = cls(**known)
        return replace(settings, steps=round(settings.steps))


def marked_cases(settings: Settings) -> dict[str, dict[str, float]]:
    """The cases with a button: label -> the settings that it changes."""
    bound = stability_limit(settings.eigenvalues)
    lr, momentum = optimal_pair(settings.eigenvalues)
    return {
        "At the bound": {"lr": bound, "momentum": 0.0},
        "Just above the bound": {"lr": 1.05 * bound, "momentum": 0.0},
        "Optimal η": {"lr": optimal_learning_rate(settings.eigenvalues), "momentum": 0.0},
        "Optimal pair": {"lr": lr, "momentum": momentum},
    }


class Bowl:
    """A quadratic surface with rotated axes, as the reader's functions expect a surface to be."""

    def __init__(self, lambda_1: float, lambda_2: float, rotation: float = 0.0):
        self.lambda_1, self.lambda_2 = lambda_1, lambda_2
        cos, sin = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
        self.axes = torch.tensor([[cos, -sin], [sin, cos]])  # eigenvectors are the columns
        self.hessian = (
            self.axes @ torch.diag(torch.tensor([float(lambda_1), float(lambda_2)])) @ self.axes.T
        )

    def __call__(self, x: Tensor) -> Tensor:
        """The error of each point (N, 2): shape (N,)."""
        return ((x @ self.hessian.to(x)) * x).sum(dim=1) / 2

    def grad(self, x: Tensor) -> Tensor:
        """The gradient at each point (N, 2): shape (N, 2)."""
        return x @ self.hessian.to(x)


class CannotDraw(ValueError):
    """A function of the reader gave something that is no path."""


def run(
    function: Callable, settings: Settings, bowl: Bowl, *, with_momentum: bool
) -> numpy.ndarray:
    """The path that a function of the reader gives: (rows, 2), cut where it is no longer finite.

    Raises CannotDraw with one line for the reader when there is nothing to draw.
    """
    name = getattr(function, "__name__", "the function")
    if is_stub(function):
        raise CannotDraw(f"{name} has no answer yet.")
    start = torch.tensor([[settings.start_1, settings.start_2]])
    extra = (settings.momentum,) if with_momentum else ()
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # what it prints would pile up in the page
            value = function(start.clone(), bowl, settings.steps, settings.lr, *extra)
    except Exception as error:
        raise CannotDraw(f"{name} raised {type(error).__name__}: {error}") from None
    if isinstance(value, Tensor):
        value = value.detach().cpu()
    elif not isinstance(value, numpy.ndarray):
        raise CannotDraw(f"{name} returned {_kind(value)}, not a tensor of points.")
    path = numpy.asarray(value)
    if path.ndim != 2 or path.shape[1] != 2 or path.dtype.kind not in "fiu":
        raise CannotDraw(
            f"{name} returned a tensor of shape {path.shape}; "
            f"the pictures need ({settings.steps + 1}, 2)."
        )
    path = path.astype(float)
    is_finite = numpy.isfinite(path).all(axis=1) & (numpy.abs(path) < 1e30).all(axis=1)
    if not is_finite.all():
        path = path[: int(numpy.argmin(is_finite))]
    if len(path) < 2:
        raise CannotDraw(f"{name} returned no point after the start that could be drawn.")
    return path


def remark(function: Callable, path: numpy.ndarray, settings: Settings) -> str:
    """What is odd about a path that can be drawn; empty when nothing is."""
    name = getattr(function, "__name__", "the function")
    if getattr(function, "__module__", "") == stand_ins.__name__:
        return f"{name} is the ready-made one: yours does not pass its check yet."
    if numpy.abs(path[0] - (settings.start_1, settings.start_2)).max() > 1e-3:
        return f"The path of {name} does not begin at the start."
    too_long = len(path) > settings.steps + 1
    if too_long or (len(path) < settings.steps + 1 and numpy.abs(path[-1]).max() < 1e3):
        return f"{name} returned {len(path)} points for {settings.steps} steps."
    return ""


def verdict(settings: Settings, momentum: float) -> dict:
    """Words and numbers on how the descent goes, from the formulas.

    `outcome`, `rate` and `steps` of the whole; along each eigenvector its `predicted` factor per
    step, its `damping` and its `roots` in the complex plane.
    """
    each = [(settings.lr, value, momentum) for value in settings.eigenvalues]
    words = {
        "predicted": [direction_rate(*one) for one in each],
        "damping": [damping(*one) for one in each],
        "roots": [[[z.real, z.imag] for z in momentum_roots(*one)] for one in each],
    }
    factor = max(words["predicted"])
    found = {"rate": f"{factor:.4g}", "steps": "never", **words}
    for outcome in ("does not move", "diverges", "oscillates for ever"):
        if outcome in words["damping"]:
            return {"outcome": outcome, **found}
    arrival = steps_until_near(settings, momentum)
    return {"outcome": "converges", **found, "steps": f"{arrival:,}" if arrival else "over 2,000"}


def steps_until_near(settings: Settings, momentum: float, limit: int = 2000) -> int | None:
    """The first step that ends nearer than NEAR to the minimum; None if there is none up to limit.

    Along an eigenvector a step is v ← βv − ηλα, α ← α + v, whatever the rotation is.
    """
    turn = math.radians(settings.rotation)
    cos, sin = math.cos(turn), math.sin(turn)
    a = settings.start_1 * cos + settings.start_2 * sin
    b = settings.start_2 * cos - settings.start_1 * sin
    v = w = 0.0
    for step in range(1, limit + 1):
        v = momentum * v - settings.lr * settings.lambda_1 * a
        w = momentum * w - settings.lr * settings.lambda_2 * b
        a, b = a + v, b + w
        if a * a + b * b < NEAR * NEAR:
            return step
    return None


def rate_map(eigenvalues: tuple[float, float]) -> dict:
    """The rate at every (η, β) of a grid: rows of β from 0 to 1, columns of η from 0 to `lr_max`.

    `levels` are the rates, row by row, as whole numbers: 200 × rate, at most 255; from 200 on it
    does not converge.
    """
    largest = max(eigenvalues)
    lr_max = 4.2 / largest
    lr = (numpy.arange(MAP_COLUMNS) + 0.5) / MAP_COLUMNS * lr_max
    beta = ((numpy.arange(MAP_ROWS) + 0.5) / MAP_ROWS)[:, None]
    slowest = numpy.zeros((MAP_ROWS, MAP_COLUMNS))
    for eigenvalue in eigenvalues:  # `direction_rate` of helpers.quadratics, for a whole grid
        half = (1 + beta - lr * eigenvalue) / 2
        root = numpy.sqrt((half**2 - beta).astype(complex))
        slowest = numpy.maximum(slowest, numpy.maximum(abs(half + root), abs(half - root)))
    levels = numpy.clip(numpy.floor(200 * slowest), 0, 255).astype(int)
    return {
        "columns": MAP_COLUMNS,
        "rows": MAP_ROWS,
        "lr_max": lr_max,
        "boundary": [stability_limit(eigenvalues, 0.0), stability_limit(eigenvalues, 1.0)],
        "optimum": list(optimal_pair(eigenvalues)),
        # Along them the two roots of an eigenvalue are equal: ηλ = (1 − √β)² and (1 + √β)².
        "critical": [
            [[(1 + root / 20) ** 2 / value, (root / 20) ** 2] for root in range(-20, 21)]
            for value in eigenvalues
        ],
        "levels": levels.ravel().tolist(),
    }


def compute(
    settings: Settings, do_gradient_descent: Callable | None, do_momentum_gd: Callable | None
) -> dict:
    """Everything that the pictures show, as JSON-ready data. None: the ready-made function.

    `methods` has an entry for plain descent and one for momentum: its `path` in the plane, its
    `distances` along each eigenvector, and what `verdict` says. On a problem `problem` says what
    it is and the path is empty.
    """
    bowl = Bowl(settings.lambda_1, settings.lambda_2, settings.rotation)
    methods = {}
    for key, own, ready, momentum in (
        ("plain", do_gradient_descent, stand_ins.do_gradient_descent, 0.0),
        ("momentum", do_momentum_gd, stand_ins.do_momentum_gd, settings.momentum),
    ):
        entry = {"label": key, "path": [], "distances": [[], []], "problem": ""}
        entry |= verdict(settings, momentum)
        try:
            path = run(own or ready, settings, bowl, with_momentum=key == "momentum")
        except CannotDraw as reason:
            entry["problem"] = str(reason)
        else:
            along = numpy.abs(path @ bowl.axes.numpy().astype(float))
            entry["path"] = _rounded(path)
            entry["distances"] = _rounded(along.T)
            entry["end"] = f"{numpy.hypot(*path[-1]):.3g}"
            entry["problem"] = remark(own, path, settings) if own else ""
        methods[key] = entry
    return {
        "settings": asdict(settings),
        "condition": f"{condition_number(settings.eigenvalues):.3g}",
        "methods": methods,
        "cases": marked_cases(settings),
    }


def _rounded(values: numpy.ndarray) -> list:
    """Five digits are more than a screen shows; clipped so that a picture can hold them."""
    return [[float(f"{v:.5g}") for v in row] for row in values.clip(-1e12, 1e12).tolist()]


def _kind(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)} items"
    return f"a {type(value).__name__}"
