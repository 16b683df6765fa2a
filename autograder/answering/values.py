"""What comes back from a student's answer, as values: copies in exact types, read and shown."""

from __future__ import annotations

import collections
import math
import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy
import sympy
import torch

MAX_DEPTH = 12
MAX_ENTRIES = 1_000_000  # of a value, at all depths together

_short = reprlib.Repr()
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxdict = 8
_short.maxstring = _short.maxother = 80
_short.maxlevel = 4


@dataclass(frozen=True)
class Thing:
    """What is no value: what kind of thing it is, and how it shows itself."""

    kind: str  # "class", "function", "iterator", "object"
    type_name: str
    text: str

    def __str__(self) -> str:
        if self.kind in ("class", "function"):
            return f"the {self.kind} {self.text}"
        return f"an {self.kind} of type {self.type_name}"

    __repr__ = __str__


@dataclass(frozen=True)
class Origin:
    """What of a tensor is not in its numbers; `tensor.origin` of a tensor that came back."""

    device: str
    requires_grad: bool


def plain(value: object) -> object:
    """A copy of a value, in which no class of the student's has a say.

    Exact None, bool, int, float, complex, str; lists, tuples, dicts and sets of values; numpy
    arrays; tensors on the CPU without a graph, with an `origin`; SymPy's own expressions and
    matrices. The rest is a `Thing`.
    """
    try:
        return _plain(value, MAX_DEPTH, [MAX_ENTRIES])
    except Exception as error:  # of a class of the student's own
        return Thing("object", type(value).__name__, f"whose reading raises {type(error).__name__}")


def _plain(value: object, depth: int, left: list[int]) -> object:
    left[0] -= 1
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, str):
        return value
    if depth < 0 or left[0] < 0:
        return Thing("object", kind.__name__, "too large")
    for exact in (bool, int, float, complex, str):
        if isinstance(value, exact):
            return exact.__str__(value) if exact is str else exact.__pos__(value)
    if isinstance(value, torch.Tensor):
        return _tensor(value)
    if kind is numpy.ndarray or isinstance(value, numpy.generic):
        return value.copy() if kind is numpy.ndarray else value.item()
    if _is_sympys(value):
        return value
    if isinstance(value, type):
        return Thing("class", "type", value.__name__)
    if isinstance(value, Mapping):
        pairs = ((_plain(k, 1, left), _plain(v, depth - 1, left)) for k, v in value.items())
        return {k if k.__hash__ else str(k): v for k, v in pairs}
    if isinstance(value, list | tuple):
        entries = [_plain(entry, depth - 1, left) for entry in value]
        return tuple(entries) if isinstance(value, tuple) else entries
    if isinstance(
        value,
        bytes
        | bytearray
        | collections.deque
        | range
        | collections.abc.ValuesView
        | collections.UserList,
    ):
        return [_plain(entry, depth - 1, left) for entry in value]
    if isinstance(value, set | frozenset):
        return {e for e in (_plain(entry, 1, left) for entry in value) if e.__hash__}
    if isinstance(value, Iterator):
        return Thing("iterator", kind.__name__, "")
    if hasattr(value, "tolist"):  # arrays and series of other libraries
        return _plain(value.tolist(), depth - 1, left)
    if callable(value) and hasattr(value, "__name__"):
        return Thing("function", kind.__name__, str(value.__name__))
    number = to_float(value) if hasattr(value, "__float__") else None
    return Thing("object", kind.__name__, show(value)) if number is None else number


def _tensor(value: torch.Tensor) -> torch.Tensor:
    if value.is_meta:  # a shape without numbers
        copied = torch.zeros(value.shape, dtype=value.dtype)
    else:
        copied = value.detach().to("cpu", copy=True)
    if type(copied) is not torch.Tensor:  # a class of one's own may lie
        copied = torch.Tensor.as_subclass(copied, torch.Tensor)
    copied.origin = Origin(value.device.type, bool(value.requires_grad))
    return copied


def _is_sympys(value: object) -> bool:
    if isinstance(value, sympy.MatrixBase | sympy.NDimArray):
        return all(_is_sympys(entry) for entry in value)
    parts = sympy.preorder_traversal(value) if isinstance(value, sympy.Basic) else [value]
    return all((type(part).__module__ or "").partition(".")[0] == "sympy" for part in parts)


def over_and_over(values: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """A tensor of this shape, filled with the values again and again, from first to last."""
    count = shape.numel()
    return values.reshape(-1).repeat(-(-count // values.numel()))[:count].view(shape)


def same_values(first: object, second: object) -> bool:
    """Whether two values are the same, entry by entry; NaN is itself."""
    if type(first) is not type(second):
        return False
    if isinstance(first, torch.Tensor):
        same = first.shape == second.shape and first.dtype == second.dtype
        return same and bool(torch.allclose(first, second, 0, 0, equal_nan=True))
    if isinstance(first, numpy.ndarray):
        return numpy.array_equal(first, second)
    if isinstance(first, list | tuple):
        pairs = zip(first, second, strict=False)
        return len(first) == len(second) and all(same_values(a, b) for a, b in pairs)
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(
            same_values(v, second[k]) for k, v in first.items()
        )
    return first == second or (first != first and second != second)


def show(value: object, width: int = 90) -> str:
    """One line of text for a value, at most `width` characters, whatever its `repr` does."""
    try:
        if isinstance(value, torch.Tensor):
            text = _show_tensor(value)
        elif isinstance(value, float):
            text = f"{value:.6g}"
        elif isinstance(value, list | tuple) and value and all(type(v) is float for v in value[:8]):
            inner = ", ".join(f"{v:.4g}" for v in value[:8]) + (", …" if len(value) > 8 else "")
            text = f"[{inner}]"
        elif callable(value) and hasattr(value, "__name__"):
            text = value.__name__
        elif isinstance(value, torch.nn.Module | torch.utils.data.Dataset | torch.optim.Optimizer):
            text = type(value).__name__
        elif isinstance(value, Thing):
            text = value.text or str(value)
        else:
            text = _short.repr(value)
    except Exception as error:
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    text = " ".join(text.splitlines())
    return text if len(text) <= width else text[: width - 1] + "…"


def describe(value: object) -> str:
    """What a value is, in words, where something else was expected."""
    if value is None:
        return "None"
    if isinstance(value, Thing):
        return str(value)
    name = type(value).__name__
    if isinstance(value, sympy.Basic | sympy.MatrixBase):
        name = "SymPy " + ("matrix" if isinstance(value, sympy.MatrixBase) else "expression")
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}, {show(value, 60)}"


def _show_tensor(value: torch.Tensor) -> str:
    value = value.detach().cpu()
    if value.numel() > 12:
        return f"a tensor of shape {tuple(value.shape)}"

    def rounded(item):
        if isinstance(item, list):
            return "[" + ", ".join(rounded(i) for i in item) + "]"
        return f"{item:.4g}" if isinstance(item, float) else str(item)

    return rounded(value.tolist())


def to_float(value: object) -> float | None:
    """The value of an int, float, 0-d or one-element tensor, numpy or SymPy number; else None.

    A bool, a complex number with an imaginary part, text and several numbers are None.
    """
    if type(value) in (int, float) and abs(value) < 1e300:  # the many need no more
        return float(value)
    if isinstance(value, bool | str | bytes | numpy.bool_) or value is None:
        return None
    if isinstance(value, torch.Tensor):
        if value.numel() != 1 or value.is_complex() or value.dtype == torch.bool:
            return None
        return float(value.detach())
    try:
        number = complex(value)  # SymPy, numpy and fractions all know this
    except Exception:
        try:
            return float(value)
        except Exception:
            return None
    if number.imag and not abs(number.imag) <= 1e-12 * max(1.0, abs(number.real)):
        return None
    return number.real


def is_close(value: object, expected: float, rel: float = 1e-5, abs_: float = 1e-7) -> bool:
    """Whether a number in any of the forms of `to_float` is `expected`, but for rounding."""
    number = to_float(value)
    return number is not None and math.isclose(number, expected, rel_tol=rel, abs_tol=abs_)


def number(value: object) -> float | None:
    """As `to_float`, and True and False count as 1 and 0."""
    return float(value) if isinstance(value, bool) else to_float(value)


def items(value: object) -> list | None:
    """The entries of a list, tuple, tensor or array; None if it is no such thing."""
    if isinstance(value, torch.Tensor | numpy.ndarray):
        return value.tolist() if value.ndim else None
    return list(value) if isinstance(value, list | tuple) else None
