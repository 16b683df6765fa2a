"""The first cell of a notebook: quiet when all is well, one line for each obstacle."""

import sys
import types

import pytest
import torch

from helpers.notebook import first_cell
from helpers.notebook.first_cell import first_steps

VERSION = first_cell.installed_version(first_cell.DISTRIBUTION)


def test_all_is_well(capsys):
    first_steps(VERSION)
    assert capsys.readouterr().out == "Ready.\n"


def test_a_notebook_of_another_version_is_told_what_to_do(capsys):
    first_steps("0.1")
    line, ready = capsys.readouterr().out.splitlines()
    assert f"course version 0.1, installed is {VERSION}" in line
    assert "download the notebook again" in line
    assert ready == "Ready."


def test_an_old_python_is_told_which_one_is_needed(capsys, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 8, 1))
    first_steps(VERSION)
    assert "This is Python 3.8; the course needs 3.11 or later" in capsys.readouterr().out


@pytest.mark.parametrize(("has_gpu", "hints"), [(False, 1), (True, 0)])
def test_colab_is_told_of_a_gpu_only_when_there_is_one_to_turn_on(
    capsys, monkeypatch, has_gpu, hints
):
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_gpu)
    first_steps(VERSION)
    assert capsys.readouterr().out.count("GPU to turn on") == hints
