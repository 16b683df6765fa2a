"""One run at a time over what a class handed in: two would undo each other."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import getpass
import os
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

from autograder.course import GRADING
from autograder.errors import AutograderError

LOCK = ".lock"  # in grading/: locked while a run lasts, and says whose it is
_held: set[Path] = set()  # by this process


@contextlib.contextmanager
def one_run(grading: Path, command: str) -> Iterator[None]:
    """Hold the folder `grading` for a command; a block inside another one holds it already.

    The kernel frees it with the process, however that ends, so no lock is ever left over. Raises
    AutograderError that says who holds it.
    """
    path = grading.resolve() / LOCK
    if path in _held:
        yield
        return
    with _opened(path) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "another run"
            raise AutograderError(f"{holder} is at work in {grading}: wait until it ends") from None
        with contextlib.suppress(OSError):  # a full disk: it is locked all the same
            lock.truncate(0)
            lock.write(_myself(command))
            lock.flush()
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+", encoding="utf-8", errors="replace")
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        raise AutograderError(
            f"you may not write to {path.parent}: set {GRADING} to a folder of yours"
        ) from None


def _myself(command: str) -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in a container
        user = f"user {os.getuid()}"
    since = datetime.now().astimezone().strftime("%d %B, %H:%M")
    place = f"process {os.getpid()} on {socket.gethostname()}"
    return f"`autograder {command}` of {user} ({place}, since {since})"
