"""`autograder lab`: which notebooks it opens, and that a server is there with the start page."""

import json
import subprocess
import sys
import urllib.request

import pytest

from autograder import lab
from autograder.errors import AutograderError
from tests.autograder.conftest import ROOT
from tests.browser.lab import TOKEN, free_port, served


def test_in_the_course_the_released_notebooks_are_opened(monkeypatch):
    monkeypatch.chdir(ROOT / "solutions")
    assert lab._notebooks() == ROOT / "notebooks" / "lab6"


@pytest.mark.parametrize("place", [".", "statistics1"])
def test_elsewhere_those_of_the_working_directory_are_opened(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / place).mkdir(exist_ok=True)
    for name in ("1.ipynb", lab.START):
        (tmp_path / place / name).touch()
    assert lab._notebooks() == tmp_path / place


def test_without_notebooks_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AutograderError, match="unpack the zip of the course and run this in its"):
        lab.open_lab()


def test_a_folder_that_is_none_is_an_error(tmp_path):
    with pytest.raises(AutograderError, match="is no folder: name the one with the notebooks"):
        lab.open_lab(tmp_path / "none")


def test_without_jupyterlab_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    with pytest.raises(AutograderError, match="-m pip install jupyterlab"):
        lab.open_lab(tmp_path)


def test_a_server_runs_with_the_start_page_and_the_options_that_were_given(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    folder, port = tmp_path / "my notebooks", free_port()
    folder.mkdir()
    (folder / "START_HERE.md").write_text("# Start here")
    command = [sys.executable, "-m", "autograder", "lab", "--folder", str(folder)]
    command += ["--no-browser", f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1"]
    with served(command, port, tmp_path) as address:
        request = urllib.request.Request(f"{address}/api/contents")
        request.add_header("Authorization", f"token {TOKEN}")
        listed = json.load(urllib.request.urlopen(request))
        request.full_url = f"{address}/lab/api/workspaces/start"
        workspace = json.load(urllib.request.urlopen(request))
    assert [entry["name"] for entry in listed["content"]] == ["START_HERE.md"]
    assert "START_HERE.md" in json.dumps(workspace["data"])


def test_make_lab_calls_it():
    command = ["make", "-n", "--no-print-directory", "lab", "LAB_OPTIONS=--no-browser", "VENV=v"]
    said = subprocess.check_output(command, cwd=ROOT, text=True)
    assert said.splitlines()[-1] == "v/bin/autograder lab --no-browser"
