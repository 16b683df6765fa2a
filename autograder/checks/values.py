"""Read what students return, in whatever number type, and show it shortly."""

from __future__ import annotations

import math
import reprlib

import torch

_short = reprlib.Repr()
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxdict = 8
_short.maxstring = _short.maxother = 80
_short.maxlevel = 4


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
        else:
            text = _short.repr(value)
    except Exception as error:
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


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
    if isinstance(value, bool | str | bytes) or value is None:
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
