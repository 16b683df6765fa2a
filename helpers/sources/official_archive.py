"""The official archive of the reviews, downloaded from where torchtext takes it.

For a Python that torchtext has no release for. The archive comes to the same place in torchtext's
cache and has the same checksum, so whichever of the two brought it, the other one finds it.
"""

from __future__ import annotations

import errno
import hashlib
from contextlib import suppress
from pathlib import Path

from helpers.reviews import (
    BadReviews,
    Origin,
    ReviewsError,
    SourceUnavailable,
    archive_origin,
    torchtext_folder,
)
from helpers.runtime import someone_watches

ARCHIVE = "aclImdb_v1.tar.gz"
OFFICIAL_URL = f"http://ai.stanford.edu/~amaas/data/sentiment/{ARCHIVE}"
OFFICIAL_MD5 = "7c2ac02c03563afcf9b574c7e56c153a"
TIMEOUTS = (5, 30)
"""Seconds to wait for a connection, and for the next bytes."""
_CHUNK = 2**16  # bytes; as many may be lost where a connection breaks off
_SECONDS_FOR_ANOTHER = 900  # until a notebook that downloads at the same time is done


def find_origin() -> Origin:
    """The archive that ``download`` brings; nothing is asked of the network yet."""
    # The checksum names the content, so the cached texts are found without a network.
    made_from = {"official archive": OFFICIAL_MD5}
    return Origin("download", made_from, lambda: archive_origin(download(), "download").read())


def download() -> Path:
    """The archive in torchtext's cache, downloaded unless it is there.

    What a connection that broke off has brought is kept and gone on with, now or at the next call.
    The archive appears at its place when it is whole and its checksum is right. Raises
    ``ReviewsError``.
    """
    import portalocker

    folder = torchtext_folder()
    target, part = folder / ARCHIVE, folder / f"{ARCHIVE}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with portalocker.Lock(folder / f"{ARCHIVE}.lock", timeout=_SECONDS_FOR_ANOTHER):
            if file_md5(target) != OFFICIAL_MD5:
                _complete(part)
                if file_md5(part) != OFFICIAL_MD5:
                    part.unlink()
                    raise BadReviews(
                        f"what came from {OFFICIAL_URL} has a wrong checksum: try again later"
                    )
                part.replace(target)
    except ReviewsError:
        raise
    except portalocker.LockException:
        raise SourceUnavailable(
            f"another notebook still downloads to {folder}: wait for it, then run this cell again"
        ) from None
    except Exception as error:
        raise explained(error, OFFICIAL_URL, folder) from None
    return target


def _complete(part: Path) -> None:
    """Download what ``part`` lacks, in as many tries as bring something."""
    import requests

    while True:
        before = _size(part)
        try:
            return _append(part)
        except requests.RequestException:
            if _size(part) <= before:
                raise


def _append(part: Path) -> None:
    import requests
    from tqdm import tqdm

    had = _size(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={had}-"} if had else {})
    with requests.get(OFFICIAL_URL, headers=headers, stream=True, timeout=TIMEOUTS) as answer:
        if had and answer.status_code == requests.codes.requested_range_not_satisfiable:
            return  # nothing lacks
        answer.raise_for_status()
        if answer.status_code != requests.codes.partial_content:
            had = 0
        total = had + int(answer.headers.get("Content-Length", 0))
        bar = {"desc": "Downloading reviews", "delay": 1, "leave": False}
        with (
            part.open("ab" if had else "wb") as file,
            tqdm.wrapattr(
                file, "write", total=total, initial=had, disable=not someone_watches(), **bar
            ) as out,
        ):
            for chunk in answer.iter_content(_CHUNK):
                out.write(chunk)
    if _size(part) < total:  # an older urllib3 does not say so itself
        raise requests.ConnectionError("the connection broke off")


def explained(error: Exception, url: str, folder: Path) -> ReviewsError:
    """What went wrong with a download from ``url`` to ``folder``, and what to do about it."""
    import requests
    import urllib3

    network = (requests.RequestException, urllib3.exceptions.HTTPError)
    if isinstance(error, requests.HTTPError):
        return SourceUnavailable(f"the download failed ({first_line(error)})")
    if isinstance(error, network):
        return SourceUnavailable(
            f"no connection to {url}, or it broke off ({type(error).__name__}): check the network"
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return SourceUnavailable(f"the disk of {folder} is full: 300 MB are needed")
    if isinstance(error, OSError) and error.errno is not None:
        return SourceUnavailable(
            f"cannot write to {folder} ({error.strerror}): "
            "set TORCH_HOME to a folder that you can write to"
        )
    return BadReviews(f"cannot read the archive from {url} ({first_line(error)})")


def file_md5(path: Path) -> str | None:
    """The checksum of a file; None where there is no file that can be read."""
    digest = hashlib.md5(usedforsecurity=False)
    with suppress(OSError), path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
        return digest.hexdigest()
    return None


def first_line(error: Exception) -> str:
    """The first line of an error's text, or its type."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
