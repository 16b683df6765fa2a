"""Contenders: reading the archive, and what a notebook waits for at its start."""

from __future__ import annotations

import os
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from benchmarks.contender import contender


@contender("read archive: helpers")
def _(settings):
    from helpers.reviews import load_imdb

    # An empty cache of its own: the time includes the guard, the mixing and the writing.
    folder = tempfile.TemporaryDirectory()
    os.environ["LAB_CACHE"] = folder.name

    def timed():
        imdb = load_imdb("archive")
        return {"reviews": len(imdb.train.texts) + len(imdb.test.texts), "folder": folder.name}

    return timed


@contender("read archive: tarfile")
def _(settings):
    from helpers.reviews import find_origin

    path = Path(find_origin("archive").made_from["archive"])

    def timed():
        texts = []
        with tarfile.open(path) as archive:
            for member in archive:
                parts = member.name.split("/")
                if member.isfile() and parts[-2] in ("pos", "neg"):
                    texts.append(archive.extractfile(member).read().decode())
        return {"reviews": len(texts)}

    return timed


@contender("second start: helpers")
def _(settings):
    import torch

    torch.zeros(1)
    before = time.perf_counter()
    from helpers import evaluate, load_datasets, load_imdb, set_seed, train  # noqa: F401

    imports = time.perf_counter() - before
    heavy = sorted({"matplotlib", "pandas", "ipywidgets"} & set(sys.modules))

    def timed():
        data, imdb = load_datasets(settings.source), load_imdb(settings.source)
        reviews = len(data.train_dataset) + len(imdb.test.texts)
        return {"import_seconds": imports, "heavy_imports": heavy, "reviews": reviews}

    return timed
