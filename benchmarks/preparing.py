"""Contenders: review texts in memory to data sets."""

from __future__ import annotations

import string
from collections import Counter

from benchmarks.contender import contender
from benchmarks.settings import Settings


def _halves(settings: Settings):
    """Both halves as plain lists of strings, which is what every contender can read."""
    from helpers.reviews import IMDB, Reviews, load_imdb

    imdb = load_imdb(settings.source)
    return IMDB(
        *(
            Reviews(list(half.texts[: settings.reviews]), list(half.labels[: settings.reviews]))
            for half in imdb
        ),
        imdb.source,
    )


@contender("prepare: helpers")
def _(settings):
    import torch

    from helpers.dataset import ReviewDataset
    from helpers.lab_data import prepare

    imdb = _halves(settings)
    torch.zeros(1)

    def timed():
        parts = prepare(imdb)
        pairs = zip(parts.rows, parts.labels, strict=True)
        datasets = [ReviewDataset(rows.offsets, rows.columns, labels) for rows, labels in pairs]
        return {"shapes": [list(dataset.shape) for dataset in datasets]}

    return timed


@contender("prepare: the old lab's method")
def _(settings):
    from benchmarks import old_lab

    imdb = _halves(settings)

    def timed():
        datasets = old_lab.prepare(*imdb.train, *imdb.test)
        return {"shapes": [list(dataset.rows.shape) for dataset in datasets]}

    return timed


@contender("prepare half: helpers")
def _(settings):
    from helpers.fast.word_index import fit_rows

    texts = _halves(settings).train.texts
    return lambda: {"ones": len(fit_rows(texts)[1].columns)}


@contender("prepare half: scikit-learn")
def _(settings):
    from sklearn.feature_extraction.text import CountVectorizer

    texts = _halves(settings).train.texts
    return lambda: {
        "ones": CountVectorizer(binary=True, max_features=9_999).fit_transform(texts).nnz
    }


@contender("prepare half: Python sets")
def _(settings):
    texts = _halves(settings).train.texts

    def timed():
        no_punctuation = str.maketrans("", "", string.punctuation)
        tokens = [text.translate(no_punctuation).split() for text in texts]
        counts = Counter(token for review in tokens for token in review)
        rank_of = {t: rank for rank, (t, _) in enumerate(counts.most_common(9_999), start=1)}
        rows = [sorted({rank_of[t] for t in review if t in rank_of}) for review in tokens]
        return {"ones": sum(map(len, rows))}

    return timed
