"""Checks of a trained model: do its metrics belong to it, did it learn, was it trained as asked.

A trained model is judged by what there is. How it was trained (optimizer, batch size, weight decay)
hardly shows in the curves, so that is read from the record that `helpers.train` keeps. Who writes a
training loop of their own leaves no record, and is judged by the results, and by the optimizer
where it still has a name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from statistics import mean, stdev

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

from autograder.checks.framework import Answer, Mistake
from autograder.checks.values import show, to_float
from helpers import training
from helpers.word_rows import CompactRows, compact_model, word_major

EPOCHS = 20
BATCH_SIZE = 512
METRICS = ("train_loss", "train_acc", "val_loss", "val_acc")
MODELS = (
    "original_model",
    "smaller_model",
    "bigger_model",
    "regularized_model",
    "dropout_model",
    "early_dropout_model",
)
# A new model's first epoch has a mean training loss near log 2 = 0.69 on few reviews, 0.4 on many.
ALREADY_TRAINED = 0.1
# Each of its reviews is new to it: it is right on no more of them than on those of validation, and
# within two steps on hardly more than by guessing.
NEW_AT_MOST = 0.93
NEW_AT_MOST_IN_TWO_STEPS = 0.7
HARDLY_LEARNED = 0.6
EXPLODED = 2.0
RMSPROP_LEARNING_RATE = 0.01  # PyTorch's default


@dataclass(frozen=True)
class Asked:
    """How a task asks for a model to be trained."""

    optimizer: str
    weight_decay: float = 0.0
    learning_rate: float | None = None  # None: any that learns
    dropout: bool = False


def check_trained(answer: Answer, name: str, asked: Asked) -> None:
    """Raise Mistake unless `NAME_metrics` are those of training the model `name` as asked."""
    model = answer.get(name)
    if not isinstance(model, nn.Module):
        raise Mistake(
            f"`{name}` is missing",
            f"  There is no model called {name}.",
            "This task trains the model of an earlier one: run the cells above first.",
        )
    metrics = _read_metrics(f"{name}_metrics", answer[f"{name}_metrics"])
    calls = _calls_behind(model, metrics)
    if calls:
        _check_first_training(name, model, calls)
        _check_calls(answer, name, calls, asked)
    else:
        _check_named_optimizers(answer, name, model, asked)
    _check_length(f"{name}_metrics", metrics)
    if not calls:  # with a record it is known; a network can also die and give one loss for ever
        _check_changed(name, metrics)
    _check_belongs(answer, name, model, metrics, calls, asked)
    _check_learned(answer, name, model, metrics, calls)
    if asked.weight_decay and not (calls and _learning_rate(calls[-1]) < 1e-3):
        _check_decay_shows(answer, name, model)
    if asked.dropout and not calls:
        _check_dropout_was_on(answer, name, model, metrics["train_loss"][-1])


def _read_metrics(name: str, value: object) -> dict[str, list[float]]:
    """The four lists of numbers in the metrics of a student, as floats."""
    if not isinstance(value, Mapping):
        raise Mistake(
            "the metrics are of the wrong type: not a dictionary",
            f"  {name} is of type {type(value).__name__}: {show(value)}",
            "Keep what `train` returns under the name that the task asks for.",
        )
    missing = [key for key in METRICS if key not in value]
    if missing:
        raise Mistake(
            "the metrics lack a key",
            f"  {name} has the keys {show(list(value))}, but not {missing[0]!r}.",
            "The dictionary that `train` returns has four lists, one number an epoch in each.",
        )
    read = {}
    for key in METRICS:
        try:
            read[key] = [to_float(v) for v in value[key]]
        except TypeError:
            read[key] = [None]
        bad = [v for v in read[key] if v is None or not math.isfinite(v)]
        if bad or not read[key]:
            raise Mistake(
                "the metrics hold something that is not a finite number",
                f"  {name}[{key!r}] is {show(value[key])}.",
                "Each list holds one number an epoch. NaN and infinity come from an exploded loss.",
            )
    return read


def _calls_behind(model: nn.Module, metrics: dict[str, list[float]]) -> list[training.Call]:
    """The calls of `helpers.train` on this model whose results are these metrics, oldest first.

    Usually one; several when it was called epoch by epoch. Empty for a loop of the student's own.
    """
    calls = [c for c in training.last_calls if c.function == "train" and c.model is model]
    for first in reversed(range(len(calls))):
        joined = {key: [v for c in calls[first:] for v in c.metrics[key]] for key in METRICS}
        if joined == metrics:
            return calls[first:]
    alone = [c for c in calls if {key: list(c.metrics[key]) for key in METRICS} == metrics]
    return alone[-1:]


def _check_first_training(name: str, model: nn.Module, calls: list[training.Call]) -> None:
    earlier = [c for c in training.last_calls if c.function == "train" and c.model is model]
    if earlier[0] is not calls[0]:
        raise _trained_before(f"{name} had been given to `train` before that call.")


def _trained_before(seen: str) -> Mistake:
    return Mistake(
        "the model was trained before: its weights are not new",
        f"  {seen}",
        "Training goes on from where a model is. Run the cell that builds it again, then train "
        "it once.",
    )


def _check_calls(answer: Answer, name: str, calls: list[training.Call], asked: Asked) -> None:
    """How `helpers.train` was called, from its record."""
    call = calls[-1]
    settings = call.optimizer_settings
    if not call.optimizer_covers_model:
        raise Mistake(
            "the optimizer holds another model's parameters",
            f"  The optimizer that trained {name} does not hold (all of) its parameters.",
            "An optimizer changes only the parameters that it was made with: whose are they?",
        )
    _check_optimizer(name, call.optimizer, _learning_rate(call), asked)
    epochs = sum(c.epochs for c in calls)
    if epochs != EPOCHS:
        raise _wrong_epochs(f"{name} was trained for {epochs} epochs, not {EPOCHS}.")
    if any(c.batch_size != BATCH_SIZE for c in calls):
        raise Mistake(
            "the wrong batch size",
            f"  {name} was trained with batches of {call.batch_size}, not {BATCH_SIZE}.",
            "Runs can be compared only if they differ in one thing: which batch size do all use?",
        )
    _check_datasets(answer, name, call)
    decays = [settings.get("weight_decay", 0.0) or 0.0]  # of the first group, as it was then
    for optimizer in _named_optimizers(answer, call.model):
        if len(optimizer.param_groups) > 1 and _decay_of(optimizer.param_groups[0]) == decays[0]:
            decays = _decays_of_weights(optimizer, call.model)
    _check_decays(name, decays, asked)
    if len(calls) == 1 and len(call.metrics["val_loss"]) < EPOCHS:
        raise _wrong_epochs(
            f"The training of {name} stopped after {len(call.metrics['val_loss'])} epochs."
        )


def _learning_rate(call: training.Call) -> float:
    return float(call.optimizer_settings.get("lr", RMSPROP_LEARNING_RATE))


def _check_optimizer(name: str, optimizer: str, learning_rate: float, asked: Asked) -> None:
    if optimizer != asked.optimizer:
        raise Mistake(
            "the wrong optimizer",
            f"  {name} was trained with {optimizer}; the task asks for {asked.optimizer}.",
            "Read in the task which optimizer this model is trained with.",
        )
    if asked.learning_rate and not math.isclose(learning_rate, asked.learning_rate, rel_tol=1e-6):
        raise Mistake(
            "the wrong learning rate (lr)",
            f"  {name} was trained with lr={learning_rate:g}, "
            f"which is not the default of {asked.optimizer}.",
            "The task asks for the default: what does the optimizer take when it is told nothing?",
        )


def _check_decays(name: str, decays: list[float], asked: Asked) -> None:
    """The weight decays in the optimizer of the parameters that a penalty is about."""
    if asked.weight_decay == 0 and any(decays):
        raise Mistake(
            "weight decay that was not asked for",
            f"  The optimizer of {name} has weight_decay={max(decays):g}.",
            "This model is trained without weight decay, so that the comparison shows one effect.",
        )
    if asked.weight_decay and len(decays) > 1:
        raise Mistake(
            "weight decay is not the same for all weights",
            f"  The layers of {name} were trained with weight_decay "
            f"{' and '.join(f'{decay:g}' for decay in decays)}.",
            "The penalty is on all weights of the network, those of every layer.",
        )
    if asked.weight_decay and any(decays):
        _check_decay(name, decays[0], 0.0, asked.weight_decay)


def _check_named_optimizers(answer: Answer, name: str, model: nn.Module, asked: Asked) -> None:
    """Of a loop without a record: the optimizers that still have a name, if none is as asked."""
    first: Mistake | None = None
    for optimizer in _named_optimizers(answer, model):
        try:
            rate = float(optimizer.param_groups[0].get("lr", RMSPROP_LEARNING_RATE))
            _check_optimizer(name, type(optimizer).__name__, rate, asked)
            _check_decays(name, _decays_of_weights(optimizer, model), asked)
        except Mistake as mistake:
            first = first or mistake
        else:
            return
    if first:
        raise first


def _named_optimizers(answer: Answer, model: nn.Module | None) -> list[Optimizer]:
    """The optimizers in the notebook's names that hold parameters of the model."""
    if model is None:
        return []
    found: dict[int, Optimizer] = {}
    for value in answer.names.values():
        inside = value.values() if type(value) is dict else value
        for item in inside if type(value) in (dict, list, tuple) else (value,):
            if isinstance(item, Optimizer):
                found[id(item)] = item
    own = {id(p) for p in model.parameters()}
    return [
        optimizer
        for optimizer in found.values()
        if any(id(p) in own for group in optimizer.param_groups for p in group["params"])
    ]


def _decay_of(group: dict) -> float:
    return float(group.get("weight_decay", 0.0) or 0.0)


def _decays_of_weights(optimizer: Optimizer, model: nn.Module) -> list[float]:
    """The different decays of the model's weights. Biases may go without, so they do not count."""
    weights = {id(p) for p in model.parameters() if p.ndim > 1}
    return sorted(
        {
            _decay_of(group)
            for group in optimizer.param_groups
            if any(id(p) in weights for p in group["params"])
        }
    )


def _wrong_epochs(seen: str) -> Mistake:
    return Mistake(
        "the wrong number of epochs",
        f"  {seen}",
        "All models are compared over the same number of epochs: read it in the task.",
    )


def _check_datasets(answer: Answer, name: str, call: training.Call) -> None:
    names = ("train_dataset", "val_dataset", "test_dataset")
    for role, given, size, wanted in zip(
        ("training", "validation"), call.datasets, call.dataset_sizes, names[:2], strict=True
    ):
        other = [n for n in names if given is not None and answer.get(n) is given]
        if other and other[0] != wanted:
            raise Mistake(
                f"the wrong data set for {role}",
                f"  {name} was given {other[0]} for {role}, in place of {wanted}.",
                "One data set to learn from, another to see how well it generalises, and the test "
                "data for the very end.",
            )
        if size != len(answer[wanted]):
            raise Mistake(
                f"the wrong data set for {role}",
                f"  {name} was given {size:,} reviews for {role}; {wanted} has "
                f"{len(answer[wanted]):,}.",
                "Use the whole data set that the notebook has prepared, and no other.",
            )


def _check_length(name: str, metrics: dict[str, list[float]]) -> None:
    for key in METRICS:
        if len(metrics[key]) != EPOCHS:
            raise _wrong_epochs(f"{name}[{key!r}] has {len(metrics[key])} numbers, not {EPOCHS}.")
    for key in ("train_acc", "val_acc"):
        if not all(0 <= v <= 1 for v in metrics[key]):
            raise Mistake(
                "an accuracy is not a share between 0 and 1",
                f"  {name}[{key!r}] is {show(metrics[key])}.",
                "Accuracy is the share of reviews told right: from 0 to 1, not in percent.",
            )


def _check_changed(name: str, metrics: dict[str, list[float]]) -> None:
    losses = metrics["val_loss"]
    if max(losses) - min(losses) <= 1e-7 * abs(losses[0]):
        raise Mistake(
            "the model never changed: does the optimizer hold another model's parameters?",
            f"  The validation loss of {name} is {losses[0]:.4g} in every epoch.",
            "The optimizer changes the parameters that it was made with, and only at its step.",
        )


def _check_learned(
    answer: Answer,
    name: str,
    model: nn.Module,
    metrics: dict[str, list[float]],
    calls: list[training.Call],
) -> None:
    first, last = metrics["train_loss"][0], metrics["train_loss"][-1]
    if first < ALREADY_TRAINED:
        raise _trained_before(
            f"The training loss of {name} starts at {first:.3f}; a new model starts near 0.69."
        )
    accuracy = metrics["train_acc"][0]
    few_steps = calls and len(answer["train_dataset"]) <= 2 * BATCH_SIZE
    if accuracy > (NEW_AT_MOST_IN_TWO_STEPS if few_steps else NEW_AT_MOST):
        raise _trained_before(
            f"Already in the first epoch {name} is right on {accuracy:.0%} of the training reviews."
        )
    if calls and last > EXPLODED and _learning_rate(calls[-1]) > RMSPROP_LEARNING_RATE:
        raise Mistake(
            "the training exploded: the wrong learning rate (lr)",
            f"  With lr={_learning_rate(calls[-1]):g} the training loss of {name} went from "
            f"{first:.3f} to {last:.3f}.",
            "Guessing would give log 2 = 0.69. What do steps that are too large do to the loss?",
        )
    # A network whose units have all died hardly learns either, but its weights have moved.
    weights = max((p.detach() for p in model.parameters()), key=Tensor.numel)
    moved = float(weights.abs().max()) > 1.5 / max(weights.shape) ** 0.5
    if last > HARDLY_LEARNED and not moved:
        raise Mistake(
            "the model hardly learned: the wrong optimizer or learning rate?",
            f"  The training loss of {name} went from {first:.3f} to {last:.3f}.",
            "Its weights have hardly moved. How long are the steps, and who takes them?",
        )


@dataclass(frozen=True)
class Scores:
    """Probabilities of a model on a data set, with the labels: both (N,), float64 on the CPU."""

    probabilities: Tensor
    labels: Tensor

    @classmethod
    def of(cls, model: nn.Module, dataset: Dataset, training_mode: bool = False) -> Scores:
        """What a copy of the model says of a data set, in eval mode unless asked otherwise."""
        net = deepcopy(model).train(training_mode)
        fast = compact_model(net, dataset)
        if fast is not None:
            with torch.no_grad(), word_major(fast.first.weight):
                output = fast(CompactRows(dataset.offsets, dataset.columns))
            return cls(output.reshape(-1).double(), dataset.labels.double())
        device = next((p.device for p in net.parameters()), torch.device("cpu"))
        outputs, labels = [], []
        with torch.no_grad():
            for x, y in DataLoader(dataset, BATCH_SIZE):
                outputs.append(net(x.to(device)).reshape(-1).double().cpu())
                labels.append(y.reshape(-1).double().cpu())
        return cls(torch.cat(outputs), torch.cat(labels))

    def loss(self, function: Callable = F.binary_cross_entropy) -> float:
        return float(function(self.probabilities, self.labels))

    def loss_of_swapped_arguments(self) -> float:
        return float(F.binary_cross_entropy(self.labels, self.probabilities))

    def part(self, first: int, last: int) -> Scores:
        """The scores of the samples first, …, last - 1."""
        return Scores(self.probabilities[first:last], self.labels[first:last])

    def mean_of_batch_means(self) -> float:
        batches = zip(
            self.probabilities.split(BATCH_SIZE), self.labels.split(BATCH_SIZE), strict=True
        )
        means = [float(F.binary_cross_entropy(p, y)) for p, y in batches]
        return sum(means) / len(means)

    def accuracy(self) -> float:
        return float(((self.probabilities > 0.5) == (self.labels > 0.5)).double().mean())

    def agree_with(self, loss: float, accuracy: float, exact: bool) -> bool:
        """Whether these numbers are this model's. Not `exact`: a student's loop may weigh batches
        differently."""
        if abs(self.accuracy() - accuracy) > (2e-3 if exact else 2e-2):
            return False
        return math.isclose(self.loss(), loss, rel_tol=2e-3, abs_tol=1e-4) or (
            not exact
            and (
                math.isclose(self.mean_of_batch_means(), loss, rel_tol=2e-3, abs_tol=1e-4)
                or math.isclose(self.loss(), loss, rel_tol=5e-2)
            )
        )


def _check_belongs(
    answer: Answer,
    name: str,
    model: nn.Module,
    metrics: dict[str, list[float]],
    calls: list[training.Call],
    asked: Asked,
) -> None:
    """The model, evaluated now, gives the validation loss that the metrics end with.

    Or their lowest, for who went back to the best weights. A loss with a penalty gives more: the
    strength of the penalty follows from how much, and counts as weight decay.
    """
    ends = [(metrics["val_loss"][-1], metrics["val_acc"][-1])]
    best = min(range(EPOCHS), key=metrics["val_loss"].__getitem__)
    ends.append((metrics["val_loss"][best], metrics["val_acc"][best]))
    scores = Scores.of(model, answer["val_dataset"])
    if any(scores.agree_with(*end, exact=bool(calls)) for end in ends):
        return
    last_loss, last_acc = ends[0]
    if (
        asked.weight_decay
        and abs(scores.accuracy() - last_acc) < 1e-3
        and last_loss > scores.loss()
        and not _other_loss(scores, last_loss)
    ):
        penalty = last_loss - scores.loss()
        norm = sum(float(p.detach().double().square().sum()) for p in model.parameters())
        decay = calls[-1].optimizer_settings.get("weight_decay", 0.0) if calls else 0.0
        return _check_decay(name, decay, 2 * penalty / norm, asked.weight_decay)
    seen = (
        f"  {name} has a validation loss of {scores.loss():.4f}; {name}_metrics ends with "
        f"{last_loss:.4f}."
    )
    raise whose_numbers(answer, name, model, last_loss, last_acc, seen, "val_dataset")


OTHER_LOSSES = {
    "mean squared error": F.mse_loss,
    "mean absolute error": F.l1_loss,
    "binary cross-entropy with logits (a second sigmoid)": F.binary_cross_entropy_with_logits,
    "binary cross-entropy summed, not averaged": lambda p, y: F.binary_cross_entropy(
        p, y, reduction="sum"
    ),
}


def whose_numbers(
    answer: Answer,
    name: str,
    model: nn.Module,
    loss: float,
    accuracy: float,
    seen: str,
    dataset: str,
) -> Mistake:
    """The mistake behind numbers that are not those of the model on this data set."""

    def same(found: Scores) -> bool:
        return (
            math.isclose(found.loss(), loss, rel_tol=1e-3)
            and abs(found.accuracy() - accuracy) < 2e-3
        )

    scores = Scores.of(model, answer[dataset])
    if math.isclose(scores.loss_of_swapped_arguments(), loss, rel_tol=1e-3):
        return Mistake(
            "the arguments of the loss are swapped",
            f"{seen}\n  It is what the loss gives with label and prediction exchanged.",
            "Which comes first in a call of a loss: what the model says, or what is true?",
        )
    label = _other_loss(scores, loss)
    if label:
        return Mistake(
            "the wrong loss: not the binary cross-entropy",
            f"{seen}\n  It is the {label} of this model.",
            "All models are compared by one loss: which one suits a probability and a label?",
        )
    for other in (n for n in MODELS if n != name):
        rival = answer.get(other)
        if isinstance(rival, nn.Module) and rival is not model:
            try:
                found = Scores.of(rival, answer[dataset])
            except Exception:
                continue  # a model of another task that does not work is not this task's concern
            if same(found):
                return Mistake(
                    "numbers of another model: the names are swapped or mixed up",
                    f"{seen}\n  They are the numbers of {other}.",
                    "Follow each name from the model to what is done with it, and to the result.",
                )
    for other in ("train_dataset", "val_dataset", "test_dataset"):
        if other != dataset and same(Scores.of(model, answer[other])):
            part = {"train": "training", "val": "validation", "test": "test"}[other.split("_")[0]]
            return Mistake(
                f"evaluated on the {part} data: the wrong data set",
                f"{seen}\n  They are its numbers on {other}.",
                "Which reviews has the model neither learned from nor been chosen by? Each data "
                "set has its use.",
            )
    if dataset == "test_dataset" and _is_of_an_epoch(answer, loss, accuracy):
        return Mistake(
            "numbers of the validation data: the wrong data set",
            f"{seen}\n  They are those of an epoch of training, on val_dataset.",
            "Validation data have helped to choose the model. Which reviews have not?",
        )
    in_training = [Scores.of(model, answer[dataset], training_mode=True) for _ in range(8)]
    losses, accuracies = [s.loss() for s in in_training], [s.accuracy() for s in in_training]
    if _could_be_one_of(losses, loss) and _could_be_one_of(accuracies, accuracy):
        return Mistake(
            "evaluated in train mode: dropout was still active (no eval mode)",
            f"{seen}\n  With dropout active it gives about {sum(losses) / len(losses):.4f}.",
            "A model has two modes. Which one is for measuring?",
        )
    return Mistake(
        "the numbers do not belong to this model",
        seen,
        "The numbers of a model are those of its own training, in the order of the epochs, "
        "measured in eval mode after each; and the model must not change afterwards.",
    )


def _other_loss(scores: Scores, loss: float) -> str:
    """Which other loss of the model this number is; empty if none."""
    for label, function in OTHER_LOSSES.items():
        if math.isclose(scores.loss(function), loss, rel_tol=1e-3):
            return label
    return ""


def _is_of_an_epoch(answer: Answer, loss: float, accuracy: float) -> bool:
    for name in MODELS:
        metrics = answer.get(f"{name}_metrics")
        if isinstance(metrics, Mapping) and {"val_loss", "val_acc"} <= metrics.keys():
            epochs = zip(metrics["val_loss"], metrics["val_acc"], strict=False)
            if any(to_float(a) == loss and to_float(b) == accuracy for a, b in epochs):
                return True
    return False


def _could_be_one_of(draws: list[float], value: float) -> bool:
    spread = stdev(draws)
    return spread > 0 and abs(value - mean(draws)) <= 3.5 * spread


def _check_decay(name: str, in_optimizer: float, in_loss: float, asked: float) -> None:
    """The strength of the L2 penalty, as PyTorch's weight_decay: its gradient is that times w."""
    seen = f"  {name} was trained with weight_decay={in_optimizer:g} in the optimizer"
    if in_loss > 0.1 * asked:
        seen += f"\n  and a penalty in the loss that acts like weight_decay={in_loss:.2g}."
    else:
        seen += "."
    total = in_optimizer + in_loss
    if math.isclose(total, asked, rel_tol=0.05 if in_loss else 1e-6):
        return
    if in_optimizer and in_loss > 0.1 * asked:
        raise Mistake(
            "weight decay twice: in the optimizer and on the loss",
            seen,
            "The two add up. One place is enough: the optimizer has an argument for it.",
        )
    if total == 0:
        raise Mistake(
            "no weight decay: the optimizer has weight_decay 0",
            seen,
            "The L2 penalty comes from an argument of the optimizer, not of the model.",
        )
    if in_loss and math.isclose(total, 2 * asked, rel_tol=0.05):
        raise Mistake(
            "the wrong strength of weight decay: twice as strong",
            seen,
            "PyTorch's weight_decay is the factor of w in the gradient. Which factor does the "
            "square of w need to give that?",
        )
    raise Mistake(
        "the wrong strength of weight decay",
        seen,
        "Read the strength in the task, and count the zeros.",
    )


def _check_decay_shows(answer: Answer, name: str, model: nn.Module) -> None:
    """Where no record tells: position 0 of the rows is never used, only decay moves its weights.

    Under RMSprop they shrink to nothing within a few steps; without decay they stay as drawn.
    """
    inputs = int(answer.get("input_size", 10_000))
    first = [p.detach() for p in model.parameters() if p.ndim == 2 and inputs in p.shape]
    if not first:
        return
    unused = first[0][:, 0] if first[0].shape[1] == inputs else first[0][0]
    size = float(unused.abs().median())
    if size > 0.15 / inputs**0.5:  # PyTorch draws them from ±1 / sqrt(inputs)
        raise Mistake(
            "no weight decay (L2 penalty): weights that no review uses have kept their size",
            f"  Position 0 of the rows is never used, yet its weights in {name} are still near "
            f"{size:.2g}.",
            "The L2 penalty shrinks every weight at every step, also those without a gradient of "
            "their own. It comes from an argument of the optimizer.",
        )


def _check_dropout_was_on(answer: Answer, name: str, model: nn.Module, reported: float) -> None:
    """Where no record tells: with dropout the training loss is the one of train mode, not of eval.

    The training loss of an epoch is taken before its last steps, so it tends to be the larger one.
    """
    data = answer["train_dataset"]
    without = Scores.of(model, data).loss()
    dropped = Scores.of(model, data, training_mode=True).loss()
    if reported < math.sqrt(without * dropped) and dropped > 2 * without:
        raise Mistake(
            "dropout was not active in training: no train mode",
            f"  {name}_metrics ends with a training loss of {reported:.4f}. The model has about "
            f"{dropped:.4f} in train mode\n  and {without:.4f} in eval mode on train_dataset.",
            "A model stays in the mode that it was put into last. Which one is for learning, and "
            "when does your loop go back to it?",
        )
