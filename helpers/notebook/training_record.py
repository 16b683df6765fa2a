"""What `helpers.train` and `evaluate` were called with: the checks of notebook 2 read it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import Dataset

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass
class Call:
    """What `train` or `evaluate` was called with. Holds no model and no data alive."""

    function: str  # "train" or "evaluate"
    loss: str  # class name, as the optimizer's
    batch_size: int
    optimizer: str = ""
    optimizer_settings: dict = field(default_factory=dict)  # of its first group: lr, weight_decay
    optimizer_covers_model: bool = False  # it holds every trainable parameter of the model
    optimizer_is_new: bool = True  # it had made no step before
    # As training began: the p of each dropout layer, and how many times as large as PyTorch draws
    # them the weights were at most.
    dropouts: tuple[float, ...] = ()
    largest_weight: float = 0.0
    epochs: int = 0  # asked for; `metrics` tells how many were run
    early_stopping: bool = False
    restore_best: bool = False
    dataset_sizes: tuple[int, ...] = ()
    metrics: dict = field(default_factory=dict)  # what was returned, or how far it came
    _model: Callable[[], nn.Module | None] = lambda: None
    _datasets: tuple[Callable[[], Dataset | None], ...] = ()

    @property
    def model(self) -> nn.Module | None:
        """The model itself, or None when it no longer exists."""
        return self._model()

    @property
    def datasets(self) -> tuple[Dataset | None, ...]:
        """(training, validation) or (test,) data set; None for one that no longer exists."""
        return tuple(reference() for reference in self._datasets)


LAST_CALLS_KEPT = 100
last_calls: list[Call] = []
"""The latest calls of `train` and `evaluate`, oldest first."""


def record(
    function: str,
    model: nn.Module,
    loss: Loss,
    datasets: Sequence[Dataset],
    batch_size: int,
    **more,
) -> Call:
    call = Call(
        function,
        type(loss).__name__ if isinstance(loss, nn.Module) else getattr(loss, "__name__", "?"),
        batch_size,
        dataset_sizes=tuple(len(dataset) for dataset in datasets),
        _model=weakref.ref(model),
        _datasets=tuple(_weak(dataset) for dataset in datasets),
        **more,
    )
    last_calls.append(call)
    del last_calls[:-LAST_CALLS_KEPT]
    return call


def largest_weight(model: nn.Module) -> float:
    """In units of 1 / sqrt(inputs of the layer), the bound between which PyTorch draws weights."""
    matrices = [p.detach() for p in model.parameters() if p.ndim == 2]
    return max(
        (float(w.abs().max()) * w.shape[1] ** 0.5 for w in matrices if w.numel()), default=0.0
    )


def _weak(thing: object) -> Callable[[], object | None]:
    try:
        return weakref.ref(thing)
    except TypeError:  # a list, for example
        return lambda: None


def covers(optimizer: Optimizer, model: nn.Module) -> tuple[bool, bool]:
    """Whether the optimizer holds all, and any, of the trainable parameters of the model."""
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    found = [id(p) in held for p in model.parameters() if p.requires_grad]
    return all(found), any(found)
