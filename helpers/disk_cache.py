"""Arrays on disk, found again by what they were made from.

One entry is one file: a magic word, the length and checksum of a JSON header, the header, then the
arrays, each on a 64-byte boundary. Files appear whole or not at all (written under another name,
then renamed), so processes can share the folder. A file that does not match its checksums is
removed and counts as missing.
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

_MAGIC = b"labcache"
_SUFFIX = ".cache"
_ALIGNMENT = 64
_STALE_AFTER = 3600  # seconds; an unfinished file older than this belongs to nobody


def load(kind: str, made_from: dict) -> dict[str, np.ndarray] | None:
    """The arrays stored under this key; None if there are none.

    ``made_from``: plain data that JSON can hold. Whatever changes it makes another entry.
    """
    path = _path(kind, made_from)
    try:
        arrays = _read(_content(path), made_from)
    except (OSError, ValueError, KeyError, TypeError):
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
            _write(file, made_from, arrays)
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


def _content(path: Path) -> np.ndarray:
    """The bytes of a file, which the caller may change without changing the file."""
    if os.name != "posix":  # there, a file in use can be neither replaced nor removed
        return np.fromfile(path, np.uint8)
    # Mapped: no memory to find and no copy to make, and processes share it. A file is never written
    # again under its name, and one that is replaced or removed stays for whoever has mapped it.
    return np.asarray(np.memmap(path, np.uint8, mode="c"))


def _path(kind: str, made_from: dict) -> Path:
    digest = hashlib.sha256(_canonical(made_from)).hexdigest()[:20]
    return cache_folder() / f"{kind}-{digest}{_SUFFIX}"


def _canonical(made_from: dict) -> bytes:
    return json.dumps(made_from, sort_keys=True).encode()


def _write(file, made_from: dict, arrays: dict[str, np.ndarray]) -> None:
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    entries, start = {}, 0
    for name, array in arrays.items():
        entries[name] = {
            "dtype": array.dtype.str,
            "shape": array.shape,
            "start": start,
            "checksum": _checksum(_as_bytes(array)),
        }
        start += _padded(array.nbytes)
    header = json.dumps({"made_from": made_from, "arrays": entries}).encode()
    file.write(_MAGIC + np.array([len(header), zlib.crc32(header)], "<u8").tobytes() + header)
    file.write(bytes(_padded(file.tell()) - file.tell()))
    for array in arrays.values():
        file.write(_as_bytes(array).data)
        file.write(bytes(_padded(array.nbytes) - array.nbytes))


def _read(data: np.ndarray, made_from: dict) -> dict[str, np.ndarray]:
    fixed = len(_MAGIC) + 16
    if data[: len(_MAGIC)].tobytes() != _MAGIC:
        raise ValueError("not a file of this cache")
    length, checksum = data[len(_MAGIC) : fixed].view("<u8").tolist()
    text = data[fixed : fixed + length].tobytes()
    if zlib.crc32(text) != checksum:
        raise ValueError("damaged header")
    header = json.loads(text)
    if _canonical(header["made_from"]) != _canonical(made_from):
        raise ValueError("made from something else")
    body = data[_padded(fixed + length) :]
    arrays = {}
    for name, entry in header["arrays"].items():
        dtype = np.dtype(entry["dtype"])
        size = int(np.prod(entry["shape"], dtype=np.int64)) * dtype.itemsize
        raw = body[entry["start"] : entry["start"] + size]
        if _checksum(raw) != entry["checksum"]:
            raise ValueError(f"damaged {name}")
        arrays[name] = raw.view(dtype).reshape(entry["shape"])
    return arrays


def _as_bytes(array: np.ndarray) -> np.ndarray:
    return array.reshape(-1).view(np.uint8)


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _checksum(data: np.ndarray) -> int:
    """CRC-32 over the sums of blocks of 4 KiB: any changed byte shows, at the speed of memory.

    (A CRC-32 over all bytes would take most of the time of a warm start.)
    """
    whole = len(data) // 4096 * 4096
    sums = data[:whole].view(np.uint64).reshape(-1, 512).sum(axis=1, dtype=np.uint64)
    return zlib.crc32(data[whole:].tobytes(), zlib.crc32(sums.tobytes()))


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
