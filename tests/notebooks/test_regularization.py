"""What notebook 2 says is true of what its cells show, and a mistake costs its own points only."""

import contextlib
import io
import re
import warnings
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
import torch

from autograder.authoring.text_notebook import read_text
from autograder.checks import framework
from autograder.course import find_course
from autograder.setup_cell import STAMPED
from helpers import training
from helpers.regularization import recorded_runs

SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"
TEXT = SOLUTIONS / "text" / "2_regularization.py"
STORED = SOLUTIONS / "lab6" / "2_regularization.ipynb"
METRICS = ("train_loss", "train_acc", "val_loss", "val_acc")
PROMISED = (
    "torch nn Tensor plt device RMSprop Adam DataLoader Dataset train_dataset val_dataset "
    "test_dataset input_size train evaluate"
)


def grade_id(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def cells() -> list:
    cells = read_text(find_course(TEXT.parent), TEXT.stem).cells
    return [cell for cell in cells if grade_id(cell) not in STAMPED]


def is_answer(cell) -> bool:
    marks = cell.metadata.get("nbgrader", {})
    is_guess = grade_id(cell).startswith("guess-")
    return cell.cell_type == "code" and bool(marks.get("solution")) and not is_guess


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
    assert len(before) == 11
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
    own = "".join(
        cell.source.replace("original_model = make_model(16)", linear.format("original"))
        for cell in cells()
        if grade_id(cell) == "ex2-original-model"
    )
    wrong = {
        "ex2-original-model": own,
        "ex2-smaller-model": "raise SyntaxError",
        "ex2-bigger-model": linear.format("bigger"),
        "ex2-early-stopping": "def should_stop(val_losses, patience): return patience[0]",
    }
    _, printed, raised = run(wrong)
    assert set(raised) == {"ex2-smaller-model", *(f"{task}-test" for task in wrong)}
    assert "18 of 25 points" in printed["progress"]


def test_a_network_built_without_the_function_costs_nothing_here_or_later():
    """Nothing but answers of the student's own calls make_model."""
    built = """{}_model = nn.Sequential(
        nn.Linear(input_size, {}), nn.ReLU(){}, nn.Linear({}, {}), nn.ReLU(){}, nn.Linear({}, 1),
        nn.Sigmoid(),
    ).to(device)
    """
    sizes = {"original": 16, "smaller": 4, "bigger": 512}
    answers = {f"ex2-{name}-model": model(built, name, size) for name, size in sizes.items()}
    for task, name, p in (
        ("ex2-weight-decay", "regularized", ""),
        ("ex2-dropout", "dropout", ", nn.Dropout(0.5)"),
    ):
        (reference,) = [cell.source for cell in cells() if grade_id(cell) == task]
        call = f"{name}_model = make_model(16{', p=0.5' if p else ''})"
        assert call in reference
        answers[task] = reference.replace(call, model(built, name, 16, p))
    names, printed, raised = run(answers)
    assert raised == {} and "make_model" not in names
    assert "25 of 25 points" in printed["progress"]


def model(built: str, name: str, size: int, p: str = "") -> str:
    return built.format(name, size, p, size, size, p, size).replace("\n    ", "\n")


@pytest.mark.parametrize(
    "guess", ["3", "0.001", "'two'", "[1, 2]", "float('nan')", "print", "True"]
)
def test_no_guess_stops_the_notebook(guess):
    guesses = [grade_id(cell) for cell in cells() if grade_id(cell).startswith("guess-")]
    assert len(guesses) == 3
    framework.outcomes.update(dict.fromkeys(["ex2-train-both", "ex2-weight-decay"], "passed"))
    names = {"plt": plt, "original_model_metrics": {key: [0.5, 0.4] for key in METRICS}}
    for cell in cells():
        if grade_id(cell) in ("imports", *guesses, "original-progress", "reliability", "sweep"):
            source = re.sub(r"= None", f"= {guess}", cell.source)
            exec(compile(source, grade_id(cell), "exec"), names)
    plt.close("all")


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


@pytest.mark.parametrize(
    ("cell", "lines"), [("ends", 3), ("early-dropout", 1), ("best-weights-run", 2)]
)
def test_every_claim_about_the_curves_came_out_true(stored, cell, lines):
    assert stored[cell].count("True") == lines
    assert "False" not in stored[cell]


def test_the_stored_run_passed_every_check(stored):
    assert "25 of 25 points" in stored["progress"]


def test_the_two_rules_stop_where_the_picture_shows_them(names):
    epochs_until, zigzag = names["epochs_until"], names["zigzag"]
    assert epochs_until(names["no_new_best"], zigzag) == 5
    assert epochs_until(names["should_stop"], zigzag) == len(zigzag) == 11
    smooth = [0.6, 0.5, 0.4, 0.45, 0.5, 0.55, 0.6]
    assert epochs_until(names["no_new_best"], smooth) == 5
    assert epochs_until(names["should_stop"], smooth) == 5


def test_a_weight_without_gradient_dies_at_any_strength_unless_decay_is_decoupled(names):
    shrink = names["shrink"]
    weak, strong = (shrink(names["RMSprop"], weight_decay=s) for s in (0.001, 0.1))
    assert weak == pytest.approx(strong, abs=1e-4)
    assert weak[1] > 0.08 and weak[100] == pytest.approx(0.001, abs=0.0005)
    adam = shrink(names["Adam"], weight_decay=0.001)
    assert adam[0] - adam[1] == pytest.approx(0.001, rel=0.01) and adam[150] < 0.01
    assert shrink(torch.optim.AdamW, weight_decay=0.1)[-1] > 0.098


def test_scaled_sums_scatter_around_the_sum_of_evaluation(names):
    assert names["scaled_sums"].mean() == pytest.approx(100, abs=1)
    assert names["plain_sums"].mean() == pytest.approx(50, abs=1)


def test_no_cell_is_longer_than_a_screen():
    assert max(len(cell.source.splitlines()) for cell in cells()) <= 36


# --- what the text says of the recorded runs, for every seed --------------------------------------

RECORDED = recorded_runs()
CALM, TASK, SWEEP = RECORDED["calm"], RECORDED["task"], RECORDED["sweep"]
SEEDS = range(5)


def best(run: dict) -> int:
    """The index of the epoch with the lowest validation loss."""
    return run["val_loss"].index(min(run["val_loss"]))


def last(name: str, key: str, seed: int, runs=CALM) -> float:
    return runs[name][seed][key][-1]


def wrong(run: dict, epoch: int) -> float:
    return 1 - run["val_acc"][epoch]


def test_the_record_is_that_of_the_text():
    about = RECORDED["about"]
    assert about["source"] == "archive" and about["reviews"] == [15_000, 10_000, 25_000]
    assert about["seeds"] == [*SEEDS] and about["epochs"] == 20 and about["batch_size"] == 512
    assert list(CALM) == ["smaller", "original", "bigger", "weight decay", "dropout"]
    assert list(SWEEP) == ["0", "1e-05", "0.0001", "0.001", "0.01", "0.1", "1"]
    runs = [run for part in (CALM, TASK, SWEEP) for group in part.values() for run in group]
    assert len(runs) == 5 * (5 + 4 + 7) and all(len(run["val_loss"]) == 20 for run in runs)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_task_of_the_original_shows_what_its_text_says(seed):
    run = TASK["original"][seed]
    assert best(run) + 1 in (2, 3)
    assert run["val_loss"][-1] > 4 * min(run["val_loss"]) and run["train_loss"][-1] < 0.02
    assert run["val_acc"][best(run)] - run["val_acc"][-1] < 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_overfitting_spoils_calibration_most(seed):
    run = CALM["original"][seed]
    error = run["calibration_error"]
    assert best(run) + 1 in (4, 5)
    assert error[:5] == sorted(error[:5], reverse=True) and min(error) == error[4]
    assert error[9] > 3 * error[best(run)] and error[-1] >= 5 * error[best(run)]
    assert wrong(run, 9) <= 1.125 * wrong(run, best(run))
    assert 0.015 < wrong(run, 19) - wrong(run, best(run)) < 0.025


@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_epoch_is_surer_than_it_is_right(seed):
    groups = {when: CALM["original"][seed][when]["reliability"] for when in ("best", "last")}
    count = sum(number for *_, number in groups["last"])
    sure, right = (sum(g[i] * g[2] for g in groups["last"]) / count for i in (0, 1))
    assert round(100 * sure) == 96 and round(100 * right) == 87
    sure, right, number = groups["last"][-1]
    assert number > 0.8 * count and sure > 0.99 and round(100 * (1 - right)) == 8
    assert all(abs(sure - right) < 0.08 for sure, right, number in groups["best"] if number > 400)


@pytest.mark.parametrize("seed", SEEDS)
def test_larger_networks_overfit_earlier_and_end_higher(seed):
    smaller, original, bigger = (CALM[name][seed] for name in ("smaller", "original", "bigger"))
    assert best(bigger) + 1 == 1 and best(original) + 1 in (4, 5) and 9 <= best(smaller) + 1 <= 12
    assert smaller["val_loss"][-1] < original["val_loss"][-1] < bigger["val_loss"][-1]
    assert bigger["train_loss"][5] < 0.02 and original["train_loss"][11] < 0.05
    assert min(bigger["val_loss"]) > min(original["val_loss"])
    assert smaller["val_loss"][-1] > min(smaller["val_loss"])


def test_one_of_five_smaller_networks_is_stuck():
    lowest = sorted(min(run["val_loss"]) for run in CALM["smaller"])
    originals = [min(run["val_loss"]) for run in CALM["original"]]
    assert lowest[3] < max(originals) + 0.001 and round(lowest[4], 2) == 0.44


@pytest.mark.parametrize("seed", SEEDS)
def test_weight_decay_lowers_the_loss_and_not_the_errors(seed):
    decayed = TASK["weight decay"][seed]
    assert decayed["val_loss"][-1] < 0.6 * last("original", "val_loss", seed, TASK)
    assert min(decayed["val_acc"][2:]) < 0.82 < min(TASK["original"][seed]["val_acc"][2:])
    assert last("weight decay", "val_loss", seed) < last("original", "val_loss", seed)
    assert last("weight decay", "val_acc", seed) < last("original", "val_acc", seed)
    tests = [CALM[name][seed]["last"]["test_acc"] for name in ("weight decay", "original")]
    assert tests[0] < tests[1]


def test_the_sweep_is_as_its_text_says():
    def ends(strength: str, key: str) -> list[float]:
        return [run[key][-1] for run in SWEEP[strength]]

    assert all(abs(loss - 0.693) < 0.01 for loss in ends("1", "train_loss") + ends("1", "val_loss"))
    assert sum(abs(loss - 0.693) < 0.01 for loss in ends("0.1", "val_loss")) >= 3
    assert max(ends("1e-05", "train_loss")) < 0.01
    assert min(ends("1e-05", "val_loss")) > min(ends("0", "val_loss")) - 0.05
    middle = ("0.0001", "0.001", "0.01")
    for seed in SEEDS:
        train, validation, best_ = (
            [of(SWEEP[strength][seed]) for strength in ("0", *middle)]
            for of in (
                lambda run: run["train_loss"][-1],
                lambda run: run["val_loss"][-1],
                lambda run: min(run["val_loss"]),
            )
        )
        assert train[1:] == sorted(train[1:])
        assert validation[1:] == sorted(validation[1:], reverse=True)
        assert best_[-1] > best_[0] and all(b > a - 0.001 for a, b in pairwise(best_))
        accuracy = [SWEEP[strength][seed]["val_acc"][-1] for strength in ("0", "1e-05", *middle)]
        assert max(accuracy) - min(accuracy) < 0.02
        assert SWEEP["0.001"][seed]["val_acc"][-1] < SWEEP["0"][seed]["val_acc"][-1]
        plain, strong = SWEEP["0"][seed], SWEEP["0.01"][seed]
        assert plain["val_acc"][-1] < strong["val_acc"][-1] < plain["val_acc"][best(plain)]
        assert min(plain["val_loss"]) < strong["val_loss"][-1]
    medians = {strength: sorted(ends(strength, "val_loss"))[2] for strength in SWEEP}
    assert min(medians, key=medians.get) == "0.01"


@pytest.mark.parametrize("seed", SEEDS)
def test_dropout_ends_lower_is_best_later_and_errs_less(seed):
    for runs in (TASK, CALM):
        assert last("dropout", "val_loss", seed, runs) < last("original", "val_loss", seed, runs)
        assert best(runs["dropout"][seed]) > best(runs["original"][seed])
        results = [runs[name][seed]["last"]["test_acc"] for name in ("dropout", "original")]
        assert results[0] > results[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_early_stopping_ends_soon_and_its_last_weights_are_not_the_best(seed, names):
    losses = TASK["dropout"][seed]["val_loss"]
    epochs = names["epochs_until"](names["should_stop"], losses)
    assert epochs < 20 and losses[epochs - 1] > min(losses[:epochs])
    assert losses[epochs - 1] < losses[-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_weights_win_on_the_test_set(seed):
    for runs in CALM.values():
        at_best, at_last = runs[seed]["best"], runs[seed]["last"]
        assert at_best["test_loss"] < at_last["test_loss"]
        assert at_best["test_acc"] > at_last["test_acc"]
    losses = [CALM[n][seed]["best"]["test_loss"] for n in ("dropout", "original", "weight decay")]
    assert losses[0] < min(losses[1:]) and max(losses) - losses[0] < 0.01
