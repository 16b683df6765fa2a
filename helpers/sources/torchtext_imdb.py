"""The reviews through ``torchtext.datasets.IMDB``, on a PyTorch that torchtext was not built for.

torchtext's last release is built for PyTorch 2.3: its C++ extension does not load on any later one.
The reader of this data set is pure Python and needs no extension, so a stub takes its place.

torchtext trusts whatever lies in its cache folder, so a run that was interrupted can later pass for
a data set of one class. It therefore runs in a new folder each time, which is removed afterwards;
only the archive, whose checksum it has verified, is kept in torchtext's cache.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import shutil
import sys
import tempfile
import time
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpers.reviews import (
    IMDB,
    BadReviews,
    Origin,
    ReviewsError,
    SourceUnusable,
    checked,
    mixed,
    torchtext_folder,
)
from helpers.runtime import progress_bar
from helpers.sources.official_archive import (
    ARCHIVE,
    OFFICIAL_MD5,
    TIMEOUTS,
    explained,
    file_md5,
    first_line,
)

_LABELS = {1: 0, 2: 1, "neg": 0, "pos": 1}  # torchtext's, which changed over time -> ours


def find_origin() -> Origin:
    """The data set as torchtext downloads it; raises ``SourceUnusable`` without torchtext."""
    if importlib.util.find_spec("torchtext") is None:
        raise SourceUnusable("not installed (torchtext has no release for Python 3.13 and later)")
    # The checksum names the content, so the cached texts are found without importing torchtext.
    reader = sys.modules.get("torchtext.datasets.imdb")
    md5 = OFFICIAL_MD5 if reader is None else reader.MD5
    return Origin("torchtext", {"torchtext": md5}, read)


def read() -> IMDB:
    """Run torchtext. Raises ``ReviewsError``, and leaves nothing half-written behind."""
    reader = import_reader()
    folder = torchtext_folder()
    cached = folder / ARCHIVE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder)
        with tempfile.TemporaryDirectory(prefix="unfinished-", dir=folder) as root:
            workplace = Path(root, "datasets", "IMDB")
            workplace.mkdir(parents=True)
            if file_md5(cached) == reader.MD5:
                _link_or_copy(cached, workplace / ARCHIVE)
            imdb = _read_in(reader, root)
            (workplace / ARCHIVE).replace(cached)
            return imdb
    except ReviewsError:
        raise
    except Exception as error:  # a pipeline of many parts: any of them may refuse the data
        raise _explained(error, reader.URL, folder) from None
    finally:
        with suppress(OSError):
            folder.rmdir()  # where nothing came of it; a folder with content stays


def import_reader() -> types.ModuleType:
    """The module ``torchtext.datasets.imdb``, with the stub where torchtext's extension fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # both packages announce their own end at every import
        try:
            importlib.import_module("torchdata.datapipes.iter")
            try:
                return importlib.import_module("torchtext.datasets.imdb")
            except (OSError, ImportError):
                _forget("torchtext")
                sys.modules["torchtext._extension"] = types.ModuleType("torchtext._extension")
                return importlib.import_module("torchtext.datasets.imdb")
        except (OSError, ImportError) as error:
            _forget("torchtext")
            raise SourceUnusable(f"it does not load here ({first_line(error)})") from None


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]


def _read_in(reader: types.ModuleType, root: str) -> IMDB:
    """Both halves through torchtext, downloaded and unpacked below ``root``."""
    halves = []
    with _http_reader_with_timeouts(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an interrupted pipeline complains about its own leftovers
        for half in ("train", "test"):
            reviews = reader.IMDB(root=root, split=half)
            pairs = list(progress_bar(reviews, f"torchtext, {half} half"))
            labels = [_LABELS.get(label, label) for label, _ in pairs]
            halves.append(mixed([text for _, text in pairs], labels))
    sizes = (reader.NUM_LINES["train"], reader.NUM_LINES["test"])
    return checked(IMDB(*halves, "torchtext"), sizes, _remedy())


def _remedy() -> str:
    return f"Remove {torchtext_folder()} and try again"


@contextmanager
def _http_reader_with_timeouts() -> Iterator[None]:
    from torchdata.datapipes import iter as pipes

    original = pipes.HttpReader
    pipes.HttpReader = functools.partial(original, timeout=TIMEOUTS)
    try:
        yield
    finally:
        pipes.HttpReader = original


def _explained(error: Exception, url: str, folder: Path) -> ReviewsError:
    """What went wrong inside torchtext, and what to do about it."""
    if "hash" in str(error):
        return BadReviews(f"torchtext: the archive from {url} has a wrong checksum. {_remedy()}")
    known = explained(error, url, folder)
    return BadReviews(f"torchtext {known}. {_remedy()}") if type(known) is BadReviews else known


def _remove_abandoned(folder: Path) -> None:
    """Remove what runs left behind that were killed a day ago or earlier."""
    for left in folder.glob("unfinished-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > 24 * 3600:
                shutil.rmtree(left)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
