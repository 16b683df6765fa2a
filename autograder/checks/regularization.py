"""Checks of notebook 2: three sizes, weight decay, dropout, early stopping."""

from __future__ import annotations

from collections.abc import Callable
from statistics import mean

from autograder.checks.answer import Answer, Mistake, refuse
from autograder.checks.decayed_step import check_decayed_step
from autograder.checks.dropout_layer import check_dropout_layer
from autograder.checks.examine import SILENT
from autograder.checks.framework import task
from autograder.checks.network import check_classifier
from autograder.checks.stopping_rule import check_stopping_rule
from autograder.checks.trained_model import (
    MODELS,
    Asked,
    Model,
    Scores,
    check_trained,
    dataset,
    read_metrics,
    whose_numbers,
)
from autograder.checks.training_metrics import Metric

HIDDEN = {"original_model": (16, 16), "smaller_model": (4, 4), "bigger_model": (512, 512)}
WEIGHT_DECAY = 0.001
DROPOUT = 0.5
ADAM_LEARNING_RATE = 0.001  # PyTorch's default
BATCH_SIZES = (1, 10, 16, 32, 50, 64, 100, 128, 200, 250, 256, 500, 512, 1000, 1024)

# --- models -------------------------------------------------------------------------------------


def _model_task(grade_id: str, name: str) -> None:
    def check(answer: Answer) -> None:
        check_classifier(answer, name, HIDDEN[name])
        _check_new(answer, name)

    task(grade_id, defines=(name,))(check)


_model_task("ex2-original-model", "original_model")
_model_task("ex2-smaller-model", "smaller_model")
_model_task("ex2-bigger-model", "bigger_model")


# --- trained models -----------------------------------------------------------------------------


def _training_task(grade_id: str, points: float, *defines: str) -> Callable:
    return task(grade_id, points=points, defines=defines, seconds=60.0)


@_training_task("ex2-train-both", 3, "original_model_metrics", "smaller_model_metrics")
def check_train_both(answer: Answer) -> None:
    check_trained(answer, "original_model", Asked("RMSprop", HIDDEN["original_model"]))
    check_trained(answer, "smaller_model", Asked("RMSprop", HIDDEN["smaller_model"]))


@_training_task("ex2-train-bigger", 2, "bigger_model_metrics")
def check_train_bigger(answer: Answer) -> None:
    asked = Asked("Adam", HIDDEN["bigger_model"], learning_rate=ADAM_LEARNING_RATE)
    check_trained(answer, "bigger_model", asked)


@_training_task("ex2-weight-decay", 3, "regularized_model", "regularized_model_metrics")
def check_weight_decay(answer: Answer) -> None:
    _check_new(answer, "regularized_model")
    check_classifier(answer, "regularized_model", HIDDEN["original_model"])
    asked = Asked("RMSprop", HIDDEN["original_model"], weight_decay=WEIGHT_DECAY)
    check_trained(answer, "regularized_model", asked)


@_training_task("ex2-dropout", 3, "dropout_model", "dropout_model_metrics")
def check_dropout(answer: Answer) -> None:
    _check_new(answer, "dropout_model")
    check_classifier(answer, "dropout_model", HIDDEN["original_model"], DROPOUT)
    asked = Asked("RMSprop", HIDDEN["original_model"], dropout=DROPOUT)
    check_trained(answer, "dropout_model", asked)


def _check_new(answer: Answer, name: str) -> None:
    """A model starts from new weights: it has none of the models before."""
    before = list(MODELS[: MODELS.index(name)])
    for other, (shared, count, _) in answer.ask("training.kin", name, before).items():
        seen = f"  {name} and {other} share {shared} of {count} parameters."
        refuse(shared > 0, "trained/not-new", seen)


# --- what weight decay and dropout do -----------------------------------------------------------

task("ex2-decayed-step", points=3, defines=("decayed_step",))(check_decayed_step)
task("ex2-dropout-layer", points=3, defines=("dropout",), seconds=20)(check_dropout_layer)


# --- early stopping -----------------------------------------------------------------------------


@task("ex2-early-stopping", defines=("should_stop",), seconds=3.0)
def check_early_stopping(answer: Answer) -> None:
    check_stopping_rule(answer)


@task("ex2-evaluate", defines=("eval_metrics",), seconds=60.0)
def check_evaluate(answer: Answer) -> None:
    name = "early_dropout_model"
    model = Model.of(answer, name)
    _check_still_as_trained(answer, model)
    keys = ("test_loss", "test_acc")
    read = read_metrics(answer, "eval_metrics", "evaluate", keys, lists=False)
    (loss,), (accuracy,) = (read[key] for key in keys)
    scores = Scores.of(model, dataset(answer, "test_dataset"))
    seen = (
        f"  On the test data {name} has loss {scores.loss():.4f} and accuracy "
        f"{scores.accuracy():.4f};\n  eval_metrics says {loss:.4f} and {accuracy:.4f}."
    )
    if scores.agree_with(loss, accuracy, exact=False) and abs(scores.accuracy() - accuracy) < 1e-3:
        return _check_no_means_of_means(scores, loss, accuracy, seen)
    refuse(scores.agree_with(accuracy, loss, exact=True), "keys-swapped", seen)
    _check_all_batches(scores, loss, accuracy, seen)
    raise whose_numbers(
        answer, (name, model), "test_dataset", (loss, accuracy), seen, dropout=DROPOUT
    )


def _check_still_as_trained(answer: Answer, model: Model) -> None:
    """`early_dropout_model` is the one that the notebook has trained, and nobody has changed it."""
    metrics = answer.value("early_dropout_model_metrics")
    try:
        loss, accuracy = (float(metrics[key][-1]) for key in ("val_loss", "val_acc"))
    except SILENT:
        return  # the model is judged as it is
    now = Scores.of(model, dataset(answer, "val_dataset"))
    if now.agree_with(loss, accuracy, exact=True):
        return
    seen = (
        f"  The cell above ended with a validation loss of {loss:.4f}; early_dropout_model now has "
        f"{now.loss():.4f}."
    )
    kin = answer.ask("training.kin", "early_dropout_model", list(MODELS))
    for other, (_, _, same) in kin.items():
        refuse(same is True, "replaced", f"{seen}\n  It is the same object as {other}.")
    raise Mistake("changed", seen)


def _check_no_means_of_means(scores: Scores, loss: float, accuracy: float, seen: str) -> None:
    """Numbers as near as rounding would bring them are not both means of the means of batches:
    among many batches the short last one shows in the last digits only."""
    given = ((Scores.loss, loss), (Scores.accuracy, accuracy))
    if any(value == round(value, 4) for _, value in given):
        return
    near = [(of, value, abs(value - of(scores)) / 9) for of, value in given]
    count = len(scores.labels)
    for size in (size for size in BATCH_SIZES if size < count and count % size):
        parts = scores.batches(size)
        line = f"\n  They are the means of the means of batches of {size}."
        nearer = all(abs(value - mean(map(of, parts))) < least for of, value, least in near)
        refuse(nearer, "metrics/mean-of-means", seen + line, metric="test_loss")


def _check_all_batches(scores: Scores, loss: float, accuracy: float, seen: str) -> None:
    """The numbers are not those of a slip with batches: a single one, or a mean that weighs wrong.

    Each number may be the right one, but not both.
    """
    count = len(scores.labels)
    for size in (size for size in BATCH_SIZES if size < count):
        line = f"\n  These are its numbers on the first {size} of {count} reviews."
        alone = scores.batches(size)[0].agree_with(loss, accuracy, exact=True)
        refuse(alone, "first-batch", seen + line)
    numbers = (("test_loss", Scores.loss, loss), ("test_acc", Scores.accuracy, accuracy))
    for size in BATCH_SIZES:
        parts, wrong = scores.batches(size), []
        for key, measure, value in numbers:
            batches = [measure(part) for part in parts], [len(part.labels) for part in parts]
            metric = Metric(size, key == "test_acc", [batches], [[measure(scores)]])
            if not metric.accepts([value]):
                wrong.append((metric.known_slip([value]), key))
        if wrong and all(slip for slip, _ in wrong):
            slip, key = wrong[0]
            line = f"\n  That is so for batches of {size}."
            raise Mistake(f"metrics/{slip}", seen + line, metric=key)
