"""Read symbolic answers: SymPy expressions and matrices in whatever form students write them.

Expressions are compared as functions, never as text: both sides are evaluated at the same numbers.
Symbols count by their name, so that a student's own `sp.symbols("lambda_1")` is the notebook's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy
import sympy as sp
import torch

from autograder.answering.values import Thing, is_close, to_float
from autograder.checks.answer import Answer, Mistake, Reply, Steps, describe
from autograder.checks.examine import Kind, read

MAX_SIZE = 100  # of a matrix that is written out
# Numbers for symbols that should have no say.
_FIRST = ("3/5", "7/4", "11/8", "13/9", "5/11", "17/6")
_SECOND = ("9/7", "2/5", "8/3", "6/13", "19/12", "4/15")


class Formula(Steps):
    """SymPy expressions as a function of numbers for the symbols of these names: see `examine`."""

    def __init__(self, name: str, expressions: Sequence[sp.Expr], names: Sequence[str]):
        super().__init__(lambda *numbers: Reply(self.at(*numbers)), name)
        self.expressions, self.names = expressions, names

    def at(self, *numbers: float) -> float | list[float]:
        """The value of each expression, or that of the only one. Raises Mistake if not finite."""
        point = dict(zip(self.names, map(sp.Rational, numbers), strict=True))
        found = [_at(expression, point) for expression in self.expressions]
        if None in found:
            raise Mistake("not-finite", f"  {self.text(*numbers)}: no finite real number.")
        return found if len(found) > 1 else found[0]

    def text(self, *numbers: float) -> str:
        point = zip(self.names, numbers, strict=True)
        return f"{self.name} at " + ", ".join(f"{name} = {number:g}" for name, number in point)


def _at(expression: sp.Expr, point: dict[str, sp.Rational]) -> float | None:
    numbers = {symbol: point[symbol.name] for symbol in expression.free_symbols}
    number = to_float(expression.subs(numbers).evalf(30))
    return number if number is not None and math.isfinite(number) else None


def value(answer: Answer, name: str, kind: Kind) -> object:
    """The symbolic value of a name, as this kind reads it; else a Mistake that says what it is."""
    found = answer.value(name)
    if isinstance(found, Thing) and found.kind in ("function", "class"):
        raise Mistake("symbolic/function", f"  your {name} is {found}.")
    if any(isinstance(part, str) for part in flat(found)):
        raise Mistake("symbolic/text", f"  your {name} is {describe(found)}.")
    return read(kind, found, f"your {name}", " is")


def settled(expressions: Sequence[sp.Expr], allowed: Sequence[str]) -> list[sp.Expr]:
    """The expressions, without other symbols than these where those have no say in the value: as
    in a difference quotient of E before it is simplified."""
    symbols = {symbol for each in expressions for symbol in each.free_symbols}
    others = sorted((s for s in symbols if s.name not in allowed), key=str)[: len(_FIRST)]
    draws = [dict(zip(others, map(sp.Rational, row), strict=False)) for row in (_FIRST, _SECOND)]
    point = {s: sp.Rational(n, 7) for n, s in enumerate(sorted(symbols - {*others}, key=str), 2)}

    def at(each: sp.Expr, draw: dict) -> float | None:
        number = to_float(each.subs({**point, **draw}).evalf(30))
        return number if number is not None and math.isfinite(number) else None

    same = [
        None not in (pair := [at(each, draw) for draw in draws]) and is_close(*pair, rel=1e-12)
        for each in expressions
    ]
    return [e.subs(draws[0]) if s else e for e, s in zip(expressions, same, strict=True)]


def require_symbols(expressions: Sequence[sp.Expr], allowed: Sequence[str]) -> None:
    """Raise a Mistake unless there are symbols in them, and only those of these names."""
    used = names_in(*expressions)
    if not used:
        raise Mistake("symbolic/numbers")
    if not used <= {*allowed}:
        raise Mistake("other-symbol", f"  It contains the symbol {min(used - {*allowed})}.")


def names_in(*expressions: sp.Expr) -> set[str]:
    """The names of the symbols in these expressions."""
    return {symbol.name for each in expressions for symbol in each.free_symbols}


def expression(value: object) -> sp.Expr | None:
    """A SymPy expression, or a number of any type as one; None for anything else."""
    if isinstance(value, sp.Expr):
        return value.doit()
    number = to_float(value)
    if number is None:
        return None
    return sp.sympify(int(number) if number.is_integer() else number)


def entries(value: object) -> object:
    """Lists, tuples, arrays and every kind of SymPy matrix as nested lists; the rest as it is."""
    if isinstance(value, sp.MatrixExpr) and all(
        sp.sympify(size).is_Integer and size <= MAX_SIZE for size in value.shape
    ):
        value = value.as_explicit()
    if isinstance(value, sp.MatrixBase | sp.NDimArray | numpy.ndarray | torch.Tensor):
        return value.tolist()
    if isinstance(value, list | tuple | sp.Tuple):
        return [entries(item) for item in value]
    return value


def flat(value: object) -> list:
    """The entries of a vector: a list, a row or column of a matrix, or a list of 1×1 matrices."""
    rows = [entries(value)]
    while len(rows) == 1 and isinstance(rows[0], list):
        rows = rows[0]
    while rows and all(isinstance(row, list) and len(row) == 1 for row in rows):
        rows = [row[0] for row in rows]
    return rows
