"""What `helpers` has ready is no answer to the task that it solves.

Later cells need a task's result even where its answer fails, so there is a ready-made one. While
the answer itself is tested, the ready-made one refuses to work for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

_tested: list[str] = []
guards: dict[str, Callable[[], AbstractContextManager]] = {}
"""Task -> what makes a library's ready-made function refuse in its body, while it is tested."""


class NotYourOwn(Exception):
    """An answer called the ready-made function that its task asks for."""


@contextmanager
def is_tested(grade_id: str) -> Iterator[None]:
    """In the body, what is ready-made for this task refuses."""
    before = list(_tested)
    _tested.append(grade_id)
    try:
        with guards.get(grade_id, nullcontext)():
            yield
    finally:
        _tested[:] = before


def confirm(grade_id: str) -> None:
    """Raises NotYourOwn if an answer has switched that off."""
    if _tested[-1:] != [grade_id]:
        raise NotYourOwn(f"what is ready-made for {grade_id} was made to work")


def refuse(name: str, *grade_ids: str) -> None:
    """Called first in a ready-made function. Raises NotYourOwn while a task of these is tested."""
    if not _tested or _tested[-1] not in grade_ids:
        return
    raise NotYourOwn(f"helpers has {name} ready for the later cells, not for {_tested[-1]}")
