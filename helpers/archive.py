"""The Large Movie Review Dataset as it is published: ``aclImdb*.tar.gz``, or the folder inside.

Nothing is unpacked. The archive is read in one pass, the reviews go straight into memory.
"""

from __future__ import annotations

import struct
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HALVES = ("train", "test")
CLASSES = ("neg", "pos")  # the index of a class is its label


class ArchiveError(Exception):
    """The archive cannot be read. The message says what is wrong, in a clause."""


class Member(NamedTuple):
    """One entry of a tar: ``kind`` is ``file``, ``folder`` or ``other`` (links, devices)."""

    name: str
    kind: str
    data: bytes


RawReviews = dict[tuple[str, str], dict[str, bytes]]
"""Of each (half, class): the UTF-8 text of each review by its file name."""


def read_tar(path: Path, progress=iter) -> RawReviews:
    """The reviews in a ``.tar.gz``. ``progress`` wraps the loop over its members (a bar).

    Raises ``ArchiveError`` when it is cut short, damaged, no tar, or names a path that would leave
    the folder it is unpacked in.
    """
    reviews = _nothing_read()
    try:
        for member in progress(_members(path)):
            _refuse_if_it_escapes(member)
            if member.kind == "file":
                _add_review(reviews, member.name.split("/"), member.data)
    except (zlib.error, EOFError, tarfile.TarError) as error:
        raise ArchiveError(f"it is damaged or cut short ({error})") from None
    return reviews


def read_folder(path: Path, progress=iter) -> RawReviews:
    """The reviews in an unpacked ``aclImdb`` folder."""
    reviews = _nothing_read()
    files = [
        file
        for half in HALVES
        for label in CLASSES
        if (path / half / label).is_dir()
        for file in sorted((path / half / label).glob("*.txt"))
    ]
    for file in progress(files):
        _add_review(reviews, file.parts, file.read_bytes())
    return reviews


def _nothing_read() -> RawReviews:
    return {(half, label): {} for half in HALVES for label in CLASSES}


def _add_review(reviews: RawReviews, parts: Sequence[str], data: bytes) -> None:
    if len(parts) >= 3 and parts[-1].endswith(".txt"):
        of_class = reviews.get((parts[-3], parts[-2]))
        if of_class is not None:  # else one of the unlabelled reviews
            of_class[parts[-1]] = data


def _refuse_if_it_escapes(member: Member) -> None:
    name = member.name.replace("\\", "/")
    if name.startswith("/") or ":" in name or (".." in name and ".." in name.split("/")):
        raise ArchiveError(f"its member {member.name!r} would be written outside the folder")
    if member.kind == "other":
        raise ArchiveError(f"its member {member.name!r} is a link or a device, not a review")


# --- reading a tar --------------------------------------------------------------------------------
# Python's tarfile builds an object with 20 attributes for each of the 50,000 members, which takes
# several times as long as to unpack them. The official archive holds only the plainest headers, so
# those are read here, and an archive with any other header is left to tarfile.

_BLOCK = 512
_HEADER = struct.Struct("100s 24x 12s 12x 8s c 100x 6s 82x 155s")
"""Name, size, checksum, kind, magic word and the first part of a long name."""
_LARGEST = 2**27  # bytes; the largest file of the official archive has 41 MB
_KINDS = {b"0": "file", b"\0": "file", b"5": "folder"}
_OTHERS = b"12346"  # links and devices


class _NotPlain(Exception):
    pass


def _members(path: Path) -> Iterator[Member]:
    sent = 0
    try:
        for member in _plain_members(path):
            sent += 1
            yield member
    except _NotPlain:
        for at, member in enumerate(_members_by_tarfile(path)):
            if at >= sent:
                yield member


def _plain_members(path: Path) -> Iterator[Member]:
    """The members of a tar with only plain headers; ``_NotPlain`` at the first other one."""
    buffer, at, ended = b"", 0, False
    for chunk in _unpacked(path):
        if ended:
            continue  # zeros behind the end; reading on checks the checksum of the gzip file
        buffer = buffer[at:] + chunk
        at = 0
        while at + _BLOCK <= len(buffer):
            name, size, checksum, kind, magic, prefix = _HEADER.unpack_from(buffer, at)
            start = at + _BLOCK
            if not name[0]:
                if buffer.count(0, at, start) != _BLOCK:
                    raise _NotPlain
                ended = True
                break
            try:
                size = int(size.strip(b" \0") or b"0", 8)
                stated = int(checksum.strip(b" \0"), 8)
            except ValueError:
                raise _NotPlain from None
            # The checksum is the sum of all bytes with blanks in its own place. The low half of
            # Adler-32 is that sum plus 1 (modulo 65521), and much quicker than sum().
            blanked = buffer[at : at + 148] + b" " * 8 + buffer[at + 156 : start]
            if zlib.adler32(blanked) & 0xFFFF != (stated + 1) % 65521:
                raise tarfile.ReadError("a header has a wrong checksum")
            if kind not in _KINDS and kind not in _OTHERS:
                raise _NotPlain
            if size > _LARGEST:
                raise ArchiveError(f"it holds a file of {size:,} bytes, too large for a review")
            stop = start + -(-size // _BLOCK) * _BLOCK
            if stop > len(buffer):
                break
            name = name.rstrip(b"\0")
            if magic == b"ustar\0" and prefix[0]:  # the longer name of POSIX tar
                name = prefix.rstrip(b"\0") + b"/" + name
            name = name.decode("utf-8", "surrogateescape")
            yield Member(name, _KINDS.get(kind, "other"), buffer[start : start + size])
            at = stop
    if not ended and at < len(buffer):
        raise EOFError("the last member is not whole")


def _unpacked(path: Path, chunk_size: int = 2**20) -> Iterator[bytes]:
    """The content of a gzip file in pieces; ``EOFError`` when it is cut short."""
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("rb") as file:
        while packed := file.read(chunk_size):
            while packed:
                if unpack.eof:
                    if not packed.strip(b"\0"):
                        break
                    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
                yield unpack.decompress(packed, 4 * chunk_size)
                packed = unpack.unconsumed_tail or unpack.unused_data
    yield unpack.flush()  # what the bound above held back
    if not unpack.eof:
        raise EOFError("the file ends too early")


def _members_by_tarfile(path: Path) -> Iterator[Member]:
    with tarfile.open(path, "r|gz") as tar:
        for entry in tar:
            if entry.size > _LARGEST:
                raise ArchiveError(
                    f"it holds a file of {entry.size:,} bytes, too large for a review"
                )
            if entry.isfile():
                yield Member(entry.name, "file", tar.extractfile(entry).read())
            else:
                yield Member(entry.name, "folder" if entry.isdir() else "other", b"")
