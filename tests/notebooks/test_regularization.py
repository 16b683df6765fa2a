"""What notebook 2 says is true of what its cells show, and a mistake costs its own points only."""

import contextlib
import io
import warnings
from pathlib import Path

import jupytext
import nbformat
import pytest
import torch

from autograder.checks import framework
from helpers import training

SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"
TEXT = SOLUTIONS / "text" / "2_regularization.py"
STORED = SOLUTIONS / "lab6" / "2_regularization.ipynb"
PROMISED = (
    "torch nn Tensor plt device RMSprop Adam DataLoader Dataset train_dataset val_dataset "
    "test_dataset input_size train evaluate"
)


def grade_id(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def cells() -> list:
    return [c for c in jupytext.read(TEXT, fmt="py:percent").cells if grade_id(c) != "setup"]


def is_answer(cell) -> bool:
    marks = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(marks.get("solution"))


def run(answers: dict[str, str] | None = None) -> tuple[dict, dict[str, str], dict[str, str]]:
    """Run it in plain Python on the grading sample, some answers replaced.

    Returns the names at the end, what each cell printed, and what each cell raised.
    """
    framework.outcomes.clear()
    training.last_calls.clear()
    names, printed, raised = {"__name__": "__main__"}, {}, {}
    for cell in cells():
        if cell.cell_type != "code":
            continue
        if is_answer(cell):
            names[f"before {grade_id(cell)}"] = set(names)
        source = (answers or {}).get(grade_id(cell), cell.source)
        with contextlib.redirect_stdout(io.StringIO()) as screen, warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            try:
                exec(compile(source, grade_id(cell), "exec"), names)
            except Exception as error:
                raised[grade_id(cell)] = str(error)
        printed[grade_id(cell)] = screen.getvalue()
        if "plt" in names:
            names["plt"].close("all")
    framework.outcomes.clear()
    training.last_calls.clear()
    return names, printed, raised


@pytest.fixture(scope="module", autouse=True)
def grading_sample():
    import matplotlib

    backend, threads = matplotlib.get_backend(), torch.get_num_threads()
    matplotlib.use("Agg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NBGRADER_EXECUTION", "autograde")
        patch.setenv("LAB_DEVICE", "cpu")
        yield
    matplotlib.use(backend)
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def solved():
    return run()


@pytest.fixture(scope="module")
def names(solved) -> dict:
    return solved[0]


def test_the_solution_passes_its_own_checks(solved):
    _, printed, raised = solved
    assert raised == {}
    assert "25 of 25 points" in printed["progress"]


def test_the_promised_names_are_there_before_every_answer(names):
    before = [value for key, value in names.items() if key.startswith("before ex2-")]
    assert len(before) == 9
    assert all(set(PROMISED.split()) <= there for there in before)
    assert "early_dropout_model" in names["before ex2-evaluate"]
    assert names["input_size"] == 10_000


def test_an_unanswered_notebook_stops_only_at_the_tasks():
    tasks = [grade_id(cell) for cell in cells() if is_answer(cell)]
    _, printed, raised = run(dict.fromkeys(tasks, "raise NotImplementedError('open')"))
    assert set(raised) == {*tasks, *(f"{task}-test" for task in tasks)}
    assert "0 of 25 points" in printed["progress"]


def test_wrong_models_and_a_wrong_rule_cost_their_own_points_only():
    """Without a sigmoid the loss would fail, so the training tasks would be lost with the model."""
    linear = "{}_model = nn.Sequential(nn.Linear(input_size, 1)).to(device)"
    wrong = {
        "ex2-original-model": linear.format("original"),
        "ex2-smaller-model": "raise SyntaxError",
        "ex2-bigger-model": linear.format("bigger"),
        "ex2-early-stopping": "def should_stop(val_losses, patience): return patience[0]",
    }
    _, printed, raised = run(wrong)
    assert set(raised) == {"ex2-smaller-model", *(f"{task}-test" for task in wrong)}
    assert "15 of 25 points" in printed["progress"]


def test_a_ready_made_network_is_no_answer():
    answer = "original_model = ready_made_classifier(input_size, hidden=16).to(device)"
    tasks = [grade_id(cell) for cell in cells() if is_answer(cell)]
    _, _, raised = run({**dict.fromkeys(tasks, "raise NotImplementedError"), tasks[0]: answer})
    assert "ready-made" in raised["ex2-original-model-test"]


# --- what the text says ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored() -> dict[str, str]:
    """What the cells of the executed notebook printed: a run on all reviews."""
    notebook = nbformat.read(STORED, as_version=4)
    return {
        grade_id(cell): "".join(o.text for o in cell.outputs if o.output_type == "stream")
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


def test_bigger_overfits_soonest_and_smaller_latest(stored):
    assert stored["onset"].split(": ")[1].strip() == "bigger, original, smaller"


@pytest.mark.parametrize(
    ("cell", "lines"), [("ends", 3), ("sweep", 2), ("early-dropout", 1), ("best-weights-run", 2)]
)
def test_every_claim_about_the_curves_came_out_true(stored, cell, lines):
    assert stored[cell].count("True") == lines
    assert "False" not in stored[cell]


def test_the_stored_run_passed_every_check(stored):
    assert "25 of 25 points" in stored["progress"]


def test_the_onset_is_the_first_clearly_worse_epoch(names):
    onset = names["overfitting_onset"]
    assert onset([0.5, 0.4, 0.5, 0.56, 0.7]) == 4
    assert onset([0.5, 0.4, 0.5]) == 4  # none of the three


def test_the_two_rules_stop_where_the_picture_shows_them(names):
    epochs_until, zigzag = names["epochs_until"], names["zigzag"]
    assert epochs_until(names["no_new_best"], zigzag) == 5
    assert epochs_until(names["should_stop"], zigzag) == len(zigzag) == 11
    smooth = [0.6, 0.5, 0.4, 0.45, 0.5, 0.55, 0.6]
    assert epochs_until(names["no_new_best"], smooth) == 5
    assert epochs_until(names["should_stop"], smooth) == 5


def test_a_weight_without_gradient_dies_at_any_strength_unless_decay_is_decoupled(names):
    shrink = names["shrink"]
    for strength in (0.001, 0.1):
        assert max(shrink(names["RMSprop"], weight_decay=strength)[3:]) < 0.001
    assert shrink(names["Adam"], weight_decay=0.001)[-1] < 0.005
    assert shrink(torch.optim.AdamW, weight_decay=0.1)[-1] > 0.0099


def test_scaled_sums_scatter_around_the_sum_of_evaluation(names):
    assert names["scaled_sums"].mean() == pytest.approx(100, abs=1)
    assert names["plain_sums"].mean() == pytest.approx(50, abs=1)


def test_no_cell_is_longer_than_a_screen():
    assert max(len(cell.source.splitlines()) for cell in cells()) <= 36
