"""How sure, how often right: groups of answers by confidence, and the gap over all of them."""

import pytest
import torch

from helpers.regularization import calibration_error, recorded_runs, reliability


def test_answers_are_grouped_by_the_confidence_of_either_class():
    probabilities = torch.tensor([[0.92], [0.08], [0.94], [0.61], [0.5], [1.0]])
    labels = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.0, 1.0])
    groups = reliability(probabilities, labels)
    assert [number for *_, number in groups] == [1, 1, 3, 1]
    assert [right for _, right, _ in groups] == pytest.approx([1, 1, 2 / 3, 1])
    assert [sure for sure, *_ in groups] == pytest.approx([0.5, 0.61, 2.78 / 3, 1.0])


def test_the_error_is_the_gap_of_each_group_by_its_size():
    probabilities = torch.tensor([0.8] * 10 + [0.1] * 10)
    labels = torch.tensor([1.0] * 8 + [0.0] * 2 + [0.0] * 5 + [1.0] * 5)
    assert calibration_error(probabilities, labels) == pytest.approx((0 + 0.4) / 2)


def test_an_answer_of_its_own_chance_is_calibrated():
    chance = torch.rand(200_000, generator=torch.Generator().manual_seed(1))
    labels = (torch.rand(200_000, generator=torch.Generator().manual_seed(2)) < chance).float()
    assert calibration_error(chance, labels) < 0.01
    assert calibration_error((chance > 0.5).float(), labels) > 0.2


def test_the_record_holds_what_it_says_of_itself():
    """The error of the record is that of its groups, but for rounding."""
    for run in recorded_runs()["calm"]["original"]:
        groups = run["last"]["reliability"]
        count = sum(number for *_, number in groups)
        gap = sum(number * abs(sure - right) for sure, right, number in groups) / count
        assert gap == pytest.approx(run["calibration_error"][-1], abs=2e-4)
