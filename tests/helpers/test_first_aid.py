"""Advice below an error: which errors get some, and where none is wanted."""

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from helpers.notebook.first_aid import advice_for, overwritten
from helpers.runtime import DeviceError
from tests.patience import PATIENCE

AID = "from helpers.notebook.first_aid import first_aid\nfirst_aid()"


def said(*sources: str) -> str:
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3", allow_errors=True).execute()
    return "".join(o.get("text", "") for c in notebook.cells for o in c.outputs)


def test_the_advice_is_given_once_however_often_the_first_cell_runs(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert said(AID, AID, "nothing_here").count("What to do: `nothing_here` does not exist") == 1


def test_there_is_none_while_grading(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert said(AID, "nothing_here") == ""


def test_other_errors_get_none():
    assert advice_for(ValueError("whatever"), {}) == ""
    assert advice_for(TypeError("'int' object is not callable"), {"x": 3}) == ""


@pytest.mark.parametrize(
    "error",
    [
        TypeError("'NoneType' object is not iterable"),
        TypeError("unsupported operand type(s) for +: 'NoneType' and 'int'"),
        AttributeError("'NoneType' object has no attribute 'shape'"),
    ],
)
def test_what_an_open_task_gives_gets_advice(error):
    assert "is its task still open?" in advice_for(error, {})


def test_the_errors_of_the_course_say_themselves_what_to_do():
    assert advice_for(DeviceError("Torch not compiled with CUDA enabled"), {}) == ""


def test_only_what_can_no_longer_be_used_counts_as_overwritten():
    names = {"sum": 0, "print": repr, "__loader__": None, "x": 1, "string": "text", "nn": None}
    assert overwritten(names) == ["string", "sum"]


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (TypeError("list is not a Module subclass"), "without the brackets of a list"),
        (TypeError("optimizer can only optimize Tensors, but one is Linear"), "the parameters of"),
        (AttributeError("cannot assign module before Module.__init__() call"), "super().__init__"),
        (RuntimeError("Boolean value of Tensor with more than one value"), "is made first"),
        (
            AttributeError("'Sequential' object has no attribute 'predict'"),
            "called like a function",
        ),
    ],
)
def test_errors_of_a_first_network_get_advice(error, advice):
    assert advice in advice_for(error, {})
