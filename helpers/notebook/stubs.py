"""What a notebook gives in place of an answer: a function without a body."""

from __future__ import annotations

import dis
import inspect

_NOTHING = ("LOAD_CONST", "RETURN_CONST", "RETURN_VALUE")
_ALWAYS = ("RESUME", "NOP", "NOT_TAKEN")  # says nothing of what a function does


def is_stub(thing: object) -> bool:
    """Whether a function has no body, or a class has a method without one."""
    return _has_no_body(thing) or open_method(thing) is not None


def open_method(thing: object) -> str | None:
    """The name of the first method of a class that has no body, if there is one.

    An `__init__` without a body does not count: a class may have nothing to prepare.
    """
    methods = vars(thing).items() if isinstance(thing, type) else ()
    found = (name for name, method in methods if name != "__init__" and _has_no_body(method))
    return next(found, None)


def _has_no_body(thing: object) -> bool:
    thing = getattr(thing, "fget", thing)  # of a property
    thing = getattr(thing, "__func__", thing)  # of a static or class method
    if not inspect.isfunction(thing) or thing.__name__ == "<lambda>":
        return False
    steps = [s for s in dis.get_instructions(inspect.unwrap(thing)) if s.opname not in _ALWAYS]
    return all(s.opname in _NOTHING for s in steps) and steps[0].argval is None
