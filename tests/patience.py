"""How long a test waits for what must happen, on a machine that others keep busy."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 600
"""Seconds. No verdict depends on it: only what never happens takes so long."""

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found], what: str) -> Found:
    """What `look` returns, as soon as that is true. Fails when it has not come in PATIENCE."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, f"waited {PATIENCE} s in vain for {what}"
        time.sleep(0.05)
    return found
