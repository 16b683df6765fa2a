"""A model, loss, optimizer and data sets that write down what a training loop does to them.

The code of a student works on them; the log then says which rows the model saw in which mode, when
gradients were computed, and where every step took the weights. Nothing here depends on how the
loop is written. All numbers come with the question: the check knows what should come of them.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from autograder.answering.mistakes import refuse
from autograder.answering.notebook import Notebook, question
from helpers.dataset import ReviewDataset


@question("loop.run")
def _run(
    notebook: Notebook,
    name: str,
    sets: Mapping[str, tuple[Tensor, Tensor]],
    start: list[Tensor],
    settings: Mapping[str, object],
    more: Mapping[str, object],
    shown: str,
) -> dict:
    """What a loop gives for a watched model and loss, and what it did to them.

    sets:     argument -> rows of zeros and ones, and their labels; rows are numbered through.
    start:    the weights of the model: matrix and bias of the hidden layer, and of the output.
    settings: "train": the mode of the model; "loss_scale"; "learning_rate", None: no optimizer.
    more:     further arguments by name.

    The data lie on the notebook's `device`, so that a loop may move its batches there or not.
    """
    log: list[tuple] = []
    rows = itertools.chain(*(rows.tolist() for rows, _ in sets.values()))
    known = {tuple(row): number for number, row in enumerate(rows)}
    model = WatchedModel(start, known, log).to(notebook.device).train(settings["train"])
    loss = WatchedLoss(settings["loss_scale"])
    arguments = {"model": model, "loss": loss}
    if settings["learning_rate"] is not None:
        arguments["optimizer"] = WatchedSGD(model, settings["learning_rate"], log)
    arguments |= {key: _data_set(*data, notebook.device) for key, data in sets.items()}
    result = _called(notebook, name, arguments | more, shown)
    return {
        "log": log,
        "weights": copies(model),
        "loss_calls": loss.calls,
        "gradients_on": torch.is_grad_enabled(),
        "can_learn": all(p.requires_grad and p.dtype == torch.float32 for p in model.parameters()),
        "result": result,
    }


def _data_set(rows: Tensor, labels: Tensor, device: torch.device) -> ReviewDataset:
    words = [row.nonzero().flatten().tolist() for row in rows]
    offsets, columns = [0, *itertools.accumulate(map(len, words))], [*itertools.chain(*words)]
    return ReviewDataset(offsets, columns, labels.tolist(), size=rows.shape[1], device=device)


def _called(notebook: Notebook, name: str, arguments: dict, shown: str) -> object:
    """What a function gives for these: by name, or where it has other names, in this order."""
    function = notebook.thing(name)
    try:
        inspect.signature(function).bind(**arguments)
    except (TypeError, ValueError):
        return notebook.run(function, *arguments.values(), shown=shown)
    return notebook.run(function, shown=shown, **arguments)


class WatchedModel(nn.Module):
    """A network with one hidden layer that logs every call, and every gradient that comes back.

    ("forward", numbers of the rows, modes of the modules, whether a graph was built), ("backward",)
    """

    def __init__(self, start: list[Tensor], known: dict[tuple[float, ...], int], log: list):
        super().__init__()
        (hidden, self.row_size), outputs = start[0].shape, len(start[2])
        first, last = nn.Linear(self.row_size, hidden), nn.Linear(hidden, outputs)
        self.layers = nn.Sequential(first, nn.ReLU(), last, nn.Sigmoid())
        with torch.no_grad():
            for parameter, value in zip(self.parameters(), start, strict=True):
                parameter.copy_(value)
        self._known, self._log = known, log

    def forward(self, x: Tensor) -> Tensor:
        seen = f"  The data set of this call has rows of {self.row_size} numbers, but the model "
        seen += f"was given rows of {x.shape[-1]}."
        refuse(x.shape[-1] != self.row_size, "loop/another-data-set", seen)
        output = self.layers(x)
        graph = output.requires_grad
        if graph:
            output.register_hook(lambda _: self._log.append(("backward",)))
        modes = sorted({module.training for module in self.modules()})
        self._log.append(("forward", [*self._numbers(x)], modes, graph))
        return output

    def _numbers(self, x: Tensor) -> Iterator[int]:
        for row in x.detach().reshape(-1, self.row_size).tolist():
            foreign = "  A row that is in neither data set came into the model."
            refuse(tuple(row) not in self._known, "loop/foreign-rows", foreign)
            yield self._known[tuple(row)]


class WatchedLoss(nn.BCELoss):
    """A multiple of binary cross-entropy that counts its calls and explains shapes that differ."""

    def __init__(self, scale: float):
        super().__init__()
        self.scale, self.calls = scale, 0

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
        return self.scale * super().forward(input, target)


class WatchedSGD(torch.optim.SGD):
    """Plain gradient descent that logs its steps.

    ("step", weights before, weights after, the gradients that it found)
    """

    def __init__(self, model: nn.Module, learning_rate: float, log: list):
        self._model, self._log = model, log
        super().__init__(model.parameters(), lr=learning_rate)

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
        self._log.append(("step", before, copies(self._model), gradients))
        return value


def copies(model: nn.Module) -> list[Tensor]:
    return [parameter.detach().cpu().clone() for parameter in model.parameters()]


def _is_label(values: Tensor) -> bool:
    return not values.requires_grad and set(values.detach().reshape(-1).tolist()) <= {0.0, 1.0}
