"""No test of the data sees the caches, the archive or the settings of the machine it runs on."""

import pytest

from helpers import reviews


@pytest.fixture(autouse=True)
def own_folders(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    for name in ("IMDB_ROOT", "LAB_SOURCE", "NBGRADER_EXECUTION", "LAB_DEVICE"):
        monkeypatch.delenv(name, raising=False)
    reviews._say_once.cache_clear()
