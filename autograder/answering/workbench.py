"""A model, loss, optimizer and data sets that write down what a training loop does to them.

The code of a student works on them; the log then says which rows the model saw in which mode, when
gradients were computed, and where every step took the weights. Nothing here depends on how the
loop is written. All numbers come with the question: the check knows what should come of them.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import itertools
import weakref
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

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
    settings: "train": the mode of the model; "loss_scale"; "learning_rate" and "momentum", None: no
              optimizer; "gradient": the value that all gradients of the weights have, or None;
              "seed": of torch, for the order of batches, so that a second try gives the same.
    more:     further arguments by name.

    The data lie on the notebook's `device`, so that a loop may move its batches there or not. The
    model is the same object in all runs of a task: what a loop remembers of it then shows.
    """
    log: list[tuple] = []
    rows = itertools.chain(*(rows.tolist() for rows, _ in sets.values()))
    known = {tuple(row): number for number, row in enumerate(rows)}
    model = _models.setdefault(notebook, WatchedModel([tuple(w.shape) for w in start]))
    model.to(notebook.device).train(settings["train"])
    torch.manual_seed(settings["seed"])
    model.begin(start, known, log, settings["gradient"])
    loss = WatchedLoss(settings["loss_scale"])
    arguments = {"model": model, "loss": loss}
    if settings["learning_rate"] is not None:
        rates = settings["learning_rate"], settings["momentum"]
        arguments["optimizer"] = WatchedSGD(model, *rates, log)
    arguments |= {key: _data_set(*data, notebook.device) for key, data in sets.items()}
    with _other_optimizers() as others:
        result = _called(notebook, name, arguments | more, shown)
    return {
        "log": log,
        "other_optimizers": [type(optimizer).__name__ for optimizer in others],
        "graphs_kept": model.graphs_kept,
        "weights": copies(model),
        "gradients": [p.grad for p in model.parameters()],
        "loss_calls": loss.calls,
        "can_learn": all(p.requires_grad and p.dtype == torch.float32 for p in model.parameters()),
        "result": result,
    }


def _data_set(rows: Tensor, labels: Tensor, device: torch.device) -> ReviewDataset:
    words = [row.nonzero().flatten().tolist() for row in rows]
    offsets, columns = [0, *itertools.accumulate(map(len, words))], [*itertools.chain(*words)]
    return ReviewDataset(offsets, columns, labels.tolist(), size=rows.shape[1], device=device)


@contextlib.contextmanager
def _other_optimizers() -> Iterator[list[torch.optim.Optimizer]]:
    """Those that step in the body, without the one of the workbench."""
    stepped: list[torch.optim.Optimizer] = []

    def note(optimizer, *_) -> None:
        if not isinstance(optimizer, WatchedSGD) and all(o is not optimizer for o in stepped):
            stepped.append(optimizer)

    hook = register_optimizer_step_pre_hook(note)
    try:
        yield stepped
    finally:
        hook.remove()


def _called(notebook: Notebook, name: str, arguments: dict, shown: str) -> object:
    """What a function gives for these: by name, or where it has other names, in this order."""
    function = notebook.thing(name)
    try:
        inspect.signature(function).bind(**arguments)
    except (TypeError, ValueError):
        return notebook.run(function, *arguments.values(), shown=shown)
    return notebook.run(function, shown=shown, **arguments)


_models: weakref.WeakKeyDictionary[Notebook, WatchedModel] = weakref.WeakKeyDictionary()


class WatchedModel(nn.Module):
    """A network with one hidden layer that logs every call, and every gradient that comes back.

    ("forward", numbers of the rows, modes of the modules, whether a graph was built), ("backward",)

    graphs_kept: how many graphs of earlier calls were still alive at a call, at most.
    """

    def __init__(self, shapes: list[tuple[int, ...]]):
        super().__init__()
        (hidden, self.row_size), _, (outputs, _), _ = shapes
        first, last = nn.Linear(self.row_size, hidden), nn.Linear(hidden, outputs)
        self.layers = nn.Sequential(first, nn.ReLU(), last, nn.Sigmoid())

    def begin(
        self,
        start: list[Tensor],
        known: dict[tuple[float, ...], int],
        log: list,
        gradient: float | None,
    ) -> None:
        """Begin a run with these weights, and with all gradients of one value or none."""
        for parameter, value in zip(self.parameters(), start, strict=True):
            with torch.no_grad():
                parameter.copy_(value)
            parameter.grad = None if gradient is None else torch.full_like(parameter, gradient)
        self._known, self._log = known, log
        self._graphs: weakref.WeakSet[_Backward] = weakref.WeakSet()
        self.graphs_kept = 0

    def forward(self, x: Tensor) -> Tensor:
        seen = f"  The data set of this call has rows of {self.row_size} numbers, but the model "
        seen += f"was given rows of {x.shape[-1]}."
        refuse(x.shape[-1] != self.row_size, "loop/another-data-set", seen)
        if len(self._graphs) > max(self.graphs_kept, 1):
            gc.collect()  # a cycle of objects may keep one that nothing needs
            self.graphs_kept = max(self.graphs_kept, len(self._graphs))
        output = self.layers(x)
        graph = output.requires_grad
        if graph:
            noted = _Backward(self._log)
            output.register_hook(noted)
            self._graphs.add(noted)
        modes = sorted({module.training for module in self.modules()})
        self._log.append(("forward", [*self._numbers(x)], modes, graph))
        return output

    def _numbers(self, x: Tensor) -> Iterator[int]:
        for row in x.detach().reshape(-1, self.row_size).tolist():
            foreign = "  A row that is in neither data set came into the model."
            refuse(tuple(row) not in self._known, "loop/foreign-rows", foreign)
            yield self._known[tuple(row)]


class _Backward:
    """Logs a gradient that comes back; it lives as long as the graph of the call does."""

    def __init__(self, log: list):
        self._log = log

    def __call__(self, _: Tensor) -> None:
        self._log.append(("backward",))


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
    """Gradient descent with momentum that logs its steps.

    ("step", weights before, weights after, the gradients that it found)
    """

    def __init__(self, model: nn.Module, learning_rate: float, momentum: float, log: list):
        self._model, self._log = model, log
        super().__init__(model.parameters(), lr=learning_rate, momentum=momentum)

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
