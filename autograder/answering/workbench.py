"""A tiny data set, model, loss and optimizer that write down what a training loop does to them.

The code of a student trains this model; the log then says which rows it saw in which mode, when
gradients were computed, and where every step took the weights. Nothing here depends on
how the loop is written.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from autograder.checks.answer import Answer, refuse
from helpers.dataset import ReviewDataset

BITS = 10
ROW_SIZE = BITS + 1  # position 0 is unused, as in the lab
HIDDEN_UNITS = 5
LEARNING_RATE = 0.1
LOSS_SCALE = 2.0  # the loss is not plain cross-entropy, so that a loop with a loss of its own shows

Weights = list[Tensor]


@dataclass(frozen=True)
class Forward:
    """The model was called: rows by their number, mode, whether a graph was built."""

    rows: tuple[int, ...]
    modes: frozenset[bool]  # {True}: train mode; {False}: eval mode; both: mixed
    graph: bool


@dataclass(frozen=True)
class Backward:
    """The gradient of the output of a call came back to the model."""


@dataclass(frozen=True)
class Step:
    """The optimizer stepped: weights before and after, and the gradients that it found."""

    before: Weights
    after: Weights
    gradients: list[Tensor | None]


@dataclass(frozen=True)
class Part:
    """A data set of the workbench, and the numbers of its rows in the log."""

    numbers: range
    dataset: ReviewDataset


@dataclass
class Workbench:
    """What a training loop is called with, and the log of what it did."""

    table: Tensor  # every row of the parts, `(rows, ROW_SIZE)`; a row is known by its place here
    targets: Tensor  # their labels, `(rows,)`
    parts: list[Part]
    model: WatchedModel
    loss: WatchedLoss
    optimizer: WatchedSGD
    start: Weights
    log: list = field(default_factory=list)

    def rows(self, numbers: Sequence[int]) -> Tensor:
        return self.table[list(numbers)]

    def labels(self, numbers: Sequence[int]) -> Tensor:
        return self.targets[list(numbers)]

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


class WatchedModel(nn.Module):
    """A network with one hidden layer that logs every call."""

    def __init__(self, known: dict[tuple[float, ...], int], log: list):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(ROW_SIZE, HIDDEN_UNITS), nn.ReLU(), nn.Linear(HIDDEN_UNITS, 1), nn.Sigmoid()
        )
        self._known, self._log = known, log

    def forward(self, x: Tensor) -> Tensor:
        seen = f"  The data set of this call has rows of {ROW_SIZE} numbers, but the model was "
        seen += f"given rows of {x.shape[-1]}."
        refuse(x.shape[-1] != ROW_SIZE, "loop/another-data-set", seen)
        output = self.layers(x)
        graph = output.requires_grad
        if graph:
            output.register_hook(lambda _: self._log.append(Backward()))
        modes = frozenset(module.training for module in self.modules())
        self._log.append(Forward(tuple(self._numbers(x)), modes, graph))
        return output

    def _numbers(self, x: Tensor) -> Iterator[int]:
        for row in x.detach().reshape(-1, ROW_SIZE).tolist():
            foreign = "  A row that is in neither data set came into the model."
            refuse(tuple(row) not in self._known, "loop/foreign-rows", foreign)
            yield self._known[tuple(row)]


class WatchedLoss(nn.BCELoss):
    """A multiple of binary cross-entropy that counts its calls and explains shapes that differ."""

    calls = 0

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        self.calls += 1
        swapped = _is_label(input) and (target.requires_grad or not _is_label(target))
        seen = "  The loss was called with the labels first and the predictions second."
        refuse(swapped, "loop/loss-swapped", seen)
        seen = (
            f"  The loss was given predictions of shape {tuple(input.shape)} and labels of shape "
        )
        key = "loop/squeeze" if input.dim() == 0 else "loop/shapes"
        refuse(input.shape != target.shape, key, f"{seen}{tuple(target.shape)}.")
        return LOSS_SCALE * super().forward(input, target)


class WatchedSGD(torch.optim.SGD):
    """Plain gradient descent that logs its steps."""

    def __init__(self, model: nn.Module, log: list):
        self._model, self._log = model, log
        super().__init__(model.parameters(), lr=LEARNING_RATE)

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
    codes = answer.random.sample(range(1, 1 << BITS), sum(sizes))
    rows = [[0.0, *(float(code >> bit & 1) for bit in range(BITS))] for code in codes]
    labels, parts = [], []
    for size in sizes:
        numbers = range(len(labels), len(labels) + size)
        own = [float(i % 4 == 1) for i in range(size)]  # not half: none or all differ
        answer.random.shuffle(own)
        labels += own
        words = [[i for i, one in enumerate(rows[n]) if one] for n in numbers]
        offsets, columns = [0, *itertools.accumulate(map(len, words))], itertools.chain(*words)
        data = ReviewDataset(offsets, list(columns), own, size=ROW_SIZE, device=answer.device)
        parts.append(Part(numbers, data))
    table, targets, log = torch.tensor(rows), torch.tensor(labels), []
    model = WatchedModel({tuple(row): number for number, row in enumerate(rows)}, log)
    generator = answer.generator()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
        # It says yes to about half of the rows.
        model.layers[2].bias -= torch.logit(model.layers(table), eps=1e-6).mean()
    model.to(answer.device)
    optimizer, start = WatchedSGD(model, log), copies(model)
    return Workbench(table, targets, parts, model, WatchedLoss(), optimizer, start, log)


def mean_loss(probabilities: Tensor, labels: Tensor) -> Tensor:
    """The loss of the workbench, in plain words: scaled binary cross-entropy, mean over samples."""
    return LOSS_SCALE * functional.binary_cross_entropy(probabilities, labels)


def share_right(probabilities: Tensor, labels: Tensor) -> float:
    """Accuracy: the share of samples on the right side of 0.5."""
    return float(((probabilities > 0.5) == (labels == 1.0)).float().mean())


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


def _is_label(values: Tensor) -> bool:
    return not values.requires_grad and set(values.detach().reshape(-1).tolist()) <= {0.0, 1.0}
