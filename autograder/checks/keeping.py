"""Keep the kernel as it was: time, random state, working directory, settings of torch."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
from collections.abc import Iterator

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


class OutOfTime(BaseException):
    """Not an Exception, so that an answer's own `except Exception` does not swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the body after so many seconds of wall time.

    It needs the main thread, where notebook cells run; elsewhere the body runs without a limit.
    The alarm repeats, for a body that catches it once.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_):
        raise OutOfTime

    with _alarm(seconds, stop):
        try:
            yield
        except OutOfTime:
            raise TimeoutError from None


@contextlib.contextmanager
def _alarm(seconds: float, stop) -> Iterator[None]:
    if hasattr(signal, "setitimer"):
        before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    else:  # Windows has no timer signal: a thread sends SIGINT instead
        before = signal.signal(signal.SIGINT, stop)
        timer = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            signal.signal(signal.SIGINT, before)
