"""A network to play with in the first minutes of notebook 1, before its parts are built."""

from __future__ import annotations

import torch
from torch import nn

from helpers.lab_data import LabData
from helpers.runtime import SEED
from helpers.training import evaluate, train


class FirstNetwork:
    """A small network, trained in seconds: it gives the probability that a review is positive."""

    def __init__(self, data: LabData, epochs: int = 2, seed: int = SEED):
        self._data = data
        with torch.random.fork_rng():  # the random numbers of later cells stay as they are
            torch.manual_seed(seed)
            layers = (nn.Linear(data.train_dataset.size, 8), nn.ReLU(), nn.Linear(8, 1))
            self._model = nn.Sequential(*layers, nn.Sigmoid()).to(data.train_dataset.device)
            optimizer = torch.optim.Adam(self._model.parameters(), lr=0.003)
            train(
                self._model,
                nn.BCELoss(),
                optimizer,
                data.train_dataset,
                data.val_dataset,
                batch_size=512,
                epochs=epochs,
            )

    def judge(self, text: str) -> float:
        """The probability that a review is positive."""
        with torch.no_grad():
            return float(self._model.eval()(self._data.row_of(text)))

    def test_accuracy(self) -> float:
        """The share of the test reviews that it judges rightly."""
        return evaluate(self._model, nn.BCELoss(), self._data.test_dataset)["test_acc"]
