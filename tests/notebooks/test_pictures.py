"""Whoever cannot see the pictures is told what they show: in the notebooks and in the documents."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "solutions" / "lab6").glob("*.ipynb"))
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("solutions/lab6/*.md")]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_plot_says_what_it_shows(path):
    pictures = [
        (cell.metadata.nbgrader.grade_id, output.data.get("text/html", ""))
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) > 5
    for cell, html in pictures:
        text = re.match(r'<img alt="([^"]*)"', html)
        assert text and len(text[1]) > 40, f"the picture of {cell} has no text"


@pytest.mark.parametrize("path", [*NOTEBOOKS, *DOCUMENTS], ids=lambda path: path.name)
def test_every_picture_in_a_text_has_words_that_stand_for_it(path):
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8")
    assert "![](" not in text
    assert all("alt=" in tag for tag in re.findall(r"<img[^>]*>", text))
