"""Arrays on disk, found again by what they were made from.

One entry is one file of ``numpy.savez``, and an array in it says what the others were made from.
Files appear whole or not at all (written under another name, then renamed), so processes can share
the folder. A file that does not match its checksums is removed and counts as missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from helpers.runtime import cache_folder, is_grading

LIMIT = 400 * 2**20
"""Bytes that all entries together may take. The real archive, read and prepared, takes 95 MB."""

_MADE_FROM = "made from"
_SUFFIX = ".cache"
_STALE_AFTER = 3600  # seconds; an unfinished file older than this belongs to nobody


def load(kind: str, made_from: dict) -> dict[str, np.ndarray] | None:
    """The arrays stored under this key; None if there are none.

    ``made_from``: plain data that JSON can hold. Whatever changes it makes another entry.
    """
    path = _path(kind, made_from)
    try:
        with zipfile.ZipFile(path) as stored:  # read as a whole, or NumPy would skip checksums
            parts = {name: io.BytesIO(stored.read(name)) for name in stored.namelist()}
        arrays = {name.removesuffix(".npy"): np.load(part) for name, part in parts.items()}
        if str(arrays.pop(_MADE_FROM)) != _canonical(made_from):
            raise ValueError("made from something else")
    except Exception:
        # Missing, unreadable or damaged: the caller makes it anew.
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # the entries used last are the last to go
    return arrays


def store(kind: str, made_from: dict, arrays: dict[str, np.ndarray]) -> bool:
    """Store arrays for ``load``. Where that is impossible, say so in one line and return False."""
    path = _path(kind, made_from)
    unfinished = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=path.stem, suffix=".unfinished", delete=False
        ) as file:
            unfinished = Path(file.name)
            np.savez(file, **{**arrays, _MADE_FROM: _canonical(made_from)})
        unfinished.chmod(0o644)  # also for the unprivileged user of the grading sandbox
        unfinished.replace(path)
    except BaseException as error:
        if unfinished is not None:
            with contextlib.suppress(OSError):
                unfinished.unlink()
        if not isinstance(error, OSError):
            raise
        if not is_grading():
            print(
                f"Cannot write to the cache folder {path.parent} ({error.strerror or error}): all "
                "works, but every start prepares the data anew. Set LAB_CACHE to another "
                "folder, or make room in this one.",
                file=sys.stderr,
            )
        return False
    _trim(path.parent, keep=path)
    return True


def _path(kind: str, made_from: dict) -> Path:
    digest = hashlib.sha256(_canonical(made_from).encode()).hexdigest()[:20]
    return cache_folder() / f"{kind}-{digest}{_SUFFIX}"


def _canonical(made_from: dict) -> str:
    return json.dumps(made_from, sort_keys=True)


def _trim(folder: Path, keep: Path) -> None:
    """Remove the entries that were used longest ago until the rest fits, and abandoned files."""
    with contextlib.suppress(OSError):
        for path in folder.glob("*.unfinished"):
            if time.time() - path.stat().st_mtime > _STALE_AFTER:
                path.unlink()
        entries = [(path.stat(), path) for path in folder.glob(f"*{_SUFFIX}")]
        excess = sum(stat.st_size for stat, _ in entries) - LIMIT
        for stat, path in sorted(entries, key=lambda entry: entry[0].st_mtime):
            if excess <= 0:
                break
            if path != keep:
                path.unlink()
                excess -= stat.st_size
