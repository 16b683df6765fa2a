"""The three data sets of the lab, ready on the device."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from helpers.bag_of_words import VECTOR_SIZE, CountVectorizer, tokenize
from helpers.dataset import ReviewDataset
from helpers.fast import disk_cache
from helpers.fast.compact_rows import CompactRows
from helpers.fast.word_index import fit_rows, rows_of
from helpers.reviews import IMDB, Origin, first_that_works, load_origin, sample_origin
from helpers.runtime import cache_folder, get_device, progress_bar

TRAIN_SIZE = 15_000
"""Training reviews; the others of the training half are the validation set."""

SPLIT_SEED = 6
"""Decides which reviews are for validation: for everyone and always the same ones."""

_FORMAT = 1  # of the cached data sets; another number makes all old entries unknown
_PARTS = ("train", "val", "test")


class LabData(NamedTuple):
    """The data sets, the ranks of the words they are made with, and where the reviews came from."""

    train_dataset: ReviewDataset
    val_dataset: ReviewDataset
    test_dataset: ReviewDataset
    vectorizer: CountVectorizer
    source: str

    def row_of(self, text: str) -> Tensor:
        """The row of one review of your own: float32 ``(1, size)`` on the device."""
        row = torch.zeros(1, self.train_dataset.size, device=self.train_dataset.device)
        ranks = self.vectorizer.transform_to_vec(tokenize([text])[0])
        known = [rank for rank in ranks if rank is not None and rank < self.train_dataset.size]
        row[0, known] = 1.0
        return row


class _Parts(NamedTuple):
    """The same on the host: ``(rows, labels)`` of each part, and the words by rank."""

    rows: tuple[CompactRows, CompactRows, CompactRows]
    labels: tuple[np.ndarray, np.ndarray, np.ndarray]
    vectorizer: CountVectorizer


def load_datasets(source: str = "auto", device: torch.device | str | None = None) -> LabData:
    """Training, validation and test set as bag-of-words rows on ``device``.

    ``source`` as in ``load_imdb``; ``device`` is that of ``get_device`` unless given. Row ``i`` of
    the test set is review ``i`` of ``load_imdb(source).test``. What has been prepared once is kept
    in the cache folder. Raises ``ReviewsError`` as ``load_imdb`` does.
    """
    device = get_device() if device is None else torch.device(device)
    parts, name = first_that_works(source, lambda origin: (_load_parts(origin), origin.source))
    datasets = (
        ReviewDataset(rows.offsets, rows.columns, labels, size=VECTOR_SIZE, device=device)
        for rows, labels in zip(parts.rows, parts.labels, strict=True)
    )
    return LabData(*datasets, parts.vectorizer, name)


def prepare_sample() -> Path:
    """Put the sample for grading into the cache, and say in which folder that is.

    A grading worker then needs to read this folder and nothing else: no network, no package.
    """
    _load_parts(sample_origin())
    load_origin(sample_origin())
    return cache_folder()


def prepare(imdb: IMDB, size: int = VECTOR_SIZE, seed: int = SPLIT_SEED) -> _Parts:
    """Rows and labels of the three parts, from the texts. The ranks come from the training half."""
    bar = partial(progress_bar, what="Preparing reviews")
    vectorizer, rows = fit_rows(imdb.train.texts, size, bar)
    test_rows = rows_of(imdb.test.texts, vectorizer, size, bar)
    labels = np.array(imdb.train.labels, np.float32)
    train, val = split_indices(len(labels), seed)
    return _Parts(
        (rows.take(train), rows.take(val), test_rows),
        (labels[train], labels[val], np.array(imdb.test.labels, np.float32)),
        vectorizer,
    )


def split_indices(count: int, seed: int = SPLIT_SEED) -> tuple[np.ndarray, np.ndarray]:
    """A random choice of ``TRAIN_SIZE`` of ``count`` reviews for training; the rest for validation.

    Of fewer reviews (the sample for grading), 60 % are for training, as of the official 25,000.
    """
    order = np.random.RandomState(seed).permutation(count)
    train_size = TRAIN_SIZE if count > TRAIN_SIZE else count * 3 // 5
    return order[:train_size], order[train_size:]


def _load_parts(origin: Origin, size: int = VECTOR_SIZE, seed: int = SPLIT_SEED) -> _Parts:
    key = {"format": _FORMAT, "size": size, "seed": seed, **origin.made_from}
    stored = disk_cache.load("rows", key)
    if stored is not None:
        return _unpack(stored)
    parts = prepare(load_origin(origin), size, seed)
    disk_cache.store("rows", key, _pack(parts))
    return parts


def _pack(parts: _Parts) -> dict[str, np.ndarray]:
    arrays = {"words": np.frombuffer(parts.vectorizer.packed(), np.uint8)}
    for part, rows, labels in zip(_PARTS, parts.rows, parts.labels, strict=True):
        arrays[f"{part}_offsets"] = rows.offsets
        arrays[f"{part}_columns"] = rows.columns
        arrays[f"{part}_labels"] = labels
    return arrays


def _unpack(stored: dict[str, np.ndarray]) -> _Parts:
    rows = (CompactRows(stored[f"{part}_offsets"], stored[f"{part}_columns"]) for part in _PARTS)
    labels = (stored[f"{part}_labels"] for part in _PARTS)
    vectorizer = CountVectorizer.unpacked(stored["words"].tobytes())
    return _Parts(tuple(rows), tuple(labels), vectorizer)
