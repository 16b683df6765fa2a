"""Files that are there whole or as they were before, never half written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path beside this one to write to; at the end of the block it takes its place.

    If the block fails, what was there stays.
    """
    part = path.with_name(f"{path.name}.part")
    yield part
    part.replace(path)
