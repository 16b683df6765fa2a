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
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import Dataset

from helpers.fast.batches import fastest, quick_updates
from helpers.notebook.training_record import Loss, covers, largest_weight, record
from helpers.notebook.training_record import last_calls as last_calls
from helpers.ready_made import refuse
from helpers.runtime import jupyter_kernel, someone_watches


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
    holds_all, holds_any = covers(optimizer, model)
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    record(
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
        largest_weight=largest_weight(model),
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
        stack.enter_context(quick_updates(optimizer))
        forward, (train_batches, val_batches) = fastest(
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
    record("evaluate", model, loss, (test_dataset,), batch_size, metrics=metrics)
    with ExitStack() as stack:
        forward, (batches,) = fastest(stack, model, (test_dataset,), batch_size)
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


# --- the best weights, and the bar ----------------------------------------------------------------


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
