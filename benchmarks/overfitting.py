"""``python -m benchmarks.overfitting``: record the runs that notebook 2 shows.

Five seeds of every network, once with one optimizer and one rate for all of them, once as the
tasks of the notebook ask. The real archive is used where ``IMDB_ROOT`` names its folder, else the
packaged reviews. It takes about ten minutes on two cores.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import nn
from torch.optim import Adam, Optimizer, RMSprop
from tqdm import tqdm

from helpers import evaluate, load_datasets, set_seed, train
from helpers.regularization import calibration_error, ready_made_classifier, reliability

SEEDS = range(5)
EPOCHS = 20
BATCH_SIZE = 512
CALM = partial(Adam, lr=0.001)
NETWORKS = {  # units of a hidden layer, dropout, settings of the optimizer
    "smaller": (4, 0.0, {}),
    "original": (16, 0.0, {}),
    "bigger": (512, 0.0, {}),
    "weight decay": (16, 0.0, {"weight_decay": 0.001}),
    "dropout": (16, 0.5, {}),
}
SWEEP = (0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1)  # strengths of weight decay
RUNS = Path(__file__).parent.parent / "helpers" / "overfitting.json"


class _Judged(nn.BCELoss):
    """The loss, which keeps what the model says while it does not learn."""

    def __init__(self):
        super().__init__()
        self.said: list[tuple[torch.Tensor, torch.Tensor]] = []

    def forward(self, prediction, target):
        if not prediction.requires_grad:
            self.said.append((prediction.clone(), target))
        return super().forward(prediction, target)

    def taken(self) -> tuple[torch.Tensor, torch.Tensor]:
        probabilities, labels = (torch.cat(parts) for parts in zip(*self.said, strict=True))
        self.said.clear()
        return probabilities, labels


def one_run(data, seed: int, hidden: int, p: float, optimizer: Callable[..., Optimizer]) -> dict:
    """Train one network; what each epoch shows, and calibration at the best and the last epoch."""
    set_seed(seed)
    model = ready_made_classifier(data.train_dataset.shape[1], hidden, p).to(
        data.train_dataset.device
    )
    steps = optimizer(model.parameters())
    loss = _Judged()
    kept: dict[str, list] = {
        key: [] for key in ("train_loss", "train_acc", "val_loss", "val_acc", "calibration_error")
    }
    at: dict[str, object] = {}
    for _ in range(EPOCHS):
        metrics = train(
            model, loss, steps, data.train_dataset, data.val_dataset, BATCH_SIZE, 1, progress=False
        )
        probabilities, labels = loss.taken()
        for key, (value,) in metrics.items():
            kept[key].append(value)
        kept["calibration_error"].append(calibration_error(probabilities, labels))
        at["last"] = {"reliability": reliability(probabilities, labels)}
        if kept["val_loss"][-1] == min(kept["val_loss"]):
            at["best"] = at["last"] | evaluate(model, nn.BCELoss(), data.test_dataset)
    at["last"] |= evaluate(model, nn.BCELoss(), data.test_dataset)
    return kept | at


def sweep_run(data, seed: int, strength: float) -> dict:
    set_seed(seed)
    model = ready_made_classifier(data.train_dataset.shape[1], 16).to(data.train_dataset.device)
    return train(
        model,
        nn.BCELoss(),
        CALM(model.parameters(), weight_decay=strength),
        data.train_dataset,
        data.val_dataset,
        BATCH_SIZE,
        EPOCHS,
        progress=False,
    )


def rounded(value: object) -> object:
    """The same with four digits behind the point, to keep the file small."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value


def main(
    output: Annotated[Path, typer.Option(help="The file to write.")] = RUNS,
    only: Annotated[str, typer.Option(help="Part of the record to make: calm, task, sweep.")] = "",
) -> None:
    """Record the runs of notebook 2: losses, accuracies and calibration of five seeds."""
    data = load_datasets("archive" if os.environ.get("IMDB_ROOT") else "packaged", device="cpu")
    made: dict[str, dict] = {
        "about": {
            "command": "python -m benchmarks.overfitting",
            "source": data.source,
            "reviews": [len(part) for part in data[:3]],
            "torch": torch.__version__,
            "seeds": list(SEEDS),
            "epochs": EPOCHS,
            "batch_size": BATCH_SIZE,
        }
    }
    jobs = []
    for name, (hidden, p, settings) in NETWORKS.items():
        jobs += [("calm", name, hidden, p, partial(CALM, **settings))]
        if name != "bigger":  # the task trains it with Adam as well
            jobs += [("task", name, hidden, p, partial(RMSprop, **settings))]
    parts = [(seed, *job) for job in jobs for seed in SEEDS if only in job[0]]
    for seed, part, name, *network in tqdm(parts, unit="run"):
        made.setdefault(part, {}).setdefault(name, []).append(one_run(data, seed, *network))
    if only in "sweep":
        for strength in tqdm(SWEEP, unit="strength"):
            runs = [sweep_run(data, seed, strength) for seed in SEEDS]
            made.setdefault("sweep", {})[f"{strength:g}"] = runs
    output.write_text(json.dumps(rounded(made), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    typer.run(main)
