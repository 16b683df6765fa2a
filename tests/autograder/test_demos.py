"""Grading leaves out cells that only show something, unless a student's own cell needs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.authoring.text_notebook import grade_id, read_text
from autograder.course import find_course
from autograder.running.demos import names_made, names_used, unneeded_demos
from tests.autograder.toy_course import answer, graded, locked

COURSE = find_course(Path(__file__).parents[2])


def demo(source: str):
    cell = locked("look", source)
    cell.metadata["tags"] = ["demo"]
    return cell


def left_out(*cells) -> set[int]:
    return unneeded_demos(new_notebook(cells=list(cells)))


def test_a_demo_that_nothing_needs_is_left_out():
    cells = [
        locked("data", "x = 1"),
        demo("y = x + 1\nprint(y)"),
        answer("f", "def f(x): return x"),
    ]
    assert left_out(*cells) == {1}


@pytest.mark.parametrize(
    "own",
    [
        "print(y)",
        "def f():\n    return y",
        "numbers = [n for n in range(y)]",
        "y += 1",
        "%time f()",
        "eval('y')",
        "globals()['y']",
        "if y:\n    y = 2",
        "print(y)\ny = 3",
    ],
)
def test_a_demo_is_run_where_a_students_cell_may_use_its_names(own):
    assert left_out(demo("y = 2"), new_code_cell(own)) == set()
    assert left_out(demo("y = 2"), answer("f", own)) == set()


@pytest.mark.parametrize(
    "own", ["y = 3\nprint(y)", "def f(y):\n    return y", "model.eval()", "[y for y in range(3)]"]
)
def test_a_name_that_the_student_makes_is_no_reason_to_run_a_demo(own):
    assert left_out(demo("y = 2"), new_code_cell(own)) == {0}


def test_a_demo_that_is_run_brings_the_demos_that_it_needs():
    cells = [demo("a = 1"), demo("b = a"), demo("c = 3"), new_code_cell("print(b)")]
    assert left_out(*cells) == {2}


def test_what_the_test_cells_use_is_the_authors_business():
    assert left_out(demo("y = 2"), graded("t", "check(y)", "check(y)", 1)) == {0}


def test_a_cell_is_no_demo_because_a_student_says_so():
    own = new_code_cell("y = 2", metadata={"tags": ["demo"]})
    assert left_out(own) == set()


def test_what_cannot_be_read_costs_nothing():
    assert names_made("def (") == set()
    assert names_used("x = " + "(" * 5000) is None
    assert left_out(demo("def ("), new_code_cell("print(1)")) == {0}


@pytest.mark.parametrize("name", COURSE.names)
def test_no_task_of_the_course_needs_a_demo(name):
    """Neither the reference answers nor the locked cells between them use a name of a demo."""
    notebook = read_text(COURSE, name)
    demos = {i for i, cell in enumerate(notebook.cells) if "demo" in cell.metadata.get("tags", ())}
    assert demos and unneeded_demos(notebook) == demos
    others = [c for i, c in enumerate(notebook.cells) if c.cell_type == "code" and i not in demos]
    made_by_others: set[str] = set()
    made_by_demos = set().union(*(names_made(notebook.cells[i].source) for i in demos))
    for cell in others:
        made_by_others |= names_made(cell.source)
        used = names_used(cell.source.replace("globals()", "None")) or set()
        assert not used & made_by_demos - made_by_others, grade_id(cell)
