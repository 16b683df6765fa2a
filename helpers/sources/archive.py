"""The Large Movie Review Dataset as it is published: ``aclImdb*.tar.gz``, or the folder inside.

Nothing is unpacked. The archive is read in one pass, the reviews go straight into memory.
"""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Sequence
from pathlib import Path

HALVES = ("train", "test")
CLASSES = ("neg", "pos")  # the index of a class is its label

_LARGEST = 2**27  # bytes; the largest file of the official archive has 41 MB


class ArchiveError(Exception):
    """The archive cannot be read. The message says what is wrong, in a clause."""


RawReviews = dict[tuple[str, str], dict[str, bytes]]
"""Of each (half, class): the UTF-8 text of each review by its file name."""


def read_tar(path: Path, progress=iter) -> RawReviews:
    """The reviews in a ``.tar.gz``. ``progress`` wraps the loop over its members (a bar).

    Raises ``ArchiveError`` when it is cut short, damaged, no tar, or names a path that would leave
    the folder it is unpacked in.
    """
    reviews = _nothing_read()
    try:
        with gzip.open(path) as unpacked, tarfile.open(fileobj=unpacked, mode="r:") as tar:
            for member in progress(tar):
                _refuse_what_is_no_review(member)
                if member.isfile():
                    unpacked.seek(member.offset_data)
                    _add_review(reviews, member.name.split("/"), unpacked.read(member.size))
                tar.members = []  # else it keeps an object of each of 50,000
            unpacked.seek(tar.offset)
            if unpacked.read().strip(b"\0"):  # where tarfile stops, only zeros may follow
                raise tarfile.ReadError("a header has a wrong checksum")
    except (zlib.error, EOFError, gzip.BadGzipFile, tarfile.TarError) as error:
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


def _refuse_what_is_no_review(member: tarfile.TarInfo) -> None:
    name = member.name.replace("\\", "/")
    if name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise ArchiveError(f"its member {member.name!r} would be written outside the folder")
    if not member.isfile() and not member.isdir():
        raise ArchiveError(f"its member {member.name!r} is a link or a device, not a review")
    if member.size > _LARGEST:
        raise ArchiveError(f"it holds a file of {member.size:,} bytes, too large for a review")
