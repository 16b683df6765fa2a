"""The checks of notebook 4: surfaces, gradient descent, learning-rate bounds, momentum.

Everything is compared with runs of the reference functions, in float64.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import torch
from torch import Tensor

from autograder.answering.given import Surface
from autograder.answering.values import is_close, to_float
from autograder.checks import descents
from autograder.checks.answer import Answer, Callee, Mistake, Reply, Steps
from autograder.checks.descents import PATH, QUAD, STEPS, Run, path_of, start_point
from autograder.checks.examine import NUMBER, TENSOR, Kind, Sign, Slip, examine, examine_value, read
from autograder.checks.framework import task

# --- ex4-gradient ---------------------------------------------------------------------------------


def of_columns(formula: Callable) -> Callable[..., Tensor]:
    """A function of both λ and points (N, 2), by a formula of the two coordinates, each (N,).

    It gives (N,), or (N, 2) where the formula gives a pair.
    """

    def gives(lambda_1: float, lambda_2: float, x: Tensor) -> Tensor:
        found = formula(lambda_1, lambda_2, *x.double().T)
        return torch.stack(found, dim=1) if isinstance(found, tuple) else found

    return gives


# Formulas of both λ, x and y, by the key of the mistake.
ERROR = of_columns(lambda a, b, x, y: (a * x**2 + b * y**2) / 2)
ERROR_SLIPS = (
    ("error-half-missing", lambda a, b, x, y: a * x**2 + b * y**2),
    ("error-swapped", lambda a, b, x, y: (b * x**2 + a * y**2) / 2),
    ("error-lambda-squared", lambda a, b, x, y: ((a * x) ** 2 + (b * y) ** 2) / 2),
    ("error-not-squared", lambda a, b, x, y: (a * x + b * y) / 2),
    ("error-half-twice", lambda a, b, x, y: (a * x**2 + b * y**2) / 4),
    ("error-half-on-one-term", lambda a, b, x, y: a * x**2 / 2 + b * y**2),
    ("error-half-on-one-term", lambda a, b, x, y: a * x**2 + b * y**2 / 2),
    ("error-saddle", lambda a, b, x, y: (a * x**2 - b * y**2) / 2),
    ("error-negative", lambda a, b, x, y: -(a * x**2 + b * y**2) / 2),
    ("error-one-lambda", lambda a, b, x, y: a * (x**2 + y**2) / 2),
    ("error-one-lambda", lambda a, b, x, y: b * (x**2 + y**2) / 2),
    ("error-no-lambda", lambda a, b, x, y: (x**2 + y**2) / 2),
    ("error-root", lambda a, b, x, y: ((a * x**2 + b * y**2) / 2).sqrt()),
)
GRADIENT = of_columns(lambda a, b, x, y: (a * x, b * y))
GRADIENT_SLIPS = (
    ("gradient-twice", lambda a, b, x, y: (2 * a * x, 2 * b * y)),
    ("gradient-half", lambda a, b, x, y: (a * x / 2, b * y / 2)),
    ("gradient-swapped", lambda a, b, x, y: (b * x, a * y)),
    ("gradient-mean", lambda a, b, x, y: (a * x / len(x), b * y / len(x))),
    ("gradient-lambda-squared", lambda a, b, x, y: (a**2 * x, b**2 * y)),
    ("gradient-still-squared", lambda a, b, x, y: (a * x**2, b * y**2)),
    ("gradient-still-squared", lambda a, b, x, y: (a * x**2 / 2, b * y**2 / 2)),
    ("gradient-downhill", lambda a, b, x, y: (-a * x, -b * y)),
    ("gradient-one-lambda", lambda a, b, x, y: (a * x, a * y)),
    ("gradient-one-lambda", lambda a, b, x, y: (b * x, b * y)),
    ("gradient-length", lambda a, b, x, y: (a * x / (n := torch.hypot(a * x, b * y)), b * y / n)),
    ("gradient-no-lambda", lambda a, b, x, y: (x, y)),
    ("gradient-only-lambda", lambda a, b, x, y: (a + 0 * x, b + 0 * y)),
    ("gradient-columns-swapped", lambda a, b, x, y: (b * y, a * x)),
    ("gradient-summed", lambda a, b, x, y: (a * x + b * y, a * x + b * y)),
    ("gradient-is-error", lambda a, b, x, y: ((a * x**2 + b * y**2) / 2,) * 2),
)


def _shape_fault(got: Tensor, want: Tensor) -> str:
    """The key of a wrong shape, where (N,) errors or (N, 2) gradients are expected."""
    if got.shape == want.shape:
        return TENSOR.fault(got, want)
    if want.dim() == 2 and got.shape == want.T.shape:
        return "gradient-transposed"
    if got.numel() == 1 and len(want) > 1:
        return "one-for-all"
    if want.dim() == 1 and got.shape == (len(want), 2):
        return "error-terms-apart"
    if got.shape == (1, 2):
        return "only-one-point"
    if got.shape[:1] != want.shape[:1] and got.shape[-1:] == (2,):
        return "rows-for-columns"
    return "error-shape" if want.dim() == 1 else "gradient-shape"


def _read_joined(value: object) -> Tensor | None:
    if isinstance(value, list | tuple):
        raise Mistake("not-joined")
    return TENSOR.read(value)


def _surfaces(answer: Answer) -> Iterator[tuple[float, float, Tensor]]:
    """Both λ, and points, of surfaces to try."""
    draw = answer.random
    if not answer.hidden:
        yield 3, 10, torch.tensor([[4.0, 4.0], [1.0, -2.0], [-3.0, 0.5]])
    for count in (3, 1, 2, 5):
        a, b = round(draw.uniform(0.3, 3), 2), round(draw.uniform(4, 20), 2)
        a, b = (a, b) if draw.random() < 0.5 else (b, a)
        points = [
            [draw.choice((-1, 1)) * round(draw.uniform(0.4, 5), 2) for _ in "xy"]
            for _ in range(count)
        ]
        yield a, b, torch.tensor(points)
    yield a, b, torch.tensor(points).flip(0) * 0.5 + 1  # the same surface at other points


class _Method(Steps):
    """A method of surfaces as one function of both λ and points.

    All surfaces are made before the first one is asked: λ belongs to each of them alone.
    """

    def __init__(self, answer: Answer, name: str, cases: list[tuple]):
        super().__init__(self._asked, name)
        self.answer = answer
        self.made = {case[:2]: answer.make("Function", *case[:2]) for case in cases}

    def of(self, *lambdas: float) -> Callee:
        made = self.made.get(lambdas) or self.answer.make("Function", *lambdas)
        if not made.has(self.name):
            raise Mistake("no-method", f"  {made.shown} has no `{self.name}`.", name=self.name)
        return made.method(self.name)

    def _asked(self, lambda_1: float, lambda_2: float, x: Tensor) -> Reply:
        reply = self.of(lambda_1, lambda_2)(x)
        return Reply(reply.value, {2 + place: change for place, change in reply.changed.items()})

    def text(self, lambda_1: float, lambda_2: float, x: Tensor) -> str:
        return self.of(lambda_1, lambda_2).text(x)


@task("ex4-gradient", defines=("Function",))
def check_function(answer: Answer) -> None:
    """The class gives the error and its gradient, for any λ and any number of points."""
    cases = list(_surfaces(answer))
    kind = replace(TENSOR, read=_read_joined, fault=_shape_fault)
    for method, right, formulas, otherwise in (
        ("__call__", ERROR, ERROR_SLIPS, "error-wrong"),
        ("grad", GRADIENT, GRADIENT_SLIPS, "gradient-wrong"),
    ):
        slips = [Slip(key, of_columns(formula)) for key, formula in formulas]
        last = functools.partial(right, *cases[-1][:2])
        slips.append(Slip("shared-lambda", lambda a, b, x, last=last: last(x)))
        asked = _Method(answer, method, cases)
        examine(answer, asked, cases, right, kind, slips=slips, otherwise=otherwise)


# --- ex4-gradient-descent and ex4-momentum --------------------------------------------------------


def _runs(answer: Answer, *teaching: tuple[float, float]) -> Iterator[tuple]:
    """Runs to try: (start (1, 2), surface, steps, lr, momentum), well apart.

    teaching: (lr, momentum) of runs from the start of the notebook.
    """
    draw = answer.random
    if not answer.hidden:
        for lr, momentum in teaching:
            yield start_point().float(), QUAD, STEPS, lr, momentum
    for steps, far, coupled in (
        (7, 1, False),
        (draw.randint(5, 12), 1, True),  # where the order of the coordinates shows
        (1, 1000, False),  # where a gradient that is clipped shows
    ):
        a, b = round(draw.uniform(0.5, 2), 2), round(draw.uniform(4, 12), 2)
        coupling = round(draw.uniform(0.3, 0.7) * math.sqrt(a * b), 2) if coupled else 0.0
        a, b = (a, b) if draw.random() < 0.5 else (b, a)
        surface = Surface(a, b, coupling)
        start = [[far * draw.choice((-1, 1)) * round(draw.uniform(1.5, 5), 1) for _ in "xy"]]
        lr = round(draw.uniform(0.3, 0.8) / max(a, b), 3)
        momentum = round(draw.choice((draw.uniform(0.2, 0.4), draw.uniform(0.6, 0.8))), 2)
        yield torch.tensor(start), surface, steps, lr, momentum
    steep = round(draw.uniform(2, 6), 2)
    yield start_point().float(), Surface(2, steep), 6, 3.2 / steep, 0.3  # too large a rate
    # Long after it has arrived: every step counts, also those that hardly move.
    yield start_point().float(), Surface(2, steep), 90 + draw.randint(0, 20), 1 / steep, 0.3


def _not_from_rest(path: Tensor, x: Tensor, surface, steps, lr, momentum) -> str:
    before = (path[1:2] - path[:1] + lr * surface.grad(path[:1])) / momentum
    made = path_of(x, surface, steps, lr, momentum, before)
    line = f"It begins with the velocity {descents.point(before[0])}."
    return line if steps > 1 and descents.same_path(path, made) else ""


def _examine_descent(
    answer: Answer, name: str, runs: list[tuple], right: Callable, slips: list[Slip], *signs: Sign
) -> None:
    slips = [*slips, *descents.history_slips(right)]

    def is_coarse(path: Tensor, *run) -> bool:
        return descents.same_path(path, right(*run), rel=2e-2)

    signs = [Sign("history/another-start", descents.another_start), *signs]
    signs.append(Sign("path/coarse", is_coarse))

    def which_step(path: Tensor, *run) -> str:
        first = descents.same_path(path[:2], right(*run)[:2]) and len(path) > 2
        return f"path/{'later' if first else 'first'}-step"

    examine(answer, name, runs, right, PATH, slips=slips, signs=signs, otherwise=which_step)


@task("ex4-gradient-descent", defines=("do_gradient_descent",))
def check_gradient_descent(answer: Answer) -> None:
    """The visited points, the start first, and the caller's tensor as it was."""

    def right(x: Tensor, func_obj: Surface, max_steps: int, lr: float) -> Tensor:
        return path_of(x, func_obj, max_steps, lr)

    runs = [run[:4] for run in _runs(answer, (0.05, 0), (0.15, 0))]
    _examine_descent(answer, "do_gradient_descent", runs, right, descents.DESCENT_SLIPS)


@task("ex4-momentum", defines=("do_momentum_gd",))
def check_momentum(answer: Answer) -> None:
    """Classical momentum, whichever sign the velocity has; without momentum it is plain descent."""

    def right(x: Tensor, func_obj: Surface, max_steps: int, lr: float, momentum: float) -> Tensor:
        return path_of(x, func_obj, max_steps, lr, momentum)

    runs = list(_runs(answer, (0.05, 0.5)))
    runs.append((*runs[0][:4], 0.0))
    rest = Sign("not-from-rest", _not_from_rest)
    _examine_descent(answer, "do_momentum_gd", runs, right, descents.MOMENTUM_SLIPS, rest)


# --- ex4-max-learning-rate and ex4-condition-number -----------------------------------------------


_OTHER = {"quad": "stiff", "stiff": "quad"}
NEAR = 1e-4  # how near a bound found by experiment has to be, as a share of it
RATE = replace(NUMBER, same=lambda got, want: is_close(got, want, rel=NEAR), rounded=None)


def _observed(lr: float, surface: Surface, start: float) -> str:
    """What descent from the start does at a learning rate that is not the bound."""
    if lr <= 0:
        return f"  is {lr:.6g}. Descent on {surface} then never goes downhill."

    def distance_after(steps: int, lr: float) -> float:  # (1 − ηλ)ⁿ along each axis
        shares = [(1 - lr * curvature) for curvature in (surface.lambda_1, surface.lambda_2)]
        powers = torch.tensor(shares, dtype=torch.float64) ** steps
        return float((start_point(start) * powers).norm())

    before, bound, steps = distance_after(0, lr), 2 / surface.lambda_2, STEPS
    off = abs(lr - bound) / bound
    near = f"\n  It is off by {off:.1g} of the bound; {NEAR:g} is allowed." if off < 0.1 else ""
    if lr < bound:  # then descent still converges just above it
        above = min(lr * 1.02, (lr + bound) / 2)
        return (
            f"  is {lr:.6g}.\n  On {surface}, descent converges with it, and still does a little "
            f"above it, at {above:.6g}:\n  in 5000 steps from distance {before:.3g} to "
            f"{distance_after(5000, above):.1g}, so it is not the bound.{near}"
        )
    while distance_after(steps, lr) < 2 * before:  # near the bound it takes longer until it shows
        steps *= 10
    return (
        f"  is {lr:.6g}.\n  With it the distance to the minimum grew from {before:.3g} to "
        f"{distance_after(steps, lr):.2g} in {steps} steps on {surface}.{near}"
    )


def _check_bound(answer: Answer, rate: str, history: str, which: str) -> None:
    """The largest learning rate, 2/λmax, and the history of descent at it, 10 steps from start.

    which: of the two surfaces of a set of numbers: "quad" or "stiff".
    """
    surface, other = (Surface(*getattr(answer.numbers, name)) for name in (which, _OTHER[which]))
    start = answer.numbers.start
    flat, steep = surface.lambda_1, surface.lambda_2
    bound = 2 / steep
    slips = {
        "bound/two-over-lambda-min": 2 / flat,
        "bound/two-over-sum": 2 / (flat + steep),
        "bound/one-over-lambda-max": 1 / steep,
        "bound/one-over-lambda-min": 1 / flat,
        "bound/of-another-surface": 2 / other.lambda_2,
        "bound/half-lambda-max": steep / 2,
        "bound/two-lambda-max": 2 * steep,
        "bound/lambda-squared": 2 / steep**2,
        "bound/four-over-lambda-max": 4 / steep,
        "bound/root": math.sqrt(2 / steep),
        "bound/condition-number": steep / flat,
    }
    bounds = [2 / getattr(numbers, which)[1] for numbers in answer.others]
    signs = [
        Sign("bound/of-another-variant", lambda lr: any(RATE.same(lr, b) for b in bounds)),
        Sign("bound/not-positive", lambda lr: lr <= 0),
        Sign("bound/too-large", lambda lr: lr > 1.1 * bound),
        Sign("bound/just-above", lambda lr: lr > bound),
        Sign("bound/just-below", lambda lr: lr > 0.9 * bound),
        Sign("bound/too-small", lambda lr: lr < bound),
    ]
    told = functools.partial(_observed, surface=surface, start=start)
    examine_value(answer, rate, bound, RATE, slips=slips, signs=signs, told=told)

    made = read(PATH, answer.value(history), history, " is")
    run, elsewhere = (descents.run_on(made, each, start) for each in (surface, other))
    rate_set = RATE.read(answer.value(rate))  # near the bound
    right = Run(surface, rate_set, start=start)
    signs = {
        "history/another-surface": elsewhere.momentum == 0,
        "history/uphill": run.momentum == 0 and run.lr < 0,
        "history/another-rate": run.momentum == 0,
        "history/not-descent": True,
    }
    _examine_history(answer, history, right, (run, elsewhere), signs)


def _examine_history(
    answer: Answer, name: str, right: Run, found: tuple[Run, ...], signs: Mapping[str, bool]
) -> None:
    """Examine a history from the start. found: the runs that it may be; signs: key -> it shows."""
    path = right.path()

    def told(got: Tensor) -> str:
        lines = (f"\n  It is {run}." for run in found if math.isfinite(run.lr))
        return descents.first_difference(got, path) + "".join(lines)

    slips = {key: spoil(path) for key, spoil in descents.SPOILT.items()}
    scales = [numbers.start / right.start for numbers in answer.others]  # see helpers.variants
    shown = [
        Sign(
            "history/of-another-variant",
            lambda got: any(descents.same_path(got, scale * path) for scale in scales),
        ),
        Sign("history/another-start", lambda got: descents.another_start(got, path[:1])),
        *(Sign(key, lambda _, shows=shows: shows) for key, shows in signs.items()),
    ]
    examine_value(answer, name, path, PATH, slips=slips, signs=shown, told=told)


@task("ex4-max-learning-rate", defines=("max_learning_rate", "hist_max"))
def check_max_learning_rate(answer: Answer) -> None:
    """The bound for `quad_function`, and the path of descent at it."""
    _check_bound(answer, "max_learning_rate", "hist_max", "quad")


@task("ex4-condition-number", defines=("stiff_max_learning_rate", "hist_stiff"))
def check_condition_number(answer: Answer) -> None:
    """The bound for `stiff_function`, and the path of descent at it."""
    _check_bound(answer, "stiff_max_learning_rate", "hist_stiff", "stiff")


# --- ex4-momentum-choice and ex4-round-surface ----------------------------------------------------


@task("ex4-momentum-choice", defines=("momentum", "hist_momentum"))
def check_momentum_choice(answer: Answer) -> None:
    """A momentum with which descent on `stiff_function` ends nearer the origin than without."""
    start = answer.numbers.start
    quad, stiff = Surface(*answer.numbers.quad), Surface(*answer.numbers.stiff)
    beta = read(RATE, answer.value("momentum"), "momentum", " is")
    if not 0 < beta < 1:
        raise Mistake("not-between-0-and-1", f"  momentum = {beta:.6g}.")
    made = read(PATH, answer.value("hist_momentum"), "hist_momentum", " is")
    run, elsewhere = descents.run_on(made, stiff, start), descents.run_on(made, quad, start)
    # If the bound of the task before is wrong, momentum is compared at that rate: a mistake costs
    # its own points only.
    bound, given = 2 / stiff.lambda_2, to_float(answer.value("stiff_max_learning_rate"))
    rates = [lr for lr in (bound, given) if lr is not None and is_close(run.lr, lr, rel=1e-2)]
    right = Run(stiff, run.lr if rates else bound, beta, start)
    signs = {
        "another-rate": is_close(run.momentum, beta, rel=1e-3),
        "plain": run.momentum == 0,
        "swapped": is_close(run.lr, beta, rel=1e-3),
        "another-momentum": math.isfinite(run.lr),
        "history/another-surface": math.isfinite(elsewhere.lr),
        "not-its-run": True,
    }
    _examine_history(answer, "hist_momentum", right, (run, elsewhere), signs)
    without = Run(stiff, rates[0], start=start).path()
    end, plain = (float(path[-1].norm()) for path in (made, without))
    if not end < plain:
        seen = f"  With momentum = {beta:.4g} and lr = {run.lr:.4g}, hist_momentum ends at distance"
        seen += f" {end:.3g};\n  hist_stiff, without momentum, ends at {plain:.3g}."
        raise Mistake("not-nearer", seen)


def _read_truth(value: object) -> bool:
    is_one = isinstance(value, Tensor) and value.dtype == torch.bool and value.numel() == 1
    if not is_one and not isinstance(value, bool):
        raise Mistake("not-true-or-false")
    return bool(value)


def _best_ends(_) -> str:
    """The experiment that decides: each momentum at its own best learning rate."""
    surface, rates = Surface(4, 4), [k / 40 for k in range(1, 40)]
    seen = f"  On {surface}, {STEPS} steps, at the best of 39 learning rates for each momentum:"
    for beta in (0.0, 0.3, 0.6):
        end = min(float(Run(surface, lr, beta).path()[-1].norm()) for lr in rates)
        seen += f"\n  momentum {beta}: distance {end:.2g} to the minimum"
    return seen


@task("ex4-round-surface", defines=("momentum_helps_on_round_surface",))
def check_round_surface(answer: Answer) -> None:
    """True or False: the experiment at each method's best learning rate decides."""
    truth, name = Kind("True or False", _read_truth), "momentum_helps_on_round_surface"
    examine_value(answer, name, False, truth, otherwise="no-help", told=_best_ends)
