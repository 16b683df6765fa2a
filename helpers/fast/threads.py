"""Work shared between threads, for steps that let go of Python's lock, as NumPy's do.

Where the system gives no more threads (a sandbox may not), the work is done without.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 4
"""Threads beyond which Python's lock eats up what they gain."""


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items; the next one is made in another thread while this one is used."""
    items = iter(items)
    end = object()
    with ThreadPoolExecutor(1) as thread:
        try:
            coming = thread.submit(next, items, end)
        except RuntimeError:
            yield from items
            return
        while (item := coming.result()) is not end:
            coming = thread.submit(next, items, end)
            yield item


def in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What ``function`` makes of each item, in their order. All items are taken at once."""
    items = list(items)
    with ThreadPoolExecutor(min(MOST, os.cpu_count() or 1)) as threads:
        try:
            results = threads.map(function, items)
        except RuntimeError:
            results = map(function, items)
        yield from results
