"""The checks of notebook 1: the contracts that no single answer of the bank shows.

The bank in `bank/ex1-*` holds the answers that students write; right ones are taken from there.
"""

import contextlib
import copy
import itertools
import random
import string
from collections import Counter
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.optim import Adam, RMSprop
from torch.utils.data import DataLoader, Dataset

from autograder.answering.notebook import Notebook
from autograder.answering.workbench import copies
from autograder.checks import CheckFailed, StillOpen, check, framework
from autograder.checks.framework import Answer
from autograder.checks.loop_run import LEARNING_RATE, Backward, Drawn, Forward, Step
from autograder.checks.training_metrics import Metric
from helpers import get_accuracy
from helpers.dataset import ReviewDataset

BANK = Path(__file__).resolve().parents[3] / "bank"
SEEDS = (None, 11, 22, 33)
TASKS = {
    "ex1-tokenize": "correct_translate",
    "ex1-count-vectorizer": "correct_most_common",
    "ex1-index-vector": "correct_loop",
    "ex1-dataset": "correct_tensors_at_once",
    "ex1-model": "correct_sequential",
    "ex1-loss-optimizer": "correct_bce_and_rmsprop",
    "ex1-train": "correct_weighted_sums",
    "ex1-evaluate": "correct_weighted_sum",
    "ex1-predict": "correct_no_grad",
}


@pytest.fixture(autouse=True)
def forget_outcomes():
    yield
    framework.outcomes.clear()


def reviews(seed: int) -> ReviewDataset:
    """Twelve reviews of 40 words each, drawn at random."""
    draw = random.Random(seed)
    rows = [sorted(draw.sample(range(1, 10_000), 40)) for _ in range(12)]
    offsets = [0, *itertools.accumulate(map(len, rows))]
    return ReviewDataset(offsets, list(itertools.chain(*rows)), [i % 2 for i in range(12)])


@pytest.fixture(scope="module")
def notebook() -> dict:
    """The names that the notebook has made before its last task."""
    train_dataset, test_dataset = reviews(3), reviews(4)
    torch.manual_seed(5)
    model = nn.Sequential(
        nn.Linear(10_000, 16),
        nn.ReLU(),
        nn.Linear(16, 16),
        nn.ReLU(),
        nn.Linear(16, 1),
        nn.Sigmoid(),
    )
    return {
        **{"torch": torch, "nn": nn, "Tensor": Tensor, "device": torch.device("cpu")},
        **{"RMSprop": RMSprop, "Adam": Adam, "DataLoader": DataLoader, "Dataset": Dataset},
        **{"Counter": Counter, "string": string, "get_accuracy": get_accuracy},
        **{"train_dataset": train_dataset, "val_dataset": train_dataset},
        **{"test_dataset": test_dataset, "first_ten": test_dataset[:10].row},
        **{"input_size": 10_000, "model": model},
    }


def answered(notebook: dict, grade_id: str, source: str | None = None) -> dict:
    """The names after an answer cell: a right answer of the bank, or the source given."""
    names = dict(notebook)
    path = BANK / grade_id / f"{TASKS[grade_id]}.py"
    exec(compile(path.read_text() if source is None else source, grade_id, "exec"), names)
    return names


def message(grade_id: str, names: dict, seed: int | None = None) -> str:
    with pytest.raises(CheckFailed) as failure:
        check(grade_id, names, hidden=seed)
    return str(failure.value)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("grade_id", TASKS)
def test_a_right_answer_passes_on_visible_and_hidden_inputs(notebook, grade_id, seed):
    check(grade_id, answered(notebook, grade_id), hidden=seed)


@pytest.mark.parametrize("grade_id", TASKS)
def test_a_missing_answer_is_open(notebook, grade_id):
    names = {k: v for k, v in notebook.items() if k != "model"}
    with pytest.raises(StillOpen):
        check(grade_id, names)


WRONG = sorted(
    path
    for grade_id in TASKS
    for path in (BANK / grade_id).glob("wrong_*.py")
    if not any(word in path.stem for word in ("endless", "patched", "without_parentheses"))
)


@pytest.mark.parametrize("path", WRONG, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_wrong_answer_fails_on_hidden_inputs_too_and_shows_no_values(notebook, path):
    names = dict(notebook)
    with contextlib.suppress(Exception):  # an answer may raise: then it is missing
        exec(compile(path.read_text(), path.stem, "exec"), names)
    for seed in SEEDS[1:3]:
        lines = message(path.parent.name, names, seed).splitlines()
        assert "other inputs" in lines[1] or "no answer yet" in lines[1]
        assert len(lines) <= 12


# --- hidden inputs --------------------------------------------------------------------------------


def recorded(notebook: dict, grade_id: str, name: str, seed: int | None) -> list:
    """What the check gives to the function of this name."""
    names, seen = answered(notebook, grade_id), []
    function = names[name]

    def recording(*args, **kwargs):
        seen.append(copy.deepcopy(args))
        return function(*args, **kwargs)

    check(grade_id, {**names, name: recording}, hidden=seed)
    return seen


@pytest.mark.parametrize(
    "grade_id, name", [("ex1-tokenize", "tokenize"), ("ex1-index-vector", "get_index_vector")]
)
def test_hidden_inputs_are_not_the_visible_ones(notebook, grade_id, name):
    visible = recorded(notebook, grade_id, name, None)
    hidden = [case for case in recorded(notebook, grade_id, name, 77) if case != ([],)]
    assert hidden and not [case for case in hidden if case in visible]


def test_a_bag_of_words_is_a_list_since_later_cells_make_tensors_of_many(notebook):
    right = answered(notebook, "ex1-index-vector")["get_index_vector"]

    def in_a_tensor(*args, **kwargs):
        return torch.tensor(right(*args, **kwargs))

    with pytest.raises(CheckFailed) as failure:
        check("ex1-index-vector", {**notebook, "get_index_vector": in_a_tensor})
    assert failure.value.verdict.mistake == "ex1-index-vector/a-tensor"


def test_a_train_learnt_by_heart_for_the_visible_inputs_fails_the_hidden_ones(notebook):
    """The numbers of the visible check are no use for another seed."""
    names, results = answered(notebook, "ex1-train"), []
    train = names["train"]

    def remembering(*args, **kwargs):
        torch.manual_seed(0)
        results.append(train(*args, **kwargs))
        return results[-1]

    check("ex1-train", {**names, "train": remembering})
    replay = iter(results)

    def replaying(*args, **kwargs):
        train(*args, **kwargs)
        return next(replay)

    with pytest.raises(CheckFailed) as failure:
        check("ex1-train", {**names, "train": replaying}, 91)
    assert failure.value.verdict.mistake.startswith("metrics/")


# --- what a check leaves alone --------------------------------------------------------------------


@pytest.mark.parametrize("grade_id", ["ex1-model", "ex1-loss-optimizer", "ex1-predict"])
def test_the_students_model_and_optimizer_stay_as_they_are(notebook, grade_id):
    names = answered(notebook, "ex1-loss-optimizer")
    names["predictions"] = names["model"](names["first_ten"])
    names["model"].train()
    before = copies(names["model"])
    check(grade_id, names)
    assert all(torch.equal(a, b) for a, b in zip(before, copies(names["model"]), strict=True))
    assert names["model"].training
    assert not names["optimizer"].state
    assert all(p.grad is None for p in names["model"].parameters())


@pytest.mark.parametrize("grade_id", TASKS)
def test_the_random_numbers_of_the_notebook_go_on_as_if_nothing_had_happened(notebook, grade_id):
    names = answered(notebook, grade_id)
    torch.manual_seed(8)
    random.seed(8)
    expected = torch.Generator().manual_seed(8), random.Random(8)
    check(grade_id, names)
    assert torch.equal(torch.rand(3), torch.rand(3, generator=expected[0]))
    assert random.random() == expected[1].random()


# --- the workbench --------------------------------------------------------------------------------


def one_step(model, loss, optimizer, train_dataset, val_dataset, batch_size):
    x, y = next(iter(DataLoader(train_dataset, batch_size=batch_size)))
    value = loss(model(x)[:, 0], y)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return [value]


@pytest.fixture
def drawn():
    notebook = Notebook({"train": one_step})
    with notebook.session():
        yield Drawn(Answer(notebook, None), (7, 3))


def run(drawn: Drawn):
    sets = ("train_dataset", "val_dataset")
    more = {"batch_size": 4}
    return drawn.run("train", sets, more, "", train_mode=False, learning_rate=LEARNING_RATE)


def test_the_check_knows_what_a_step_does(drawn):
    log = run(drawn)
    forward, backward, step = log.events
    assert forward == Forward((0, 1, 2, 3), frozenset({False}), True)
    assert isinstance(backward, Backward) and isinstance(step, Step)
    expected = drawn.gradients(drawn.start, range(4))
    for number, gradient in enumerate(expected):
        assert torch.equal(step.before[number], drawn.start[number])
        assert torch.allclose(step.gradients[number], gradient, atol=1e-6)
        moved = drawn.start[number] - LEARNING_RATE * gradient
        assert torch.allclose(step.after[number], moved, atol=1e-6)
        assert torch.allclose(log.weights[number], moved, atol=1e-6)
    assert log.loss_calls == 1 and log.can_learn


@pytest.mark.parametrize(
    "event",
    [
        None,
        (),
        ("forward", [10], [True], True),
        ("forward", [-1], [True], True),
        ("forward", [True], [True], True),
        ("forward", [0], [1], True),
        ("step", [], [], []),
        ("step", [torch.zeros(())] * 4, [torch.zeros(())] * 4, [None] * 4),
        ("step", None, None, [None] * 4),
    ],
)
def test_a_log_of_another_form_is_refused(drawn, event):
    class Forged(Notebook):
        def ask(self, name, *values):
            said = super().ask(name, *values)
            return {**said, "log": [*said["log"], event]} if name == "loop.run" else said

    drawn._answer = Answer(Forged({"train": one_step}), None)
    with pytest.raises(ValueError, match="another form"):
        run(drawn)


# --- the numbers of a loop ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, share, key",
    [
        (1.5, False, "mean-of-means"),
        (2.0, False, "last-batch"),
        (1.0, False, "short-batch-left-out"),
        (3.0, False, "sum"),
        (6.0, False, "sum-over-reviews"),
        (6.0, True, "count"),
        (0.6, False, "means-over-reviews"),
        (2.4, False, "batches-as-full"),
        (120.0, False, "percent"),
        (-0.2, True, "errors"),
        (0.0, True, "none-right"),
        (0.123, False, "wrong-value"),
    ],
)
def test_a_wrong_mean_is_called_by_its_name(value, share, key):
    metric = Metric(4, share, batches=[([1.0, 2.0], [4, 1])], right=[[1.2]])
    assert metric.accepts([1.2]) and not metric.accepts([value])
    assert metric.slip([value]) == key


def test_rounding_is_called_by_its_name():
    metric = Metric(4, False, batches=[([1.2345], [4])], right=[[1.2345]])
    assert metric.accepts([1.2345]) and metric.slip([1.23]) == "rounded"


# --- right in another way -------------------------------------------------------------------------

LOOP = (BANK / "ex1-train" / f"{TASKS['ex1-train']}.py").read_text()


VALIDATE_FIRST = """\
    model.eval()
    with torch.no_grad():
        [model(x) for x, _ in DataLoader(val_dataset, batch_size)]
    metrics = {"""
LOOK_TWICE = """\
            targets.append(y)
            with torch.no_grad():
                model(x)
        metrics["train"""
HAND_ON = """\
def train(*args, **kwargs):
    return loop(*args, **kwargs)


def loop("""
HARMLESS = {
    "validates first": ("    metrics = {", VALIDATE_FIRST),
    "prints": ("        model.train()\n", "        model.train()\n        print('epoch', epoch)\n"),
    "one key more": ("    return metrics", "    metrics['epochs'] = epochs\n    return metrics"),
    "ends in eval mode": ("    return metrics", "    model.eval()\n    return metrics"),
    "zeros in place of None": ("optimizer.zero_grad()", "optimizer.zero_grad(set_to_none=False)"),
    "moves the batch": ("model(x).squeeze(1)", "model(x.to(device)).squeeze(-1)"),
    "rounds": ("total / len(train_dataset)", "round(total / len(train_dataset), 4)"),
    "looks twice": ('            targets.append(y)\n        metrics["train', LOOK_TWICE),
    "hands on its arguments": ("def train(", HAND_ON),
}


@pytest.mark.parametrize("old, new", HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_difference_in_the_loop_passes(notebook, old, new):
    assert old in LOOP
    check("ex1-train", answered(notebook, "ex1-train", LOOP.replace(old, new)))


def test_predictions_count_in_every_form(notebook):
    names = answered(notebook, "ex1-predict")
    right = names["predictions"]
    for form in (right[:, 0], right.tolist(), right.flatten().tolist(), tuple(right[:, 0].numpy())):
        check("ex1-predict", {**names, "predictions": form})


def test_a_model_trained_after_the_predictions_is_told_apart(notebook):
    names = answered(notebook, "ex1-predict")
    names["model"] = copy.deepcopy(names["model"])
    with torch.no_grad():
        names["model"][4].bias += 1
    assert "run this cell again" in " ".join(message("ex1-predict", names).split())
