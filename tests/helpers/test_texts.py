import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.fast.texts import END, Texts

any_texts = st.lists(st.text(max_size=20), max_size=8)


@given(any_texts)
def test_texts_read_like_the_list_they_were_made_of(texts):
    packed = Texts.of(texts)
    assert len(packed) == len(texts)
    assert list(packed) == texts == packed[:] == [packed[i] for i in range(len(texts))]
    assert packed == texts and packed == Texts.of(texts)
    assert packed[::-2] == texts[::-2]
    assert packed != [*texts, "more"]


def test_many_texts_are_read_in_their_order():
    texts = [f"text {i}" for i in range(2_345)]
    assert list(Texts.of(texts)) == texts


@given(any_texts, st.data())
def test_a_block_holds_each_text_and_its_end(texts, data):
    start = data.draw(st.integers(0, len(texts)))
    stop = data.draw(st.integers(start, len(texts)))
    expected = b"".join(t.encode("utf-8", "surrogatepass") + END for t in texts[start:stop])
    assert Texts.of(texts).block(start, stop) == expected


@pytest.mark.parametrize("index", [2, -3])
def test_an_index_counts_from_the_end_or_is_an_error(index):
    packed = Texts.of(["first", "last"])
    assert (packed[-1], packed[-2]) == ("last", "first")
    with pytest.raises(IndexError):
        packed[index]


def test_bytes_are_taken_as_they_are():
    packed = Texts.of([b"caf\xc3\xa9", b""])
    assert packed == ["café", ""] and packed.offsets.dtype == np.int64
