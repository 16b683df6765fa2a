import random

import numpy as np
import pytest
import torch

from helpers import runtime


def test_the_device_is_the_one_that_lab_device_names(monkeypatch):
    monkeypatch.setenv("LAB_DEVICE", "cpu")
    assert runtime.get_device() == torch.device("cpu")


@pytest.mark.parametrize("wanted", ["gpu", "cuda:77", "cpu:x"])
def test_an_unusable_lab_device_is_one_line_that_says_what_to_set(monkeypatch, wanted):
    monkeypatch.setenv("LAB_DEVICE", wanted)
    with pytest.raises(runtime.DeviceError, match="Set it to cpu, cuda or mps") as error:
        runtime.get_device()
    assert "\n" not in str(error.value) and wanted in str(error.value)


def test_cuda_comes_before_mps_and_mps_before_the_cpu(monkeypatch):
    monkeypatch.delenv("LAB_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert runtime.get_device().type == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert runtime.get_device().type == "mps"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert runtime.get_device().type == "cpu"


def test_the_same_seed_gives_the_same_numbers_everywhere():
    def draw():
        return random.random(), np.random.rand(), torch.rand(1).item()

    runtime.set_seed(3)
    first = draw()
    runtime.set_seed(3)
    assert draw() == first
    runtime.set_seed(4)
    assert draw() != first


def test_the_cache_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("LAB_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert runtime.cache_folder() == tmp_path / "xdg" / "overfitting-lab"
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "own"))
    assert runtime.cache_folder() == tmp_path / "own"


def test_grading_is_what_nbgrader_says(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert not runtime.is_grading()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert runtime.is_grading()
