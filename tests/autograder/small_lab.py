"""A lab of two short notebooks in the form of the real one, for tests of what grades a class."""

from __future__ import annotations

import copy
import json

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

FIRST, SECOND = "1_words", "2_slopes"
SECRET_SEED = 716253

ANSWERS = {
    "ex1-double": "def double(x):\n    return 2 * x",
    "ex1-shout": "def shout(word):\n    return word.upper() + '!'",
    "ex2-proof": "Because $x^2 \\ge 0$, the minimum is at 0.",
    "ex2-slope": "slope = 4.0",
}


def _mark(grade_id: str, *, points=None, solution=False, locked=False) -> dict:
    mark = {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {"nbgrader": mark if points is None else {**mark, "points": points}}


def _answer(grade_id: str) -> NotebookNode:
    source = f"### BEGIN SOLUTION\n{ANSWERS[grade_id]}\n### END SOLUTION"
    return new_code_cell(source, metadata=_mark(grade_id, solution=True), id=grade_id)


def _test(grade_id: str, points: int, test: str, hidden: str) -> NotebookNode:
    source = f"{test}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    mark = _mark(f"{grade_id}-test", points=points, locked=True)
    return new_code_cell(source, metadata=mark, id=f"{grade_id}-test")


def _check(grade_id: str, condition: str, words: str) -> str:
    """A test cell: an assertion with its own words."""
    return f"# check {grade_id}\nassert {condition}, {words!r}"


def source_notebooks() -> dict[str, NotebookNode]:
    """The instructor's notebooks, with answers and hidden tests."""
    first = [
        new_markdown_cell("# Words\n\nTwo tasks about words and numbers.", id="title"),
        new_code_cell("import math", metadata=_mark("imports", locked=True), id="imports"),
        new_markdown_cell("## Task 1\n\nWrite `double(x)`, which doubles a number.", id="prose-1"),
        _answer("ex1-double"),
        _test(
            "ex1-double",
            3,
            _check("ex1-double", "double(2) == 4", "two"),
            f"seed = {SECRET_SEED}\n"
            + _check("ex1-double", "double(-321) == -642", "negative numbers"),
        ),
        new_markdown_cell("A look at what your function does to the first numbers.", id="prose-2"),
        new_code_cell("numbers = list(range(5))\nprint('numbers', numbers)", id="look"),
        new_markdown_cell(
            "## Task 2\n\nWrite `shout(word)`, in capitals with a mark.", id="prose-3"
        ),
        _answer("ex1-shout"),
        _test(
            "ex1-shout",
            4,
            _check("ex1-shout", "shout('hey') == 'HEY!'", "capitals"),
            _check("ex1-shout", "shout('zyx') == 'ZYX!'", "other words"),
        ),
        new_markdown_cell("That was the first notebook.", id="end"),
    ]
    second = [
        new_markdown_cell("# Slopes\n\nOne proof and one number.", id="title"),
        new_code_cell("import math", metadata=_mark("imports", locked=True), id="imports"),
        new_markdown_cell("## Proof\n\nShow that $x^2$ has its minimum at 0.", id="prose-1"),
        new_markdown_cell(
            f"### BEGIN SOLUTION\n{ANSWERS['ex2-proof']}\n### END SOLUTION",
            metadata=_mark("ex2-proof", points=4, solution=True),
            id="ex2-proof",
        ),
        new_markdown_cell("## Slope\n\nThe slope of $x^2$ at $x = 2$.", id="prose-2"),
        _answer("ex2-slope"),
        _test(
            "ex2-slope",
            2,
            _check("ex2-slope", "slope > 0", "the sign"),
            _check("ex2-slope", "abs(slope - 4.0) < 1e-9", "the rule"),
        ),
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {
        name: new_notebook(cells=cells, metadata=copy.deepcopy(kernel))
        for name, cells in ((FIRST, first), (SECOND, second))
    }


def releases() -> dict[str, NotebookNode]:
    """The students' notebooks, as nbgrader would generate them."""
    from nbgrader.preprocessors import ClearHiddenTests, ComputeChecksums, LockCells

    from autograder.authoring.release import NameOpenTask

    made = {}
    for name, notebook in source_notebooks().items():
        for step in (LockCells, NameOpenTask, ClearHiddenTests, ComputeChecksums):
            notebook, _ = step().preprocess(notebook, {})
        made[name] = nbformat.reads(nbformat.writes(notebook), as_version=4)
    return made


def cell_of(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell with this cell id or grade id."""
    for cell in notebook.cells:
        if name in (cell.get("id"), cell.metadata.get("nbgrader", {}).get("grade_id")):
            return cell
    raise KeyError(name)


def answered(name: str, **answers: str) -> NotebookNode:
    """A complete submission; `ex1_double="..."` replaces an answer."""
    notebook = releases()[name]
    for grade_id, answer in ANSWERS.items():
        if any(grade_id == cell.get("id") for cell in notebook.cells):
            cell_of(notebook, grade_id).source = answers.get(grade_id.replace("-", "_"), answer)
    return notebook


def as_bytes(notebook: NotebookNode) -> bytes:
    return json.dumps(notebook).encode()
