"""Ready-made parts of the regularisation notebook, for what follows a task that waits.

Later tasks train and evaluate the networks of earlier ones. Until those pass, these stand in for
them, so that a mistake costs its own points only. The checks do not take them for an answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from helpers import ready_made


class ByHand(TorchFunctionMode):
    """In its body, PyTorch's own dropout refuses to work, by whatever name it is called."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if "dropout" in getattr(function, "__name__", ""):
            raise ready_made.NotYourOwn(f"this is {function.__name__} of PyTorch")
        return function(*args, **(kwargs or {}))


ready_made.guards["ex2-dropout-layer"] = ByHand


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


def recorded_runs() -> dict:
    """Trainings of five seeds that `python -m benchmarks.overfitting` recorded.

    "calm" and "task" map the name of a network to a dictionary for each seed: the four lists that
    `train` returns, and "calibration_error" of the validation set after each epoch; and for the
    weights of the "best" (by validation loss) and "last" epoch the `reliability` of the validation
    set and the two test results. "sweep" maps a weight decay to what `train` returned.
    "about" says how they were made.
    """
    return json.loads((Path(__file__).parent / "overfitting.json").read_text(encoding="utf-8"))


def reliability(probabilities: Tensor, labels: Tensor, bins: int = 10) -> list[list[float]]:
    """How sure, how often right: ``[confidence, share right, number]`` of each bin that is filled.

    ``probabilities``: of class 1, ``(N,)``; ``labels``: 0 or 1, ``(N,)``. An answer's confidence is
    the larger of p and 1 - p, from 0.5 to 1; the bins divide that range evenly.
    """
    probabilities, labels = probabilities.reshape(-1), labels.reshape(-1)
    right = ((probabilities > 0.5) == (labels > 0.5)).double()
    confidence = torch.maximum(probabilities, 1 - probabilities).double()
    place = ((confidence - 0.5) * 2 * bins).long().clamp(max=bins - 1)
    found = []
    for bin_ in range(bins):
        inside = place == bin_
        if inside.any():
            means = confidence[inside].mean().item(), right[inside].mean().item()
            found.append([*means, int(inside.sum())])
    return found


def calibration_error(probabilities: Tensor, labels: Tensor, bins: int = 10) -> float:
    """The expected calibration error: the mean gap of confidence and share right, over all answers.

    Of Naeini et al. (2015): each bin of `reliability` counts by its number of answers.
    """
    found = reliability(probabilities, labels, bins)
    total = sum(number for _, _, number in found)
    return sum(number * abs(sure - right) for sure, right, number in found) / total
