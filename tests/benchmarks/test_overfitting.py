"""What is recorded for notebook 2 is what a student who trains so would see."""

import json
from functools import partial

import pytest
from torch.nn import BCELoss
from torch.optim import Adam

from benchmarks import overfitting
from helpers import load_datasets, set_seed, train
from helpers.regularization import ready_made_classifier


@pytest.fixture
def data(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")  # the small sample
    monkeypatch.setattr(overfitting, "EPOCHS", 3)
    return load_datasets(device="cpu")


def test_a_recorded_run_is_one_training_of_that_many_epochs(data):
    """After the first epoch its batches come in another order: the test set is judged between."""
    recorded = overfitting.one_run(data, 1, 16, 0.5, partial(Adam, lr=0.001))
    set_seed(1)
    model = ready_made_classifier(data.train_dataset.shape[1], 16, 0.5)
    optimizer = Adam(model.parameters(), lr=0.001)
    plain = train(model, BCELoss(), optimizer, *data[:2], 512, 3, progress=False)
    for key, values in plain.items():
        assert recorded[key][0] == pytest.approx(values[0], abs=1e-5)
        assert recorded[key] == pytest.approx(values, abs=0.1)
    assert len(recorded["calibration_error"]) == 3
    for when in ("best", "last"):
        count = sum(number for *_, number in recorded[when]["reliability"])
        assert count == len(data.val_dataset) and 0 < recorded[when]["test_acc"] < 1


def test_the_record_is_written_with_all_that_the_notebook_reads(data, monkeypatch, tmp_path):
    monkeypatch.setattr(overfitting, "SEEDS", range(1))
    monkeypatch.setattr(overfitting, "EPOCHS", 1)
    monkeypatch.setattr(overfitting, "SWEEP", (0, 0.1))
    monkeypatch.setattr(overfitting, "load_datasets", lambda *_, **__: data)
    overfitting.main(output=tmp_path / "runs.json", only="")
    made = json.loads((tmp_path / "runs.json").read_text())
    assert [*made["calm"]] == [*overfitting.NETWORKS] and "bigger" not in made["task"]
    assert [*made["sweep"]] == ["0", "0.1"] and made["about"]["seeds"] == [0]
