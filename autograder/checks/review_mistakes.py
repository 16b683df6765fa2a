"""What is right for a review as words, ranks and vector, and what known mistakes make of it.

Each table lists slips, most telling first. Texts, ranks and positions only: needs no torch.
"""

from __future__ import annotations

import functools
import itertools
import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from autograder.checks.answer import Raised
from autograder.checks.examine import Sign, Slip

SIZE = 10_000
_DROP = str.maketrans("", "", string.punctuation)
_SPACE = str.maketrans(dict.fromkeys(string.punctuation, " "))

# --- tokenize(data_list) --------------------------------------------------------------------------


def tokens(text: str) -> list[str]:
    return text.translate(_DROP).split()


def tokenize(data_list: list[str]) -> list[list[str]]:
    return [tokens(text) for text in data_list]


def _kept(text: str, keeps: Callable[[str], bool]) -> list[str]:
    return "".join(c for c in text if keeps(c) or c.isspace()).split()


def _punctuation_in(lists: list[list[str]]) -> bool:
    return any(c in string.punctuation for words in lists for word in words for c in word)


_TOKEN_SLIPS: list[tuple[str, Callable[[str], list[str] | str]]] = [
    ("punctuation-kept", str.split),
    ("lower-case", lambda t: tokens(t.lower())),
    ("punctuation-to-space", lambda t: t.translate(_SPACE).split()),
    ("empty-tokens", lambda t: t.translate(_DROP).split(" ")),
    ("characters", lambda t: list(t.translate(_DROP))),
    ("characters", lambda t: [c for c in t.translate(_DROP) if c != " "]),
    ("unique-words", lambda t: list(dict.fromkeys(tokens(t)))),
    ("order-lost", lambda t: sorted(tokens(t))),
    ("ascii-only", lambda t: _kept(t, string.ascii_letters.__contains__)),
    ("joined-text", lambda t: t.translate(_DROP)),
    ("only-ends", lambda t: [w.strip(string.punctuation) for w in t.split()]),
    ("only-ends", lambda t: [s for w in t.split() if (s := w.strip(string.punctuation))]),
    ("underscore-kept", lambda t: _kept(t, lambda c: c.isalnum() or c == "_")),
    ("too-much-removed", lambda t: _kept(t, str.isalnum)),
    ("too-much-removed", lambda t: tokens(re.sub(r"<br\s*/?>", " ", t))),
    ("accents-removed", lambda t: tokens("".join(filter(str.isascii, t)))),
    ("digits-removed", lambda t: tokens("".join(c for c in t if not c.isdigit()))),
    ("numbers-left-out", lambda t: [w for w in tokens(t) if w.isalpha()]),
    ("words-reversed", lambda t: tokens(t)[::-1]),
]
TOKEN_SLIPS = [
    *(Slip(key, lambda texts, f=gives: [f(text) for text in texts]) for key, gives in _TOKEN_SLIPS),
    Slip("only-one-review", lambda texts: [tokens(texts[0])]),
    Slip("reviews-mixed", lambda texts: [tokens(t) for t in "\n".join(texts).split("\n")]),
]
TOKEN_SIGNS = [
    Sign("flat-list", lambda got, texts: got == list(itertools.chain(*tokenize(texts)))),
    Sign("number-of-reviews", lambda got, texts: len(got) != len(texts)),
    Sign("empty-tokens", lambda got, texts: any("" in words for words in got)),
    Sign("some-punctuation-kept", lambda got, texts: _punctuation_in(got)),
    Sign("unique-words", lambda got, texts: [*map(sorted, got)] == _sorted_sets(texts)),
]


def _sorted_sets(texts: list[str]) -> list[list[str]]:
    return [sorted(set(tokens(text))) for text in texts]


# --- CountVectorizer: fit(text), then transform_to_vec(words) or transform_to_str(ranks) ----------


def _by_frequency(text: Sequence[str]) -> list[str]:
    return [word for word, _ in Counter(text).most_common()]


def _ranks(words: Iterable[str], start: int = 1) -> dict[str, int]:
    return {word: rank for rank, word in enumerate(dict.fromkeys(words), start)}


def to_vec(text: Sequence[str], token_list: list[str]) -> list[int | None]:
    return [_ranks(_by_frequency(text)).get(word) for word in token_list]


def to_str(text: Sequence[str], ranks: list[int]) -> list[str | None]:
    return [dict(enumerate(_by_frequency(text), 1)).get(rank) for rank in ranks]


def _lower_case(text: Sequence[str]) -> dict[str, int]:
    lower = _ranks(_by_frequency([word.lower() for word in text]))
    return {word: lower[word.lower()] for word in text}


# Each gives the ranks of the words of a text.
_RANK_SLIPS: list[tuple[str, Callable[[Sequence[str]], dict[str, int]]]] = [
    ("ranks-from-0", lambda t: _ranks(_by_frequency(t), 0)),
    ("rarest-first", lambda t: _ranks(_by_frequency(t)[::-1])),
    ("rarest-first-from-0", lambda t: _ranks(_by_frequency(t)[::-1], 0)),
    ("frequencies", Counter),
    ("order-of-appearance", _ranks),
    ("order-of-appearance", lambda t: _ranks(t, 0)),
    ("alphabetical", lambda t: _ranks(sorted(t))),
    ("alphabetical", lambda t: _ranks(sorted(t, reverse=True))),
    ("lower-case", _lower_case),
]
RANK_SLIPS = [
    *(Slip(key, lambda t, words, f=f: [f(t).get(w) for w in words]) for key, f in _RANK_SLIPS),
    Slip("ranks-of-what-is-transformed", lambda text, words: to_vec(words, words)),
]
LENGTH_SIGNS = [
    Sign("left-out", lambda got, text, entries: _has_length(got) and len(got) < len(entries)),
    Sign("too-many", lambda got, text, entries: _has_length(got) and len(got) > len(entries)),
    Sign("unknown-raises", lambda got, text, entries: not _has_length(got)),
]


def shared_ranks(texts: list[Sequence[str]]) -> list[Slip]:
    """All vectorizers use the words of the last text, or of all of them."""
    every = {word: rank for text in texts for word, rank in _ranks(_by_frequency(text)).items()}
    return [
        Slip("shared-words", lambda text, words: to_vec(texts[-1], words)),
        Slip("shared-words", lambda text, words: [every.get(word) for word in words]),
    ]
