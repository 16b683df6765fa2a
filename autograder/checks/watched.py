"""A tiny data set, model, loss and optimizer that write down what a training loop does to them.

The code of a student trains this model; the log then says which rows it saw in which mode, when the
gradients were cleared and computed, and where every step took the weights. Nothing here depends on
how the loop is written.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from autograder.checks.framework import Answer, Mistake
from helpers.dataset import ReviewDataset

BITS = 10
ROW_SIZE = BITS + 1  # position 0 is unused, as in the lab
HIDDEN_UNITS = 5
LEARNING_RATE = 0.1
LOSS_SCALE = 2.0  # the loss is not plain cross-entropy, so that a loop with a loss of its own shows

Weights = list[Tensor]


@dataclass(frozen=True)
class Forward:
    """The model was called: rows by their number, mode, whether a graph was built, the results."""

    rows: tuple[int, ...]
    modes: frozenset[bool]  # {True}: train mode; {False}: eval mode; both: mixed
    graph: bool
    outputs: tuple[float, ...]


@dataclass(frozen=True)
class Backward:
    """The gradient of the output of a call came back to the model."""


@dataclass(frozen=True)
class ZeroGrad:
    """The gradients were cleared through the optimizer or the model."""


@dataclass(frozen=True)
class Step:
    """The optimizer stepped: weights before and after, and the gradients that it found."""

    before: Weights
    after: Weights
    gradients: list[Tensor | None]


@dataclass
class Samples:
    """Rows with labels; a row is known by its number wherever it turns up."""

    numbers: range
    codes: list[int]
    labels: list[float]
    dataset: ReviewDataset

    def __len__(self) -> int:
        return len(self.codes)


@dataclass
class Workbench:
    """What a training loop is called with, and the log of what it did."""

    parts: list[Samples]
    model: WatchedModel
    loss: WatchedLoss
    optimizer: WatchedSGD
    start: Weights
    log: list = field(default_factory=list)

    def rows(self, numbers: Sequence[int]) -> Tensor:
        return torch.stack([self._row(number) for number in numbers])

    def labels(self, numbers: Sequence[int]) -> Tensor:
        return torch.tensor([self._part(n).labels[n - self._part(n).numbers[0]] for n in numbers])

    def probabilities(self, weights: Weights, numbers: Sequence[int]) -> Tensor:
        """What the model says with these weights: `(len(numbers),)` on the CPU."""
        w1, b1, w2, b2 = (w.cpu() for w in weights)
        hidden = torch.relu(functional.linear(self.rows(numbers), w1, b1))
        return torch.sigmoid(functional.linear(hidden, w2, b2))[:, 0]

    def gradients(self, weights: Weights, numbers: Sequence[int]) -> Weights:
        """The gradient of the loss on these rows at these weights."""
        leaves = [w.cpu().clone().requires_grad_() for w in weights]
        value = mean_loss(self.probabilities(leaves, numbers), self.labels(numbers))
        return list(torch.autograd.grad(value, leaves))

    def weights(self) -> Weights:
        return copies(self.model)

    def forwards(self) -> Iterator[Forward]:
        return (event for event in self.log if isinstance(event, Forward))

    def steps(self) -> list[Step]:
        return [event for event in self.log if isinstance(event, Step)]

    def _part(self, number: int) -> Samples:
        return next(part for part in self.parts if number in part.numbers)

    def _row(self, number: int) -> Tensor:
        part = self._part(number)
        return _row_of(part.codes[number - part.numbers[0]])


class WatchedModel(nn.Module):
    """A network with one hidden layer that logs every call."""

    def __init__(self, known: dict[int, int], log: list):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(ROW_SIZE, HIDDEN_UNITS), nn.ReLU(), nn.Linear(HIDDEN_UNITS, 1), nn.Sigmoid()
        )
        self._known, self._log = known, log

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1] != ROW_SIZE:
            raise Mistake(
                "another data set than the argument",
                f"  The data set of this call has rows of {ROW_SIZE} numbers, but the model was "
                f"given rows of {x.shape[-1]}.",
                "Use the data set that the function is given, not a variable of the notebook.",
            )
        output = self.layers(x)
        graph = output.requires_grad
        if graph:
            output.register_hook(lambda _: self._log.append(Backward()))
        self._log.append(
            Forward(
                tuple(self._numbers(x)),
                frozenset(module.training for module in self.modules()),
                graph,
                tuple(output.detach().reshape(-1).tolist()),
            )
        )
        return output

    def zero_grad(self, set_to_none: bool = True) -> None:
        self._log.append(ZeroGrad())
        super().zero_grad(set_to_none)

    def _numbers(self, x: Tensor) -> Iterator[int]:
        for row in x.detach().reshape(-1, ROW_SIZE).tolist():
            code = sum(1 << bit for bit in range(BITS) if row[bit + 1] == 1.0)
            if code not in self._known:
                raise Mistake(
                    "the model is given other rows than those of the data set",
                    "  A row that is in neither data set came into the model.",
                    "Pass the rows on as the loader gives them.",
                )
            yield self._known[code]


class WatchedLoss(nn.BCELoss):
    """A multiple of binary cross-entropy that counts its calls and explains shapes that differ."""

    calls = 0

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        self.calls += 1
        if _is_label(input) and (target.requires_grad or not _is_label(target)):
            raise Mistake(
                "prediction and label swapped in the loss",
                "  The loss was called with the labels first and the predictions second.",
                "PyTorch's losses take the prediction first, then the target.",
            )
        if input.shape != target.shape:
            shapes = (
                f"  The loss was given predictions of shape {tuple(input.shape)} and labels of "
            )
            shapes += f"shape {tuple(target.shape)}."
            if input.dim() == 0:
                raise Mistake(
                    "squeeze on a batch of one",
                    shapes + "\n  The last batch holds one review here.",
                    "`.squeeze()` drops every dimension of length 1, also the batch dimension of a "
                    "batch of one. Which one dimension do you mean to drop?",
                )
            raise Mistake(
                "the shapes of prediction and label differ",
                shapes,
                "The model gives one column, (n, 1), and the labels are (n,). Bring one of them "
                "into the shape of the other.",
            )
        return LOSS_SCALE * super().forward(input, target)


class WatchedSGD(torch.optim.SGD):
    """Plain gradient descent that logs its steps."""

    def __init__(self, model: nn.Module, log: list):
        self._model, self._log = model, log
        super().__init__(model.parameters(), lr=LEARNING_RATE)

    def zero_grad(self, set_to_none: bool = True) -> None:
        self._log.append(ZeroGrad())
        super().zero_grad(set_to_none)

    def step(self, closure=None):
        value = None
        if closure is not None:
            with torch.enable_grad():
                value = closure()
        before = copies(self._model)
        gradients = [
            None if p.grad is None else p.grad.detach().cpu().clone()
            for p in self._model.parameters()
        ]
        super().step()
        self._log.append(Step(before, copies(self._model), gradients))
        return value


def workbench(answer: Answer, *sizes: int) -> Workbench:
    """A model, loss, optimizer and a data set of each size, drawn from the answer's random state.

    They lie on the notebook's `device`, so that a loop may move its batches there or not.
    """
    device = torch.device(answer.get("device", "cpu"))
    codes = answer.random.sample(range(1, 1 << BITS), sum(sizes))
    parts, first = [], 0
    for size in sizes:
        own = codes[first : first + size]
        labels = _labels(answer.random, size)
        parts.append(
            Samples(range(first, first + size), own, labels, _dataset(own, labels, device))
        )
        first += size
    log: list = []
    model = WatchedModel({code: number for number, code in enumerate(codes)}, log)
    generator = answer.generator()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    model.to(device)
    return Workbench(parts, model, WatchedLoss(), WatchedSGD(model, log), copies(model), log)


def mean_loss(probabilities: Tensor, labels: Tensor) -> Tensor:
    """The loss of the workbench, in plain words: scaled binary cross-entropy, mean over samples."""
    return LOSS_SCALE * functional.binary_cross_entropy(probabilities, labels)


def share_right(probabilities: Tensor, labels: Tensor) -> float:
    """Accuracy: the share of samples on the right side of 0.5."""
    right = [
        (p > 0.5) == (y == 1.0)
        for p, y in zip(probabilities.tolist(), labels.tolist(), strict=True)
    ]
    return sum(right) / len(right)


def copies(model: nn.Module) -> Weights:
    return [parameter.detach().cpu().clone() for parameter in model.parameters()]


def same(first: Sequence[Tensor | None], second: Sequence[Tensor], rel: float = 1e-4) -> bool:
    """Whether tensors agree but for rounding; a missing one counts as zeros."""
    for a, b in zip(first, second, strict=True):
        a = torch.zeros_like(b) if a is None else a
        scale = max(float(b.abs().max()), 1e-3)
        if not float((a - b).abs().max()) <= rel * scale:
            return False
    return True


def _dataset(codes: list[int], labels: list[float], device: torch.device) -> ReviewDataset:
    columns, offsets = [], [0]
    for code in codes:
        columns += [bit + 1 for bit in range(BITS) if code >> bit & 1]
        offsets.append(len(columns))
    return ReviewDataset(offsets, columns, labels, size=ROW_SIZE, device=device)


def _row_of(code: int) -> Tensor:
    return torch.tensor([0.0, *(float(code >> bit & 1) for bit in range(BITS))])


def _labels(draw: random.Random, size: int) -> list[float]:
    """Labels of both classes wherever there is room for both."""
    labels = [float(i % 2) for i in range(size)]
    draw.shuffle(labels)
    return labels


def _is_label(values: Tensor) -> bool:
    return not values.requires_grad and set(values.detach().reshape(-1).tolist()) <= {0.0, 1.0}
