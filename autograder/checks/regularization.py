"""Checks of notebook 2: three architectures, weight decay, dropout, early stopping."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from torch import Tensor, nn

from autograder.checks.framework import Answer, Mistake, task
from autograder.checks.network import check_classifier
from autograder.checks.stopping_rule import check_stopping_rule, right_rule
from autograder.checks.trained_model import (
    EPOCHS,
    METRICS,
    MODELS,
    Asked,
    Scores,
    check_trained,
    whose_numbers,
)
from autograder.checks.training_metrics import Metric
from autograder.checks.values import show, to_float

ORIGINAL, SMALLER, BIGGER = (16, 16), (4, 4), (512, 512)
WEIGHT_DECAY = 0.001
DROPOUT = 0.5
ADAM_LEARNING_RATE = 0.001  # PyTorch's default
BATCH_SIZES = (1, 10, 16, 32, 50, 64, 100, 128, 200, 250, 256, 500, 512, 1000, 1024)

# --- models -------------------------------------------------------------------------------------


def _without_relu(name: str, hidden: tuple[int, int]) -> Callable[[Mapping], dict]:
    """A known wrong answer: the right widths, and one ReLU is missing."""

    def known_wrong(names: Mapping) -> dict:
        first, second = hidden
        # The check draws other weights anyway: these need no random numbers, only to be there.
        wide = nn.utils.skip_init(nn.Linear, int(names.get("input_size", 10_000)), first)
        nn.init.zeros_(wide.weight)
        nn.init.zeros_(wide.bias)
        layers = [
            wide,
            nn.Linear(first, second),
            nn.ReLU(),
            nn.Linear(second, 1),
            nn.Sigmoid(),
        ]
        return {name: nn.Sequential(*layers).to(names.get("device", "cpu"))}

    return known_wrong


@task(
    "ex2-original-model",
    points=2,
    defines=("original_model",),
    known_wrong=_without_relu("original_model", ORIGINAL),
)
def check_original_model(answer: Answer) -> None:
    check_classifier(answer, "original_model", ORIGINAL)


@task(
    "ex2-smaller-model",
    points=2,
    defines=("smaller_model",),
    known_wrong=_without_relu("smaller_model", SMALLER),
)
def check_smaller_model(answer: Answer) -> None:
    check_classifier(answer, "smaller_model", SMALLER)


@task(
    "ex2-bigger-model",
    points=2,
    defines=("bigger_model",),
    known_wrong=_without_relu("bigger_model", BIGGER),
)
def check_bigger_model(answer: Answer) -> None:
    check_classifier(answer, "bigger_model", BIGGER)


# --- trained models -----------------------------------------------------------------------------


def _flat_metrics(name: str) -> Callable[[Mapping], dict]:
    """A known wrong answer: metrics of a model that never changed."""

    def known_wrong(_: Mapping) -> dict:
        return {name: {key: [0.5] * EPOCHS for key in METRICS}}

    return known_wrong


@task(
    "ex2-train-both",
    points=3,
    defines=("original_model_metrics", "smaller_model_metrics"),
    known_wrong=_flat_metrics("original_model_metrics"),
    seconds=60.0,
)
def check_train_both(answer: Answer) -> None:
    check_trained(answer, "original_model", Asked("RMSprop"))
    check_trained(answer, "smaller_model", Asked("RMSprop"))


@task(
    "ex2-train-bigger",
    points=2,
    defines=("bigger_model_metrics",),
    known_wrong=_flat_metrics("bigger_model_metrics"),
    seconds=60.0,
)
def check_train_bigger(answer: Answer) -> None:
    check_trained(answer, "bigger_model", Asked("Adam", learning_rate=ADAM_LEARNING_RATE))


@task(
    "ex2-weight-decay",
    points=4,
    defines=("regularized_model", "regularized_model_metrics"),
    known_wrong=_flat_metrics("regularized_model_metrics"),
    seconds=60.0,
)
def check_weight_decay(answer: Answer) -> None:
    _check_new(answer, "regularized_model")
    check_classifier(answer, "regularized_model", ORIGINAL)
    check_trained(answer, "regularized_model", Asked("RMSprop", WEIGHT_DECAY))


@task(
    "ex2-dropout",
    points=4,
    defines=("dropout_model", "dropout_model_metrics"),
    known_wrong=_flat_metrics("dropout_model_metrics"),
    seconds=60.0,
)
def check_dropout(answer: Answer) -> None:
    _check_new(answer, "dropout_model")
    check_classifier(answer, "dropout_model", ORIGINAL, DROPOUT)
    check_trained(answer, "dropout_model", Asked("RMSprop", dropout=True))


def _check_new(answer: Answer, name: str) -> None:
    """A regularised model starts from new weights: it is none of the models before."""
    for other in MODELS:
        rival = answer.get(other)
        if other == name or not isinstance(rival, nn.Module):
            continue
        shared = {id(p) for p in rival.parameters()} & {id(p) for p in _parameters(answer[name])}
        if rival is answer[name] or shared:
            raise Mistake(
                "not a new model: the one of an earlier task"
                if rival is answer[name]
                else "not a new model: it has layers of an earlier one",
                f"  {name} and {other} are one and the same object."
                if rival is answer[name]
                else f"  {name} and {other} share {len(shared)} parameters: a change of one model "
                "changes the other.",
                "A fair comparison starts from new weights. Build the model again, then train it.",
            )


def _parameters(model: object) -> list[Tensor]:
    return list(model.parameters()) if isinstance(model, nn.Module) else []


# --- early stopping -----------------------------------------------------------------------------


@task(
    "ex2-early-stopping",
    points=4,
    defines=("should_stop",),
    known_wrong=lambda _: {"should_stop": lambda val_losses, patience: right_rule(val_losses, 1)},
    seconds=3.0,
)
def check_early_stopping(answer: Answer) -> None:
    check_stopping_rule(answer)


@task(
    "ex2-evaluate",
    points=2,
    defines=("eval_metrics",),
    known_wrong=lambda _: {"eval_metrics": {"test_loss": -1.0, "test_acc": 1.0}},
    seconds=60.0,
)
def check_evaluate(answer: Answer) -> None:
    model = answer.get("early_dropout_model")
    if not isinstance(model, nn.Module):
        raise Mistake(
            "`early_dropout_model` is missing",
            "  There is no model called early_dropout_model.",
            "The cell above this task makes and trains it: run it first.",
        )
    _check_still_as_trained(answer, model)
    loss, accuracy = _read_eval_metrics(answer["eval_metrics"])
    scores = Scores.of(model, answer["test_dataset"])
    if scores.agree_with(loss, accuracy, exact=False) and abs(scores.accuracy() - accuracy) < 1e-3:
        return
    seen = (
        f"  On the test data early_dropout_model has loss {scores.loss():.4f} and accuracy "
        f"{scores.accuracy():.4f};\n  eval_metrics says {loss:.4f} and {accuracy:.4f}."
    )
    if math.isclose(accuracy, 100 * scores.accuracy(), rel_tol=1e-2):
        raise Mistake(
            "the accuracy is in percent, not a share between 0 and 1",
            seen,
            "Accuracy is the share of reviews that are told right.",
        )
    if scores.agree_with(accuracy, loss, exact=True):
        raise Mistake(
            "the keys are swapped: loss and accuracy stand for each other",
            seen,
            "Which of the two numbers belongs under which key?",
        )
    _check_all_batches(scores, loss, accuracy, seen)
    raise whose_numbers(answer, "early_dropout_model", model, loss, accuracy, seen, "test_dataset")


def _check_still_as_trained(answer: Answer, model: nn.Module) -> None:
    """`early_dropout_model` is the one that the notebook has trained, and nobody has changed it."""
    metrics = answer.get("early_dropout_model_metrics")
    try:
        loss, accuracy = (to_float(metrics[key][-1]) for key in ("val_loss", "val_acc"))
    except (TypeError, KeyError, IndexError):
        return  # the model is judged as it is
    if loss is None or accuracy is None:
        return
    now = Scores.of(model, answer["val_dataset"])
    if now.agree_with(loss, accuracy, exact=True):
        return
    seen = (
        f"  The cell above ended with a validation loss of {loss:.4f}; early_dropout_model now has "
        f"{now.loss():.4f}."
    )
    for other in MODELS:
        if other != "early_dropout_model" and answer.get(other) is model:
            raise Mistake(
                "another model: early_dropout_model has been replaced",
                f"{seen}\n  It is the same object as {other}.",
                "Evaluate the model that the cell above has trained and stopped. Run it again.",
            )
    raise Mistake(
        "early_dropout_model has changed since its training: trained again, or replaced",
        seen,
        "A model that has learned from more, or from the test data, is not the one whose training "
        "was stopped. Run the cell above again, then only evaluate.",
    )


def _check_all_batches(scores: Scores, loss: float, accuracy: float, seen: str) -> None:
    """The numbers are not those of a slip with batches: a single one, or a mean that weighs wrong.

    Each number may be the right one, but not both.
    """
    count = len(scores.labels)
    for size in BATCH_SIZES:
        first = scores.part(0, size)
        if size < count and first.agree_with(loss, accuracy, exact=True):
            raise Mistake(
                "the first batch only, or a short last batch left out",
                f"{seen}\n  These are its numbers on the first {size} of {count} reviews.",
                "Every review of the test set counts. Collect the values of all batches, also of a "
                "short last one, then take the mean over the reviews.",
            )
    for size in BATCH_SIZES:
        parts = [scores.part(i, i + size) for i in range(0, count, size)]
        sizes = [len(part.labels) for part in parts]
        slips = [
            _slip([p.loss() for p in parts], sizes, size, loss, scores.loss(), share=False),
            _slip(
                [p.accuracy() for p in parts], sizes, size, accuracy, scores.accuracy(), share=True
            ),
        ]
        found = [slip for slip in slips if slip]
        if None not in slips and found:
            key = f"test_{'acc' if slips[1] else 'loss'}"
            seen += f"\n  That is so for batches of {size}."
            raise Mistake(f"metrics/{found[0]}", seen, metric=key)


def _slip(
    batches: list[float], sizes: list[int], size: int, value: float, right: float, share: bool
) -> str | None:
    """The key in [metrics] of the slip that makes this value of these batches.

    Empty if the value is right, None if no slip makes it.
    """
    metric = Metric(size, share, [(batches, sizes)], [[right]])
    return "" if metric.accepts([value]) else metric.known_slip([value]) or None


def _read_eval_metrics(value: object) -> tuple[float, float]:
    if not isinstance(value, Mapping):
        raise Mistake(
            "eval_metrics is of the wrong type: not a dictionary",
            f"  eval_metrics is of type {type(value).__name__}: {show(value)}",
            "Keep what `evaluate` returns under this name.",
        )
    missing = [key for key in ("test_loss", "test_acc") if key not in value]
    if missing:
        raise Mistake(
            "eval_metrics lacks a key",
            f"  eval_metrics has the keys {show(list(value))}, but not {missing[0]!r}.",
            "The numbers are those on the test data, under the keys that `evaluate` gives them.",
        )
    loss, accuracy = to_float(value["test_loss"]), to_float(value["test_acc"])
    if loss is None or accuracy is None or not math.isfinite(loss + accuracy) or loss < 0:
        raise Mistake(
            "eval_metrics does not hold two numbers that can be a loss and an accuracy",
            f"  eval_metrics is {show(value)}.",
            "A loss is a number from 0 up, an accuracy one between 0 and 1.",
        )
    return loss, accuracy
