"""The course as a whole: tasks, points, hidden seeds, and what notebooks promise."""

import re
from pathlib import Path

import nbformat
import pytest

from autograder.checks import framework
from autograder.course import find_course
from autograder.verdict import tasks

ROOT = Path(__file__).resolve().parents[1]
COURSE = find_course(ROOT)

POINTS = {
    "1_imdb_classifier": {
        "ex1-tokenize": 3,
        "ex1-count-vectorizer": 4,
        "ex1-index-vector": 3,
        "ex1-dataset": 3,
        "ex1-model": 3,
        "ex1-loss-optimizer": 3,
        "ex1-train": 6,
        "ex1-evaluate": 3,
        "ex1-predict": 2,
    },
    "2_regularization": {
        "ex2-original-model": 2,
        "ex2-smaller-model": 1,
        "ex2-train-both": 3,
        "ex2-bigger-model": 1,
        "ex2-train-bigger": 2,
        "ex2-decayed-step": 3,
        "ex2-weight-decay": 3,
        "ex2-dropout-layer": 3,
        "ex2-dropout": 3,
        "ex2-early-stopping": 3,
        "ex2-evaluate": 1,
    },
    "3_gradient_descent_theory": {
        "ex3-minimum": 4,
        "ex3-hessian": 2,
        "ex3-eigenvectors": 3,
        "ex3-gradient": 2,
        "ex3-step": 2,
        "ex3-trajectory": 2,
        "ex3-max-learning-rate": 3,
        "ex3-convergence-rate": 3,
        "ex3-slowest-direction": 4,
    },
    "4_momentum_playground": {
        "ex4-gradient": 3,
        "ex4-gradient-descent": 4,
        "ex4-max-learning-rate": 3,
        "ex4-condition-number": 3,
        "ex4-momentum": 4,
        "ex4-momentum-choice": 1,
        "ex4-round-surface": 2,
    },
}
BY_HAND = {"ex3-minimum", "ex3-slowest-direction"}
IMPORTS = {
    "1_imdb_classifier": "torch nn Tensor plt device RMSprop Adam DataLoader Dataset train_dataset "
    "val_dataset test_dataset input_size Counter string get_accuracy first_ten",
    "2_regularization": "torch nn Tensor plt device RMSprop Adam DataLoader Dataset train_dataset "
    "val_dataset test_dataset input_size train evaluate early_dropout_model",
    "3_gradient_descent_theory": "torch nn Tensor plt device sp lambda_1 lambda_2 alpha_1 alpha_2 "
    "x_1 x_2",
    "4_momentum_playground": "torch nn Tensor plt device quad_function stiff_function start",
}


def cells(name, folder=COURSE.solutions):
    return nbformat.read(folder / f"{name}.ipynb", as_version=4).cells


def nbgrader(cell):
    return cell.metadata.get("nbgrader", {})


def test_there_are_four_notebooks_and_a_hundred_points():
    assert list(POINTS) == COURSE.names
    assert sum(sum(tasks.values()) for tasks in POINTS.values()) == 100


@pytest.mark.parametrize("name", POINTS)
def test_every_task_is_there_in_order_with_its_points(name):
    graded = {
        nbgrader(cell)["grade_id"].removesuffix("-test"): nbgrader(cell)["points"]
        for cell in cells(name)
        if nbgrader(cell).get("grade")
    }
    assert list(graded.items()) == list(POINTS[name].items())


@pytest.mark.parametrize("name", POINTS)
def test_the_table_of_tasks_has_the_same_points_and_no_check_has_others(name):
    for grade_id, points in POINTS[name].items():
        if grade_id not in BY_HAND:
            assert tasks()[grade_id].points == points
            assert framework.load(grade_id).points in (None, points)


@pytest.mark.parametrize("name", POINTS)
def test_every_check_is_called_visibly_and_hidden_in_its_own_test_cell(name):
    for cell in cells(name):
        grade_id = nbgrader(cell).get("grade_id", "")
        if not grade_id.endswith("-test"):
            continue
        task = grade_id.removesuffix("-test")
        visible, hidden = cell.source.split("### BEGIN HIDDEN TESTS")
        assert visible.startswith("from autograder.checks import check")
        assert f'check("{task}", globals())' in visible
        assert f'check("{task}", globals(), hidden=' in hidden


def test_no_two_hidden_tests_share_a_seed():
    text = "".join(cell.source for name in POINTS for cell in cells(name))
    seeds = re.findall(r"hidden=(\d{4,})", text)
    assert len(seeds) == len(set(seeds)) >= 34


@pytest.mark.parametrize("name", POINTS)
def test_the_promised_names_are_bound_outside_the_answers(name):
    given = "\n".join(
        cell.source
        for cell in cells(name)
        if cell.cell_type == "code" and not nbgrader(cell).get("solution")
    )
    missing = [n for n in IMPORTS[name].split() if not re.search(rf"\b{n}\b", given)]
    assert missing == []


@pytest.mark.parametrize("name", POINTS)
def test_no_cell_is_longer_than_a_screen(name):
    long = {c.id: len(c.source.splitlines()) for c in cells(name) if c.cell_type == "code"}
    assert {cell: lines for cell, lines in long.items() if lines > 45} == {}


@pytest.mark.parametrize("name", POINTS)
def test_no_stored_output_is_an_error_or_a_warning(name):
    for cell in cells(name):
        for output in cell.get("outputs", []):
            assert output.output_type != "error", cell.id
            assert "Warning" not in str(output.get("text", "")), cell.id
