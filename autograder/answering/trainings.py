"""Questions on training: the record that `helpers.train` keeps, optimizers, kinship of models.

The record can be forged, and identity means nothing elsewhere: this can refuse, or sharpen a hint.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.optim import Optimizer

from autograder.answering.notebook import Notebook, question
from helpers import training

SETTINGS = ("lr", "weight_decay", "momentum")


@question("training.calls")
def _calls(notebook: Notebook, name: str, datasets: list[str]) -> list[dict]:
    """All calls of `helpers.train` on a model, oldest first.

    datasets: names; each data set of a call is told as those of them that it goes by now.
    """
    model, here = notebook.thing(name), {other: notebook.thing(other) for other in datasets}
    found = [c for c in training.last_calls if c.function == "train" and c.model is model]
    return [
        {
            "optimizer": call.optimizer,
            "settings": _settings(call.optimizer_settings),
            "covers": call.optimizer_covers_model,
            "new": call.optimizer_is_new,
            "dropouts": call.dropouts,
            "largest_weight": call.largest_weight,
            "batch_size": call.batch_size,
            "sizes": call.dataset_sizes,
            "datasets": [
                [other for other in datasets if given is here[other] is not None]
                for given in call.datasets
            ],
            "metrics": call.metrics,
        }
        for call in found
    ]


@question("training.validated")
def _validated(notebook: Notebook) -> list[tuple[float, float]]:
    """Loss and accuracy on the validation data after every epoch of any training."""
    metrics = [call.metrics for call in training.last_calls if call.function == "train"]
    return [pair for m in metrics for pair in zip(m["val_loss"], m["val_acc"], strict=True)]


@question("training.optimizers")
def _optimizers(notebook: Notebook, name: str) -> list[dict]:
    """The optimizers that have a name and hold parameters of a model.

    Of each group: its settings, and whether it holds weights of the model, not just biases.
    """
    model = notebook.thing(name)
    own = {id(p) for p in model.parameters()}
    weights = {id(p) for p in model.parameters() if p.ndim > 1}
    found: dict[int, Optimizer] = {}
    for value in list(notebook.names.values()):
        inside = value.values() if type(value) is dict else value
        for item in inside if type(value) in (dict, list, tuple) else (value,):
            if isinstance(item, Optimizer) and any(_holds(g, own) for g in item.param_groups):
                found[id(item)] = item
    return [
        {
            "type": type(optimizer).__name__,
            "groups": [
                {**_settings(group), "weights": _holds(group, weights)}
                for group in optimizer.param_groups
            ],
        }
        for optimizer in found.values()
    ]


@question("training.gradients")
def _gradients(notebook: Notebook, name: str) -> list[Tensor | None]:
    """The gradients that a training has left in the parameters of a model."""
    return [p.grad for p in notebook.thing(name).parameters()]


@question("training.kin")
def _kin(notebook: Notebook, name: str, others: list[str]) -> dict[str, tuple[int, int, bool]]:
    """For each other model: how many of its parameters are of how many of this model's, and
    whether it is the very same object."""
    model = notebook.thing(name)
    own = _parameters(model)
    return {
        other: (len(own & _parameters(found)), len(own), found is model)
        for other in others
        if other != name and isinstance(found := notebook.thing(other), nn.Module)
    }


def _parameters(model: object) -> set[int]:
    return {id(p) for p in model.parameters()} if isinstance(model, nn.Module) else set()


def _settings(group: dict) -> dict:
    return {key: group[key] for key in SETTINGS if group.get(key) is not None}


def _holds(group: dict, parameters: set[int]) -> bool:
    return any(id(p) in parameters for p in group["params"])
