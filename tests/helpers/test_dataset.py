import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, Subset

from helpers.dataset import Batch, ReviewDataset

SIZE = 12


def dataset_of(reviews, labels=None, size=SIZE):
    """A data set whose review i fills the columns ``reviews[i]``."""
    offsets = np.cumsum([0, *map(len, reviews)])
    columns = [column for review in reviews for column in sorted(review)]
    labels = [i % 2 for i in range(len(reviews))] if labels is None else labels
    return ReviewDataset(offsets, columns, labels, size=size)


def dense_of(reviews, size=SIZE):
    """The same rows as the seed makes them: a list of zeros, and a one at each position."""
    rows = torch.zeros(len(reviews), size)
    for row, review in zip(rows, reviews, strict=True):
        for column in review:
            row[column] = 1
    return rows


reviews_of_any_length = st.lists(
    st.sets(st.integers(1, SIZE - 1), max_size=SIZE - 1), min_size=1, max_size=8
)


@given(reviews_of_any_length, st.data())
def test_rows_are_the_dense_rows_in_the_order_asked_for(reviews, data):
    dataset = dataset_of(reviews)
    order = data.draw(st.lists(st.integers(-len(reviews), len(reviews) - 1), max_size=12))
    assert torch.equal(dataset.rows(order), dense_of(reviews)[torch.tensor(order, dtype=int)])


@given(reviews_of_any_length)
def test_items_slices_and_the_whole_agree(reviews):
    dataset, dense = dataset_of(reviews), dense_of(reviews)
    assert dataset.shape == (len(reviews), SIZE) == (len(dataset), SIZE)
    for i in range(-len(reviews), len(reviews)):
        row, label = dataset[i]
        assert torch.equal(row, dense[i]) and label == dataset.labels[i]
    assert torch.equal(dataset[:].row, dense)
    assert torch.equal(dataset[::2].label, dataset.labels[::2])


def test_a_row_and_a_label_are_floats_as_the_seed_gives_them():
    row, label = dataset_of([{1, 2}, {3}])[1]
    assert (row.dtype, row.shape) == (torch.float32, (SIZE,))
    assert (label.dtype, label.shape, label.item()) == (torch.float32, (), 1.0)


@pytest.mark.parametrize("index", [2, -3])
def test_an_index_outside_the_data_set_is_an_index_error(index):
    dataset = dataset_of([{1, 2}, {3}])
    with pytest.raises(IndexError):
        dataset[index]
    with pytest.raises(IndexError, match="outside the 2 reviews"):
        dataset.rows([0, index])


def test_a_data_loader_gives_every_review_once_with_its_own_label():
    reviews = [{1 + i} for i in range(11)]
    dataset = dataset_of(reviews, labels=[i % 2 for i in range(11)])
    seen = []
    for rows, labels in DataLoader(dataset, batch_size=4, shuffle=True):
        assert rows.dtype == labels.dtype == torch.float32
        assert rows.shape == (len(labels), SIZE)
        which = rows.argmax(1) - 1
        assert torch.equal(labels, (which % 2).float())
        seen += which.tolist()
    assert sorted(seen) == list(range(11))


def test_a_data_loader_fetches_a_batch_in_one_go(monkeypatch):
    dataset = dataset_of([{1}, {2}, {3}])
    monkeypatch.setattr(ReviewDataset, "__getitem__", None)
    monkeypatch.setattr(Batch, "__iter__", None)  # nor stacks its rows one by one
    batches = [rows for rows, _ in DataLoader(dataset, batch_size=2)]
    assert torch.equal(torch.cat(batches), dense_of([{1}, {2}, {3}]))


def test_a_data_loader_with_workers_or_over_a_subset_gives_the_same_rows():
    dataset = dataset_of([{1}, {2}, {3, 4}, {5}])
    rows, labels = next(iter(DataLoader(Subset(dataset, [2, 0]), batch_size=2)))
    assert torch.equal(rows, dataset.rows([2, 0])) and labels.tolist() == [0, 0]
    rows, labels = next(iter(DataLoader(dataset, batch_size=4, num_workers=1)))
    assert torch.equal(rows, dataset.rows(range(4))) and labels.tolist() == [0, 1, 0, 1]


def test_a_fetched_batch_also_reads_as_a_list_of_samples():
    batch = dataset_of([{1}, {2}, {3}]).__getitems__([2, 0])
    assert [(row.argmax().item(), label.item()) for row, label in batch] == [(3, 0), (1, 0)]


def test_a_batch_may_be_of_one_or_of_none():
    dataset = dataset_of([{1, 2}, set()])
    assert dataset.rows([1]).shape == (1, SIZE) and dataset.rows([1]).sum() == 0
    assert dataset.rows([]).shape == (0, SIZE)


@given(reviews_of_any_length, st.data())
def test_compact_rows_describe_the_same_batch(reviews, data):
    dataset = dataset_of(reviews)
    order = data.draw(st.lists(st.integers(0, len(reviews) - 1), max_size=12))
    offsets, columns = dataset.compact(order)
    assert (offsets.dtype, columns.dtype) == (torch.int64, torch.int32)
    batch = [set(columns[offsets[i] : offsets[i + 1]].tolist()) for i in range(len(offsets) - 1)]
    assert batch == [reviews[i] for i in order]


def test_parts_that_do_not_fit_together_are_refused():
    with pytest.raises(ValueError, match="3 labels need 4 offsets, not 3"):
        ReviewDataset([0, 1, 2], [1, 2], [0, 1, 0])
    with pytest.raises(ValueError, match="from 0 to 3"):
        ReviewDataset([0, 1, 2], [1, 2, 3], [0, 1])
