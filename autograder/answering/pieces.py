"""The pieces of notebooks 1 and 2 in use: a data set in a loader, a loss, an optimizer, a layer."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

from autograder.answering.notebook import Notebook, question
from autograder.answering.workbench import copies


@question("dataset.batch")
def _batch(notebook: Notebook, of: int, batch_size: int, shown: str) -> object:
    """The first batch that a DataLoader makes of a data set kept."""
    data = notebook.thing(of)
    return notebook.run(lambda: next(iter(DataLoader(data, batch_size=batch_size))), shown=shown)


@question("loss.gradient")
def _gradient(notebook: Notebook, name: str, p: Tensor, y: Tensor, shown: str) -> tuple:
    """A loss of predictions and labels, and its gradient by the predictions; None: no way back."""
    p, y = p.clone().to(notebook.device).requires_grad_(), y.clone().to(notebook.device)

    def gradient(value: object) -> Tensor | None:
        if isinstance(value, Tensor) and value.requires_grad:
            return torch.autograd.grad(value, p, allow_unused=True)[0]
        return None

    value = notebook.run(notebook.thing(name), p, y, shown=shown)
    return value, notebook.run(gradient, value, shown=shown)


@question("layer.gradient")
def _layer_gradient(
    notebook: Notebook, name: str, x: Tensor, settings: list, weights: Tensor, shown: str
) -> tuple:
    """A layer's output for an x that asks for its gradient, and the gradient of the output times
    the weights by x; None: no way back."""
    x, weights = x.to(notebook.device).requires_grad_(), weights.to(notebook.device)

    def gradient(value: object) -> Tensor | None:
        if isinstance(value, Tensor) and value.requires_grad:
            return torch.autograd.grad(value, x, weights, allow_unused=True)[0]
        return None

    value = notebook.run(notebook.thing(name), x, *settings, shown=shown)
    return value, notebook.run(gradient, value, shown=shown)


@question("optimizer.settings")
def _settings(notebook: Notebook, name: str, model: str) -> dict | None:
    """What an optimizer is and whose parameters it holds; None if it is no optimizer.

    own, held, shared: numbers of parameters of the model, in the optimizer, in both.
    """
    optimizer, network = notebook.thing(name), notebook.thing(model)
    if not isinstance(optimizer, torch.optim.Optimizer):
        return None
    own = {id(p) for p in network.parameters()} if isinstance(network, nn.Module) else set()
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    groups = [
        {key: value for key, value in group.items() if key != "params"}
        for group in optimizer.param_groups
    ]
    return {
        "type": type(optimizer).__name__,
        "is_rmsprop": isinstance(optimizer, torch.optim.RMSprop),
        "has_model": isinstance(network, nn.Module),
        **{"own": len(own), "held": len(held), "shared": len(own & held)},
        "groups": groups,
    }


@question("optimizer.step")
def _step(notebook: Notebook, name: str, model: str, x: Tensor, y: Tensor, shown: str) -> tuple:
    """The gradients of a batch for a copy of a model, and how far a first step of a copy of its
    optimizer moves each weight."""
    network, optimizer = copy.deepcopy((notebook.thing(model), notebook.thing(name)))
    device = next(network.parameters()).device
    x, y = x.to(device), y.to(device)
    optimizer.state.clear()
    before = copies(network)

    def step() -> list[Tensor]:
        optimizer.zero_grad()
        functional.binary_cross_entropy(network(x).reshape(-1), y).backward()
        found = [torch.zeros_like(p) if p.grad is None else p.grad for p in network.parameters()]
        found = [gradient.detach().cpu().clone() for gradient in found]
        optimizer.step()
        return found

    gradients = notebook.run(step, shown=shown)
    return gradients, [new - old for new, old in zip(copies(network), before, strict=True)]
