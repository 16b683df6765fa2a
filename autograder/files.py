"""Files that are there whole or as they were before, never half written; and copies of them."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

FULL = "free some space and run this again, what was finished is kept"


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path beside this one to write to; at the end of the block it takes its place.

    If the block fails, what was there stays.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
    except BaseException:
        part.unlink(missing_ok=True)  # on a full disk its space is needed
        raise
    part.replace(path)


def copy_folder(source: Path, target: Path, *left_out: str) -> None:
    """Copy a folder into one that may be written to, whatever its own rights are.

    left_out: patterns of names.
    """
    ignore = shutil.ignore_patterns(*left_out)
    shutil.copytree(source, target, ignore=ignore, copy_function=shutil.copyfile)
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, says that there is no space left."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if "disk is full" in str(error):  # SQLite, through whatever wraps it
            return True
        error = error.__cause__ or error.__context__
    return False
