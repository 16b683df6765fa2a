"""The method of the lab that this course replaces, as the baseline: plain Python lists, one sample
at a time. Written to do the same steps with the same data structures, in its order.
"""

from __future__ import annotations

import random
import string
from collections import Counter
from operator import itemgetter

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

Token = str
Datasets = tuple["DenseDataset", "DenseDataset", "DenseDataset"]


class DenseDataset(Dataset):
    """All rows as one float tensor; a sample at a time."""

    def __init__(self, rows, labels):
        self.rows = torch.as_tensor(rows, dtype=torch.float)
        self.labels = torch.as_tensor(labels, dtype=torch.float)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.rows[index], self.labels[index]


def prepare(train_texts, train_labels, test_texts, test_labels, size=10_000) -> Datasets:
    """Texts to data sets: tokens, ranks, lists of zeros and ones, tensors."""
    train_rows, test_rows = _tokens(train_texts), _tokens(test_texts)
    frequencies = Counter([token for review in train_rows for token in review])
    by_frequency = sorted(frequencies.items(), key=itemgetter(1), reverse=True)
    rank_of = {token: rank for rank, (token, _) in enumerate(by_frequency, start=1)}

    train_rows = [[rank_of.get(token) for token in review] for review in train_rows]
    test_rows = [[rank_of.get(token) for token in review] for review in test_rows]
    train_rows = [_zeros_and_ones(ranks, size) for ranks in train_rows]
    test_rows = [_zeros_and_ones(ranks, size) for ranks in test_rows]

    order = list(range(len(train_rows)))
    random.shuffle(order)
    cut = len(order) * 3 // 5
    parts = []
    for indices in (order[:cut], order[cut:]):
        choose = itemgetter(*indices)
        parts.append((choose(train_rows), choose(train_labels)))
    parts.append((test_rows, test_labels))
    return tuple(DenseDataset(rows, labels) for rows, labels in parts)


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs) -> dict:
    """The old lab's loop: samples one by one, and what it keeps of every batch."""
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size=batch_size)
    for _ in range(epochs):
        losses, predictions, targets = [], [], []
        for x, y in train_loader:
            model.train()
            y_hat = model(x).squeeze()
            batch_loss = loss(y_hat, y)
            optimizer.zero_grad()
            batch_loss.backward()
            optimizer.step()
            losses.append(batch_loss)
            predictions.append(y_hat.detach())
            targets.append(y)
        _add(metrics, "train", losses, predictions, targets)
        losses, predictions, targets = [], [], []
        for x, y in val_loader:
            model.eval()
            with torch.no_grad():
                y_hat = model(x).squeeze()
                losses.append(loss(y_hat, y))
            predictions.append(y_hat)
            targets.append(y)
        _add(metrics, "val", losses, predictions, targets)
    return metrics


def network(width: int, size: int = 10_000) -> nn.Sequential:
    """The network of the lab with two hidden layers of ``width``."""
    return nn.Sequential(
        nn.Linear(size, width),
        nn.ReLU(),
        nn.Linear(width, width),
        nn.ReLU(),
        nn.Linear(width, 1),
        nn.Sigmoid(),
    )


def _tokens(texts) -> list[list[Token]]:
    return [text.translate(str.maketrans("", "", string.punctuation)).split() for text in texts]


def _zeros_and_ones(ranks: list[int | None], size: int) -> list[int]:
    row = [0 for _ in range(size)]
    for rank in ranks:
        if rank is not None and rank < size:
            row[rank] = 1
    return row


def _add(metrics: dict, part: str, losses: list, predictions: list, targets: list) -> None:
    right = (torch.cat(predictions) > 0.5) == torch.cat(targets)
    metrics[f"{part}_loss"].append(float(torch.stack(losses).mean().detach()))
    metrics[f"{part}_acc"].append(float(right.float().mean()))
