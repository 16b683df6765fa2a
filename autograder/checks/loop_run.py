"""A run of a student's loop as the check knows it: what it drew for it, and the log that came back.

The data, the weights and the settings are drawn here and go to the workbench of `answering`. All
numbers that a log is held against are computed here, from what was drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from autograder.checks.answer import Answer

BITS = 10
ROW_SIZE = BITS + 1  # position 0 is unused, as in the lab
HIDDEN_UNITS = 5
SHAPES = ((HIDDEN_UNITS, ROW_SIZE), (HIDDEN_UNITS,), (1, HIDDEN_UNITS), (1,))
LEARNING_RATE = 0.1
MOMENTUM = 0.5  # so that the optimizer has something to remember from step to step
LEFT = 0.25  # every gradient in a model that is to be evaluated, where a training may be under way
LOSS_SCALE = 1.7  # the loss is not plain cross-entropy, so that a loop with a loss of its own shows
MAX_EVENTS = 10_000  # of a log: fifty times as many as a right loop leaves

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
class Log:
    """What a loop did, as the student's side says, and what it gave."""

    events: list[Forward | Backward | Step]
    weights: Weights  # afterwards
    loss_calls: int
    can_learn: bool
    other_optimizers: list[str]  # types of those that stepped beside the given one
    graphs_kept: int  # at most, of earlier calls of the model at a later one
    gradients_left: bool  # afterwards they are as they were before
    result: object

    def forwards(self) -> list[Forward]:
        return [event for event in self.events if isinstance(event, Forward)]

    def steps(self) -> list[Step]:
        return [event for event in self.events if isinstance(event, Step)]


class Drawn:
    """A data set of each size and starting weights, drawn from the answer's random state.

    parts: the numbers of the rows of each data set.
    """

    def __init__(self, answer: Answer, sizes: Sequence[int]):
        codes = answer.random.sample(range(1, 1 << BITS), sum(sizes))
        labels, self.parts = [], []
        for number, size in enumerate(sizes):
            self.parts.append(range(len(labels), len(labels) + size))
            # Not half: none or all differ. Seldom 1 in training, mostly 1 in validation, whose loss
            # then rises: who stops early stops.
            own = [float((i % 4 == 1) != (number == 1)) for i in range(size)]
            answer.random.shuffle(own)
            labels += own
        self._answer = answer
        self._table = torch.tensor(
            [[0.0, *(float(c >> b & 1) for b in range(BITS))] for c in codes]
        )
        self._targets = torch.tensor(labels)
        generator = answer.generator()
        self.start = [torch.randn(shape, generator=generator) for shape in SHAPES]
        # It says yes to about half of the rows.
        said = self.probabilities(self.start, range(len(labels)))
        self.start[3] -= torch.logit(said, eps=1e-6).mean()

    def labels(self, numbers: Sequence[int]) -> Tensor:
        return self._targets[list(numbers)]

    def probabilities(self, weights: Weights, numbers: Sequence[int]) -> Tensor:
        """What the model says with these weights: `(len(numbers),)`."""
        w1, b1, w2, b2 = weights
        hidden = torch.relu(functional.linear(self._table[list(numbers)], w1, b1))
        return torch.sigmoid(functional.linear(hidden, w2, b2))[:, 0]

    def gradients(self, weights: Weights, numbers: Sequence[int]) -> Weights:
        """The gradient of the loss on these rows at these weights."""
        leaves = [w.clone().requires_grad_() for w in weights]
        value = mean_loss(self.probabilities(leaves, numbers), self.labels(numbers))
        return list(torch.autograd.grad(value, leaves))

    def run(
        self,
        name: str,
        sets: Sequence[str],
        more: Mapping[str, int],
        shown: str,
        *,
        train_mode: bool,
        learning_rate: float | None = None,
    ) -> Log:
        """What the student's function of this name does with it.

        sets: the arguments for the data sets. more: further arguments by name.
        """
        self._answer.function(name)
        data = {
            key: (self._table[part.start : part.stop], self.labels(part))
            for key, part in zip(sets, self.parts, strict=True)
        }
        settings = {"train": train_mode, "loss_scale": LOSS_SCALE, "learning_rate": learning_rate}
        settings["seed"] = self._answer.random.randrange(1 << 31)
        settings |= {"momentum": MOMENTUM, "gradient": LEFT if learning_rate is None else None}
        said = self._answer.ask("loop.run", name, data, self.start, settings, dict(more), shown)
        _expect(len(said["log"]) <= MAX_EVENTS and type(said["loss_calls"]) is int)
        return Log(
            [self._event(entry) for entry in said["log"]],
            self._weights(said["weights"]),
            said["loss_calls"],
            said["can_learn"] is True,
            [str(kind)[:40] for kind in said["other_optimizers"]],
            int(said["graphs_kept"]),
            all(isinstance(g, Tensor) and bool((g == LEFT).all()) for g in said["gradients"]),
            said["result"],
        )

    def _event(self, entry: object) -> Forward | Backward | Step:
        match entry:
            case ("forward", [*rows], [*modes], bool(graph)):
                _expect(all(type(row) is int and 0 <= row < len(self._table) for row in rows))
                _expect(all(type(mode) is bool for mode in modes))
                return Forward(tuple(rows), frozenset(modes), graph)
            case ("backward",):
                return Backward()
            case ("step", before, after, [*gradients]):
                _expect(len(gradients) == len(SHAPES))
                zeros = [torch.zeros(shape) for shape in SHAPES]
                read = self._weights(
                    [z if g is None else g for z, g in zip(zeros, gradients, strict=True)]
                )
                found = [None if g is None else r for g, r in zip(gradients, read, strict=True)]
                return Step(self._weights(before), self._weights(after), found)
        raise ValueError(OTHER_FORM)

    def _weights(self, values: object) -> Weights:
        _expect(isinstance(values, list | tuple) and len(values) == len(SHAPES))
        for value, shape in zip(values, SHAPES, strict=True):
            _expect(isinstance(value, Tensor) and tuple(value.shape) == shape)
            _expect(value.is_floating_point())
        return [value.float() for value in values]


OTHER_FORM = "the log of the run has another form than it should have"


def _expect(right: bool) -> None:
    if not right:
        raise ValueError(OTHER_FORM)


def mean_loss(probabilities: Tensor, labels: Tensor) -> Tensor:
    """The loss of the run, in plain words: scaled binary cross-entropy, mean over samples."""
    return LOSS_SCALE * functional.binary_cross_entropy(probabilities, labels)


def share_right(probabilities: Tensor, labels: Tensor) -> float:
    """Accuracy: the share of samples on the right side of 0.5."""
    return float(((probabilities > 0.5) == (labels == 1.0)).float().mean())


def same(first: Sequence[Tensor | None], second: Sequence[Tensor], rel: float = 1e-4) -> bool:
    """Whether tensors agree but for rounding; a missing one counts as zeros."""
    for a, b in zip(first, second, strict=True):
        a = torch.zeros_like(b) if a is None else a
        scale = max(float(b.abs().max()), 1e-3)
        if not float((a - b).abs().max()) <= rel * scale:
            return False
    return True
