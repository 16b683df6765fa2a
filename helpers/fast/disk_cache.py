"""Arrays on disk, found again by what they were made from.

One entry is one file of ``numpy.save``: a record with an array in each field, a checksum, and what
they were made from. Files appear whole or not at all (written under another name, then renamed), so
processes can share the folder. A file that does not match its checksum is removed and counts as
missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
import time
import zlib
from pathlib import Path

import numpy as np

from helpers.runtime import cache_folder, is_grading

LIMIT = 400 * 2**20
"""Bytes that all entries together may take. The real archive, read and prepared, takes 95 MB."""

_SUFFIX = ".cache"
_STALE_AFTER = 3600  # seconds; an unfinished file older than this belongs to nobody


def load(kind: str, made_from: dict) -> dict[str, np.ndarray] | None:
    """The arrays stored under this key; None if there are none.

    ``made_from``: plain data that JSON can hold. Whatever changes it makes another entry.
    """
    path = _path(kind, made_from)
    try:
        # Mapped: no memory to find and no copy to make, and processes share it. A file is never
        # written again under its name, and stays for whoever has mapped it. Not so on Windows.
        entry = np.load(path, mmap_mode="c" if os.name == "posix" else None)
        if entry["checksum"] != _checksum(entry) or entry["made_from"] != _canonical(made_from):
            raise ValueError("damaged, or made from something else")
        arrays = {name: np.asarray(entry[name][0]) for name in entry.dtype.names[2:]}
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
            np.save(file.file, _entry(made_from, arrays))
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
    digest = hashlib.sha256(_canonical(made_from)).hexdigest()[:20]
    return cache_folder() / f"{kind}-{digest}{_SUFFIX}"


def _canonical(made_from: dict) -> bytes:
    return json.dumps(made_from, sort_keys=True).encode()


def _entry(made_from: dict, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """A record, shape (1,), whose first two fields are the checksum and what it was made from."""
    fields = {"checksum": np.uint64(0), "made_from": np.bytes_(_canonical(made_from)), **arrays}
    kinds = [(name, field.dtype, field.shape) for name, field in fields.items()]
    entry = np.zeros(1, np.dtype(kinds, align=True))
    for name, field in fields.items():
        entry[name] = field
    entry["checksum"] = _checksum(entry)
    return entry


def _checksum(entry: np.ndarray) -> int:
    """CRC-32 over the sums of blocks of 4 KiB: any changed byte shows, at the speed of memory.

    (A CRC-32 over all bytes would take most of the time of a warm start.)
    """
    data = entry.view(np.uint8)[8:]  # behind the checksum itself
    whole = len(data) // 4096 * 4096
    sums = data[:whole].view(np.uint64).reshape(-1, 512).sum(axis=1, dtype=np.uint64)
    so_far = zlib.crc32(sums.tobytes(), zlib.crc32(repr(entry.dtype.fields).encode()))
    return zlib.crc32(data[whole:].tobytes(), so_far)


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
