"""Keep the kernel as it was: time, random state, working directory, settings of torch."""

from __future__ import annotations

import builtins
import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator

import numpy
import torch


@contextlib.contextmanager
def keep_state() -> Iterator[None]:
    """Put back the random states, the working directory and torch's settings afterwards."""
    python, arrays, tensors = random.getstate(), numpy.random.get_state(), torch.get_rng_state()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    folder, grad, dtype = os.getcwd(), torch.is_grad_enabled(), torch.get_default_dtype()  # noqa: PTH109
    try:
        with torch.enable_grad():
            yield
    finally:
        random.setstate(python)
        numpy.random.set_state(arrays)
        torch.set_rng_state(tensors)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        torch.set_grad_enabled(grad)
        torch.set_default_dtype(dtype)
        with contextlib.suppress(OSError):  # the folder may be gone; nothing to go back to then
            os.chdir(folder)


def settings() -> dict[str, object]:
    """Settings of torch that an answer leaves as they are, by the key of the mistake."""
    return {"gradients-left-off": torch.is_grad_enabled(), "dtype-left": torch.get_default_dtype()}


class OutOfTime(BaseException):
    """Not an Exception, so that an answer's own `except Exception` does not swallow it."""


WAITING = 10
"""A body that computes nothing may take this many times its limit, on the clock."""


class _Imports:
    """The CPU time that imports take in a thread, in the body of a `with`.

    What is imported at its first use (by an optimizer, by `torch.func`) is not the answer's work.
    """

    def __init__(self):
        self.thread = threading.get_ident()
        self.spent, self.since = 0.0, None  # by imports that have ended; start of one under way

    def __enter__(self) -> _Imports:
        self.plain, builtins.__import__ = builtins.__import__, self._timed
        return self

    def __exit__(self, *_) -> None:
        builtins.__import__ = self.plain

    def _timed(self, *args, **kwargs) -> object:
        if self.since is not None or threading.get_ident() != self.thread:
            return self.plain(*args, **kwargs)
        self.since = time.thread_time()
        try:
            return self.plain(*args, **kwargs)
        finally:
            self.spent, self.since = self.spent + time.thread_time() - self.since, None

    def time(self) -> float:
        """The CPU time of this thread, without imports."""
        now = time.thread_time()
        return now - self.spent - (0.0 if self.since is None else now - self.since)


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[Callable[[], float]]:
    """Raise TimeoutError in the body after so many seconds of its own CPU time.

    It gives a function that tells how much of it the body has taken. Imports do not count, nor does
    time that other processes take. A body that waits is stopped too, after WAITING
    times as long on the clock. It needs the main thread, where notebook cells run; elsewhere the
    body runs without a limit. The alarm repeats, for a body that catches it once.
    """
    with _Imports() as imports:
        began = imports.time()

        def taken() -> float:
            return imports.time() - began

        if threading.current_thread() is not threading.main_thread():
            yield taken
            return
        with _alarm(seconds, taken):
            try:
                yield taken
            except OutOfTime:
                raise TimeoutError from None


@contextlib.contextmanager
def _alarm(seconds: float, taken: Callable[[], float]) -> Iterator[None]:
    if hasattr(signal, "setitimer"):
        began = time.monotonic()

        def look(*_):  # Python runs it in the main thread, so that thread's time is the body's
            if taken() >= seconds or time.monotonic() - began >= WAITING * seconds:
                raise OutOfTime

        before = signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    else:  # Windows has no timer signal: a thread sends SIGINT instead, by the clock

        def stop(*_):
            raise OutOfTime

        before = signal.signal(signal.SIGINT, stop)
        timer = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            signal.signal(signal.SIGINT, before)
