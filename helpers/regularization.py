"""Ready-made parts of the regularisation notebook, for what follows a task that waits.

Later tasks train and evaluate the networks of earlier ones. Until those pass, these stand in for
them, so that a mistake costs its own points only. The checks do not take them for an answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn


class ReadyMade(nn.Identity):
    """The last layer of a ready-made network, by which the checks know it. It changes nothing."""


def ready_made_classifier(input_size: int, hidden: int, p: float = 0.0) -> nn.Sequential:
    """A network for reviews with two hidden layers: ``(N, input_size)`` to ``(N, 1)``.

    ``hidden``: the units of each hidden layer; ``p``: the probability of dropout after each.
    """
    layers: list[nn.Module] = []
    for inputs in (input_size, hidden):
        layers += [nn.Linear(inputs, hidden), nn.ReLU(), *([nn.Dropout(p)] if p else [])]
    return nn.Sequential(*layers, nn.Linear(hidden, 1), nn.Sigmoid(), ReadyMade())


def no_new_best(val_losses: Sequence[float], patience: int) -> bool:
    """Whether the best epoch so far is at least ``patience`` epochs ago.

    The other common rule of early stopping: it looks at the best epoch, not at the one before.
    """
    best = min(range(len(val_losses)), key=val_losses.__getitem__)
    return len(val_losses) - 1 - best >= patience
