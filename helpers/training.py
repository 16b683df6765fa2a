"""Training and evaluating a classifier with one output, the probability of class 1.

`train` is the loop of notebook 1 with exact means, early stopping and a progress bar. Its numbers
are those of a plain loop over ``DataLoader(train_dataset, batch_size, shuffle=True)`` under the
same seed: the order of the batches is drawn by PyTorch's own ``DataLoader``, and what is done
for speed changes a result by rounding at most.
"""

from __future__ import annotations

import math
import sys
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

from helpers.dataset import ReviewDataset
from helpers.fast.compact_rows import CompactRows
from helpers.fast.threads import ahead
from helpers.fast.word_rows import compact_model, fitting_threads, reviews_of_each_word, word_major
from helpers.ready_made import refuse
from helpers.runtime import jupyter_kernel, someone_watches

Loss = Callable[[Tensor, Tensor], Tensor]


def get_accuracy(prediction: Tensor, target: Tensor) -> float:
    """The share of samples where ``prediction > 0.5`` agrees with the 0/1 ``target``, in [0, 1].

    Both hold one number a sample, as ``(N,)`` or ``(N, 1)``. Raises ``ValueError`` when they do not
    hold equally many, or none.
    """
    if prediction.numel() != target.numel() or target.numel() == 0:
        raise ValueError(
            "get_accuracy needs one prediction for each target, and at least one; "
            f"it was given {prediction.numel()} and {target.numel()}."
        )
    return float(_hits(prediction.reshape(-1), target.reshape(-1))) / target.numel()


def train(
    model: nn.Module,
    loss: Loss,
    optimizer: Optimizer,
    train_dataset: Dataset,
    val_dataset: Dataset,
    batch_size: int,
    epochs: int,
    should_stop: Callable[[list[float]], bool] | None = None,
    restore_best: bool = False,
    progress: bool = True,
) -> dict[str, list[float]]:
    """Train ``model`` and return its losses and accuracies, one number an epoch.

    model:         gives one probability a sample, as ``(N,)`` or ``(N, 1)``.
    loss:          ``loss(predictions, targets)``, both ``(N,)``: the mean over a batch.
    optimizer:     over the parameters of ``model``.
    train_dataset, val_dataset:  any map-style ``Dataset`` of ``(sample, 0 or 1)``.
    should_stop:   called after each epoch with the validation losses so far; True ends it all.
    restore_best:  at the end, go back to the weights of the epoch with the lowest validation loss.
    progress:      show a bar with the current losses where someone is watching.

    Returns ``{"train_loss": [...], "train_acc": [...], "val_loss": [...], "val_acc": [...]}``. Each
    number is the mean over all samples of the epoch, so a short last batch weighs what it should.
    The training numbers are taken while the weights change, as usual.

    The model is left in evaluation mode, so a prediction right after uses no dropout. Raises
    ``ValueError`` for an empty data set, an empty batch or a model with several outputs.
    """
    refuse("train", "ex1-train")
    _check(batch_size, train_dataset=train_dataset, val_dataset=val_dataset)
    datasets = (train_dataset, val_dataset)
    holds_all, holds_any = _covers(optimizer, model)
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    _record(
        "train",
        model,
        loss,
        datasets,
        batch_size,
        optimizer=type(optimizer).__name__,
        optimizer_settings={k: v for k, v in optimizer.param_groups[0].items() if k != "params"},
        optimizer_covers_model=holds_all,
        optimizer_is_new=not optimizer.state,
        dropouts=tuple(part.p for part in model.modules() if isinstance(part, nn.Dropout)),
        largest_weight=_largest_weight(model),
        epochs=epochs,
        early_stopping=should_stop is not None,
        restore_best=restore_best,
        metrics=metrics,
    )
    if not holds_any:
        warnings.warn(
            "The optimizer holds no parameter of this model, so training will not change it. "
            "Was it made with the parameters of another model?",
            stacklevel=2,
        )
    best = _BestWeights(model) if restore_best else None

    with ExitStack() as stack:
        stack.enter_context(_quick_updates(optimizer))
        forward, (train_batches, val_batches) = _fastest(
            stack, model, datasets, batch_size, optimizer
        )
        bar = stack.enter_context(_progress_bar(epochs, shown=progress))
        for _ in range(epochs):
            model.train()
            trained = _pass_over(train_batches(shuffle=True), forward, loss, optimizer)
            model.eval()
            validated = _pass_over(val_batches(shuffle=False), forward, loss)

            train_loss, train_acc, val_loss, val_acc = _means(trained, validated)
            metrics["train_loss"].append(train_loss)
            metrics["train_acc"].append(train_acc)
            metrics["val_loss"].append(val_loss)
            metrics["val_acc"].append(val_acc)
            bar.set_postfix_str(f"train loss {train_loss:.3f}, val loss {val_loss:.3f}", False)
            bar.update()

            if best is not None:
                best.offer(val_loss)
            if should_stop is not None and should_stop(list(metrics["val_loss"])):
                break
    if best is not None:
        best.restore()
    return {name: list(values) for name, values in metrics.items()}


def evaluate(
    model: nn.Module, loss: Loss, test_dataset: Dataset, batch_size: int = 512
) -> dict[str, float]:
    """The loss and the accuracy of ``model``: ``{"test_loss": ..., "test_acc": ...}``.

    Both are means over all samples. The model is left in evaluation mode. Raises ``ValueError`` as
    `train` does.
    """
    refuse("evaluate", "ex1-evaluate")
    _check(batch_size, test_dataset=test_dataset)
    metrics: dict[str, float] = {}
    _record("evaluate", model, loss, (test_dataset,), batch_size, metrics=metrics)
    with ExitStack() as stack:
        forward, (batches,) = _fastest(stack, model, (test_dataset,), batch_size)
        model.eval()
        test_loss, test_acc = _means(_pass_over(batches(shuffle=False), forward, loss))
    metrics.update(test_loss=test_loss, test_acc=test_acc)
    return dict(metrics)


def _check(batch_size: int, **datasets: Dataset) -> None:
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}; a batch needs at least one sample.")
    for name, dataset in datasets.items():
        if len(dataset) == 0:
            raise ValueError(f"The data set {name} is empty.")


# --- one pass over the data -----------------------------------------------------------------------


@dataclass
class _Tally:
    """What a pass found, batch by batch. The tensors stay on the device until `_means`."""

    sizes: list[int] = field(default_factory=list)
    losses: list[Tensor] = field(default_factory=list)
    hits: list[Tensor] = field(default_factory=list)


def _pass_over(
    batches: Iterator[tuple[object, Tensor]],
    forward: Callable[[object], Tensor],
    loss: Loss,
    optimizer: Optimizer | None = None,
) -> _Tally:
    """Show every batch to the model; with an optimizer, take a step after each."""
    tally = _Tally()
    with torch.set_grad_enabled(optimizer is not None):
        for x, y in batches:
            y_hat = _one_number_each(forward(x), len(y))
            y = y.reshape(-1).to(y_hat.dtype)
            batch_loss = loss(y_hat, y)
            if optimizer is not None:
                optimizer.zero_grad()
                batch_loss.backward()
                optimizer.step()
            tally.sizes.append(len(y))
            tally.losses.append(batch_loss.detach())
            tally.hits.append(_hits(y_hat.detach(), y))
    return tally


def _one_number_each(output: Tensor, count: int) -> Tensor:
    if output.numel() != count:
        raise ValueError(
            f"The model gave an output of shape {tuple(output.shape)} for {count} samples; "
            "it has to give one probability each. What is the size of its last layer?"
        )
    return output.reshape(count)


def _hits(prediction: Tensor, target: Tensor) -> Tensor:
    return ((prediction > 0.5) == target).sum()


def _means(*tallies: _Tally) -> list[float]:
    """Loss and accuracy of each pass, weighted by samples. The one transfer from the device."""
    on_device = [torch.stack(t.losses + [h.to(t.losses[0].dtype) for h in t.hits]) for t in tallies]
    numbers = torch.cat(on_device).tolist()
    means = []
    for tally in tallies:
        count, samples = len(tally.sizes), sum(tally.sizes)
        losses, hits, numbers = numbers[:count], numbers[count : 2 * count], numbers[2 * count :]
        means.append(sum(n * value for n, value in zip(tally.sizes, losses, strict=True)) / samples)
        means.append(sum(hits) / samples)
    return means


# --- batches --------------------------------------------------------------------------------------


def _fastest(
    stack: ExitStack,
    model: nn.Module,
    datasets: Sequence[Dataset],
    batch_size: int,
    optimizer: Optimizer | None = None,
) -> tuple[Callable, list[Callable[..., Iterator]]]:
    """How to call the model, and for each data set a function that starts a pass over its batches.

    What has to be undone afterwards is put on ``stack``.
    """
    compact = compact_model(model, *datasets)
    if compact is not None:
        spare_core = torch.get_num_threads() > 1
        stack.enter_context(fitting_threads(compact.first))
        stack.enter_context(word_major(compact.first.weight, optimizer))
        return compact, [
            _ReviewBatches(dataset, batch_size, None, spare_core) for dataset in datasets
        ]
    device = next((p.device for p in model.parameters()), torch.device("cpu"))
    return model, [
        (_ReviewBatches if type(dataset) is ReviewDataset else _PlainBatches)(
            dataset, batch_size, device
        )
        for dataset in datasets
    ]


class _PlainBatches:
    """The batches of a ``DataLoader``, moved to the model's device."""

    def __init__(self, dataset: Dataset, batch_size: int, device: torch.device):
        self.dataset, self.batch_size, self.device = dataset, batch_size, device

    def __call__(self, shuffle: bool) -> Iterator[tuple[Tensor, Tensor]]:
        for x, y in DataLoader(self.dataset, self.batch_size, shuffle=shuffle):
            yield x.to(self.device), y.to(self.device)


class _ReviewBatches:
    """The same batches of a `ReviewDataset`, made where its data lies.

    The compact rows are put in order once an epoch; a batch is a slice of them. It comes as
    `CompactRows`, or for a ``device`` as dense rows there. Nothing waits for the device.
    """

    def __init__(
        self,
        dataset: ReviewDataset,
        batch_size: int,
        device: torch.device | None,
        spare_core: bool = False,
    ):
        self.dataset, self.batch_size, self.device = dataset, batch_size, device
        self.spare_core = spare_core

    def __call__(self, shuffle: bool) -> Iterator[tuple[CompactRows | Tensor, Tensor]]:
        batches = self._made(shuffle)
        # Sorting a training batch by word is a quarter of a short step: a second core can do it.
        return ahead(batches) if shuffle and self.spare_core else batches

    def _made(self, shuffle: bool) -> Iterator[tuple[CompactRows | Tensor, Tensor]]:
        data = self.dataset
        order = _order(len(data), shuffle)
        offsets, columns, labels = data.offsets, data.columns, data.labels
        ends = data.host_offsets[1:]
        if shuffle:
            offsets, columns = data.compact(order)
            labels = labels[order.to(data.device)]
            ends = data.host_offsets.diff()[order].cumsum(0)
        first = start = 0
        for rows, last in zip(*self._split(ends), strict=True):
            stop = start + rows
            batch = CompactRows(offsets[start : stop + 1] - first, columns[first:last])
            y = labels[start:stop]
            start, first = stop, last
            if self.device is not None:
                yield data.dense(*batch[:2]).to(self.device), y.to(self.device)
            elif shuffle:
                yield batch._replace(by_word=reviews_of_each_word(batch, data.size)), y
            else:
                yield batch, y

    def _split(self, ends: Tensor) -> tuple[list[int], list[int]]:
        """For each batch, its number of rows and where its columns end."""
        parts = ends.split(self.batch_size)
        return [len(part) for part in parts], torch.stack([part[-1] for part in parts]).tolist()


def _order(count: int, shuffle: bool) -> Tensor:
    """The order in which a ``DataLoader`` would fetch ``count`` samples: int64 ``(count,)``.

    The ``DataLoader`` itself draws it, so the global random numbers move on as in a plain loop.
    """
    loader = DataLoader(range(count), batch_size=count, shuffle=shuffle, collate_fn=torch.tensor)
    batches = iter(loader)
    return next(batches) if shuffle else torch.arange(count)


# --- optimizer, best weights, progress, record ----------------------------------------------------


@contextmanager
def _quick_updates(optimizer: Optimizer) -> Iterator[None]:
    """Within the block, PyTorch's own optimizers use their quickest code.

    They do the same arithmetic: ``foreach`` with fewer temporary tensors, ``fused`` in one pass
    over the weights. PyTorch takes ``foreach`` by itself on a GPU, and neither on a CPU. There, on
    a wide layer, Adam needs a third of the time with the one and a tenth with the other. A choice
    made by the user is kept.
    """
    chosen = []
    for group in optimizer.param_groups:
        if (
            type(optimizer).__module__.startswith("torch.optim")
            and "foreach" in group
            and group["foreach"] is None
            and not (group.get("fused") or group.get("differentiable"))
            and not isinstance(group.get("lr"), Tensor)
        ):
            how = "fused" if _can_be_fused(optimizer, group) else "foreach"
            chosen.append((group, how, group[how]))
            group[how] = True
    try:
        yield
    finally:
        for group, how, before in chosen:
            group[how] = before


def _can_be_fused(optimizer: Optimizer, group: dict) -> bool:
    # Not SGD: its fused code gains little, and fails where a layer is unfrozen after a first step.
    return (
        type(optimizer) in (torch.optim.Adam, torch.optim.AdamW)
        and group["fused"] is None
        and all(
            p.device.type == "cpu"
            and p.dtype in (torch.float32, torch.float64)
            and p.is_contiguous()
            for p in group["params"]
        )
        and _has_fused_code(type(optimizer))
    )


@cache
def _has_fused_code(optimizer_type: type[Optimizer]) -> bool:
    """Whether this PyTorch has it for the CPU (from 2.4 on): tried once, on one number."""
    weight = torch.zeros(1, requires_grad=True)
    weight.grad = torch.zeros(1)
    try:
        optimizer_type([weight], fused=True).step()
    except RuntimeError:
        return False
    return True


class _BestWeights:
    """A copy of the weights and buffers at the lowest validation loss so far."""

    def __init__(self, model: nn.Module):
        self.model = model
        self.loss = math.inf
        self.state: dict[str, Tensor] = {}

    def offer(self, val_loss: float) -> None:
        if val_loss < self.loss:
            self.loss = val_loss
            self.state = {name: t.detach().clone() for name, t in self.model.state_dict().items()}

    def restore(self) -> None:
        if self.state:  # empty when no loss was a number
            self.model.load_state_dict(self.state)


def _progress_bar(epochs: int, shown: bool):
    from tqdm import tqdm

    in_notebook = jupyter_kernel() is not None
    return tqdm(
        total=epochs,
        unit="epoch",
        disable=not (shown and someone_watches()),
        file=sys.stdout if in_notebook else sys.stderr,  # a notebook shows stderr in red
        dynamic_ncols=not in_notebook,
    )


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
"""The latest calls of `train` and `evaluate`, oldest first. The checks of notebook 2 read it."""


def _record(
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


def _largest_weight(model: nn.Module) -> float:
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


def _covers(optimizer: Optimizer, model: nn.Module) -> tuple[bool, bool]:
    """Whether the optimizer holds all, and any, of the trainable parameters of the model."""
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    found = [id(p) in held for p in model.parameters() if p.requires_grad]
    return all(found), any(found)
