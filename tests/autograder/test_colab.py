"""Notebooks as Colab saves them, all the way: collected from a zip, repaired, graded."""

from __future__ import annotations

import json
import zipfile

import nbformat
import pytest

from autograder.grading.grade import Settings, grade
from autograder.intake.collect import collect
from autograder.intake.roster import Roster, Student
from tests.autograder.toy_course import ANSWERS, DOUBLE, MEAN, SQUARE, make_course, scores, submit

pytestmark = pytest.mark.usefixtures("sandboxes_can_be_made")

CLASS = Roster([Student("al1", "Ada", "Lovelace", "ada@example.org", "4711")])


def as_colab_saves(notebook, answers) -> bytes:
    """No cell ids but Colab's own, its metadata and outputs, sources as lists, a cell added."""
    cells = []
    for number, cell in enumerate(notebook.cells):
        mark = cell.metadata.get("nbgrader", {})
        source = answers.get(mark.get("grade_id"), cell.source) if mark else cell.source
        shown = {"colab": {"base_uri": "https://localhost:8080/"}, "outputId": f"{number:08x}-a1b2"}
        saved = {
            "cell_type": cell.cell_type,
            "source": source.splitlines(keepends=True),
            "metadata": {**cell.metadata, "id": f"kQ{number}x", **shown},
        }
        if cell.cell_type == "code":
            text = {"output_type": "stream", "name": "stdout", "text": ["seen on Colab\n"]}
            saved |= {"execution_count": number, "outputs": [text]}
        cells.append(saved)
    mount = {"cell_type": "code", "source": ["from google.colab import drive"]}
    cells.insert(0, {**mount, "metadata": {"id": "m"}, "execution_count": None, "outputs": []})
    metadata = {
        "colab": {"provenance": [], "gpuType": "T4", "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "accelerator": "GPU",
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    document = {"nbformat": 4, "nbformat_minor": 0, "metadata": metadata, "cells": cells}
    return json.dumps(document).encode()


def test_what_was_answered_on_colab_gets_its_points(tmp_path):
    course = make_course(tmp_path / "toy")
    answers = {**ANSWERS, "square": "def square(x):\n    return 9"}  # passes the visible test only
    drive = tmp_path / "drive.zip"
    with zipfile.ZipFile(drive, "w") as archive:
        for name in ("1_first", "2_second"):
            released = nbformat.read(course.released / f"{name}.ipynb", as_version=4)
            copy = f"Ada Lovelace - Copy of {name} (1).ipynb"
            archive.writestr(copy, as_colab_saves(released, answers))

    result = collect(course, drive, roster=CLASS)
    assert result.unmatched == []
    progress = grade(course, Settings(jobs=1))

    assert progress.failed == {}
    assert scores(course) == {"al1": {"square-test": 0, "double-test": 2, "mean-test": 4, "why": 0}}
    graded = nbformat.read(course.autograded / "al1" / "lab6" / "2_second.ipynb", as_version=4)
    assert MEAN in [cell.source for cell in graded.cells]
    assert "seen on Colab" not in json.dumps(graded)


def test_what_only_colab_has_costs_no_points(tmp_path):
    course = make_course(tmp_path / "toy")
    mount = (
        "from google.colab import drive, files\ndrive.mount('/content/drive', force_remount=True)\n"
    )
    widgets = "import google.colab.output as output\noutput.enable_custom_widget_manager()\n"
    upload = "from google.colab.patches import cv2_imshow\nassert not dict(files.upload())\n"
    answers = {"square": mount + SQUARE, "double": widgets + upload + DOUBLE}
    submit(course, "ada", answers)
    left = "import sys\nassert 'google.colab' not in sys.modules\n"  # nobody is on Colab unasked
    submit(course, "bob", {"square": left + SQUARE, "double": DOUBLE})
    grade(course, Settings(jobs=1))
    for student in ("ada", "bob"):
        assert scores(course)[student]["square-test"] == 3
        assert scores(course)[student]["double-test"] == 2
