"""Questions on a network: what it is, and what a copy of it gives with weights that are sent."""

from __future__ import annotations

import copy
import itertools

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from autograder.answering.notebook import Notebook, question
from autograder.answering.values import over_and_over
from helpers.regularization import ReadyMade


@question("network.kind")
def _kind(notebook: Notebook, name: str) -> dict | None:
    """What the module of a name is; None if it is no module."""
    model = notebook.thing(name)
    if not isinstance(model, nn.Module):
        return None
    return {
        "type": type(model).__name__,
        "ready_made": any(isinstance(m, ReadyMade) for m in model.modules()),
        "no_forward": getattr(model.forward, "__name__", "") == "_forward_unimplemented",
        "devices": sorted({p.device.type for p in model.parameters()}),
    }


@question("network.copy")
def _copy(notebook: Notebook, name: str) -> int:
    return notebook.keep(copy.deepcopy(notebook.thing(name)))


@question("network.inside")
def _inside(notebook: Notebook, number: int) -> dict:
    """The parameters of a copy and what tells of its layers. Lazy ones have shapes after a call."""
    net = notebook.thing(number)
    kept = itertools.chain(*(vars(module).values() for module in net.modules()))
    lists = (entry for entry in kept if isinstance(entry, list | tuple))
    linear = [module for module in net.modules() if isinstance(module, nn.Linear)]
    return {
        "names": [name for name, _ in net.named_parameters()],
        "shapes": [() if is_lazy(p) else tuple(p.shape) for p in net.parameters()],
        "frozen": [name for name, p in net.named_parameters() if not p.requires_grad],
        "first_inputs": linear[0].in_features if linear else None,
        # Modules in a list of Python's, where a module does not know them.
        "plain_list": any(isinstance(m, nn.Module) for entries in lists for m in entries),
    }


@question("network.weights")
def _weights(notebook: Notebook, number: int) -> list[Tensor]:
    """The values of the parameters of a copy."""
    return [p.detach() for p in notebook.thing(number).parameters()]


@question("network.outputs")
def _outputs(
    notebook: Notebook,
    number: int,
    changed: dict[int, Tensor],
    x: Tensor,
    times: int,
    seed: int | None,
    shown: str,
) -> object:
    """What a copy gives for the rows of x, each `times` times.

    changed: number of a parameter -> its new value, which stays; of fewer numbers: these, over and
             over.
    seed:    for train mode, from which dropout draws; None: eval mode.
    """
    net = notebook.thing(number).train(seed is not None)
    parameters = list(net.parameters())
    with torch.no_grad():
        for place, value in changed.items():
            parameters[place].copy_(over_and_over(value, parameters[place].shape))
        if seed is not None:
            torch.manual_seed(seed)
        rows = x.clone() if times == 1 else _many(notebook, x, times)
        return notebook.run(net, _placed(net, rows), shown=shown)


@question("network.reached")
def _reached(notebook: Notebook, number: int, x: Tensor, shown: str) -> list[bool]:
    """For each parameter, whether a gradient of the output for x reaches it."""
    net = notebook.thing(number)
    parameters = list(net.parameters())
    with torch.enable_grad():
        out = notebook.run(net, _placed(net, x), shown=shown).sum()
    if not out.requires_grad:
        return [False] * len(parameters)
    found = torch.autograd.grad(out, parameters, allow_unused=True)
    return [gradient is not None for gradient in found]


def _many(notebook: Notebook, x: Tensor, times: int) -> Tensor:
    """The rows of x, each so many times. A thousand rows of 10,000 numbers are long in the making:
    those of the question before, if they are the same and nobody has written to them."""
    if notebook.rows is not None:
        (made_of, often), version, rows = notebook.rows
        if often == times and rows._version == version and torch.equal(made_of, x):
            return rows
    rows = x.repeat(times, 1)
    notebook.rows = (x, times), rows._version, rows
    return rows


def _placed(net: nn.Module, x: Tensor) -> Tensor:
    return x.to(next((p.device for p in net.parameters()), x.device))
