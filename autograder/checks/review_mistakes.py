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

from autograder.checks.examine import Crash, Sign, Slip

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


def _sorted_set(text: str) -> list[str]:
    return sorted(set(tokens(text)))


def _punctuation_in(lists: list[list[str]]) -> bool:
    return any(c in string.punctuation for words in lists for word in words for c in word)


_TOKEN_SLIPS: list[tuple[str, Callable[[str], list[str] | str]]] = [
    ("punctuation-kept", str.split),
    ("lower-case", lambda t: tokens(t.lower())),
    ("punctuation-to-space", lambda t: t.translate(_SPACE).split()),
    ("punctuation-to-space", functools.partial(re.findall, r"\w+")),
    ("punctuation-to-space", functools.partial(re.findall, "[A-Za-z0-9]+")),
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
    ("numbers-left-out", lambda t: [w for w in tokens(t) if not w.isdigit()]),
    ("order-lost", lambda t: tokens(t)[::-1]),
]
TOKEN_SLIPS = [
    *(Slip(key, lambda texts, f=gives: [f(text) for text in texts]) for key, gives in _TOKEN_SLIPS),
    Slip("only-one-review", lambda texts: [tokens(texts[0])]),
    Slip("reviews-mixed", lambda texts: [tokens(t) for t in "\n".join(texts).split("\n")]),
]
TOKEN_SIGNS = [
    Sign("flat-list", lambda got, texts: got[:1] and got == [*itertools.chain(*tokenize(texts))]),
    Sign("number-of-reviews", lambda got, texts: len(got) != len(texts)),
    Sign("empty-tokens", lambda got, texts: any("" in words for words in got)),
    Sign("some-punctuation-kept", lambda got, texts: _punctuation_in(got)),
    Sign("unique-words", lambda got, texts: [*map(sorted, got)] == [*map(_sorted_set, texts)]),
]


# --- CountVectorizer: fit(text), then transform_to_vec(words) or transform_to_str(ranks) ----------


def _by_frequency(text: Sequence[str]) -> list[str]:
    return [word for word, _ in Counter(text).most_common()]


def _ranks(words: Iterable[str], start: int = 1) -> dict[str, int]:
    return {word: rank for rank, word in enumerate(dict.fromkeys(words), start)}


def transform_to_vec(token_list: list[str], text: Sequence[str]) -> list[int | None]:
    return [_ranks(_by_frequency(text)).get(word) for word in token_list]


def transform_to_str(ranks: list[int], text: Sequence[str]) -> list[str | None]:
    return [dict(enumerate(_by_frequency(text), 1)).get(rank) for rank in ranks]


def _lower_case(text: Sequence[str]) -> dict[str, int]:
    lower = _ranks(_by_frequency([word.lower() for word in text]))
    return {word: lower[word.lower()] for word in text}


def _is_known(entries: list, text: Sequence[str]) -> bool:
    words = set(text)
    return all(entry in words or entry in range(1, len(words) + 1) for entry in entries)


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
    ("letters", lambda t: _ranks(_by_frequency("".join(t)))),
]
RANK_SLIPS = [
    *(Slip(key, lambda words, t, f=f: [f(t).get(w) for w in words]) for key, f in _RANK_SLIPS),
    Slip("ranks-of-what-is-transformed", lambda words, t: transform_to_vec(words, words)),
    Slip(
        "unknown-learned", lambda words, t: [_ranks([*_by_frequency(t), *words])[w] for w in words]
    ),
]
RANK_SIGNS = [
    Sign("left-out", lambda got, entries, text: len(got) < len(entries)),
    Sign("too-many", lambda got, entries, text: len(got) > len(entries)),
    Sign("no-rank", lambda got, words, text: None in got and {*words} <= {*text}),
    Sign("rank-0", lambda got, ranks, text: ranks[0] == 0 and isinstance(got[0], str)),
    Crash("unknown-raises", lambda entries, text: not _is_known(entries, text)),
]


def shared_words(texts: list[Sequence[str]]) -> list[Slip]:
    """All vectorizers use the words of the last text, or of all of them."""
    every = {word: rank for text in texts for word, rank in _ranks(_by_frequency(text)).items()}
    return [
        Slip("shared-words", lambda words, text: transform_to_vec(words, texts[-1])),
        Slip("shared-words", lambda words, text: [every.get(word) for word in words]),
    ]


# --- get_index_vector(sequence, size) -------------------------------------------------------------


def index_vector(sequence: Iterable, size: int = SIZE) -> list[int]:
    present = set(sequence)
    return [int(position in present) for position in range(size)]


def _known(ranks: Iterable) -> list[int]:
    return [rank for rank in ranks if rank is not None]


def _counts(ranks: Iterable, size: int) -> list[int]:
    counts = Counter(ranks)
    return [counts[position] for position in range(size)]


# What an answer makes of the ranks before it sets their positions.
_MOVED: list[tuple[str, Callable[[Sequence, int], Iterable]]] = [
    ("off-by-one", lambda s, n: [r - 1 for r in _known(s)]),
    ("off-by-one", lambda s, n: [r - 1 for r in _known(s) if r < n]),
    ("off-by-one", lambda s, n: [r + 1 for r in _known(s)]),
    ("last-never-set", lambda s, n: [r for r in _known(s) if r < n - 1]),
    ("large-kept", lambda s, n: [min(r, n - 1) for r in _known(s)]),
    ("large-kept", lambda s, n: [r % n for r in _known(s)]),
    ("none-counted", lambda s, n: [0 if r is None else r for r in s]),
    ("none-counted", lambda s, n: [n - 1 if r is None else r for r in s]),
    ("only-first", lambda s, n: s[:1]),
    ("only-last", lambda s, n: s[-1:]),
    ("first-entries", lambda s, n: s[:n]),
    ("toggled", lambda s, n: [r for r, count in Counter(s).items() if count % 2]),
    ("stops-at-none", lambda s, n: itertools.takewhile(lambda r: r is not None, s)),
    ("stops-at-none", lambda s, n: itertools.takewhile(lambda r: r is not None and r < n, s)),
    ("stops-at-large", lambda s, n: itertools.takewhile(lambda r: r is None or r < n, s)),
]
INDEX_SLIPS = [
    *(
        Slip(key, lambda s, size=SIZE, f=f: index_vector(f(list(s), size), size))
        for key, f in _MOVED
    ),
    Slip("counts", lambda s, size=SIZE: _counts(s, size)),
    Slip("nothing-set", lambda s, size=SIZE: [0] * size),
    Slip("swapped", lambda s, size=SIZE: [1 - v for v in index_vector(s, size)]),
    Slip("ranks", lambda s, size=SIZE: [p * v for p, v in enumerate(index_vector(s, size))]),
]
INDEX_SIGNS = [
    Crash("none-not-handled", lambda s, size=SIZE: None in s, "TypeError.*None"),
    Crash("no-limit", lambda s, size=SIZE: any(r >= size for r in _known(s)), "IndexError"),
    Sign("list-of-ranks", lambda got, s, size=SIZE: 0 < len(got) != size and {*got} <= {*s}),
    Sign("wrong-length", lambda got, s, size=SIZE: len(got) != size),
]
