import subprocess
import sys

import numpy as np
import pytest
import torch

from helpers import lab_data, reviews
from helpers.bag_of_words import CountVectorizer, get_index_vector, tokenize
from helpers.fast import word_index
from helpers.lab_data import load_datasets
from helpers.reviews import load_imdb
from helpers.runtime import cache_folder
from tests.helpers.small_imdb import small_reviews, write_tar


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A small archive of 20 + 20 reviews; the data sets made of it are 12, 8 and 20 reviews."""
    monkeypatch.setattr(reviews, "HALF", 20)
    path = write_tar(tmp_path / "aclImdb.tar.gz", small_reviews())
    monkeypatch.setenv("IMDB_ROOT", str(path))
    return path


def same(first, second):
    return first.source == second.source and all(
        torch.equal(a[:].row, b[:].row) and torch.equal(a.labels, b.labels)
        for a, b in zip(first[:3], second[:3], strict=True)
    )


def test_the_rows_are_those_of_the_lab_functions(archive):
    data, imdb = load_datasets("archive", "cpu"), load_imdb("archive")
    vectorizer = CountVectorizer().fit([w for words in tokenize(imdb.train.texts) for w in words])
    assert data.vectorizer.words == vectorizer.words
    for i, words in enumerate(tokenize(imdb.test.texts)):
        row, label = data.test_dataset[i]
        assert row.tolist() == get_index_vector(vectorizer.transform_to_vec(words))
        assert label == imdb.test.labels[i]


def test_training_and_validation_set_are_the_training_half_each_review_once(archive):
    data, imdb = load_datasets("archive"), load_imdb("archive")
    assert (len(data.train_dataset), len(data.val_dataset)) == (12, 8)
    found = [
        (*sorted(row.nonzero().flatten().tolist()), label.item())
        for part in (data.train_dataset, data.val_dataset)
        for row, label in (part[i] for i in range(len(part)))
    ]
    expected = [
        (*sorted(data.row_of(text)[0].nonzero().flatten().tolist()), float(label))
        for text, label in zip(*imdb.train, strict=True)
    ]
    assert sorted(found) == sorted(expected) and found != expected


def test_a_second_load_is_the_same_without_reading_or_preparing_anything(archive, monkeypatch):
    first = load_datasets("archive")
    monkeypatch.setattr(lab_data, "load_origin", None)
    monkeypatch.setattr(lab_data, "prepare", None)
    second = load_datasets("archive")
    assert same(first, second)
    assert first.vectorizer.words == second.vectorizer.words


def test_a_damaged_cache_file_is_rebuilt(archive):
    first = load_datasets("archive")
    (file,) = cache_folder().glob("rows-*")
    damaged = bytearray(file.read_bytes())
    damaged[-100] ^= 1
    file.unlink()
    file.write_bytes(damaged)
    assert same(load_datasets("archive"), first)
    assert file.read_bytes() != damaged


def test_another_seed_size_or_archive_is_another_entry(archive, monkeypatch):
    origin = reviews.find_origin("archive")
    lab_data._load_parts(origin)
    lab_data._load_parts(origin, seed=7)
    lab_data._load_parts(origin, size=5)
    lab_data._load_parts(origin)
    assert len(list(cache_folder().glob("rows-*"))) == 3
    write_tar(archive, {name: f"other {text}" for name, text in small_reviews().items()})
    assert "other" in load_datasets("archive").vectorizer.words[:10]
    assert len(list(cache_folder().glob("rows-*"))) == 4


def test_the_row_of_a_typed_review_has_ones_at_its_ranks(archive):
    data = load_datasets("archive")
    row = data.row_of("A fine, FINE film -- unheard-of!")
    assert (row.shape, row.dtype) == ((1, 10_000), torch.float32)
    known = [rank for rank in data.vectorizer.transform_to_vec(["fine", "film"]) if rank]
    assert row[0].nonzero().flatten().tolist() == sorted(known)
    assert data.row_of("").sum() == 0


def test_the_first_ten_rows_are_dense_and_of_both_classes(archive):
    test_dataset = load_datasets("archive").test_dataset
    assert test_dataset.rows(range(10)).shape == (10, 10_000)
    assert set(test_dataset.labels[:10].tolist()) == {0.0, 1.0}


def test_the_data_sets_lie_on_the_device_asked_for(archive, monkeypatch):
    assert load_datasets("archive", torch.device("cpu")).train_dataset.device.type == "cpu"
    monkeypatch.setenv("LAB_DEVICE", "cpu")
    assert load_datasets("archive").test_dataset.device.type == "cpu"


@pytest.mark.parametrize(
    ("count", "train", "validation"),
    [(25_000, 15_000, 10_000), (20_000, 15_000, 5_000), (1_500, 900, 600), (20, 12, 8)],
)
def test_15000_reviews_are_for_training_or_three_fifths_of_fewer(count, train, validation):
    first, second = lab_data.split_indices(count)
    assert (len(first), len(second)) == (train, validation)
    assert sorted(np.concatenate([first, second])) == list(range(count))


def test_the_split_follows_the_seed():
    first, again, other = (lab_data.split_indices(100, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_an_unwritable_cache_folder_costs_warnings_only(archive, monkeypatch, tmp_path, capsys):
    expected = load_datasets("archive")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file" / "cache"))
    assert same(load_datasets("archive"), expected)
    assert "Set LAB_CACHE" in capsys.readouterr().err


def test_while_grading_the_sample_is_900_600_and_500_reviews(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    data = load_datasets()
    assert [part.shape for part in data[:3]] == [(900, 10_000), (600, 10_000), (600, 10_000)]
    assert data.source == "sample"
    assert all(0.4 < part.labels.mean() < 0.6 for part in data[:3])


def test_a_prepared_sample_is_served_from_a_read_only_folder_without_the_package(monkeypatch):
    folder = lab_data.prepare_sample()
    assert folder == cache_folder()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setattr(reviews, "_packaged_path", None)
    for name in ("mkdir", "unlink", "write_text", "write_bytes"):
        monkeypatch.setattr(reviews.Path, name, None)
    assert len(load_datasets().train_dataset) == 900
    assert len(load_imdb().train.texts) == 1500


def test_the_parts_are_prepared_in_blocks_with_a_bar_that_stays_away_when_quick(archive, capsys):
    load_datasets("archive")
    assert capsys.readouterr().err == ""
    assert word_index._REVIEWS_PER_BLOCK < 25_000


def test_importing_helpers_brings_in_nothing_heavy():
    heavy = "torch numpy matplotlib pandas ipywidgets IPython torchtext requests"
    code = f"""
import sys
import helpers
print([name for name in {heavy.split()!r} if name in sys.modules])
helpers.load_imdb, helpers.load_datasets, helpers.train
print([name for name in {heavy.split()[2:]!r} if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["[]", "[]"]


def test_every_public_name_is_there_and_others_are_errors():
    import helpers

    assert set(helpers.__all__) <= set(dir(helpers))
    for name in helpers.__all__:
        assert getattr(helpers, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'pandas'"):
        helpers.pandas  # noqa: B018
