"""Bag of words: the three functions of the lab, one review at a time.

`helpers.fast.word_index` gives the same result for tens of thousands of reviews at once (the tests
compare the two).
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from helpers.fast.texts import decode, encode
from helpers.ready_made import refuse

VECTOR_SIZE = 10_000
"""Length of a bag-of-words vector: the 9,999 most common words; position 0 stays unused."""


def tokenize(data_list: Iterable[str]) -> list[list[str]]:
    """The words of each text: punctuation removed, split on white space, case kept."""
    refuse("tokenize", "ex1-tokenize")
    no_punctuation = str.maketrans("", "", string.punctuation)
    return [text.translate(no_punctuation).split() for text in data_list]


class CountVectorizer:
    """Words to ranks and back. The most common word has rank 1.

    Words that are equally common are ranked in the order of their first appearance.
    """

    def __init__(self, words: Iterable[str] = ()):
        """``words``: the known words, the most common first (``fit`` finds them for you)."""
        self.words = list(words)

    def fit(self, token_list: Iterable[str]) -> CountVectorizer:
        """Learn the ranks from all words of all reviews in one flat list."""
        refuse("CountVectorizer", "ex1-count-vectorizer")
        self.words = [word for word, _ in Counter(token_list).most_common()]
        self.__dict__.pop("str_to_vec_map", None)
        return self

    def packed(self) -> bytes:
        """The words of ``fit_rows`` in UTF-8 with blanks between (none holds white space)."""
        return encode(" ".join(self.words))

    @classmethod
    def unpacked(cls, packed: bytes) -> CountVectorizer:
        """The vectorizer that ``packed`` was called on."""
        vectorizer = cls.__new__(cls)
        vectorizer._packed = packed
        return vectorizer

    @cached_property
    def words(self) -> list[str]:
        """The known words by falling frequency."""
        # 140,000 words are taken apart when someone asks for one, not at every start of a notebook.
        return decode(self._packed).split(" ") if self._packed else []

    @cached_property
    def str_to_vec_map(self) -> dict[str, int]:
        """Word -> rank."""
        return dict(zip(self.words, range(1, len(self.words) + 1), strict=True))

    def transform_to_vec(self, token_list: Iterable[str]) -> list[int | None]:
        """The rank of each word; None for a word that ``fit`` did not see."""
        refuse("CountVectorizer", "ex1-count-vectorizer")
        return list(map(self.str_to_vec_map.get, token_list))

    def transform_to_str(self, ranks: Iterable[int | None]) -> list[str | None]:
        """The word of each rank; None for a rank that no word has."""
        refuse("CountVectorizer", "ex1-count-vectorizer")
        known = range(1, len(self.words) + 1)
        return [self.words[rank - 1] if rank in known else None for rank in ranks]

    def __len__(self) -> int:
        return len(self.words)


def get_index_vector(sequence: Iterable[int | None], size: int = VECTOR_SIZE) -> list[int]:
    """A list of ``size`` zeros, with a one at each position that is a rank in ``sequence``.

    Unknown words (None) and ranks from ``size`` on are left out.
    """
    refuse("get_index_vector", "ex1-index-vector")
    vector = [0] * size
    for rank in sequence:
        if rank is not None and 0 < rank < size:
            vector[rank] = 1
    return vector
