"""What the checks stand on, remembered when they are first imported.

Code in one kernel can change anything in it. This finds the changes that would make a check say
"passed" when it should not: replaced functions of Python and torch that the checks call, and
replaced functions of the checks themselves.
"""

from __future__ import annotations

import builtins
import copy
import math
import sys
from types import CodeType, FunctionType

import torch

_WATCHED = {
    builtins: (
        "abs all any bool callable dict enumerate float getattr hasattr int isinstance issubclass "
        "iter len list map max min next print range repr reversed round set sorted str sum tuple "
        "type zip __import__ compile exec eval"
    ),
    math: "isclose isfinite isnan",
    copy: "deepcopy copy",
    # Not torch.manual_seed: torch itself wraps it when an optimizer is first used.
    torch: (
        "allclose equal isclose isfinite isnan eq ne abs all any tensor as_tensor rand "
        "randn randint zeros ones stack cat norm no_grad"
    ),
    torch.Tensor: (
        "__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __bool__ __float__ __sub__ abs all any allclose "
        "equal isclose item max min norm tolist"
    ),
    torch.nn.Module: "__call__ parameters named_parameters modules state_dict train eval",
}


def _snapshot() -> dict[tuple[object, str], object]:
    return {
        (owner, name): getattr(owner, name, None)
        for owner, names in _WATCHED.items()
        for name in names.split()
    }


_ORIGINALS = _snapshot()
# Functions of the checks by module and name: the function and its code when first seen.
_SEEN: dict[tuple[str, str], tuple[FunctionType, CodeType]] = {}


def remember() -> None:
    """Remember the functions of the modules of the checks that are loaded by now."""
    for module_name in [name for name in sys.modules if name.startswith("autograder.checks")]:
        for name, value in list(vars(sys.modules[module_name]).items()):
            if isinstance(value, FunctionType) and value.__module__.startswith("autograder."):
                _SEEN.setdefault((module_name, name), (value, value.__code__))


def changed() -> list[str]:
    """Names of what is no longer what it was, most telling first; empty when all is well."""
    found = []
    for (owner, name), original in _ORIGINALS.items():
        if getattr(owner, name, None) is not original:
            found.append(f"{owner.__name__}.{name}")
    for (module_name, name), (function, code) in _SEEN.items():
        module = sys.modules.get(module_name)
        if getattr(module, name, None) is not function or function.__code__ is not code:
            found.append(f"{module_name}.{name}")
    return found
