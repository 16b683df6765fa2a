"""Checks of a trained model: do its metrics belong to it, did it learn, was it trained as asked.

A trained model is judged by what there is: its weights come here as numbers, what it makes of them
is found out, and its losses and accuracies are computed here. How it was trained (optimizer, batch
size, weight decay) hardly shows in them, so that is read from the record that `helpers.train`
keeps. Who writes a training loop of their own leaves no record, and is judged by the results, and
by the optimizer where it still has a name. The mistakes stand in the table [trained].
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, stdev

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from autograder.answering.values import items, show, to_float
from autograder.checks.answer import Answer, Mistake, describe, refuse
from autograder.checks.network import (
    HIDDEN_FUNCTIONS,
    OUTPUT_FUNCTIONS,
    Weights,
    input_size,
    readings,
)
from helpers import load_datasets
from helpers.dataset import ReviewDataset

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
DATASETS = {"train_dataset": "training", "val_dataset": "validation", "test_dataset": "test"}
# A new model's first epoch has a mean training loss near log 2 = 0.69 on few reviews, 0.4 on many.
ALREADY_TRAINED = 0.1
# Each of its reviews is new to it: it is right on no more of them than on those of validation, and
# within two steps on hardly more than by guessing.
NEW_AT_MOST = 0.93
NEW_AT_MOST_IN_TWO_STEPS = 0.7
HARDLY_LEARNED = 0.6
EXPLODED = 2.0
RMSPROP_LEARNING_RATE = 0.01  # PyTorch's default
PILED_UP = 30.0  # times as large as the gradients of a batch: 1 to 2 where they are cleared
# Weights of a new model, in units of what PyTorch draws at most: 1, or 7 with other usual ways to
# draw them; 30 and more after a training.
NEW_WEIGHTS = 10.0
# A unit's weights of rare words, half of them below this: 0.5 as PyTorch draws them, 0.68 and more
# after RMSprop or Adam; and how many times larger the largest weight is: 4 to 8 after these two.
AS_DRAWN = 0.53
LEFT_BEHIND = 11.0
PROBES = 64  # rows of the validation data on which it is found out what a model computes


@dataclass(frozen=True)
class Asked:
    """How a task asks for a model to be trained."""

    optimizer: str
    hidden: tuple[int, ...]  # the widths of the hidden layers
    weight_decay: float = 0.0
    learning_rate: float | None = None  # None: any that learns
    dropout: float = 0.0  # after each hidden layer


def check_trained(answer: Answer, name: str, asked: Asked) -> None:
    """Raise Mistake unless `NAME_metrics` are those of training the model `name` as asked."""
    trained = _Trained(answer, name, asked)
    if trained.calls:
        trained.check_calls()
    else:
        trained.check_named_optimizers()
    trained.check_changed()
    trained.check_belongs()
    trained.check_learned()
    if asked.weight_decay:
        trained.check_decay_shows()
    if asked.dropout:
        trained.check_dropout_was_on()
    elif not trained.calls:
        trained.check_gradients_were_cleared()
    if not trained.calls and not asked.weight_decay:
        trained.check_rare_words_moved()


def dataset(answer: Answer, name: str) -> Dataset:
    """A data set of DATASETS: in a student's own kernel that of the notebook, which may have been
    told its size or device; else the one that the notebook's first cell loads, loaded here."""
    return answer.beside[name] if answer.beside else getattr(loaded(), name)


@functools.cache
def loaded() -> object:
    """The data sets that the notebook's first cell loads."""
    return load_datasets(device="cpu")


@dataclass(frozen=True)
class Model:
    """A network as its weights and the functions between them: what its layers say it computes."""

    weights: Weights
    hidden: tuple[Callable, ...]
    last: Callable
    stored: list[Tensor]  # the parameters in the order of the network

    @classmethod
    def of(cls, answer: Answer, name: str, x: Tensor | None = None) -> Model:
        """The model that an earlier cell has made, in eval mode. Raises Mistake if it is none, or
        if what it gives for the rows of x is not what linear layers with its weights give.

        x: `(N, inputs)`; by default reviews of the validation data.
        """
        kind = answer.ask("network.kind", name)
        seen = f"  There is no model called {name}."
        refuse(not isinstance(kind, dict), "trained/no-model", seen, model=name)
        copy = answer.ask("network.copy", name)
        if x is None:
            data = dataset(answer, "val_dataset")
            numbers = answer.random.sample(range(len(data)), min(PROBES, len(data)))
            x = torch.stack([data[number][0].cpu() for number in numbers])
        out = answer.ask("network.outputs", copy, {}, x, 1, None, f"{name}(x)").reshape(-1)
        stored = answer.ask("network.weights", copy)
        for weights in readings(stored, input_size(answer)):
            for names, logit in weights.logits(x):
                for last in OUTPUT_FUNCTIONS.values():
                    expected = last(logit).reshape(-1)
                    if torch.allclose(expected, out.to(expected.dtype), rtol=1e-3, atol=1e-4):
                        hidden = tuple(HIDDEN_FUNCTIONS[n] for n in names)
                        return cls(weights, hidden, last, stored)
        shapes = ", ".join(str(tuple(values.shape)) for values in stored[:8])
        seen = f"  What {name} gives is not what linear layers with its weights give, of the\n"
        raise Mistake("trained/not-its-layers", f"{seen}  shapes {shapes or '(none)'}.")

    def parameters(self) -> tuple[Tensor, ...]:
        return (*self.weights.matrices, *self.weights.biases)

    def outputs(self, data: Dataset, dropout: float = 0.0, draw: int = 0) -> tuple[Tensor, Tensor]:
        """The output for every row of a data set, and the labels: both (N,), float64.

        dropout: after each hidden layer, as in train mode; draw: a number for each draw of it.
        """
        generator = torch.Generator().manual_seed(draw)

        def dropped(function: Callable, z: Tensor) -> Tensor:
            alive = torch.rand(z.shape, generator=generator) >= dropout
            return function(z) * alive / (1 - dropout)

        hidden = self.hidden
        if dropout:
            hidden = [functools.partial(dropped, function) for function in hidden]
        first, labels = self._first(data)
        return self.last(self.weights.logit(first, hidden)).reshape(-1).double(), labels.double()

    def __call__(self, x: Tensor) -> Tensor:
        """The output for rows: (N,)."""
        return self.last(self.weights.logit(self.weights.first(x), self.hidden)).reshape(-1)

    def gradients(self, x: Tensor, labels: Tensor) -> list[Tensor]:
        """Those of the mean binary cross-entropy of a batch, one for each parameter."""
        for parameter in self.stored:
            parameter.requires_grad_()
        with torch.enable_grad():
            loss = F.binary_cross_entropy(self(x), labels)
            return list(torch.autograd.grad(loss, self.stored))

    def _first(self, data: Dataset) -> tuple[Tensor, Tensor]:
        """What the first layer makes of every row, and the labels."""
        if type(data) is ReviewDataset:  # the columns of the words in a review, summed
            by_word, offsets = self.weights.matrix(0).T.contiguous(), data.offsets.cpu()
            columns, labels = data.columns.cpu(), data.labels.cpu()
            sums = F.embedding_bag(columns, by_word, offsets, mode="sum", include_last_offset=True)
            return sums + self.weights.biases[0], labels
        batches = ((x.cpu(), y.reshape(-1).cpu()) for x, y in DataLoader(data, BATCH_SIZE))
        firsts, labels = zip(*((self.weights.first(x), y) for x, y in batches), strict=True)
        return torch.cat(firsts), torch.cat(labels)


def read_metrics(
    answer: Answer, name: str, function: str, keys: Sequence[str], lists: bool
) -> dict[str, list[float]]:
    """The numbers under the keys of a dictionary: those of a list, or one under each key."""
    value = answer.value(name)
    seen = f"  {name} is {describe(value)}."
    refuse(not isinstance(value, dict), "trained/no-dictionary", seen, function=function)
    missing = [key for key in keys if key not in value]
    seen = f"  {name} has the keys {show(list(value))}, but not {', '.join(missing)}."
    refuse(missing != [], "trained/no-key", seen, function=function)
    read = {}
    for key in keys:
        entries = items(value[key]) if lists else [value[key]]
        read[key] = [to_float(entry) for entry in entries or [None]]
        good = all(v is not None and math.isfinite(v) for v in read[key])
        seen = f"  {name}[{key!r}] is {show(value[key])}."
        refuse(not good, "trained/not-finite", seen, function=function)
        share = all(0 <= v <= 1 for v in read[key])
        refuse(key.endswith("acc") and not share, "trained/not-a-share", seen)
    return read


class _Trained:
    """A trained model with what is known of its training.

    earlier: all calls of `helpers.train` on it, oldest first, as `training.calls` tells them.
    calls:   those of them whose results are its metrics; none for a loop of the student's own.
    rate:    the learning rate of the last of these.
    """

    def __init__(self, answer: Answer, name: str, asked: Asked):
        self.answer, self.name, self.asked = answer, name, asked
        self.metrics = read_metrics(answer, f"{name}_metrics", "train", METRICS, lists=True)
        for key, values in self.metrics.items():
            seen = f"  {name}_metrics[{key!r}] has {len(values)} numbers, not {EPOCHS}."
            refuse(len(values) != EPOCHS, "trained/wrong-epochs", seen)
            seen = f"  {name}_metrics[{key!r}] is {show(values)}."
            coarse = key.endswith("loss") and all(v == round(v, 2) for v in values)
            refuse(coarse, "metrics/rounded", seen, metric=key)
        self.model = Model.of(answer, name)
        widths = [matrix.shape[0] for matrix in self._layers()][:-1]
        seen = f"  The hidden layers of {name} have {' and '.join(map(str, widths))} units."
        refuse(tuple(widths) != asked.hidden, "trained/another-shape", seen)
        self.earlier = answer.ask("training.calls", name, list(DATASETS))
        self.calls = self._calls_behind()
        settings = self.calls[-1]["settings"] if self.calls else {}
        self.rate = float(settings.get("lr", RMSPROP_LEARNING_RATE))

    def _layers(self) -> list[Tensor]:
        weights = self.model.weights
        return [weights.matrix(layer) for layer in range(len(weights.matrices))]

    def _calls_behind(self) -> list[dict]:
        """Usually one call; several when `train` was called epoch by epoch."""

        def are_behind(calls: list[dict]) -> bool:
            joined = {key: [v for c in calls for v in c["metrics"][key]] for key in METRICS}
            return joined == self.metrics

        for first in reversed(range(len(self.earlier))):
            if are_behind(self.earlier[first:]):
                return self.earlier[first:]
        return [call for call in self.earlier if are_behind([call])][-1:]

    def check_calls(self) -> None:
        """How `helpers.train` was called, from its record."""
        call, name = self.calls[-1], self.name
        seen = f"  {name} had been given to `train` before that call."
        refuse(self.earlier[0] is not self.calls[0], "trained/trained-before", seen)
        largest = self.calls[0]["largest_weight"]
        seen = (
            f"  When its training began, {name} had weights up to {largest:.0f} times as large as\n"
        )
        refuse(largest > NEW_WEIGHTS, "trained/trained-before", f"{seen}  PyTorch draws them.")
        seen = f"  The optimizer that trained {name} does not hold (all of) its parameters."
        refuse(not call["covers"], "trained/other-parameters", seen)
        self.check_optimizer(call["optimizer"], self.rate)
        anew = sum(c["new"] is True for c in self.calls)
        seen = f"  {name} was trained by {len(self.calls)} calls, with {anew} new optimizers."
        refuse(anew > 1, "trained/optimizer-anew", seen)
        for size in (c["batch_size"] for c in self.calls):
            seen = f"  {name} was trained with batches of {size}, not {BATCH_SIZE}."
            refuse(size != BATCH_SIZE, "trained/batch-size", seen)
        for given, size, (wanted, role) in zip(
            call["datasets"], call["sizes"], DATASETS.items(), strict=False
        ):
            for other in given if wanted not in given else ():
                seen = f"  {name} was given {other} for {role}, in place of {wanted}."
                refuse(True, "trained/another-data-set", seen, role=role)
            whole = len(dataset(self.answer, wanted))
            seen = f"  {name} was given {size:,} reviews for {role}; {wanted} has {whole:,}."
            refuse(size != whole, "trained/not-the-whole-set", seen, role=role)
        decays = [_decay(call["settings"])]  # of the first group, as it was then
        for optimizer in self.optimizers():
            groups = optimizer["groups"]
            if len(groups) > 1 and _decay(groups[0]) == decays[0]:
                decays = _decays_of_weights(optimizer)
        self.check_decays(decays)
        others = [p for p in call["dropouts"] if self.asked.dropout and p != self.asked.dropout]
        seen = f"  {name} was trained with dropout of {show(others)}."
        refuse(others != [], "classifier/wrong-p", seen)
        momentum = call["settings"].get("momentum", 0.0)
        seen = f"  The optimizer of {name} has momentum={momentum:g}."
        refuse(bool(momentum), "trained/momentum", seen)

    def check_named_optimizers(self) -> None:
        """Of a loop without a record: is one of the optimizers that still have a name as asked?"""
        first: Mistake | None = None
        for optimizer in self.optimizers():
            rate = float(optimizer["groups"][0].get("lr", RMSPROP_LEARNING_RATE))
            try:
                self.check_optimizer(optimizer["type"], rate)
                return self.check_decays(_decays_of_weights(optimizer))
            except Mistake as mistake:
                first = first or mistake
        if first:
            raise first

    def optimizers(self) -> list[dict]:
        """The optimizers that have a name and hold parameters of the model."""
        return self.answer.ask("training.optimizers", self.name)

    def check_optimizer(self, optimizer: str, rate: float) -> None:
        asked = self.asked
        seen = f"  {self.name} was trained with {optimizer}; the task asks for {asked.optimizer}."
        refuse(optimizer != asked.optimizer, "trained/wrong-optimizer", seen)
        seen = f"  {self.name} was trained with lr={rate:g}, not with the default of {optimizer}."
        good = asked.learning_rate is None or math.isclose(rate, asked.learning_rate, rel_tol=1e-6)
        refuse(not good, "trained/wrong-rate", seen)

    def check_decays(self, decays: list[float]) -> None:
        """The weight decays in the optimizer, of the parameters that a penalty is about."""
        self.decays = decays
        asked = self.asked.weight_decay > 0
        listed = " and ".join(f"{decay:g}" for decay in decays)
        seen = f"  The layers of {self.name} were trained with weight_decay {listed}."
        refuse(not asked and any(decays), "trained/decay-unasked", seen)
        refuse(asked and len(decays) > 1, "trained/decay-uneven", seen)
        other = any(decays) and not math.isclose(decays[0], self.asked.weight_decay, rel_tol=1e-6)
        refuse(other, "trained/decay-strength", seen)

    def check_changed(self) -> None:
        """Something was learned, if no more than to give one number for every review."""
        losses = self.metrics["val_loss"]
        seen = f"  The validation loss of {self.name} is {losses[0]:.4g} in every epoch."
        unchanged = max(losses) - min(losses) <= 1e-7 * abs(losses[0])
        said = self.scores("val_dataset").probabilities if unchanged else torch.zeros(1)
        refuse(unchanged and bool(said.min() < said.max()), "trained/never-changed", seen)

    def scores(self, name: str, dropout: float = 0.0) -> Scores:
        return Scores.of(self.model, dataset(self.answer, name), dropout)

    def check_belongs(self) -> None:
        """The model, evaluated now, gives the validation loss that the metrics end with.

        Or their lowest, for who went back to the best weights. A loss with a penalty gives more.
        """
        losses, accuracies = self.metrics["val_loss"], self.metrics["val_acc"]
        scores = self.scores("val_dataset")
        for end in (-1, losses.index(min(losses))):
            if scores.agree_with(losses[end], accuracies[end], exact=bool(self.calls)):
                return
        last, now = losses[-1], scores.loss()
        penalised = last > now and abs(scores.accuracy() - accuracies[-1]) < 1e-3
        seen = f"  The binary cross-entropy of {self.name} on the validation data is {now:.4f};\n"
        seen += f"  its metrics end with {last:.4f}."
        penalty = self.asked.weight_decay and penalised and not scores.other_loss(last)
        refuse(bool(penalty), "trained/penalty-in-loss", seen)
        seen = f"  {self.name} has a validation loss of {now:.4f}; its metrics end with {last:.4f}."
        swapped = math.isclose(self.metrics["train_loss"][-1], now, rel_tol=2e-3)
        names = {"metric": "val_loss", "other": "train_loss"}
        refuse(swapped, "metrics/swapped", seen, **names)
        raise whose_numbers(
            self.answer,
            (self.name, self.model),
            "val_dataset",
            (last, accuracies[-1]),
            seen,
            self.asked.dropout,
        )

    def check_learned(self) -> None:
        name, losses, accuracy = self.name, self.metrics["train_loss"], self.metrics["train_acc"][0]
        seen = f"  The training loss of {name} starts at {losses[0]:.3f}; a new model's near 0.69."
        refuse(losses[0] < ALREADY_TRAINED, "trained/trained-before", seen)
        few_steps = self.calls and len(dataset(self.answer, "train_dataset")) <= 2 * BATCH_SIZE
        seen = f"  Already in the first epoch {name} is right on {accuracy:.0%} of the reviews."
        too_good = accuracy > (NEW_AT_MOST_IN_TWO_STEPS if few_steps else NEW_AT_MOST)
        refuse(too_good, "trained/trained-before", seen)
        seen = f"  The training loss of {name} went from {losses[0]:.3f} to {losses[-1]:.3f}"
        exploded = losses[-1] > EXPLODED and self.rate > RMSPROP_LEARNING_RATE
        refuse(exploded, "trained/exploded", f"{seen} with lr={self.rate:g}.")
        # A network whose units have all died hardly learns either, but its weights have moved.
        weights = max(self.model.parameters(), key=Tensor.numel)
        moved = float(weights.abs().max()) > 1.5 / max(weights.shape) ** 0.5
        refuse(losses[-1] > HARDLY_LEARNED and not moved, "trained/hardly-learned", f"{seen}.")

    def check_decay_shows(self) -> None:
        """Position 0 of the rows is never used, so only decay moves its weights.

        Under RMSprop they shrink to nothing within a few steps; without decay they stay as drawn.
        """
        seen = f"  The optimizer of {self.name} has weight_decay=0."
        refuse(bool(self.calls) and not any(self.decays), "trained/no-decay", seen)
        if self.rate < 1e-3:
            return
        first = self.model.weights.matrix(0)
        unused, inputs = first[:, 0], first.shape[1]
        size = float(unused.abs().median())
        seen = f"  Position 0 of the rows is never used, yet its weights still are near {size:.2g}."
        drawn = 0.15 / inputs**0.5  # PyTorch draws them from ±1 / sqrt(inputs)
        refuse(size > drawn, "trained/no-decay", seen)

    def check_dropout_was_on(self) -> None:
        """With dropout the training loss is the one of train mode, not of eval.

        That of an epoch is taken before its last steps, so it tends to be the larger one.
        """
        reported = self.metrics["train_loss"][-1]
        without = self.scores("train_dataset").loss()
        dropped = self.scores("train_dataset", self.asked.dropout).loss()
        seen = (
            f"  {self.name}_metrics ends with a training loss of {reported:.4f}.\n"
            f"  On train_dataset it has {dropped:.4f} in train mode and {without:.4f} in eval mode."
        )
        off = reported < math.sqrt(without * dropped) and dropped > 2 * without
        refuse(off, "trained/dropout-off", seen)

    def check_gradients_were_cleared(self) -> None:
        """What a loop of one's own has left in the parameters is the gradient of its last batch.

        Who never clears the gradients leaves the sum over all batches. That of the first ones is
        hundreds of times as large as what a trained model still has.
        """
        left = self.answer.ask("training.gradients", self.name)
        stored = self.model.stored
        if not isinstance(left, list) or len(left) != len(stored):
            return
        if not all(isinstance(g, Tensor) for g in left):
            return  # cleared after the last step, too
        now = torch.zeros(len(stored))
        for x, labels in DataLoader(dataset(self.answer, "train_dataset"), BATCH_SIZE):
            own = self.model.gradients(x.cpu(), labels.reshape(-1).cpu())
            now = torch.maximum(now, torch.stack([g.norm() for g in own]))
        ratio = float((torch.stack([g.float().norm() for g in left]) / (now + 1e-9)).median())
        seen = f"  The gradients left in {self.name} are {ratio:.2g} times as large as those of any"
        refuse(ratio > PILED_UP, "trained/no-zero-grad", f"{seen} batch\n  of train_dataset now.")

    def check_rare_words_moved(self) -> None:
        """RMSprop and Adam make steps of one length for all words; plain gradient descent hardly
        moves the weights of a word that few reviews have.
        """
        data, first = dataset(self.answer, "train_dataset"), self.model.weights.matrix(0)
        if type(data) is not ReviewDataset:
            return
        counts = torch.bincount(data.columns.cpu(), minlength=first.shape[1])
        rare = (counts > 0) & (counts <= counts[counts > 0].median())
        size = float(first[:, rare].abs().median(1).values.max())
        times = float(first.abs().max()) / size
        seen = f"  The weights of {self.name} for rare words have hardly moved: half of them are "
        seen += f"below\n  {size:.2g}, and the largest weight is {times:.0f} times as large."
        still = size < AS_DRAWN / first.shape[1] ** 0.5
        refuse(still or times > LEFT_BEHIND, "trained/wrong-optimizer", seen)


def _decay(group: dict) -> float:
    return float(group.get("weight_decay", 0.0) or 0.0)


def _decays_of_weights(optimizer: dict) -> list[float]:
    """The different decays of the weights. Biases may go without, so they do not count."""
    return sorted({_decay(group) for group in optimizer["groups"] if group["weights"]})


def _batches(p: Tensor, y: Tensor, size: int = BATCH_SIZE) -> Iterator[tuple[Tensor, Tensor]]:
    return zip(p.split(size), y.split(size), strict=True)


def _sum(p: Tensor, y: Tensor) -> Tensor:
    return F.binary_cross_entropy(p, y, reduction="sum")


def _sum_as_mean(p: Tensor, y: Tensor) -> Tensor:
    """What `helpers.evaluate` makes of sums over batches, which it takes for means."""
    return sum(_sum(*batch) * len(batch[0]) for batch in _batches(p, y)) / len(p)


# What a loss may be in place of the binary cross-entropy of predictions and labels.
OTHER_LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "loss with label and prediction exchanged": lambda p, y: F.binary_cross_entropy(y, p),
    "mean squared error": F.mse_loss,
    "mean absolute error": F.l1_loss,
    "cross-entropy with logits (a second sigmoid)": F.binary_cross_entropy_with_logits,
    "binary cross-entropy summed, not averaged": _sum,
    "binary cross-entropy summed over each batch, not averaged": _sum_as_mean,
}


@dataclass(frozen=True)
class Scores:
    """Probabilities of a model on a data set, with the labels: both (N,), float64."""

    probabilities: Tensor
    labels: Tensor

    @classmethod
    def of(cls, model: Model, data: Dataset, dropout: float = 0.0, draw: int = 0) -> Scores:
        return cls(*model.outputs(data, dropout, draw))

    def loss(self, function: Callable = F.binary_cross_entropy) -> float:
        return float(function(self.probabilities, self.labels))

    def accuracy(self) -> float:
        return float(((self.probabilities > 0.5) == (self.labels > 0.5)).double().mean())

    def batches(self, size: int = BATCH_SIZE) -> list[Scores]:
        return [Scores(*batch) for batch in _batches(self.probabilities, self.labels, size)]

    def agree_with(self, loss: float, accuracy: float, exact: bool) -> bool:
        """Whether these numbers are this model's. Not `exact`: a student's loop may weigh batches
        differently."""
        if abs(self.accuracy() - accuracy) > (2e-3 if exact else 2e-2):
            return False
        if math.isclose(self.loss(), loss, rel_tol=2e-3 if exact else 5e-2, abs_tol=1e-4):
            return True
        of_batches = mean(batch.loss() for batch in self.batches())
        return not exact and math.isclose(of_batches, loss, rel_tol=2e-3, abs_tol=1e-4)

    def other_loss(self, loss: float) -> str:
        """Which other loss of the model this number is; "" if none."""
        for what, function in OTHER_LOSSES.items():
            if math.isclose(self.loss(function), loss, rel_tol=1e-3):
                return what
        return ""


def whose_numbers(
    answer: Answer,
    named: tuple[str, Model],
    name: str,
    numbers: tuple[float, float],
    seen: str,
    dropout: float = 0.0,
) -> Mistake:
    """The mistake behind numbers (loss, accuracy) that are not those of a model on a data set.

    dropout: that the model has after each hidden layer.
    """
    (model_name, model), (loss, accuracy), data = named, numbers, dataset(answer, name)

    def are_of(scores: Scores) -> bool:
        close = math.isclose(scores.loss(), loss, rel_tol=1e-3)
        return close and abs(scores.accuracy() - accuracy) < 2e-3

    if other := Scores.of(model, data).other_loss(loss):
        key = "loss-swapped" if "exchanged" in other else "wrong-loss"
        return Mistake(f"trained/{key}", f"{seen}\n  It is this model's {other}.")
    others = [*MODELS, "restored_model"]
    for other, (_, _, same) in answer.ask("training.kin", model_name, others).items():
        try:
            found = not same and are_of(Scores.of(Model.of(answer, other), data))
        except (Mistake, RuntimeError, IndexError):
            continue  # a model of another task that does not work is not this task's concern
        if found:
            return Mistake("trained/another-model", f"{seen}\n  They are the numbers of {other}.")
    for other, part in DATASETS.items():
        if other != name and are_of(Scores.of(model, dataset(answer, other))):
            seen += f"\n  They are its numbers on {other}."
            return Mistake("trained/another-part", seen, part=part)
    if name == "test_dataset" and (loss, accuracy) in answer.ask("training.validated"):
        seen += "\n  They are those of an epoch of training, on val_dataset."
        return Mistake("trained/another-part", seen, part="validation")
    in_training = [Scores.of(model, data, dropout, draw) for draw in range(8 if dropout else 0)]
    losses, accuracies = [s.loss() for s in in_training], [s.accuracy() for s in in_training]
    if dropout and _could_be_one_of(losses, loss) and _could_be_one_of(accuracies, accuracy):
        seen += f"\n  With dropout active it gives about {mean(losses):.4f}."
        return Mistake("trained/train-mode", seen)
    return Mistake("trained/not-its-own", seen)


def _could_be_one_of(draws: list[float], value: float) -> bool:
    spread = stdev(draws)
    return spread > 0 and abs(value - mean(draws)) <= 3.5 * spread
