"""Ready-made parts of the regularisation notebook, for what follows a task that waits.

The last task evaluates a model with dropout that was stopped early. These two make it, whatever the
answers before; the checks do not take them for an answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn


class DropoutClassifier(nn.Sequential):
    """The 16-16 classifier of reviews with dropout: ``(N, input_size)`` to ``(N, 1)``."""

    def __init__(self, input_size: int, hidden: int = 16, p: float = 0.5):
        layers: list[nn.Module] = []
        for inputs in (input_size, hidden):
            layers += [nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(p)]
        super().__init__(*layers, nn.Linear(hidden, 1), nn.Sigmoid())


def no_new_best(val_losses: Sequence[float], patience: int) -> bool:
    """Whether the best epoch so far is at least ``patience`` epochs ago.

    The other common rule of early stopping: it looks at the best epoch, not at the one before.
    """
    best = min(range(len(val_losses)), key=val_losses.__getitem__)
    return len(val_losses) - 1 - best >= patience
