import string
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.bag_of_words import CountVectorizer, get_index_vector, tokenize
from helpers.fast import word_index
from helpers.fast.compact_rows import CompactRows
from helpers.fast.texts import Texts
from helpers.fast.word_index import fit_rows, rows_of

# Few letters, so that words repeat; all kinds of white space, punctuation, and bytes of any width.
letters = "aAb0\x00éÿ\u0451\u200b\u3042\U0001f600\ud800" + "..,'-" + " \t\n\x1c\x85\xa0\u2003\u3000"
few_letters = st.text(alphabet=letters, max_size=40)
some_words = st.lists(
    st.sampled_from(["the", "The", "filmmakers", "filmmakerslonger", "x" * 8, "x" * 16, "x" * 17]),
    max_size=12,
).map(" ".join)
any_texts = st.lists(few_letters | some_words | st.text(max_size=30), max_size=12)


def slow_ranks(token_lists):
    """The seed's definition of the ranks, word by word."""
    counts = {}
    for tokens in token_lists:
        for token in tokens:
            counts[token] = counts.get(token, 0) + 1
    by_frequency = sorted(counts.items(), key=lambda item: item[1], reverse=True)
    return {word: place for place, (word, _) in enumerate(by_frequency, start=1)}


def slow_rows(texts, ranks, size):
    """The columns of each text, by the seed's definitions."""
    kept = [[c for c in text if c not in string.punctuation] for text in texts]
    token_lists = ["".join(characters).split() for characters in kept]
    return [
        sorted({ranks[t] for t in tokens if ranks.get(t, size) < size}) for tokens in token_lists
    ]


def columns_of(rows):
    return [
        rows.columns[a:b].tolist() for a, b in zip(rows.offsets, rows.offsets[1:], strict=False)
    ]


def test_punctuation_goes_white_space_splits_and_case_stays():
    text = "It's GREAT...\x0breally\u00a0great -- (10/10)<br />Don't_miss\tit!"
    assert tokenize([text, " ... "]) == [
        ["Its", "GREAT", "really", "great", "1010br", "Dontmiss", "it"],
        [],
    ]


def test_the_most_common_word_has_rank_one_and_ties_follow_first_appearance():
    vectorizer = CountVectorizer().fit(["b", "a", "c", "a", "d", "b", "a"])
    assert vectorizer.transform_to_vec(["a", "b", "c", "d", "e"]) == [1, 2, 3, 4, None]
    assert vectorizer.transform_to_str([4, 1, 5, 0, -1, None]) == ["d", "a", None, None, None, None]


def test_fitting_again_forgets_the_old_words():
    vectorizer = CountVectorizer().fit(["old"])
    assert vectorizer.transform_to_vec(["old"]) == [1]
    assert vectorizer.fit(["new"]).transform_to_vec(["old", "new"]) == [None, 1]


def test_the_position_of_a_one_is_the_rank():
    assert get_index_vector((3, 5, 9), size=10) == [0, 0, 0, 1, 0, 1, 0, 0, 0, 1]
    assert get_index_vector([2, 2, None, 10, 99], size=10) == [0, 0, 1] + [0] * 7
    assert len(get_index_vector([])) == 10_000


@settings(max_examples=300)
@example(["x" * 8 + " " + "x" * 9 + " " + "x" * 16, "x" * 24 + " " + "x" * 8], 4)
@example(["a\x00 a", "a"], 5)
@given(any_texts, st.integers(2, 30))
def test_the_fast_way_finds_the_words_ranks_and_rows_of_the_slow_way(texts, size):
    ranks = slow_ranks(tokenize(texts))
    vectorizer, rows = fit_rows(texts, size=size)
    assert vectorizer.words == list(ranks)
    assert columns_of(rows) == slow_rows(texts, ranks, size)
    assert (rows.offsets.dtype, rows.columns.dtype) == (np.int64, np.int32)


@settings(max_examples=200)
@given(any_texts, any_texts, st.integers(2, 30))
def test_other_texts_get_the_rows_of_the_slow_way_too(texts, others, size):
    vectorizer, _ = fit_rows(texts, size=size)
    expected = slow_rows(others, vectorizer.str_to_vec_map, size)
    assert columns_of(rows_of(others, vectorizer, size=size)) == expected
    assert columns_of(rows_of(Texts.of(others), vectorizer, size=size)) == expected


@given(any_texts)
def test_fast_rows_are_the_ones_of_the_lab_functions(texts):
    token_lists = tokenize(texts)
    slow = CountVectorizer().fit([token for tokens in token_lists for token in tokens])
    fast, rows = fit_rows(texts, size=20)
    assert fast.words == slow.words
    for tokens, columns in zip(token_lists, columns_of(rows), strict=True):
        vector = get_index_vector(slow.transform_to_vec(tokens), size=20)
        assert [i for i, value in enumerate(vector) if value] == columns


def test_many_blocks_and_a_table_that_has_to_grow_change_nothing(monkeypatch):
    random = np.random.RandomState(0)
    texts = [" ".join(f"word{n}of{n % 7}" for n in random.zipf(1.3, 50) % 4000) for _ in range(300)]
    expected = fit_rows(texts, size=100)
    monkeypatch.setattr(word_index, "_REVIEWS_PER_BLOCK", 7)
    small = word_index._WordIndex
    monkeypatch.setattr(word_index, "_WordIndex", lambda: small(bits=4))
    vectorizer, rows = fit_rows(texts, size=100)
    assert vectorizer.words == expected[0].words == list(slow_ranks(tokenize(texts)))
    assert columns_of(rows) == columns_of(expected[1])


def test_white_space_is_what_python_says_it_is():
    wide = {chr(c) for c in range(0x80, sys.maxunicode + 1) if chr(c).isspace()}
    assert set(word_index._WIDE_SPACES) == wide


def test_rows_can_be_taken_in_any_order():
    rows = CompactRows(np.array([0, 2, 2, 3]), np.array([1, 4, 7], np.int32))
    assert columns_of(rows.take(np.array([2, 0, 1, 2]))) == [[7], [1, 4], [], [7]]
    assert columns_of(rows.take(np.array([], int))) == []


def test_the_counter_of_python_agrees_on_a_large_text():
    text = " ".join(str(n * n % 997) for n in range(20_000))
    vectorizer, _ = fit_rows([text])
    counts = Counter(text.split())
    assert [counts[word] for word in vectorizer.words] == sorted(counts.values(), reverse=True)


def test_an_unknown_word_does_not_turn_into_a_known_one_that_it_ends_with():
    vectorizer, _ = fit_rows(["film makers"])
    assert columns_of(rows_of(["UNKNOWN1film abcdefghmakers"], vectorizer)) == [[]]


@pytest.mark.parametrize("texts", [[], [""], ["..."]])
def test_texts_without_words_have_empty_rows(texts):
    vectorizer, rows = fit_rows(texts)
    assert len(vectorizer) == 0 and columns_of(rows) == [[] for _ in texts]
