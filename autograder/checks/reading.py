"""Plain values from what students return, in exact built-in types.

A patched `==` of an object of the student has no say in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, NoneType

from torch import Tensor

from autograder.checks.framework import Answer, Mistake
from autograder.checks.values import show, to_float


def items(value: object) -> list | None:
    """The entries of a list, tuple, tensor, array or iterator; None if it is no such thing."""
    if isinstance(value, str | bytes | Mapping | set | frozenset):
        return None
    if isinstance(value, Tensor):
        return value.detach().cpu().tolist() if value.dim() else None
    if hasattr(value, "tolist"):
        value = value.tolist()
    try:
        return list(value)
    except TypeError:
        return None


def word(value: object) -> str | None:
    return "".join(["", value]) if isinstance(value, str) else None


def number(value: object) -> float | None:
    """As `to_float`, and True and False count as 1 and 0."""
    return float(value is True) if isinstance(value, bool) else to_float(value)


def wrong_type(what: str, wanted: str, value: object) -> Mistake:
    kind = "None" if value is None else f"a {type(value).__name__}, {show(value, 60)}"
    hint = f"{what} should be {wanted}."
    if value is None:
        hint += " Does every path through your code end with `return`?"
    return Mistake(
        "None in place of a result" if value is None else "wrong type",
        f"  {what} is {kind}.\n  Expected {wanted}.",
        hint,
    )


def _kind(value: object) -> str:
    kinds = ((type, "a class"), (FunctionType, "a function"), (NoneType, "None"))
    named = next((name for kind, name in kinds if isinstance(value, kind)), None)
    return named or f"an object of type {type(value).__name__}"


def needs_class(answer: Answer, name: str) -> type:
    """The student's own class of this name, or a mistake that says what it is instead."""
    return _own(answer, name, isinstance(answer[name], type), "class", f"class {name}")


def needs_function(answer: Answer, name: str) -> Callable:
    """The student's own function of this name, or a mistake that says what it is instead."""
    is_function = callable(answer[name]) and not isinstance(answer[name], type)
    return _own(answer, name, is_function, "function", f"def {name}(…)")


def _own(answer: Answer, name: str, fits: bool, kind: str, line: str):
    value = answer[name]
    if not fits:
        raise Mistake(
            f"`{name}` is not a {kind}",
            f"  `{name}` is {_kind(value)}.",
            f"Keep the line `{line}:` and write what is missing below it.",
        )
    if str(getattr(value, "__module__", "")).startswith("helpers."):
        raise Mistake(
            "not your own: the ready-made one of `helpers`",
            f"  `{name}` is {value.__module__}.{value.__name__}.",
            "This task is about how it works: write it yourself.",
        )
    return value
