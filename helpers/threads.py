"""Work shared between threads, for steps that let go of Python's lock: zlib's and NumPy's do."""

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
        coming = thread.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(next, items, end)
            yield item


def in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What ``function`` makes of each item, in their order. All items are taken at once."""
    with ThreadPoolExecutor(min(MOST, os.cpu_count() or 1)) as threads:
        yield from threads.map(function, items)
