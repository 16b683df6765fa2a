"""What known mistakes make of the inputs of the checks of notebook 1, and what to say about them.

Each table lists (label, function, hint), most telling first: where an answer gives exactly what the
function gives, the label and the hint are those of that mistake.
"""

from __future__ import annotations

import itertools
import string
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from autograder.checks.framework import Mistake
from autograder.checks.values import show

_DROP = str.maketrans("", "", string.punctuation)
_SPACE = str.maketrans(dict.fromkeys(string.punctuation, " "))
TEACHING_REVIEW = "Great film, isn't it? I'd see it again!"


def tokens(text: str) -> list[str]:
    return text.translate(_DROP).split()


def _keeps_unicode(character: str) -> bool:
    return character.isalnum() or character.isspace()


# What each known mistake makes of one text, most telling first: label, function, hint.
TOKEN_SLIPS: list[tuple[str, Callable[[str], list], str]] = [
    (
        "punctuation kept",
        lambda t: t.split(),
        "Which characters are left in your words that are neither letters nor digits?",
    ),
    (
        "lower case",
        lambda t: tokens(t.lower()),
        "Capitals stay here: `It` and `it` are two words. Leave the case alone.",
    ),
    (
        "punctuation replaced by a space",
        lambda t: t.translate(_SPACE).split(),
        "Remove the punctuation: `isn't` becomes one word, not two.",
    ),
    (
        "empty tokens",
        lambda t: t.translate(_DROP).split(" "),
        "Two spaces in a row have no word between them, and a mark that stands alone leaves none.",
    ),
    (
        "characters in place of words",
        lambda t: list(t.translate(_DROP)),
        "Your entries are single characters. What splits a text at its spaces?",
    ),
    (
        "characters in place of words",
        lambda t: [c for c in t.translate(_DROP) if c != " "],
        "Your entries are single characters. What splits a text at its spaces?",
    ),
    (
        "each word only once",
        lambda t: list(dict.fromkeys(tokens(t))),
        "A word that comes twice stays twice: the counts matter later.",
    ),
    ("the order is lost", lambda t: sorted(tokens(t)), "Keep the words in the order of the text."),
    (
        "only ASCII letters kept",
        lambda t: "".join(c for c in t if c in string.ascii_letters or c.isspace()).split(),
        "Remove the characters of `string.punctuation` and no others.",
    ),
    (
        "text in place of a list of words",
        lambda t: t.translate(_DROP),
        "A review becomes a list of words.",
    ),
    (
        "punctuation removed only at the ends of words",
        lambda t: [w.strip(string.punctuation) for w in t.split()],
        "There is punctuation inside words too.",
    ),
    (
        "punctuation removed only at the ends of words",
        lambda t: [s for w in t.split() if (s := w.strip(string.punctuation))],
        "There is punctuation inside words too.",
    ),
    (
        "the underscore is punctuation too",
        lambda t: "".join(c for c in t if _keeps_unicode(c) or c == "_").split(),
        "`\\w` of a regular expression holds more than letters and digits. Which characters does "
        "`string.punctuation` list?",
    ),
    (
        "more than punctuation removed",
        lambda t: "".join(filter(_keeps_unicode, t)).split(),
        "Remove the characters of `string.punctuation` and no others.",
    ),
    (
        "letters with accents removed",
        lambda t: "".join(c for c in t.translate(_DROP) if c.isascii()).split(),
        "Remove the characters of `string.punctuation` and no others.",
    ),
    (
        "digits removed",
        lambda t: "".join(c for c in t.translate(_DROP) if not c.isdigit()).split(),
        "Remove the characters of `string.punctuation` and no others: digits stay.",
    ),
    (
        "numbers and words with digits left out",
        lambda t: [w for w in tokens(t) if w.isalpha()],
        "Every word stays, also one with a digit in it.",
    ),
    ("the words are reversed", lambda t: tokens(t)[::-1], "Keep the words in order."),
]


def token_mistake(text: str, expected: list[str], got: list[str] | str) -> Mistake:
    seen = f"  tokenize([{text!r:.75}])\n  gave for this review {show(got, 80)}\n"
    seen += f"  expected             {show(expected, 80)}"
    for label, slip, hint in TOKEN_SLIPS:
        if got == slip(text):
            return Mistake(label, seen, hint)
    if any(c in string.punctuation for w in got for c in w):
        left = "".join(sorted({c for w in got for c in w if c in string.punctuation}))
        return Mistake(
            "some punctuation kept",
            f"{seen}\n  left over: {left}",
            "`string.punctuation` lists all the characters to remove.",
        )
    if "" in got:
        return Mistake("empty tokens", seen, TOKEN_SLIPS[3][2])
    if sorted(got) == sorted(set(expected)):
        return Mistake("each word only once", seen, "A word that comes twice stays twice.")
    if "".join(got).lower() == "".join(expected).lower() != "".join(got):
        return Mistake("lower case", seen, TOKEN_SLIPS[1][2])
    return Mistake(
        "other words than those of the text",
        seen,
        "Do it by hand for this text, then follow your code line by line.",
    )


def rank_slips(text: list[str], words: list[str]) -> list[tuple[str, dict[str, int], str]]:
    """What known mistakes give each word, most telling first: label, ranks, hint."""
    counts = Counter(text)
    first_seen = list(dict.fromkeys(text))
    lower = Counter(word.lower() for word in text).most_common()
    return [
        (
            "ranks from 0",
            {w: i for i, w in enumerate(words)},
            "The most frequent word has rank 1. Where does `enumerate` or `range` start?",
        ),
        (
            "rarest first",
            {w: i + 1 for i, w in enumerate(reversed(words))},
            "Rank 1 belongs to the most frequent word. Which way does your sort go?",
        ),
        (
            "rarest first, ranks from 0",
            {w: i for i, w in enumerate(reversed(words))},
            "Rank 1 belongs to the most frequent word. Which way does your sort go, and where does "
            "it start to count?",
        ),
        (
            "frequencies in place of ranks",
            dict(counts),
            "How often a word occurs is not yet its rank: rank 1 is the most frequent, 2 the next.",
        ),
        (
            "order of appearance in place of frequency",
            {w: i + 1 for i, w in enumerate(first_seen)},
            "Count the words first, then rank them by their counts.",
        ),
        (
            "order of appearance in place of frequency",
            {w: i for i, w in enumerate(first_seen)},
            "Count the words first, then rank them by their counts, from 1.",
        ),
        (
            "alphabetical order in place of frequency",
            {w: i + 1 for i, w in enumerate(sorted(words))},
            "What does your sort compare: the word, or its count?",
        ),
        (
            "alphabetical order in place of frequency",
            {w: i + 1 for i, w in enumerate(sorted(words, reverse=True))},
            "What does your sort compare: the word, or its count?",
        ),
        (
            "lower case",
            {w: [x for x, _ in lower].index(w.lower()) + 1 for w in words},
            "`It` and `it` are two words here: keep the case as it is.",
        ),
    ]


def index_vector(sequence: Iterable, size: int) -> list[int]:
    present = set(sequence)
    return [int(position in present) for position in range(size)]


INDEX_SLIPS: list[tuple[str, Callable[[Sequence, int], list], str]] = [
    (
        "positions off by one",
        lambda s, n: index_vector([r - 1 for r in s if r], n),
        "The position is the rank itself, counted from 0: rank 3 sets `vector[3]`, and position 0 "
        "stays empty.",
    ),
    (
        "positions off by one",
        lambda s, n: index_vector([r + 1 for r in s if r], n),
        "The position is the rank itself: rank 3 sets `vector[3]`.",
    ),
    (
        "counts in place of 0 and 1",
        lambda s, n: [list(s).count(p) for p in range(n)],
        "The vector says whether a word occurs, not how often.",
    ),
    (
        "the last position is never set",
        lambda s, n: index_vector([r for r in s if r is not None and r < n - 1], n),
        "Off by one at the size limit: which is the highest position of a list of this length?",
    ),
    (
        "too large ranks are put at the last position",
        lambda s, n: index_vector([min(r, n - 1) for r in s if r is not None], n),
        "A rank that does not fit belongs to a rare word, which is left out.",
    ),
    (
        "too large ranks wrap around",
        lambda s, n: index_vector([r % n for r in s if r is not None], n),
        "A rank that does not fit belongs to a rare word, which is left out.",
    ),
    (
        "None is counted as a word",
        lambda s, n: index_vector([0 if r is None else r for r in s], n),
        "None stands for a word without a rank. It sets no position.",
    ),
    (
        "None is counted as a word",
        lambda s, n: index_vector([n - 1 if r is None else r for r in s], n),
        "None stands for a word without a rank. It sets no position, also not `vector[-1]`.",
    ),
    (
        "zeros and ones swapped",
        lambda s, n: [1 - v for v in index_vector(s, n)],
        "1 says that the word occurs.",
    ),
    (
        "only the first word is set",
        lambda s, n: index_vector(list(s)[:1], n),
        "Every rank of the sequence sets its position. Is the `return` inside the loop?",
    ),
    (
        "only the last word is set",
        lambda s, n: index_vector(list(s)[-1:], n),
        "Every rank of the sequence sets its position. Is the vector made inside the loop?",
    ),
    ("no position is set", lambda s, n: [0] * n, "Every rank of the sequence sets its position."),
    (
        "stops at None",
        lambda s, n: index_vector(itertools.takewhile(lambda r: r is not None, s), n),
        "None is skipped; what comes after it still counts. `break` or `continue`?",
    ),
    (
        "stops at a rank that is too large",
        lambda s, n: index_vector(itertools.takewhile(lambda r: r is None or r < n, s), n),
        "A rank that is too large is skipped; what comes after it still counts.",
    ),
    (
        "ranks in place of ones",
        lambda s, n: [p * v for p, v in enumerate(index_vector(s, n))],
        "The vector holds only zeros and ones.",
    ),
]


LOSS_SLIPS: list[tuple[str, Callable[[Tensor, Tensor], Tensor], str]] = [
    (
        "a loss for logits",
        functional.binary_cross_entropy_with_logits,
        "This loss applies a sigmoid of its own, but the model ends with one already.",
    ),
    (
        "squared error",
        functional.mse_loss,
        "For probabilities and two classes, the loss of this task is the binary cross-entropy.",
    ),
    (
        "absolute error",
        functional.l1_loss,
        "For probabilities and two classes, the loss of this task is the binary cross-entropy.",
    ),
    (
        "a sum, not a mean",
        lambda p, y: functional.binary_cross_entropy(p, y, reduction="sum"),
        "The sum grows with the batch. The mean over the batch does not.",
    ),
    (
        "cross-entropy over several classes",
        functional.cross_entropy,
        "This loss compares several outputs of a softmax. The model has one output: which "
        "cross-entropy is made for two classes and one probability?",
    ),
    (
        "the sign of the loss",
        lambda p, y: -functional.binary_cross_entropy(p, y),
        "The loss should fall when the prediction gets better. Yours rises.",
    ),
    (
        "prediction and label swapped",
        lambda p, y: functional.binary_cross_entropy(y, p),
        "The prediction comes first, then the label.",
    ),
    (
        "half of the cross-entropy is missing",
        lambda p, y: -(y * torch.log(p)).mean(),
        "What does the loss say about a review whose label is 0?",
    ),
]
