"""Contenders: 20 epochs of the original model, some of the bigger one, the same for everyone;
and the batches of a student's own loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.contender import CONTENDERS, Timed, contender
from benchmarks.settings import Settings

BATCH_SIZE = 512
SEED = 6


def _training(settings: Settings, bigger: bool):
    """Data sets, the network with its optimizer, and the number of epochs."""
    import torch

    from benchmarks.old_lab import network
    from helpers import load_datasets

    data = load_datasets(settings.source, device=settings.device)
    train_dataset, val_dataset = data.train_dataset, data.val_dataset
    if settings.reviews:
        train_dataset = _first(train_dataset, settings.reviews * 3 // 5)
        val_dataset = _first(val_dataset, settings.reviews * 2 // 5)
    _first_step()
    torch.manual_seed(SEED)
    model = network(512 if bigger else 16).to(settings.device)
    optimizer = (torch.optim.Adam if bigger else torch.optim.RMSprop)(model.parameters())
    epochs = settings.bigger_epochs if bigger else settings.original_epochs
    return train_dataset, val_dataset, model, optimizer, epochs


def _first_step() -> None:
    """PyTorch imports its compiler at the first step of any optimizer: nobody's second."""
    import torch

    weight = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    weight.sum().backward()
    optimizer.step()


def _first(dataset, count: int):
    import torch

    from helpers.dataset import ReviewDataset

    count = min(count, len(dataset))
    offsets, columns = dataset.compact(torch.arange(count))
    return ReviewDataset(offsets, columns, dataset.labels[:count], size=dataset.size)


@contender("fetch batches: helpers")
def _(settings):
    return _fetching(settings, lambda data: data)


@contender("fetch batches: the old lab's data set")
def _(settings):
    from benchmarks import old_lab

    return _fetching(settings, lambda data: old_lab.DenseDataset(data[:].row, data.labels))


def _fetching(settings: Settings, dataset_of: Callable) -> Timed:
    """A student's own loop without the model: what its ``DataLoader`` takes for some epochs."""
    from torch.utils.data import DataLoader

    train_dataset, *_ = _training(settings, False)
    loader = DataLoader(dataset_of(train_dataset), BATCH_SIZE, shuffle=True)
    return lambda: {
        "batches": sum(len(list(map(len, loader))) for _ in range(settings.bigger_epochs))
    }


def _summary(metrics: dict, epochs: int) -> dict:
    return {"epochs": epochs, "best_val_acc": max(metrics["val_acc"]), **metrics}


def _for_both_models(who: str):
    """Register a contender for the original and for the bigger model."""

    def register(set_up: Callable[[Settings, bool], Timed]):
        CONTENDERS[f"original model: {who}"] = lambda settings: set_up(settings, False)
        CONTENDERS[f"bigger model: {who}"] = lambda settings: set_up(settings, True)
        return set_up

    return register


@_for_both_models("helpers")
def _(settings, bigger):
    from torch import nn

    from helpers import train

    train_dataset, val_dataset, model, optimizer, epochs = _training(settings, bigger)
    return lambda: _summary(
        train(model, nn.BCELoss(), optimizer, train_dataset, val_dataset, BATCH_SIZE, epochs),
        epochs,
    )


@_for_both_models("the old lab's loop")
def _(settings, bigger):
    from torch import nn

    from benchmarks import old_lab

    *datasets, model, optimizer, epochs = _training(settings, bigger)
    dense = [old_lab.DenseDataset(data[:].row, data.labels) for data in datasets]
    return lambda: _summary(
        old_lab.train(model, nn.BCELoss(), optimizer, *dense, BATCH_SIZE, epochs), epochs
    )


@_for_both_models("plain DataLoader")
def _(settings, bigger):
    """What students write: PyTorch's DataLoader over our data set, dense rows."""
    from torch.utils.data import DataLoader

    train_dataset, val_dataset, model, optimizer, epochs = _training(settings, bigger)
    train_loader = DataLoader(train_dataset, BATCH_SIZE, shuffle=True)
    val_loader = DataLoader(val_dataset, BATCH_SIZE)
    return lambda: _hand_loop(
        model, model, optimizer, lambda: iter(train_loader), lambda: iter(val_loader), epochs
    )


@_for_both_models("dense tensor")
def _(settings, bigger):
    import torch

    *datasets, model, optimizer, epochs = _training(settings, bigger)
    (x, y), (val_x, val_y) = ((dataset[:].row, dataset.labels) for dataset in datasets)

    def train_batches():
        for batch in torch.randperm(len(y)).split(BATCH_SIZE):
            yield x[batch], y[batch]

    def val_batches():
        return zip(val_x.split(BATCH_SIZE), val_y.split(BATCH_SIZE), strict=True)

    return lambda: _hand_loop(model, model, optimizer, train_batches, val_batches, epochs)


@_for_both_models("sparse CSR")
def _(settings, bigger):
    import torch

    *datasets, model, optimizer, epochs = _training(settings, bigger)

    def csr(offsets, columns, size):
        ones = torch.ones(len(columns), device=columns.device)
        shape = (len(offsets) - 1, size)
        return torch.sparse_csr_tensor(offsets, columns.long(), ones, shape)

    train_batches, val_batches = (_compact_batches(dataset, csr) for dataset in datasets)
    return lambda: _hand_loop(
        model, model, optimizer, lambda: train_batches(True), lambda: val_batches(False), epochs
    )


@_for_both_models("EmbeddingBag")
def _(settings, bigger):
    """The first layer replaced by an EmbeddingBag: another network for the student to write."""
    import torch
    from torch import nn

    *datasets, model, _, epochs = _training(settings, bigger)
    first, *rest = model
    bag = nn.EmbeddingBag(
        first.in_features, first.out_features, mode="sum", include_last_offset=True
    )
    bag.weight.data.copy_(first.weight.data.t())
    bias = nn.Parameter(first.bias.data.clone())
    tail = nn.Sequential(*rest)
    parameters = [bag.weight, bias, *tail.parameters()]
    optimizer = (torch.optim.Adam if bigger else torch.optim.RMSprop)(parameters)

    def forward(rows):
        offsets, columns = rows
        return tail(bag(columns, offsets.int()) + bias)

    train_batches, val_batches = (
        _compact_batches(dataset, lambda offsets, columns, _: (offsets, columns))
        for dataset in datasets
    )
    return lambda: _hand_loop(
        tail, forward, optimizer, lambda: train_batches(True), lambda: val_batches(False), epochs
    )


def _compact_batches(dataset, make: Callable) -> Callable[[bool], Iterator]:
    import torch

    def batches(shuffle: bool):
        order = torch.randperm(len(dataset)) if shuffle else torch.arange(len(dataset))
        for batch in order.split(BATCH_SIZE):
            yield make(*dataset.compact(batch), dataset.size), dataset.labels[batch]

    return batches


def _hand_loop(model, forward, optimizer, train_batches, val_batches, epochs) -> dict:
    """A good loop by hand: exact means, two transfers an epoch."""
    import torch
    from torch import nn

    loss = nn.BCELoss()
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        for part, batches in (("train", train_batches), ("val", val_batches)):
            model.train(part == "train")
            loss_sum, hits, count = 0.0, 0, 0
            with torch.set_grad_enabled(part == "train"):
                for x, y in batches():
                    y_hat = forward(x).squeeze(1)
                    batch_loss = loss(y_hat, y)
                    if part == "train":
                        optimizer.zero_grad()
                        batch_loss.backward()
                        optimizer.step()
                    loss_sum = loss_sum + batch_loss.detach() * len(y)
                    hits = hits + ((y_hat.detach() > 0.5) == y).sum()
                    count += len(y)
            metrics[f"{part}_loss"].append(float(loss_sum) / count)
            metrics[f"{part}_acc"].append(float(hits) / count)
    return _summary(metrics, epochs)


@contender("agreement with the plain loop")
def _(settings):
    """How far the curves of `helpers.train` are from the plain loop's under the same seed.

    And, for comparison, how far the plain loop gets from itself when it starts with each weight of
    the first layer at the next larger floating-point number.
    """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader

    from helpers import train

    def by_helpers(dtype):
        *datasets, model, _, epochs = _training(settings, False)
        model.to(dtype)
        optimizer = torch.optim.RMSprop(model.parameters())
        torch.manual_seed(SEED)
        return train(model, nn.BCELoss(), optimizer, *datasets, BATCH_SIZE, epochs)

    def by_plain_loop(dtype, nudged=False):
        *datasets, model, _, epochs = _training(settings, False)
        model.to(dtype)
        if nudged:
            weight = model[0].weight.data
            weight.copy_(torch.nextafter(weight, torch.full_like(weight, torch.inf)))
        optimizer = torch.optim.RMSprop(model.parameters())
        train_loader = DataLoader(datasets[0], BATCH_SIZE, shuffle=True)
        val_loader = DataLoader(datasets[1], BATCH_SIZE)
        torch.manual_seed(SEED)
        return _hand_loop(
            model,
            model,
            optimizer,
            lambda: ((x.to(dtype), y.to(dtype)) for x, y in train_loader),
            lambda: ((x.to(dtype), y.to(dtype)) for x, y in val_loader),
            epochs,
        )

    def distance(one, other):
        return [abs(a - b) for a, b in zip(one["val_loss"], other["val_loss"], strict=True)]

    def timed():
        distances = {}
        for name, dtype in (("single", torch.float32), ("double", torch.float64)):
            plain = by_plain_loop(dtype)
            distances[f"helpers, {name} precision"] = distance(by_helpers(dtype), plain)
            distances[f"plain loop from the next floats, {name} precision"] = distance(
                by_plain_loop(dtype, nudged=True), plain
            )
        return distances

    return timed
