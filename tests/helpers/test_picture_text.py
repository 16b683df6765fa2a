"""The texts of pictures: what they say, and that every plot of a notebook carries one."""

import base64
import re
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from helpers.notebook.picture_text import picture_html, picture_text
from helpers.plots import get_training_progress_plot
from tests.patience import PATIENCE

PLOT = """\
import matplotlib.pyplot as plt
plt.plot([3, 2, 1], label="a & <b>")
plt.title('The "title"')
plt.legend()
plt.show()"""


@pytest.fixture(autouse=True)
def no_window():
    plt.switch_backend("agg")
    yield
    plt.close("all")


def outputs_of(*sources: str, **environment: str) -> list:
    """What the last of some cells shows, in a kernel of its own."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NBGRADER_EXECUTION", raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        client.execute()
    return notebook.cells[-1].outputs


def test_titles_axes_and_curves_are_said():
    get_training_progress_plot([0.6, 0.1], [0.7, 1.0], [0.5, 0.9], [0.75, 0.8])
    text = picture_text(plt.gcf())
    assert text.startswith("2 plots. Loss over the epochs. Across: epoch. Up: loss (binary")
    assert (
        "training from 0.6 to 0.1; validation from 0.5 to 0.9; lowest validation: epoch 1" in text
    )
    assert "Accuracy over the epochs." in text


def test_formulas_are_said_without_the_signs_of_tex():
    plt.plot([1, 2])
    plt.xlabel(r"$\lambda_1$ and snake_case")
    assert picture_text(plt.gcf()) == "Across: λ1 and snake_case. one curve from 1 to 2."


def test_marks_and_reference_lines_are_no_curves():
    plt.plot(0, 0, "+")
    plt.plot([1, 4])
    plt.axhline(2, label="bound")
    plt.legend()
    assert picture_text(plt.gcf()) == "bound; one curve from 1 to 4."


def test_a_curve_that_falls_and_rises_again_says_where_it_was_lowest():
    plt.plot([1, 2, 3], [0.5, 0.25, 0.75], label="validation")
    assert picture_text(plt.gcf()) == "validation from 0.5 to 0.75, lowest 0.25 at 2."


def test_single_points_are_said_one_by_one():
    plt.plot([0, 3], [0.5, 4321], "o", label="positive")
    assert picture_text(plt.gcf()) == "positive at 0.5, 4,321."


def test_named_bars_are_said_with_their_heights():
    plt.barh(["dropout", "smaller"], [0.25, 0.5])
    plt.suptitle("Loss")
    assert picture_text(plt.gcf()) == "Loss. dropout 0.25; smaller 0.5."


def test_a_picture_without_words_says_so():
    assert picture_text(plt.figure()) == "A plot without a title."


def test_the_text_cannot_leave_its_attribute():
    assert picture_html("AAAA", '"><script>') == (
        '<img alt="&quot;&gt;&lt;script&gt;" src="data:image/png;base64,AAAA">'
    )


@pytest.mark.slow
def test_after_the_first_cell_a_plain_plot_carries_its_text():
    first = "from helpers import first_steps; first_steps(version='1.0.0')"
    (output,) = outputs_of(first, PLOT)
    alt, png = re.fullmatch(
        r'<img alt="([^"]*)" src="data:image/png;base64,([^"]*)">', output.data["text/html"]
    ).groups()
    assert alt == "The &quot;title&quot;. a &amp; &lt;b&gt; from 3 to 1."
    assert base64.b64decode(png).startswith(b"\x89PNG")
    assert output.data["image/png"].strip() == png  # for viewers that take no HTML, drawn once
    assert output.metadata["image/png"]["alt"].startswith('The "title". a & <b>')


@pytest.mark.slow
def test_each_show_draws_the_figure_as_it_is_then():
    first = "from helpers.notebook.picture_text import describe_pictures; describe_pictures()"
    (one,) = outputs_of(first, PLOT)
    (two,) = outputs_of(first, PLOT, PLOT.replace("3, 2, 1", "9, 9, 9"))
    assert one.data["image/png"] != two.data["image/png"]
    assert two.data["image/png"].strip() in two.data["text/html"]
    assert "from 9 to 9" in two.data["text/html"]


@pytest.mark.slow
def test_a_picture_for_fine_screens_keeps_its_size():
    first = (
        "from helpers.notebook.picture_text import describe_pictures; describe_pictures()\n"
        "from matplotlib_inline.backend_inline import set_matplotlib_formats\n"
        "set_matplotlib_formats('retina')"
    )
    (output,) = outputs_of(first, PLOT)
    width = output.metadata["image/png"]["width"]
    assert output.data["text/html"].endswith(f' width="{width}">')


@pytest.mark.slow
def test_where_no_png_is_wanted_none_is_made():
    first = (
        "from helpers.notebook.picture_text import describe_pictures; describe_pictures()\n"
        "from matplotlib_inline.backend_inline import set_matplotlib_formats\n"
        "set_matplotlib_formats('svg')"
    )
    (output,) = outputs_of(first, PLOT)
    assert set(output.data) == {"image/svg+xml", "text/plain"}


def test_while_grading_pictures_stay_as_they_are():
    first = "from helpers.notebook.picture_text import describe_pictures; describe_pictures()"
    (output,) = outputs_of(first, PLOT, NBGRADER_EXECUTION="autograde")
    assert set(output.data) == {"image/png", "text/plain"}


def test_nothing_imports_matplotlib_before_the_first_picture():
    code = (
        "import sys, helpers, helpers.notebook.first_cell as first; first.describe_pictures();"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
