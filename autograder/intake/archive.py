"""Walk through what students handed in, in a zip or a folder, without trusting a byte of it.

Nothing is unpacked: a file is read when it is asked for, and only as far as the limits go. What is
dangerous or cannot be read is refused by its name and the rest goes on.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import AutograderError
from autograder.intake.submission_folder import JUNK

BLOCK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What an archive may hold. Sizes in bytes, unpacked."""

    file: int = 256 << 20
    sender: int = 512 << 20  # all files of one top-level name
    total: int = 64 << 30
    count: int = 500_000  # files in the download
    inner_count: int = 1_000  # files in a zip inside it
    ratio: int = 300  # unpacked to packed, of a file over 1 MiB
    depth: int = 2  # zips in zips


class Refused(Exception):
    """This file is not read; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One file: its path in the archive, when it was changed (seconds, local), how to read it."""

    path: PurePosixPath
    modified: float
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class Refusal:
    """A file that was not read."""

    name: str
    reason: str


def entries(source: Path, limits: Limits | None = None) -> Iterator[Entry | Refusal]:
    """All files of a folder or a zip, and of the zips inside, in order of their names.

    Raises AutograderError where `source` is neither.
    """
    limits = limits or Limits()
    budget = _Budget(limits)
    if source.is_dir():
        yield from _in_folder(source, limits, budget)
    elif source.is_file() and zipfile.is_zipfile(source):
        with source.open("rb") as file:
            yield from _in_zip(file, PurePosixPath(), limits, budget, 0)
    elif source.is_file():
        raise AutograderError(f"{source} is not a zip archive: give a .zip or a folder")
    else:
        raise AutograderError(f"there is no {source}: give the downloaded .zip or a folder")


def count(source: Path) -> int:
    """How many files `source` holds, those in inner zips not counted."""
    if source.is_dir():
        return sum(len(files) for _, _, files in os.walk(source))
    try:
        with zipfile.ZipFile(source) as archive:
            return len(archive.infolist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return 0


class _Budget:
    """What may still be read, in all and from each top-level name."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.total = 0
        self.senders: dict[str, int] = {}

    def spend(self, path: PurePosixPath, size: int) -> None:
        sender = path.parts[0] if path.parts else ""
        self.senders[sender] = self.senders.get(sender, 0) + size
        if self.senders[sender] > self.limits.sender:
            raise Refused(f"more than {_size(self.limits.sender)} under {sender}")
        self.total += size
        if self.total > self.limits.total:
            raise Refused(f"more than {_size(self.limits.total)} in all")


def _in_folder(root: Path, limits: Limits, budget: _Budget) -> Iterator[Entry | Refusal]:
    count = 0
    for folder, folders, files in os.walk(root, followlinks=False):
        folders.sort()
        for name in list(folders):
            if (Path(folder) / name).is_symlink():
                yield Refusal(_relative(root, folder, name), "a link")
                folders.remove(name)
        for name in sorted(files):
            relative = _relative(root, folder, name)
            path = PurePosixPath(*(_readable(part) for part in PurePosixPath(relative).parts))
            if JUNK & set(path.parts) or name.startswith("._"):
                continue
            count += 1
            if count > limits.count:
                yield Refusal(str(path), f"more than {limits.count:,} files")
                return
            try:
                status = (Path(folder) / name).lstat()
                _check_kind(status.st_mode)
                _check_name(str(path))
                _check_size(status.st_size, limits)
            except (Refused, OSError) as error:
                yield Refusal(_shown(str(path)), str(error))
                continue

            def read(file: Path = Path(folder) / name, path: PurePosixPath = path) -> bytes:
                return _read_file(file, path, limits, budget)

            entry = Entry(path, status.st_mtime, read)
            yield from _opened(entry, limits, budget, 0)


def _in_zip(
    file: io.BufferedIOBase, above: PurePosixPath, limits: Limits, budget: _Budget, depth: int
) -> Iterator[Entry | Refusal]:
    try:
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield Refusal(_shown(str(above)) or "the archive", f"a damaged zip ({error})")
        return
    most = limits.inner_count if depth else limits.count
    if len(infos) > most:
        yield Refusal(_shown(str(above)), f"a zip of {len(infos):,} files; {most:,} are allowed")
        return
    with archive:
        for info in sorted(infos, key=lambda info: info.filename):
            name = _zip_name(info)
            if name.endswith("/"):
                continue
            path = above / name
            if JUNK & set(path.parts) or path.name.startswith("._"):
                continue
            try:
                _check_name(name)
                _check_info(info, limits)
            except Refused as error:
                within = f"{above}/" if depth else ""
                yield Refusal(_shown(within + name), str(error))
                continue

            def read(info: zipfile.ZipInfo = info, path: PurePosixPath = path) -> bytes:
                return _read_member(archive, info, path, limits, budget)

            yield from _opened(Entry(path, _time_of(info), read), limits, budget, depth)


def _opened(entry: Entry, limits: Limits, budget: _Budget, depth: int) -> Iterator[Entry | Refusal]:
    """The entry, or the entries in it if it is a zip."""
    if entry.path.suffix.lower() != ".zip":
        yield entry
        return
    if depth >= limits.depth:
        yield Refusal(_shown(entry.name), "zips in zips in zips")
        return
    try:
        data = entry.read()
    except Exception as error:  # zipfile raises what its packers raise
        yield Refusal(_shown(entry.name), str(error))
        return
    file = io.BytesIO(data)
    yield from _in_zip(file, entry.path, limits, budget, depth + 1)


def _check_kind(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise Refused("a link")
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        raise Refused("a device, pipe or socket")


def _check_name(name: str) -> None:
    parts = name.split("/")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        raise Refused("an absolute path")
    if ".." in parts:
        raise Refused("a path that leaves the archive (..)")
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise Refused("control characters in its name")
    if len(name) > 1_000 or any(len(part) > 250 for part in parts):
        raise Refused("a name that is too long")


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.file:
        raise Refused(f"{_size(size)}; {_size(limits.file)} are allowed")


def _check_info(info: zipfile.ZipInfo, limits: Limits) -> None:
    _check_kind(info.external_attr >> 16)
    if info.flag_bits & 0x1:
        raise Refused("protected by a password")
    _check_size(info.file_size, limits)
    if info.file_size > BLOCK and info.file_size > limits.ratio * max(info.compress_size, 1):
        ratio = info.file_size // max(info.compress_size, 1)
        raise Refused(f"a zip bomb: it unpacks to {ratio:,} times its size")


def _read_file(file: Path, path: PurePosixPath, limits: Limits, budget: _Budget) -> bytes:
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(descriptor, "rb") as stream:  # noqa: PTH123  (a descriptor, not a path)
            return _bounded(stream, path, limits, budget)
    except OSError as error:
        raise Refused(f"cannot be read: {error.strerror}") from None


def _read_member(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    path: PurePosixPath,
    limits: Limits,
    budget: _Budget,
) -> bytes:
    try:
        with archive.open(info) as stream:
            return _bounded(stream, path, limits, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise Refused(f"damaged in the zip ({error})") from None
    except (NotImplementedError, RuntimeError) as error:
        raise Refused(f"packed in a way that cannot be read ({error})") from None


def _bounded(stream, path: PurePosixPath, limits: Limits, budget: _Budget) -> bytes:
    """All bytes, counted while they come: what a zip says about its sizes may be a lie."""
    data = bytearray()
    while block := stream.read(BLOCK):
        data += block
        _check_size(len(data), limits)
        budget.spend(path, len(block))
    return bytes(data)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """A member's path with forward slashes, its letters as they were meant."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:  # the zip does not say UTF-8, but may well be
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return _readable(name.replace("\\", "/"))


def _readable(name: str) -> str:
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))


def _shown(name: str) -> str:
    """A name for the screen: no characters that steer a terminal."""
    shown = "".join(c if c.isprintable() else "·" for c in name)
    return shown if len(shown) <= 200 else shown[:199] + "…"


def _relative(root: Path, folder: str, name: str) -> str:
    return (Path(folder) / name).relative_to(root).as_posix()


def _time_of(info: zipfile.ZipInfo) -> float:
    """Seconds that order the members of a zip by their time; a zip knows no time zone."""
    year, month, day, hour, minute, second = info.date_time
    days = (year * 12 + month) * 31 + day
    return ((days * 24 + hour) * 60 + minute) * 60.0 + second


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
