"""Read symbolic answers: SymPy expressions and matrices in whatever form students write them.

Expressions are compared as functions, never as text: evaluate both sides at the same numbers.
Symbols count by their name, so that a student's own `sp.symbols("lambda_1")` is the notebook's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy
import sympy as sp
import torch

from autograder.checks.values import is_close, to_float


def expression(value: object) -> sp.Expr | None:
    """A SymPy expression, or a number of any type as one; None for anything else."""
    if isinstance(value, sp.Basic):
        parts = sp.preorder_traversal(value)
        if isinstance(value, sp.Expr) and all(_is_sympys(part) for part in parts):
            return value.doit()
        return None
    number = to_float(value)
    if number is None or not math.isfinite(number):
        return None
    return sp.Integer(int(number)) if number.is_integer() else sp.Float(number)


def _is_sympys(part: object) -> bool:
    return (type(part).__module__ or "").partition(".")[0] == "sympy"


def entries(value: object) -> object:
    """Lists, tuples, arrays and every kind of SymPy matrix as nested lists; the rest as it is."""
    if isinstance(value, sp.MatrixExpr) and all(
        sp.sympify(size).is_Integer for size in value.shape
    ):
        value = value.as_explicit()
    if isinstance(value, sp.MatrixBase):
        return [list(row) for row in value.tolist()]
    if isinstance(value, sp.NDimArray | numpy.ndarray | torch.Tensor):
        return value.tolist()
    if isinstance(value, list | tuple | sp.Tuple):
        return [entries(item) for item in value]
    return value


def flat(value: object) -> list:
    """The entries of a vector: a list, a row or column of a matrix, or a list of 1×1 matrices."""
    rows = entries(value)
    while isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], list):
        rows = rows[0]
    if not isinstance(rows, list):
        return [rows]
    while rows and all(isinstance(row, list) and len(row) == 1 for row in rows):
        rows = [row[0] for row in rows]
    return rows


def symbols_of(*expressions: sp.Expr) -> set[str]:
    """The names of the symbols in these expressions."""
    return {symbol.name for each in expressions for symbol in each.free_symbols}


def number_at(expr: sp.Expr, point: Mapping[str, sp.Rational]) -> float | None:
    """The value of an expression where the symbols of these names have these numbers.

    None where that is no finite real number.
    """
    numbers = {symbol: point.get(symbol.name) for symbol in expr.free_symbols}
    if None in numbers.values():
        return None
    number = to_float(expr.subs(numbers).evalf(30))
    return number if number is not None and math.isfinite(number) else None


def same(got: Sequence[float | None], expected: Sequence[float]) -> bool:
    """Whether these numbers are the expected ones, but for rounding."""
    return len(got) == len(expected) and all(
        number is not None and is_close(number, wanted, rel=1e-9, abs_=1e-9)
        for number, wanted in zip(got, expected, strict=True)
    )
