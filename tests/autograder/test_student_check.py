"""A student sees in the terminal what passes, what is open, and the points, and nothing else."""

import io

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from rich.console import Console

from autograder import student_check
from autograder.authoring import variants
from autograder.errors import AutograderError
from autograder.student_check import check_notebook, print_checked
from tests.patience import PATIENCE

TOKENIZE = """\
import string
def tokenize(data_list):
    table = str.maketrans('', '', string.punctuation)
    return [text.translate(table).split() for text in data_list]
"""
WRONG = "def get_index_vector(sequence, size=10000):\n    return [0] * size"


def test_cell(grade_id):
    source = f'from autograder.checks import check\ncheck("{grade_id}", globals())'
    return new_code_cell(source)


test_cell.__test__ = False


def written(grade_id, source):
    mark = {"grade": True, "solution": True, "grade_id": grade_id, "points": 4}
    return new_markdown_cell(source, metadata={"nbgrader": mark})


def saved(tmp_path, *cells):
    path = tmp_path / "my notebook.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def shown(checked):
    console = Console(file=io.StringIO(), width=120, highlight=False)
    print_checked(checked, console)
    return console.file.getvalue()


def test_an_id_that_is_missing_is_named(tmp_path):
    cells = [new_code_cell(source) for source in (variants.ASK, variants.LOOK_UP)]
    checked = check_notebook(saved(tmp_path, *cells, test_cell("ex4-max-learning-rate")))
    assert "did not run to its end: `student_id` is empty" in shown(checked)


def test_what_passes_fails_and_is_open_with_the_points(tmp_path):
    path = saved(
        tmp_path,
        new_code_cell(TOKENIZE),
        test_cell("ex1-tokenize"),
        new_code_cell(WRONG),
        test_cell("ex1-index-vector"),
        written("ex1-essay", "*Task ex1-essay: replace this line with your answer.*"),
        written("ex1-proof", "Because it is so."),
        new_code_cell("raise ValueError('a cell of my own')"),
    )
    seen = []
    checked = check_notebook(path, advance=lambda done, cells: seen.append((done, cells)))
    states = {task.grade_id: task.state for task in checked.tasks}
    assert states["ex1-tokenize"] == "passed"
    assert states["ex1-index-vector"] == "failed"
    assert states["ex1-dataset"] == "open"  # its test cell is gone: checked all the same
    assert states["ex1-essay"] == "open" and states["ex1-proof"] == "written"
    assert (checked.reached, checked.possible, checked.written) == (3, 30, 8)
    assert not checked.is_complete and not checked.stopped
    assert seen[-1] == (7, 8)
    text = shown(checked)
    assert "3 of 30 points that the checks here can give. Another 8 points" in text
    assert "Hint:" in text
    assert "Traceback" not in text and "nbgrader" not in text
    assert text.index("ex1-tokenize") < text.index("ex1-index-vector") < text.index("ex1-dataset")


def test_a_kernel_that_ends_early_is_told_with_what_passed_before(tmp_path):
    path = saved(
        tmp_path,
        new_code_cell(TOKENIZE),
        test_cell("ex1-tokenize"),
        new_code_cell("import os\nos._exit(1)"),
    )
    checked = check_notebook(path)
    states = {task.grade_id: task.state for task in checked.tasks}
    assert states["ex1-tokenize"] == "passed" and states["ex1-model"] == "stopped"
    assert "The notebook did not run to its end: the kernel ended in cell 3 of 3." in shown(checked)


class OnlyEndlessCellsAreHurried(NotebookClient):
    def _get_timeout(self, cell):
        endless = cell is not None and "while True" in cell.source
        return super()._get_timeout(cell) if endless else PATIENCE


def test_an_endless_cell_is_stopped_and_the_rest_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(student_check, "NotebookClient", OnlyEndlessCellsAreHurried)
    path = saved(
        tmp_path,
        new_code_cell("import time\nwhile True: time.sleep(0.1)"),
        new_code_cell(TOKENIZE),
        test_cell("ex1-tokenize"),
    )
    checked = check_notebook(path, seconds=2)
    assert checked.tasks[0].state == "passed"


def test_what_is_no_notebook_of_the_course_is_one_clear_error(tmp_path):
    with pytest.raises(AutograderError, match=r"there is no .*: give the path of a notebook"):
        check_notebook(tmp_path / "none.ipynb")
    (tmp_path / "x.ipynb").write_text("no json")
    with pytest.raises(AutograderError, match="cannot be read as a notebook"):
        check_notebook(tmp_path / "x.ipynb")
    with pytest.raises(AutograderError, match="no cell of it calls a check"):
        check_notebook(saved(tmp_path, new_code_cell("x = 1")))


def test_what_the_kernel_logs_is_not_shown(tmp_path, capfd):
    check_notebook(saved(tmp_path, new_code_cell(TOKENIZE), test_cell("ex1-tokenize")))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_fault(tmp_path, encoding):
    path = tmp_path / "holiday.ipynb"
    path.write_text(nbformat.writes(new_notebook(cells=[new_code_cell("x = 1")])), encoding)
    with pytest.raises(AutograderError, match="is no notebook of this course"):
        check_notebook(path)
