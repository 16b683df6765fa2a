import os
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from helpers.fast import disk_cache
from helpers.runtime import cache_folder

KEY = {"made of": ["file", 3], "seed": 6}


def some_arrays(seed=0):
    random = np.random.RandomState(seed)
    return {
        "large": random.randint(0, 255, 10_000, dtype=np.uint8),
        "matrix": random.rand(30, 7).astype(np.float32),
        "empty": np.zeros(0, np.int64),
        "offsets": np.arange(1000),
    }


def the_file():
    (path,) = cache_folder().glob("*.cache")
    return path


def test_what_is_stored_is_loaded_as_it_was():
    assert disk_cache.load("rows", KEY) is None
    assert disk_cache.store("rows", KEY, some_arrays())
    loaded = disk_cache.load("rows", KEY)
    for name, array in some_arrays().items():
        assert loaded[name].dtype == array.dtype and loaded[name].shape == array.shape
        assert np.array_equal(loaded[name], array)


def test_what_is_loaded_stays_when_the_entry_is_replaced_or_removed():
    disk_cache.store("rows", KEY, some_arrays())
    loaded = disk_cache.load("rows", KEY)
    disk_cache.store("rows", KEY, some_arrays(1))
    replaced = disk_cache.load("rows", KEY)
    the_file().unlink()
    assert np.array_equal(loaded["large"], some_arrays()["large"])
    assert np.array_equal(replaced["large"], some_arrays(1)["large"])


def test_what_is_loaded_may_be_changed_without_changing_the_entry():
    disk_cache.store("rows", KEY, some_arrays())
    disk_cache.load("rows", KEY)["large"][:] = 0
    assert np.array_equal(disk_cache.load("rows", KEY)["large"], some_arrays()["large"])


def test_anything_that_differs_in_the_key_is_another_entry():
    disk_cache.store("rows", KEY, some_arrays())
    assert disk_cache.load("rows", {**KEY, "seed": 7}) is None
    assert disk_cache.load("rows", {**KEY, "size": 1}) is None
    assert disk_cache.load("texts", KEY) is None
    assert disk_cache.load("rows", dict(reversed(KEY.items()))) is not None


def test_any_changed_byte_is_noticed_and_the_file_removed():
    disk_cache.store("rows", KEY, some_arrays())
    good = the_file().read_bytes()
    mapped_bytes = 0
    for place in [*range(0, 700), *range(700, len(good), 53)]:
        damaged = bytearray(good)
        damaged[place] ^= 1
        path = cache_folder() / disk_cache._path("rows", KEY).name
        path.write_bytes(damaged)
        loaded = disk_cache.load("rows", KEY)
        if loaded is None:
            assert not path.exists()
        else:  # only the padding between two arrays may change unnoticed
            mapped_bytes += 1
            assert all(np.array_equal(loaded[n], a) for n, a in some_arrays().items())
    assert mapped_bytes < 120


@pytest.mark.parametrize("keep", [0, 7, 100, 5000, -1])
def test_a_file_that_is_cut_short_counts_as_missing(keep):
    disk_cache.store("rows", KEY, some_arrays())
    path = the_file()
    path.write_bytes(path.read_bytes()[:keep])
    assert disk_cache.load("rows", KEY) is None and not path.exists()


def test_an_entry_of_another_key_under_this_name_is_not_trusted():
    disk_cache.store("rows", {"other": 1}, some_arrays())
    the_file().rename(disk_cache._path("rows", KEY))
    assert disk_cache.load("rows", KEY) is None


def test_a_store_that_fails_half_way_leaves_nothing_behind(monkeypatch, capsys):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk_cache.np, "save", full)
    assert not disk_cache.store("rows", KEY, some_arrays())
    assert list(cache_folder().iterdir()) == []
    message = capsys.readouterr().err
    assert "No space left on device" in message and "Set LAB_CACHE" in message
    assert message.count("\n") == 1


def test_an_interrupted_store_leaves_nothing_behind(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(disk_cache.np, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        disk_cache.store("rows", KEY, some_arrays())
    assert list(cache_folder().iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_warning_and_no_error(monkeypatch, tmp_path, capsys):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "a file" / "cache"))
    assert disk_cache.load("rows", KEY) is None
    assert not disk_cache.store("rows", KEY, some_arrays())
    assert capsys.readouterr().err.count("\n") == 1


def test_the_cache_is_bounded_and_the_entry_used_longest_ago_goes_first(monkeypatch):
    monkeypatch.setattr(disk_cache, "LIMIT", 70_000)
    for i in range(3):
        disk_cache.store("rows", {"entry": i}, some_arrays(i))
        os.utime(disk_cache._path("rows", {"entry": i}), (i, i))
    assert disk_cache.load("rows", {"entry": 0}) is not None  # so 1 is now the oldest
    disk_cache.store("rows", {"entry": 3}, some_arrays(3))
    kept = [i for i in range(4) if disk_cache.load("rows", {"entry": i})]
    assert kept == [0, 2, 3]


def test_an_entry_larger_than_the_bound_is_kept_alone(monkeypatch):
    disk_cache.store("rows", {"entry": 0}, some_arrays())
    monkeypatch.setattr(disk_cache, "LIMIT", 10)
    disk_cache.store("rows", KEY, some_arrays())
    assert disk_cache.load("rows", KEY) is not None and the_file()


def test_only_abandoned_unfinished_files_are_removed():
    cache_folder().mkdir()
    old, new = cache_folder() / "a.unfinished", cache_folder() / "b.unfinished"
    for file in (old, new):
        file.write_text("")
    os.utime(old, (time.time() - 7200,) * 2)
    disk_cache.store("rows", KEY, some_arrays())
    assert (old.exists(), new.exists()) == (False, True)


def test_others_may_read_what_one_user_has_stored():
    disk_cache.store("rows", KEY, some_arrays())
    assert the_file().stat().st_mode & 0o444 == 0o444


def store_and_load(seed):
    for _ in range(20):
        disk_cache.store("rows", KEY, some_arrays())
        loaded = disk_cache.load("rows", KEY)
        if not np.array_equal(loaded["large"], some_arrays()["large"]):
            return False
    return True


def test_processes_share_the_folder_safely():
    with ProcessPoolExecutor(3) as pool:
        assert all(pool.map(store_and_load, range(3)))
