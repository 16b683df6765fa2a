"""Checks of notebook 3: gradient descent on a quadratic error surface, in symbols.

A symbolic answer is a function of the numbers that its symbols stand for, and is tried on such
numbers. The largest learning rate is judged by running gradient descent just below and just above.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import sympy as sp
import torch

from autograder.answering.values import is_close, show
from autograder.checks import symbolic
from autograder.checks.answer import Answer, Mistake
from autograder.checks.examine import NUMBER, NUMBERS, Crash, Kind, Sign, Slip, examine
from autograder.checks.framework import task
from autograder.checks.symbolic import Formula, entries, expression, flat, names_in

LAMBDAS = ("lambda_1", "lambda_2")
ALPHAS = ("alpha_1", "alpha_2")
XS = ("x_1", "x_2")


def _points(answer: Answer, others: Sequence[str]) -> list[tuple[float, ...]]:
    """Five points: two different positive lambdas, and a number that is not 0 for each other."""
    parts, top = (8, 60) if answer.hidden else (1, 10)
    points = []
    for _ in range(5):
        lambdas = answer.random.sample(range(2, top), 2)
        rest = [answer.random.choice([-1, 1]) * answer.random.randrange(1, top) for _ in others]
        points.append(tuple(number / parts for number in (*lambdas, *rest)))
    return points


# --- ex3-hessian ----------------------------------------------------------------------------------


def _hessian(value: object) -> list[sp.Expr] | None:
    """The entries of H, row by row."""
    rows = entries(value)
    if not isinstance(rows, list):
        return None
    if len(flat(value)) == 2 and not isinstance(flat(value)[0], list):
        raise Mistake("vector")
    matrix = [expression(entry) for row in rows for entry in flat(row)]
    if [len(flat(row)) for row in rows] != [2, 2] or None in matrix:
        return None
    matrix = symbolic.settled(matrix, LAMBDAS)
    if names_in(*matrix) & {*XS, *ALPHAS}:
        raise Mistake("depends-on-the-point")
    symbolic.require_symbols(matrix, LAMBDAS)
    return matrix


MATRIX = Kind("a 2×2 SymPy matrix", _hessian)


def _energy(lambda_1: float, lambda_2: float, x_1: float, x_2: float) -> float:
    return (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2


@task("ex3-hessian", defines=("H",))
def check_hessian(answer: Answer) -> None:
    """½ xᵀHx with the student's H is E, and H is symmetric, at random numbers."""
    a, b, c, d = symbolic.value(answer, "H", MATRIX)
    x, y = sp.symbols(XS)
    names, points = (*LAMBDAS, *XS), _points(answer, XS)
    sides = Formula("the entries off the diagonal", [b, c], names).at
    examine(
        answer,
        Formula("your H", [(a * x**2 + (b + c) * x * y + d * y**2) / 2], names),
        points,
        _energy,
        replace(NUMBER, told=lambda got, e: f"  ½·xᵀHx is {show(got)}\n  E is {show(e)}"),
        slips=[
            Slip("half", lambda a, b, *x: _energy(a / 2, b / 2, *x)),
            Slip("twice", lambda a, b, *x: _energy(2 * a, 2 * b, *x)),
            Slip("swapped", lambda a, b, *x: _energy(b, a, *x)),
            Slip("squared", lambda a, b, *x: _energy(a**2, b**2, *x)),
            Slip("roots", lambda a, b, *x: _energy(a**0.5, b**0.5, *x)),
            Slip("inverse", lambda a, b, *x: _energy(1 / a, 1 / b, *x)),
            Slip("sign", lambda a, b, *x: _energy(-a, -b, *x)),
        ],
        signs=[
            Sign("off-diagonal", lambda got, *point: any(sides(*point))),
            Sign("not-e", lambda got, *point: True),
        ],
    )
    if not all(is_close(*sides(*point)) for point in points):
        raise Mistake("not-symmetric", f"  your H is {show(answer.value('H'))}")


# --- ex3-eigenvectors -----------------------------------------------------------------------------


def _pairs(value: object) -> list | None:
    """The two pairs, out of any of the forms that people write."""
    if isinstance(value, dict):
        if value and all(is_close(count, 1) for count in value.values()):
            raise Mistake("eigenvals")
        value = list(value.items())
    if hasattr(value, "T") and tuple(value.shape) == (3, 2):
        value = value.T  # a column for each pair
    pairs = entries(value)
    if not isinstance(pairs, list):
        return None
    if len(pairs) != 2:
        raise Mistake("not-two-pairs")
    nested = [[isinstance(part, list) for part in p] if isinstance(p, list) else [] for p in pairs]
    if nested[0] and not any(nested[0]) and nested[1] and all(nested[1]):
        raise Mistake("apart")
    return [_pair(pair) for pair in pairs]


def _pair(pair: object) -> list[sp.Expr]:
    """One pair as eigenvalue, first and second component. Also reads what `eigenvects` gives."""
    parts = pair if isinstance(pair, list) else []
    if len(parts) == 3 and isinstance(parts[2], list) and is_close(parts[1], 1):
        parts = [parts[0], parts[2]]  # eigenvalue, multiplicity, [eigenvector]
    if len(parts) == 3 and all(expression(part) is not None for part in parts):
        parts = [parts[0], parts[1:]]  # eigenvalue, first component, second component
    if len(parts) != 2:
        raise Mistake("not-a-pair")
    value, u = expression(parts[0]), [expression(part) for part in flat(parts[1])]
    if value is None and len(flat(parts[0])) == 2 and len(u) == 1 and u[0] is not None:
        raise Mistake("wrong-way-round")
    if value is None or None in u:
        raise Mistake("not-a-pair")
    if len(u) != 2:
        raise Mistake("components")
    return [value, *u]


PAIRS = Kind("a list of two pairs (eigenvalue, eigenvector)", _pairs)


@task("ex3-eigenvectors", defines=("eigenpairs",))
def check_eigenvectors(answer: Answer) -> None:
    """H u = λ u for both pairs, u not zero, both eigenvalues found: at random numbers."""
    pairs = symbolic.value(answer, "eigenpairs", PAIRS)
    others = sorted(names_in(*pairs[0], *pairs[1]) - {*LAMBDAS})
    names, points = (*LAMBDAS, *others), _points(answer, others)
    for pair in pairs:
        _check_pair(answer, pair, names, points)
    values = Formula("the eigenvalues", [pair[0] for pair in pairs], names)
    if any(is_close(*values.at(*point)) for point in points):
        raise Mistake("twice", f"  both of your pairs have the eigenvalue {show(pairs[0][0])}.")


def _check_pair(answer: Answer, pair: list[sp.Expr], names: tuple, points: list[tuple]) -> None:
    """Raise a Mistake unless u is not zero and H·u is λ·u."""
    value, first, second = pair
    text = f"your pair ({show(value)}, {show([first, second])})"
    vector = Formula(f"u of {text}", [first, second], names).at
    if any(max(map(abs, vector(*point))) < 1e-12 for point in points):
        raise Mistake("zero-vector", f"  in {text} the eigenvector is zero.")

    def stretched(by: sp.Expr, and_by: sp.Expr) -> Formula:
        return Formula(text, [by * first, and_by * second], names)

    a, b = sp.symbols(LAMBDAS)
    examine(
        answer,
        stretched(value, value),
        points,
        stretched(a, b).at,
        replace(NUMBERS, told=lambda got, hu: f"  λ·u is {show(got)}\n  H·u is {show(hu)}"),
        slips=[
            Slip("swapped", stretched(b, a).at),
            Slip("squared", stretched(a**2, b**2).at),
            Slip("doubled", stretched(2 * a, 2 * b).at),
        ],
        signs=[
            Sign("not-its-eigenvalue", lambda got, *point: 0 in vector(*point)),
            Sign("not-an-eigenvector", lambda got, *point: True),
        ],
    )


# --- ex3-gradient ---------------------------------------------------------------------------------


def _components(value: object) -> list[sp.Expr] | None:
    if isinstance(value, sp.Expr) and not isinstance(value, sp.MatrixExpr):
        raise Mistake("one-expression")
    parts = flat(value)
    if parts and all(isinstance(part, list) for part in parts):
        raise Mistake("vectors")
    components = [expression(part) for part in parts]
    if None in components or not isinstance(entries(value), list):
        return None
    if len(components) != 2:
        raise Mistake("not-two")
    components = symbolic.settled(components, (*LAMBDAS, *ALPHAS, *XS))
    if not any(components):
        raise Mistake("zero")
    symbolic.require_symbols(components, (*LAMBDAS, *ALPHAS, *XS))
    same = dict(zip(XS, sp.symbols(ALPHAS), strict=True))  # in the basis of the eigenvectors
    return [c.xreplace({s: same.get(s.name, s) for s in c.free_symbols}) for c in components]


COMPONENTS = Kind("a list of two expressions in alpha_1, alpha_2, lambda_1, lambda_2", _components)


@task("ex3-gradient", defines=("gradient_alpha",))
def check_gradient(answer: Answer) -> None:
    """The two components at random numbers."""
    components = symbolic.value(answer, "gradient_alpha", COMPONENTS)
    examine(
        answer,
        Formula("your components", components, (*LAMBDAS, *ALPHAS)),
        _points(answer, ALPHAS),
        lambda a, b, p, q: [a * p, b * q],
        NUMBERS,
        slips=[
            Slip("downhill", lambda a, b, p, q: [-a * p, -b * q]),
            Slip("two", lambda a, b, p, q: [2 * a * p, 2 * b * q]),
            Slip("half", lambda a, b, p, q: [a * p / 2, b * q / 2]),
            Slip("no-eigenvalues", lambda a, b, p, q: [p, q]),
            Slip("no-alpha", lambda a, b, p, q: [a, b]),
            Slip("eigenvalues-squared", lambda a, b, p, q: [a * a * p, b * b * q]),
            Slip("eigenvalues-swapped", lambda a, b, p, q: [b * p, a * q]),
            Slip("components-swapped", lambda a, b, p, q: [b * q, a * p]),
            Slip("energy", lambda a, b, p, q: [a * p * p / 2, b * q * q / 2]),
            Slip("alpha-squared", lambda a, b, p, q: [a * p * p, b * q * q]),
            Slip("by-the-eigenvalues", lambda a, b, p, q: [p * p / 2, q * q / 2]),
            Slip("divided", lambda a, b, p, q: [p / a, q / b]),
            Slip("absolute", lambda a, b, p, q: [a * abs(p), b * abs(q)]),
            Slip("unit-length", lambda a, b, p, q: _unit(a * p, b * q)),
        ],
        signs=[
            Sign("first-component", lambda got, a, b, p, q: not is_close(got[0], a * p)),
            Sign("second-component", lambda got, *point: True),
        ],
    )


def _unit(*components: float) -> list[float]:
    return [component / math.hypot(*components) for component in components]


# --- ex3-step and ex3-trajectory ------------------------------------------------------------------


def _tenths(answer: Answer, low: float, high: float) -> float:
    """A random number with one decimal; with three when hidden."""
    return round(answer.random.uniform(low, high), 3 if answer.hidden else 1)


def _step_inputs(answer: Answer) -> list[tuple[float, float, float]]:
    """(alpha, lr, eigenvalue) with factors 1 − ηλ of either sign, inside and outside (−1, 1)."""
    inputs = [] if answer.hidden else [(4.0, 0.1, 3.0)]
    for product in (0.3, 0.75, 1.25, 1.9, 2.5):
        eigenvalue = _tenths(answer, 0.5, 9.5)
        alpha = answer.random.choice([-1, 1]) * _tenths(answer, 1.2, 6.0)
        lr = product * answer.random.uniform(0.96, 1.04) / eigenvalue
        inputs.append((alpha, round(lr, 5 if answer.hidden else 3), eigenvalue))
    return inputs


# Mistakes of one step, and of n of them, from alpha at the learning rate lr along eigenvalue v.
STEP_SLIPS = [
    Slip("theory/ascent", lambda a, lr, v, n=1: (1 + lr * v) ** n * a),
    Slip("theory/no-alpha", lambda a, lr, v, n=1: a - n * lr * v),
    Slip("theory/factor-only", lambda a, lr, v, n=1: (1 - lr * v) ** n),
    Slip("theory/no-eigenvalue", lambda a, lr, v, n=1: (1 - lr) ** n * a),
    Slip("theory/no-rate", lambda a, lr, v, n=1: (1 - v) ** n * a),
    Slip("theory/two", lambda a, lr, v, n=1: (1 - 2 * lr * v) ** n * a),
    Slip("theory/half", lambda a, lr, v, n=1: (1 - lr * v / 2) ** n * a),
    Slip("theory/turned-round", lambda a, lr, v, n=1: (lr * v - 1) ** n * a),
    Slip("theory/absolute-factor", lambda a, lr, v, n=1: abs(1 - lr * v) ** n * a),
    Slip("theory/absolute", lambda a, lr, v, n=1: abs((1 - lr * v) ** n * a)),
    Slip("theory/swapped", lambda a, lr, v, n=1: (1 - a * v) ** n * lr),
    Slip("theory/swapped", lambda a, lr, v, n=1: (1 - lr * a) ** n * v),
    Slip("theory/unchanged", lambda a, lr, v, n=1: a),
]


@task("ex3-step", defines=("alpha_next",))
def check_step(answer: Answer) -> None:
    """One step along one eigenvector, at numbers that give factors of either sign."""
    examine(
        answer,
        "alpha_next",
        _step_inputs(answer),
        lambda alpha, lr, eigenvalue: (1 - lr * eigenvalue) * alpha,
        NUMBER,
        slips=[
            *STEP_SLIPS,
            Slip("change-only", lambda a, lr, v: -lr * v * a),
            Slip("step-only", lambda a, lr, v: lr * v * a),
            Slip("gradient", lambda a, lr, v: v * a),
            Slip("eigenvalue-squared", lambda a, lr, v: a - lr * v * v * a),
            Slip("two-steps", lambda a, lr, v: (1 - lr * v) ** 2 * a),
            Slip("divided", lambda a, lr, v: a - lr * a / v),
            Slip("factor-below-zero", lambda a, lr, v: max(0, 1 - lr * v) * a),
            Slip("below-zero", lambda a, lr, v: max(0, (1 - lr * v) * a)),
            Slip("alpha-squared", lambda a, lr, v: a - lr * v * a * a),
            Slip("one-minus", lambda a, lr, v: 1 - lr * v * a),
            Slip("energy", lambda a, lr, v: a - lr * v * a * a / 2),
        ],
    )


@task("ex3-trajectory", defines=("alpha_after",))
def check_trajectory(answer: Answer) -> None:
    """Several steps along one eigenvector: none, odd and even numbers of them."""
    starts = _step_inputs(answer)
    counts = (2, *answer.random.sample(range(2, 8), 5), 0, 1, answer.random.choice([9, 11, 13]))
    cases = [(*starts[i % len(starts)], count) for i, count in enumerate(counts)]
    slow = round(0.01 / starts[0][2], 5)  # with it every one of many steps shows
    cases.append((starts[0][0], slow, starts[0][2], answer.random.randrange(110, 140)))
    examine(
        answer,
        "alpha_after",
        cases,
        lambda alpha, lr, eigenvalue, steps: (1 - lr * eigenvalue) ** steps * alpha,
        NUMBER,
        slips=[
            *STEP_SLIPS,
            Slip("one-too-many", lambda a, lr, v, n: (1 - lr * v) ** (n + 1) * a),
            Slip("one-too-few", lambda a, lr, v, n: (1 - lr * v) ** max(n - 1, 0) * a),
            Slip("one-too-few", lambda a, lr, v, n: (1 - lr * v) ** (n - 1) * a),
            Slip("one-step", lambda a, lr, v, n: (1 - lr * v) * a),
            Slip("one-step-in-all", lambda a, lr, v, n: (1 - lr * v) * a if n else a),
            Slip("twice-as-many", lambda a, lr, v, n: (1 - lr * v) ** (2 * n) * a),
            Slip("added", lambda a, lr, v, n: (1 - n * lr * v) * a),
            Slip("times-steps", lambda a, lr, v, n: n * (1 - lr * v) * a),
            Slip("power-of-product", lambda a, lr, v, n: (1 - (lr * v) ** n) * a),
            Slip("power-of-product", lambda a, lr, v, n: (1 - lr * v**n) * a),
            Slip("power-of-product", lambda a, lr, v, n: 1 - lr * v**n * a),
            Slip("alpha-in-power", lambda a, lr, v, n: ((1 - lr * v) * a) ** n),
            Slip("exponential", lambda a, lr, v, n: math.exp(-lr * v * n) * a),
            Slip("start-gradient", lambda a, lr, v, n: a - (n + 1) * lr * v * a),
        ],
    )


# --- ex3-max-learning-rate and ex3-convergence-rate -----------------------------------------------

TWO_ONLY = Crash("theory/two-only", lambda eigenvalues: len(eigenvalues) > 2)
MARGIN = 1e-3  # "just below" and "just above" a bound, as a share of it


def _surfaces(answer: Answer) -> list[list[float]]:
    """Eigenvalues of random surfaces: two and more of them, in any order, and last all the same."""
    pair = sorted([_tenths(answer, 0.4, 3.0), _tenths(answer, 4.0, 24.0)])
    flat_pair = [_tenths(answer, 0.2, 0.8), _tenths(answer, 0.9, 1.8)]
    draws = ([_tenths(answer, 0.4, 24.0) for _ in range(count)] for count in (3, 4, 5, 4))
    (low, middle, high), four, five, last_largest = sorted(next(draws)), *draws
    surfaces = [pair, pair[::-1], flat_pair, [low, high, middle], four, five]
    surfaces += [sorted(last_largest), [pair[1], pair[1]]]
    return surfaces if answer.hidden else [[1.0, 10.0], *surfaces]


def _run(surface: Sequence[float], lr: float) -> tuple[bool, str]:
    """Run gradient descent from (4, …, 4): whether the distance to the minimum grows, and how.

    It stops once the distance has clearly grown or shrunk; 4,000 steps always are enough.
    """
    hessian = torch.tensor(surface, dtype=torch.float64)
    point = torch.full_like(hessian, 4.0)
    start = end = float(point.norm())
    ten_steps = (1 - lr * hessian) ** 10  # ten times x − η∇E, in every direction
    steps = 0
    while steps < 4000 and start / 10 < end < start * 10:
        point, steps = ten_steps * point, steps + 10
        end = float(point.norm())
    moved = "grew" if end > start else "shrank"
    return end > start, f"{moved} from {start:.3g} to {end:.3g} in {steps} steps"


def _is_bound(bound: float | tuple, right: float | tuple) -> bool:
    """Whether gradient descent on a surface converges just below this bound and not just above it.

    Two bounds are compared as numbers, two surfaces as they are.
    """
    if not isinstance(right, tuple) or isinstance(bound, tuple):
        return bound == right or is_close(bound, right)
    below, above = (_run(right, share * bound)[0] for share in (1 - MARGIN, 1 + MARGIN))
    return bound > 0 and above and not below


def _run_told(bound: float, surface: tuple[float, ...]) -> str:
    """A run that shows that this is not the bound."""
    if bound <= 0:
        return f"  gave {show(bound)}"
    side, size, (grew, run) = "above", "small", _run(surface, (1 + MARGIN) * bound)
    if grew:
        side, size, (_, run) = "below", "large", _run(surface, (1 - MARGIN) * bound)
    seen = f"  gave {show(bound)}: with a learning rate just {side} it, the distance to the minimum"
    return f"{seen}\n  {run}, so it is too {size}"


BOUND = Kind(
    "one finite number",
    NUMBER.read,
    _is_bound,
    rounded=lambda surface, digits: round(2 / max(surface), digits),
    told=_run_told,
)


@task(
    "ex3-max-learning-rate",
    defines=("max_learning_rate",),
    seconds=20,  # an answer may solve the inequality with SymPy for each eigenvalue
)
def check_max_learning_rate(answer: Answer) -> None:
    """Gradient descent converges just below the student's bound and diverges just above it."""
    examine(
        answer,
        "max_learning_rate",
        [(surface,) for surface in _surfaces(answer)],
        lambda eigenvalues: tuple(eigenvalues),
        BOUND,
        slips=[
            Slip("two-over-min", lambda v: 2 / min(v)),
            Slip("one-over-max", lambda v: 1 / max(v)),
            Slip("one-over-min", lambda v: 1 / min(v)),
            Slip("two-min-over-max", lambda v: 2 * min(v) / max(v)),
            Slip("upside-down", lambda v: 2 * max(v) / min(v)),
            Slip("fastest", lambda v: 2 / (min(v) + max(v))),
            Slip("all-of-them", lambda v: 2 / sum(v)),
            Slip("all-of-them", lambda v: 2 * len(v) / sum(v)),
            Slip("all-of-them", lambda v: 2 / math.prod(v)),
            Slip("first", lambda v: 2 / v[0]),
            Slip("last", lambda v: 2 / v[-1]),
            Slip("second", lambda v: 2 / v[1]),
            Slip("first-and-last", lambda v: 2 / max(v[0], v[-1])),
            Slip("theory/first-two", lambda v: 2 / max(v[:2])),
            Slip("upside-down", lambda v: max(v) / 2),
            Slip("upside-down", lambda v: 2 * max(v)),
            Slip("power", lambda v: 2 / max(v) ** 2),
            Slip("power", lambda v: 2 / math.sqrt(max(v))),
            Slip("difference", lambda v: 2 / (max(v) - min(v))),
            Slip("four", lambda v: 4 / max(v)),
            Slip("rounded", lambda v: 2 // max(v)),
            Slip("rounded", lambda v: round(2 / max(v))),
        ],
        signs=[TWO_ONLY, Sign("not-positive", lambda bound, v: bound <= 0)],
        may_change=True,
    )


@task("ex3-convergence-rate", defines=("slowest_rate",))
def check_convergence_rate(answer: Answer) -> None:
    """1 − 2λmin/λmax as the task defines it: also when another direction is slower in magnitude."""
    *surfaces, all_the_same = _surfaces(answer)
    top = _tenths(answer, 8.0, 20.0)
    surfaces.append([top, round(0.05 * top, 4), round(0.99 * top, 4)])
    surfaces.append([_tenths(answer, 6.0, 6.9), _tenths(answer, 7.0, 9.0)])
    surfaces.append([top, round(0.001 * top, 5)])
    surfaces.append(all_the_same)  # last: a known mistake may fail on it before it is named
    examine(
        answer,
        "slowest_rate",
        [(surface,) for surface in surfaces],
        lambda eigenvalues: 1 - 2 * min(eigenvalues) / max(eigenvalues),
        NUMBER,
        slips=[
            Slip("no-two", lambda v: 1 - min(v) / max(v)),
            Slip("swapped", lambda v: 1 - 2 * max(v) / min(v)),
            Slip("along-max", lambda v: -1.0),
            Slip("absolute", lambda v: abs(1 - 2 * min(v) / max(v))),
            Slip("below-zero", lambda v: max(0, 1 - 2 * min(v) / max(v))),
            Slip("plus", lambda v: 1 + 2 * min(v) / max(v)),
            Slip("turned-round", lambda v: 2 * min(v) / max(v) - 1),
            Slip("fraction-only", lambda v: 2 * min(v) / max(v)),
            Slip("fastest-rate", lambda v: (max(v) - min(v)) / (max(v) + min(v))),
            Slip("condition", lambda v: min(v) / max(v)),
            Slip("condition", lambda v: max(v) / min(v)),
            Slip("no-rate", lambda v: 1 - 2 * min(v)),
            Slip("max-squared", lambda v: 1 - 2 * min(v) / max(v) ** 2),
            Slip("squared", lambda v: (1 - 2 * min(v) / max(v)) ** 2),
            Slip("bound", lambda v: 2 / max(v)),
            Slip("no-eigenvalue", lambda v: 1 - 2 / max(v)),
            Slip("by-place", lambda v: 1 - 2 * v[0] / max(v)),
            Slip("by-place", lambda v: 1 - 2 * v[-1] / max(v)),
            Slip("by-place", lambda v: 1 - 2 * v[0] / v[-1]),
            Slip("by-place", lambda v: 1 - 2 * v[-1] / v[0]),
            Slip("first-two-in-order", lambda v: 1 - 2 * v[0] / v[1]),
            Slip("theory/first-two", lambda v: 1 - 2 * min(v[:2]) / max(v[:2])),
            Slip("largest-magnitude", lambda v: 1.0),
            Slip("below-one", lambda v: max(abs(1 - 2 * e / max(v)) for e in v if e < max(v))),
            Slip("fastest-direction", lambda v: min(abs(1 - 2 * e / max(v)) for e in v)),
            Slip("mean", lambda v: 1 - 2 * (sum(v) / len(v)) / max(v)),
            Slip("per-cent", lambda v: 100 * (1 - 2 * min(v) / max(v))),
        ],
        signs=[TWO_ONLY],
        may_change=True,
    )
