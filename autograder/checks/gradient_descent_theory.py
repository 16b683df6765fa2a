"""Checks of notebook 3: gradient descent on a quadratic error surface, in symbols.

A symbolic answer is evaluated at numbers drawn at random, and the message says at which of them it
differs. A function is called with numbers; the largest learning rate is judged by running gradient
descent just below and just above it.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy
import sympy as sp
import torch

from autograder.checks import theory_mistakes
from autograder.checks.framework import Answer, Mistake, call_text, task
from autograder.checks.symbolic import entries, expression, flat, number_at, same, symbols_of
from autograder.checks.values import is_close, show, to_float

_LAMBDAS = ("lambda_1", "lambda_2")
_ALPHAS = ("alpha_1", "alpha_2")
_XS = ("x_1", "x_2")

Point = dict[str, sp.Rational]

# ------------------------------------------------------------------------------
# Symbolic answers
# ------------------------------------------------------------------------------


def _point(answer: Answer, others: Sequence[str] = ()) -> Point:
    """A positive number for each lambda, the two different; a nonzero one for each other name."""
    sevenths = 1 if not answer.hidden else 7
    first, second = answer.random.sample(range(2, 60 if answer.hidden else 10), 2)
    point = {
        "lambda_1": sp.Rational(first, sevenths),
        "lambda_2": sp.Rational(second, sevenths),
    }
    for name in others:
        size = answer.random.randrange(1, 60 if answer.hidden else 9)
        point[name] = sp.Rational(answer.random.choice([-1, 1]) * size, sevenths)
    return point


def _points(answer: Answer, names: Sequence[str], first: Sequence[int]) -> list[Point]:
    """Five points; the visible check begins with the numbers of `first`, in order of the names."""
    points = [_point(answer, names) for _ in range(5)]
    if not answer.hidden:
        example = zip((*_LAMBDAS, *names), first, strict=True)
        points[0] = {name: sp.Integer(number) for name, number in example}
    return points


def _at(point: Point) -> str:
    return "at " + ", ".join(f"{name} = {number}" for name, number in point.items())


def _refuse_other_symbols(
    name: str, expressions: Iterable[sp.Expr], allowed: Sequence[str], hint: str
) -> None:
    used = symbols_of(*expressions)
    for other in sorted(used - set(allowed)):
        raise Mistake(
            f"{name} contains the symbol {other}",
            f"  your {name} contains {other}, which has no place in it.",
            hint,
        )


def _wrong_kind(name: str, value: object, expected: str) -> Mistake:
    return Mistake(
        f"{name} has the wrong type or shape",
        f"  your {name} is {show(value)}\n  of type {type(value).__name__}; expected: {expected}",
        f"Give {name} as {expected}, made of the symbols of this notebook.",
    )


def _refuse_function(name: str, value: object, expected: str) -> None:
    if callable(value) and not isinstance(value, sp.Basic):
        raise Mistake(
            f"{name} is a function or class, not a result",
            f"  your {name} is {show(value)}, of type {type(value).__name__}.",
            f"Store the result itself under this name: {expected}.",
        )


# ------------------------------------------------------------------------------
# ex3-hessian
# ------------------------------------------------------------------------------


@task(
    "ex3-hessian",
    points=2,
    defines=("H",),
    known_wrong=lambda names: {"H": sp.diag(sp.Symbol("lambda_1"), 7 * sp.Symbol("lambda_2"))},
)
def check_hessian(answer: Answer) -> None:
    """½ xᵀHx with the student's H is E, and H is symmetric, at random numbers."""
    matrix = _hessian_entries(answer["H"])
    points = _points(answer, _XS, (2, 5, 3, -1))
    got = [[number_at(entry, point) for entry in matrix] for point in points]
    lambdas = [[float(point[name]) for name in _LAMBDAS] for point in points]
    for label, (mistaken, hint) in theory_mistakes.HESSIAN.items():
        if all(same(g, mistaken(*pair)) for g, pair in zip(got, lambdas, strict=True)):
            raise Mistake(label, _hessian_seen(got[0], points[0]), hint)
    for numbers, point in zip(got, points, strict=True):
        energy = _energy(point)
        if not same([_half_quadratic(numbers, point)], [energy]):
            off_diagonal = numbers[1] or numbers[2]
            raise Mistake(
                "entries off the diagonal" if off_diagonal else "½ xᵀHx is not E",
                _hessian_seen(numbers, point),
                "Which entries of H multiply x_1 with x_2, and does E have such a term?"
                if off_diagonal
                else "Multiply xᵀHx out entry by entry and compare the factors of x_1² and x_2².",
            )
        if not same(numbers[1:2], numbers[2:3]):
            raise Mistake(
                "H is not symmetric",
                f"  your H is {show(answer['H'])}",
                "½ xᵀHx is right, but many matrices give it. The task asks for the symmetric one.",
            )


def _hessian_entries(value: object) -> list[sp.Expr]:
    expected = "a 2×2 SymPy matrix"
    _refuse_function("H", value, expected)
    rows = entries(value)
    if isinstance(rows, list) and len(flat(value)) == 2 and not isinstance(flat(value)[0], list):
        raise Mistake(
            "H is a vector, not a matrix",
            f"  your H is {show(value)}",
            "xᵀHx multiplies every pair of coordinates: how many entries does H need?",
        )
    rows = [flat(row) for row in rows] if isinstance(rows, list) else []
    if [len(row) for row in rows] != [2, 2]:
        raise _wrong_kind("H", value, expected)
    matrix = [expression(entry) for row in rows for entry in row]
    if None in matrix:
        raise _wrong_kind("H", value, expected)
    used = symbols_of(*matrix)
    if used & {*_XS, *_ALPHAS}:
        raise Mistake(
            "H depends on the point",
            f"  your H is {show(value)}",
            "The coordinates stand to the left and to the right of H. H itself is constant.",
        )
    if not used:
        raise Mistake(
            "numbers in place of the symbols",
            f"  your H is {show(value)}; it contains neither lambda_1 nor lambda_2.",
            "H must hold for every pair of eigenvalues: build it from the symbols of the notebook.",
        )
    _refuse_other_symbols("H", matrix, _LAMBDAS, "E contains two symbols beside the coordinates.")
    return matrix


def _energy(point: Point) -> float:
    return float(sum(point[f"lambda_{i}"] * point[f"x_{i}"] ** 2 for i in (1, 2)) / 2)


def _half_quadratic(numbers: Sequence[float | None], point: Point) -> float | None:
    """½ xᵀHx for the four entries of H, row by row."""
    if None in numbers:
        return None
    first, second = (float(point[name]) for name in _XS)
    a, b, c, d = numbers
    return (a * first * first + (b + c) * first * second + d * second * second) / 2


def _hessian_seen(numbers: Sequence[float | None], point: Point) -> str:
    return (
        f"  {_at(point)}\n  ½·xᵀHx is {show(_half_quadratic(numbers, point))} with your H"
        f"\n  E is {show(_energy(point))}"
    )


# ------------------------------------------------------------------------------
# ex3-eigenvectors
# ------------------------------------------------------------------------------

_PAIRS = "a list of two pairs (eigenvalue, eigenvector)"


@task(
    "ex3-eigenvectors",
    points=3,
    defines=("eigenpairs",),
    known_wrong=lambda names: {
        "eigenpairs": [(sp.Symbol("lambda_1"), [1, 1]), (sp.Symbol("lambda_2"), [0, 1])]
    },
)
def check_eigenvectors(answer: Answer) -> None:
    """H u = λ u for both pairs, u not zero, both eigenvalues found: at random numbers."""
    pairs = [_eigenpair(pair) for pair in _pairs(answer["eigenpairs"])]
    names = symbols_of(*(part for value, u in pairs for part in (value, *u)))
    others = sorted(names - set(_LAMBDAS))
    first = (3, 5, *(4 for _ in others))  # with a 2, doubled and squared would look the same
    for point in _points(answer, others, first):
        numbers = [
            (number_at(value, point), [number_at(part, point) for part in vector])
            for value, vector in pairs
        ]
        for (value, vector), pair in zip(numbers, pairs, strict=True):
            _judge_pair(value, vector, pair, point)
        values = [value for value, _ in numbers]
        if same(values[:1], values[1:]):
            raise Mistake(
                "one eigenvalue twice",
                f"  both of your pairs have the eigenvalue {show(pairs[0][0])}.",
                "A 2×2 matrix with two different eigenvalues has a pair for each. "
                "Where is the other one?",
            )


def _pairs(value: object) -> list:
    """The two pairs, out of any of the forms that people write."""
    _refuse_function("eigenpairs", value, _PAIRS)
    if isinstance(value, Mapping):
        if value and all(is_close(count, 1) for count in value.values()):
            raise Mistake(
                "eigenvalues and how often each comes, without eigenvectors",
                f"  your eigenpairs is {show(value)}",
                "That is what `eigenvals` gives. Which vectors does H only stretch?",
            )
        value = list(value.items())
    if hasattr(value, "__next__"):
        raise Mistake(
            "an iterator, which is empty after its first use",
            f"  your eigenpairs is of type {type(value).__name__}.",
            "Turn it into a list, so that it can be read more than once.",
        )
    if isinstance(value, sp.MatrixBase | numpy.ndarray | sp.NDimArray | torch.Tensor):
        rows = entries(value)
        rows = [list(column) for column in zip(*rows, strict=True)] if len(rows) == 3 else rows
        value = [(row[0], row[1:]) if len(row) == 3 else row for row in rows]
    if not isinstance(value, list | tuple | sp.Tuple):
        raise _wrong_kind("eigenpairs", value, _PAIRS)
    if len(value) != 2:
        raise Mistake(
            "not two pairs",
            f"  your eigenpairs has length {len(value)}: {show(value)}",
            "A 2×2 matrix with two different eigenvalues has two of them, "
            "each with its eigenvector: one pair for each.",
        )
    first, second = (entries(item) for item in value)
    if (
        isinstance(first, list)
        and isinstance(second, list)
        and not any(isinstance(item, list) for item in first)
        and all(isinstance(item, list) for item in second)
    ):
        raise Mistake(
            "eigenvalues and eigenvectors apart",
            f"  your eigenpairs is {show(value)}",
            "Put each eigenvalue together with its own eigenvector: one pair for each.",
        )
    return list(value)


def _eigenpair(pair: object) -> tuple[sp.Expr, list[sp.Expr]]:
    """One pair as (eigenvalue, components). Also reads what `Matrix.eigenvects` gives."""
    if not isinstance(pair, list | tuple | sp.Tuple):
        raise Mistake(
            "not a pair (eigenvalue, eigenvector)",
            f"  an entry of your eigenpairs is {show(pair)}",
            "Each entry must hold two things: first the eigenvalue, then its eigenvector.",
        )
    parts = list(pair)
    if len(parts) == 3 and isinstance(parts[2], list) and is_close(parts[1], 1):
        parts = [parts[0], parts[2]]  # (eigenvalue, multiplicity, [eigenvector])
    if len(parts) == 3 and all(expression(part) is not None for part in parts):
        parts = [parts[0], parts[1:]]  # (eigenvalue, first component, second component)
    if len(parts) != 2:
        raise Mistake(
            "not a pair (eigenvalue, eigenvector)",
            f"  an entry of your eigenpairs has length {len(parts)}: {show(pair)}",
            "Each entry must hold two things: first the eigenvalue, then its eigenvector.",
        )
    value, vector = expression(parts[0]), [expression(part) for part in flat(parts[1])]
    if value is None and len(flat(parts[0])) == 2 and len(vector) == 1 and vector[0] is not None:
        raise Mistake(
            "the pair is the wrong way round",
            f"  an entry of your eigenpairs is {show(pair)}",
            "First the eigenvalue, then its eigenvector.",
        )
    if value is None or None in vector:
        raise _wrong_kind("eigenpairs", pair, _PAIRS)
    if len(vector) != 2:
        raise Mistake(
            "an eigenvector with the wrong number of components",
            f"  the eigenvector in {show(pair)} has {len(vector)} components.",
            "H acts on vectors of the plane: one component for each coordinate.",
        )
    return value, vector


def _judge_pair(value: float | None, vector: list[float | None], pair: tuple, point: Point) -> None:
    """Raise a Mistake unless the numbers are an eigenvalue of H at this point and its vector."""
    lambdas = [float(point[name]) for name in _LAMBDAS]
    if None not in vector and all(abs(part) < 1e-12 for part in vector):
        raise Mistake(
            "the zero vector as an eigenvector",
            f"  in your pair ({show(pair[0])}, {show(pair[1])}) the eigenvector is zero.",
            "H maps the zero vector to itself for every λ, so it says nothing about H. "
            "An eigenvector is never zero.",
        )
    product = [a * b if b is not None else None for a, b in zip(lambdas, vector, strict=True)]
    if value is not None and None not in vector:
        scaled = [value * part for part in vector]
        if same(product, scaled):
            return
    axis = [part is not None and abs(part) > 1e-12 for part in vector]
    seen = (
        f"  {_at(point)}, your pair ({show(pair[0])}, {show(pair[1])}):"
        f"\n  H·u is ({show(product[0])}, {show(product[1])})"
    )
    if value is not None and None not in vector:
        seen += f"\n  λ·u is ({show(scaled[0])}, {show(scaled[1])})"
    if axis in ([True, False], [False, True]):
        other = lambdas[1 if axis[0] else 0]
        if same([value], [other]):
            raise Mistake(
                "the eigenvalues are swapped between the eigenvectors",
                seen,
                "Multiply H with each vector on its own: by which factor does it grow?",
            )
        own = lambdas[0 if axis[0] else 1]
        if same([value], [own * own]):
            raise Mistake(
                "the eigenvalue is squared",
                seen,
                "H is applied once: by which factor does it stretch this vector?",
            )
        if same([value], [2 * own]):
            raise Mistake(
                "the eigenvalue is doubled",
                seen,
                "Where does your 2 come from? H is already the matrix with the ½ in front of xᵀHx.",
            )
        raise Mistake(
            "the eigenvalue does not belong to its eigenvector",
            seen,
            "The direction is right. By which factor does H stretch a vector along it?",
        )
    raise Mistake(
        "not an eigenvector of H",
        seen,
        "H turns this vector into another direction. Which vectors does it only stretch?",
    )


# ------------------------------------------------------------------------------
# ex3-gradient
# ------------------------------------------------------------------------------

_COMPONENTS = "a list of two expressions in alpha_1, alpha_2, lambda_1, lambda_2"


@task(
    "ex3-gradient",
    points=2,
    defines=("gradient_alpha",),
    known_wrong=lambda names: {
        "gradient_alpha": [3 * sp.Symbol("lambda_1"), sp.Symbol("lambda_2") * sp.Symbol("alpha_2")]
    },
)
def check_gradient(answer: Answer) -> None:
    """The two components at random numbers, with x_i taken as α_i: in this basis they are equal."""
    components = _gradient_components(answer["gradient_alpha"])
    points = _points(answer, _ALPHAS, (2, 5, 3, -1))
    got, arguments = [], []
    for point in points:
        with_x = {**point, "x_1": point["alpha_1"], "x_2": point["alpha_2"]}
        got.append([number_at(component, with_x) for component in components])
        arguments.append([float(point[name]) for name in (*_LAMBDAS, *_ALPHAS)])
    for numbers, values, point in zip(got, arguments, points, strict=True):
        a, b, p, q = values
        expected = (a * p, b * q)
        if same(numbers, expected):
            continue
        seen = (
            f"  {_at(point)}\n  your components are {show(numbers[0])} and {show(numbers[1])}"
            f"\n  the gradient has {show(expected[0])} and {show(expected[1])}"
        )
        for label, (mistaken, hint) in theory_mistakes.GRADIENT.items():
            if all(same(g, mistaken(*v)) for g, v in zip(got, arguments, strict=True)):
                raise Mistake(label, seen, hint)
        for index, ordinal in enumerate(("first", "second")):
            if not same(numbers[index : index + 1], expected[index : index + 1]):
                raise Mistake(
                    f"the {ordinal} component of the gradient is wrong",
                    seen,
                    "Write x as α_1·u_1 + α_2·u_2, apply H to each part, and read off the factors.",
                )


def _gradient_components(value: object) -> list[sp.Expr]:
    _refuse_function("gradient_alpha", value, _COMPONENTS)
    if isinstance(value, sp.Expr) and not isinstance(value, sp.MatrixExpr):
        raise Mistake(
            "one expression, not two components",
            f"  your gradient_alpha is {show(value)}",
            "The gradient is a vector. Give its component along each eigenvector, not their sum.",
        )
    parts = flat(value)
    if parts and all(isinstance(part, list) for part in parts):
        raise Mistake(
            "vectors in place of components",
            f"  your gradient_alpha is {show(value)}",
            "Give the two factors that multiply u_1 and u_2, without the eigenvectors.",
        )
    components = [expression(part) for part in parts]
    if None in components or not isinstance(entries(value), list):
        raise _wrong_kind("gradient_alpha", value, _COMPONENTS)
    if len(components) != 2:
        raise Mistake(
            "not two components",
            f"  your gradient_alpha has {len(components)}: {show(value)}",
            "There are two eigenvectors: give one component along each.",
        )
    if not any(component.free_symbols for component in components):
        raise Mistake(
            "numbers in place of the symbols",
            f"  your gradient_alpha is {show(value)}",
            "Build it from the symbols of the notebook, so that it holds at every point.",
        )
    _refuse_other_symbols(
        "gradient_alpha",
        components,
        (*_LAMBDAS, *_ALPHAS, *_XS),
        "The gradient needs only the eigenvalues and the distances along the eigenvectors.",
    )
    return components


# ------------------------------------------------------------------------------
# Answers that are functions
# ------------------------------------------------------------------------------


def _function(answer: Answer, name: str, parameters: str) -> Callable:
    """The student's function, known to be one and to take these parameters."""
    function = answer[name]
    expression_only = isinstance(function, sp.Expr) and not isinstance(function, sp.Lambda)
    if not callable(function) or isinstance(function, type) or expression_only:
        raise Mistake(
            f"{name} is not a function",
            f"  your {name} is {show(function)}, of type {type(function).__name__}.",
            f"Define it with def {name}({parameters}): and return the result.",
        )
    count = parameters.count(",") + 1
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some callables do not tell
        return function
    try:
        signature.bind(*range(count))
    except TypeError:
        raise Mistake(
            "the wrong parameters",
            f"  your {name} has the parameters {signature}.",
            f"It must take {parameters}, in this order.",
        ) from None
    return function


def _call(answer: Answer, function: Callable, *arguments: object) -> float:
    """The finite number that the student's function returns for these arguments."""
    result = answer.run(function, *arguments)
    call = call_text(function, arguments, {})
    number = to_float(result)
    if number is not None and math.isfinite(number):
        return number
    seen = f"  {call}\n  returned {show(result)}, of type {type(result).__name__}"
    if result is None:
        raise Mistake(
            "nothing is returned", seen, "Does every way through your function end in a return?"
        )
    if isinstance(result, sp.Basic) and result.free_symbols:
        raise Mistake(
            "a symbol in place of an argument",
            seen,
            "Compute with the arguments of the function, not with the symbols of the notebook.",
        )
    if isinstance(result, list | tuple) or getattr(result, "ndim", 0):
        raise Mistake(
            "several values in place of one number",
            seen,
            "Return one number: which of them is asked for?",
        )
    if number is not None:
        raise Mistake(
            "the result is not a finite number",
            seen,
            "Where does your computation divide by zero or grow without bound?",
        )
    raise Mistake("the result is not a number", seen, "Return a number, not text or an object.")


def _compare(
    answer: Answer,
    function: Callable,
    inputs: Sequence[tuple],
    formula: Callable,
    mistakes: theory_mistakes.Mistakes,
    otherwise: str,
    needed: Mapping[str, Callable] | None = None,
) -> None:
    """Compare the student's function with a formula; name the mistake that gives its results.

    mistakes: what each known mistake computes from the same arguments, and a hint.
    otherwise: the hint when the results fit none of them.
    needed: per argument, the number in its place that gives a result: (*arguments, result).
    """
    results, wrong = [], []
    expected = [formula(*arguments) for arguments in inputs]
    for i, arguments in enumerate(inputs):
        try:
            results.append(_call(answer, function, *arguments))
        except Mistake:
            if not wrong:
                raise
            inputs = inputs[:i]  # what is wrong already says more than an error later on
            break
        if not is_close(results[i], expected[i]):
            wrong.append(i)
    if not wrong:
        return
    first = wrong[0]
    seen = (
        f"  {call_text(function, inputs[first], {})}\n  returned {show(results[first])}"
        f"\n  expected {show(expected[first])}"
    )
    for label, (mistaken, hint) in mistakes.items():
        if _gives(mistaken, inputs, results, wrong):
            raise Mistake(label, seen, hint)
    if all(is_close(result, results[0]) for result in results):
        raise Mistake(
            "the same number for every input: hard-coded",
            seen,
            "The result must be computed from the arguments.",
        )
    if _rounded(results, expected):
        raise Mistake("the result is rounded", seen, ROUNDED)
    for name, solve in (needed or {}).items():
        number = _constant(solve, inputs, results)
        if number is not None:
            raise Mistake(
                f"a fixed number in place of {name}: hard-coded",
                f"{seen}\n  All your results are those for {name} = {number:.4g}.",
                f"Compute with the {name} that the function is given.",
            )
    raise Mistake("a wrong result", seen, otherwise)


ROUNDED = "Return the number as it is computed. Round only where you print it."


def _rounded(results: Sequence[float], expected: Sequence[float]) -> bool:
    """Whether the results are the right ones, rounded to some number of decimals."""
    return any(
        all(
            is_close(result, round(right, digits))
            for result, right in zip(results, expected, strict=False)
        )
        for digits in range(5)
    )


def _constant(solve: Callable, inputs: Sequence[tuple], results: Sequence[float]) -> float | None:
    """The one number that explains all results; None if there is none."""
    numbers = []
    for arguments, result in zip(inputs, results, strict=True):
        try:
            numbers.append(solve(*arguments, result))
        except (ArithmeticError, ValueError):
            continue  # this input says nothing
    alike = len(numbers) > 2 and all(is_close(n, numbers[0], rel=1e-4) for n in numbers)
    return numbers[0] if alike else None


def _gives(
    mistaken: Callable, inputs: Sequence[tuple], results: Sequence[float], wrong: Sequence[int]
) -> bool:
    """Whether a known mistake gives these results, the wrong ones among them.

    Inputs for which the mistake gives no number (a division by zero) say nothing.
    """
    explained = []
    for index, (arguments, result) in enumerate(zip(inputs, results, strict=True)):
        try:
            number = mistaken(*arguments)
        except (ArithmeticError, ValueError):
            continue
        if isinstance(number, complex) or not is_close(result, number):
            return False
        explained.append(index)
    return len(explained) > 2 and any(index in explained for index in wrong)


def _tenths(answer: Answer, low: float, high: float) -> float:
    """A random number with one decimal; with three when hidden."""
    return round(answer.random.uniform(low, high), 3 if answer.hidden else 1)


def _step_inputs(answer: Answer) -> list[tuple[float, float, float]]:
    """(alpha, lr, eigenvalue) with factors 1 − ηλ of either sign, inside and outside (−1, 1)."""
    inputs = []
    for product in (0.3, 0.75, 1.25, 1.9, 2.5):
        eigenvalue = _tenths(answer, 0.5, 9.5)
        alpha = answer.random.choice([-1, 1]) * _tenths(answer, 1.2, 6.0)
        lr = product * answer.random.uniform(0.96, 1.04) / eigenvalue
        inputs.append((alpha, round(lr, 5 if answer.hidden else 3), eigenvalue))
    return inputs


# ------------------------------------------------------------------------------
# ex3-step
# ------------------------------------------------------------------------------


@task(
    "ex3-step",
    points=2,
    defines=("alpha_next",),
    known_wrong=lambda names: {"alpha_next": lambda alpha, lr, eigenvalue: alpha + lr * eigenvalue},
)
def check_step(answer: Answer) -> None:
    """One step along one eigenvector, at numbers that give factors of either sign."""
    function = _function(answer, "alpha_next", "alpha, lr, eigenvalue")
    inputs = _step_inputs(answer)
    if not answer.hidden:
        inputs.insert(0, (4.0, 0.1, 3.0))
    _compare(
        answer,
        function,
        inputs,
        lambda alpha, lr, eigenvalue: (1 - lr * eigenvalue) * alpha,
        theory_mistakes.STEP,
        "Start from x − η∇E, write x and ∇E along one eigenvector, and collect the factors.",
        {
            "alpha": lambda alpha, lr, eigenvalue, got: got / (1 - lr * eigenvalue),
            "lr": lambda alpha, lr, eigenvalue, got: (1 - got / alpha) / eigenvalue,
            "eigenvalue": lambda alpha, lr, eigenvalue, got: (1 - got / alpha) / lr,
        },
    )


# ------------------------------------------------------------------------------
# ex3-trajectory
# ------------------------------------------------------------------------------


@task(
    "ex3-trajectory",
    points=2,
    defines=("alpha_after",),
    known_wrong=lambda names: {
        "alpha_after": lambda alpha, lr, eigenvalue, steps: alpha * (1 - lr) ** steps
    },
)
def check_trajectory(answer: Answer) -> None:
    """Several steps along one eigenvector: none, odd and even numbers of them."""
    function = _function(answer, "alpha_after", "alpha, lr, eigenvalue, steps")
    inputs = [
        (*step, steps)
        for step, steps in zip(_step_inputs(answer), answer.random.sample(range(2, 8), 5))  # noqa: B905
    ]
    inputs.append((*inputs[0][:3], 0))
    inputs.append((*inputs[1][:3], 1))
    inputs.append((*inputs[2][:3], answer.random.choice([9, 11, 13])))
    if not answer.hidden:
        inputs.insert(0, (4.0, 0.1, 3.0, 2))
    _compare(
        answer,
        function,
        inputs,
        lambda alpha, lr, eigenvalue, steps: (1 - lr * eigenvalue) ** steps * alpha,
        theory_mistakes.TRAJECTORY,
        "Write down alpha after 1, 2 and 3 steps, each from the one before. What is the pattern?",
        {
            "alpha": lambda alpha, lr, eigenvalue, steps, got: got / (1 - lr * eigenvalue) ** steps,
            "steps": lambda alpha, lr, eigenvalue, steps, got: (
                math.log(abs(got / alpha)) / math.log(abs(1 - lr * eigenvalue))
            ),
        },
    )


# ------------------------------------------------------------------------------
# ex3-max-learning-rate
# ------------------------------------------------------------------------------

MARGIN = 1e-3  # "just below" and "just above" the student's bound, as a share of it


@task(
    "ex3-max-learning-rate",
    points=3,
    defines=("max_learning_rate",),
    known_wrong=lambda names: {"max_learning_rate": lambda eigenvalues: 2 / min(eigenvalues)},
    seconds=20,  # an answer may solve the inequality with SymPy for each eigenvalue
)
def check_max_learning_rate(answer: Answer) -> None:
    """Gradient descent converges just below the student's bound and diverges just above it."""
    function = _function(answer, "max_learning_rate", "eigenvalues")
    surfaces = _surfaces(answer)
    bounds = [_call_on(answer, function, surface) for surface in surfaces]
    for surface, bound in zip(surfaces, bounds, strict=True):
        if bound <= 0:
            raise Mistake(
                "a bound that is not positive",
                f"  on λ = {_listed(surface)} your bound is {show(bound)}",
                "The bound is the upper end of an interval of learning rates that starts at 0. "
                "Watch the sign when you divide an inequality by a negative number.",
            )
        below, above = (1 - MARGIN) * bound, (1 + MARGIN) * bound
        start, end, steps = _run(surface, above)
        if end <= start:
            seen = _run_seen(surface, bound, f"{above:.4g}, just above it", start, end, steps)
            raise _name_bound(surfaces, bounds, seen, "too small: larger rates converge as well")
        start, end, steps = _run(surface, below)
        if end >= start:
            seen = _run_seen(surface, bound, f"{below:.4g}, just below it", start, end, steps)
            raise _name_bound(surfaces, bounds, seen, "too large: gradient descent diverges")


def _surfaces(answer: Answer) -> list[list[float]]:
    """Eigenvalues of random surfaces: two and more of them, in any order, and last all the same."""
    draw = lambda count: [_tenths(answer, 0.4, 24.0) for _ in range(count)]  # noqa: E731
    pair = sorted([_tenths(answer, 0.4, 3.0), _tenths(answer, 4.0, 24.0)])
    surfaces = [pair, pair[::-1], [_tenths(answer, 0.2, 0.8), _tenths(answer, 0.9, 1.8)]]
    middle_largest = sorted(draw(3))
    surfaces += [[middle_largest[i] for i in (0, 2, 1)], draw(4), draw(5)]
    last_largest = sorted(draw(4))
    surfaces += [last_largest, [pair[1], pair[1]]]
    return surfaces if answer.hidden else [[1.0, 10.0], *surfaces]


def _call_on(answer: Answer, function: Callable, surface: Sequence[float]) -> float:
    """The result for a list of eigenvalues; an error on more than two gets a message of its own."""
    try:
        return _call(answer, function, list(surface))
    except Mistake as mistake:
        if len(surface) > 2 and "Error in your code" in mistake.label:
            raise Mistake(
                "it works for two eigenvalues only",
                mistake.seen,
                "There can be more than two eigenvalues, in any order.",
            ) from None
        raise


def _listed(surface: Sequence[float]) -> str:
    return "(" + ", ".join(f"{value:g}" for value in surface) + ")"


def _run(surface: Sequence[float], lr: float) -> tuple[float, float, int]:
    """Run gradient descent from (4, …, 4): distance at the start and at the end, number of steps.

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
    return start, end, steps


def _run_seen(
    surface: Sequence[float], bound: float, at: str, start: float, end: float, steps: int
) -> str:
    return (
        f"  on λ = {_listed(surface)} your bound is {show(bound)}"
        f"\n  with the learning rate {at}, the distance to the minimum"
        f"\n  {'grew' if end > start else 'shrank'} from {start:.3g} to {end:.3g} in {steps} steps:"
        f" your bound is too {'large' if end > start else 'small'}"
    )


def _name_bound(
    surfaces: Sequence[list[float]], bounds: Sequence[float], seen: str, otherwise: str
) -> Mistake:
    """The known mistake that gives these bounds, else one that says too large or too small."""
    inputs, wrong = [(surface,) for surface in surfaces], range(len(surfaces))
    for label, (mistaken, hint) in theory_mistakes.MAX_LEARNING_RATE.items():
        if _gives(mistaken, inputs, bounds, wrong):
            return Mistake(label, seen, hint)
    if all(is_close(bound, bounds[0]) for bound in bounds):
        return Mistake(
            "the same bound for every surface: hard-coded",
            seen,
            "The bound must be computed from the eigenvalues.",
        )
    if _rounded(bounds, [2 / max(surface) for surface in surfaces]):
        return Mistake("the bound is rounded", seen, ROUNDED)
    return Mistake(
        otherwise,
        seen,
        "Every direction must converge, and no larger rate may do so. When is one factor below 1?",
    )


# ------------------------------------------------------------------------------
# ex3-convergence-rate
# ------------------------------------------------------------------------------


@task(
    "ex3-convergence-rate",
    points=3,
    defines=("slowest_rate",),
    known_wrong=lambda names: {
        "slowest_rate": lambda eigenvalues: 1 - min(eigenvalues) / max(eigenvalues)
    },
)
def check_convergence_rate(answer: Answer) -> None:
    """1 − 2λmin/λmax as the task defines it: also when another direction is slower in magnitude."""
    function = _function(answer, "slowest_rate", "eigenvalues")
    *surfaces, all_the_same = _surfaces(answer)
    top = _tenths(answer, 8.0, 20.0)
    surfaces.append([top, round(0.05 * top, 4), round(0.99 * top, 4)])
    surfaces.append([_tenths(answer, 6.0, 6.9), _tenths(answer, 7.0, 9.0)])
    surfaces.append(all_the_same)  # last: a known mistake may fail on it before it is named
    for surface in surfaces:
        if len(surface) > 2:  # an error on these first, with its own message
            _call_on(answer, function, surface)
    _compare(
        answer,
        _copying(function),
        [(list(surface),) for surface in surfaces],
        lambda values: 1 - 2 * min(values) / max(values),
        theory_mistakes.RATE,
        "Take the factor of one step, at the bound of the task before and the smallest eigenvalue.",
    )


def _copying(function: Callable) -> Callable:
    """The same function on a copy of its list: an answer may sort it in place."""

    def on_a_copy(eigenvalues: list[float]):
        return function(list(eigenvalues))

    on_a_copy.__name__ = getattr(function, "__name__", "slowest_rate")
    return on_a_copy
