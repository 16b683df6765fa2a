"""What a notebook gives in place of an answer: a function without a body."""

from __future__ import annotations

import dis
import inspect

_NOTHING = ("LOAD_CONST", "RETURN_CONST", "RETURN_VALUE")
_ALWAYS = ("RESUME", "NOP", "NOT_TAKEN")  # says nothing of what a function does


def is_stub(thing: object) -> bool:
    """Whether a function has no body, or a class has a method without one.

    An `__init__` without a body is no stub: a class may have nothing to prepare.
    """
    if isinstance(thing, type):
        methods = {name: method for name, method in vars(thing).items() if name != "__init__"}
        return any(_has_no_body(method) for method in methods.values())
    return _has_no_body(thing)


def _has_no_body(thing: object) -> bool:
    thing = getattr(thing, "fget", thing)  # of a property
    thing = getattr(thing, "__func__", thing)  # of a static or class method
    if not inspect.isfunction(thing) or thing.__name__ == "<lambda>":
        return False
    steps = [s for s in dis.get_instructions(inspect.unwrap(thing)) if s.opname not in _ALWAYS]
    return all(s.opname in _NOTHING for s in steps) and steps[0].argval is None
