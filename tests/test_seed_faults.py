"""The lab that this course replaces had seventeen faults. Each is shown to be gone.

Fault numbers are those of the course's design. Faults of speed (16) are measured in `benchmarks/`.
"""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

import helpers
from autograder.authoring.example_class import reference_answers
from autograder.authoring.text_notebook import read_text
from autograder.course import find_course
from helpers import quadratics, reviews

COURSE = find_course(Path(__file__))
ANSWERS = reference_answers(COURSE)


def notebook(name: str) -> list:
    return nbformat.read(COURSE.solutions / f"{name}.ipynb", as_version=4).cells


def text_of(name: str) -> str:
    return "\n".join(cell.source for cell in read_text(COURSE, name).cells)


def printed(name: str) -> str:
    outputs = [o for cell in notebook(name) for o in cell.get("outputs", [])]
    return "".join(o.get("text", "") for o in outputs)


def answer(grade_id: str, **names) -> dict:
    """The names that a reference answer defines, with torch and what else it is given."""
    names = {"torch": torch, "nn": nn, **names}
    exec("from __future__ import annotations\n" + ANSWERS[grade_id], names)
    return names


def test_fault_1_half_of_the_data_is_refused_and_no_accuracy_is_perfect():
    one_class = reviews.Reviews(["good"] * 100, [1] * 100)
    with pytest.raises(reviews.ReviewsError):
        reviews.checked(reviews.IMDB(one_class, one_class, "archive"), (100, 100), "Fetch again.")
    accuracies = [
        float(a)
        for a in re.findall(r"accuracy\D{0,20}(0\.\d+|1\.0+)", printed("1_imdb_classifier"))
    ]
    assert accuracies
    assert max(accuracies) < 1


def test_fault_2_the_bound_is_two_over_the_largest_eigenvalue():
    bound = answer("ex3-max-learning-rate")["max_learning_rate"]
    assert float(bound([4, 1, 8])) == pytest.approx(2 / 8)
    assert quadratics.stability_limit([4, 1, 8]) == pytest.approx(2 / 8)


def test_fault_3_each_path_carries_the_learning_rate_that_made_it():
    text = text_of("4_momentum_playground")
    made = dict(
        re.findall(r"(hist_\w+) = do_gradient_descent\(start, quad_function, 10, ([.\d]+)\)", text)
    )
    labelled = {path: rate for rate, path in re.findall(r'"[^"]*η = ([.\d]+)": (hist_\w+)', text)}
    assert len(labelled) >= 2
    assert labelled == {path: made[path] for path in labelled}


@pytest.mark.parametrize("task", ["ex4-gradient-descent", "ex4-momentum"])
def test_fault_4_the_start_is_left_alone(task):
    surface = answer("ex4-gradient", Tensor=torch.Tensor)["Function"](1, 10)
    names = answer(task, Tensor=torch.Tensor, Function=object)
    start = torch.tensor([[4.0, 4.0]])
    if task == "ex4-momentum":
        names["do_momentum_gd"](start, surface, 5, 0.1, 0.5)
    else:
        names["do_gradient_descent"](start, surface, 5, 0.1)
    assert start.tolist() == [[4.0, 4.0]]


def test_fault_5_the_eigenvalues_are_positive_where_the_minimum_is_unique():
    text = text_of("3_gradient_descent_theory")
    assert r"\lambda_1 > 0" in text
    assert r"\lambda_1 \geq 0" not in text


def test_fault_6_at_the_bound_the_steepest_direction_oscillates_for_ever():
    bound = quadratics.stability_limit([1.0, 10.0])
    path = quadratics.descend(
        torch.tensor([4.0, 4.0]), torch.diag(torch.tensor([1.0, 10.0])), bound, 50
    )
    assert path[:, 1].abs().tolist() == pytest.approx([4.0] * 51, rel=1e-3)
    assert path[-1, 0].abs() < 1e-3
    assert "oscillat" in text_of("3_gradient_descent_theory")


def test_fault_7_no_sign_is_lost_in_the_inequality():
    text = text_of("3_gradient_descent_theory")
    assert r"-\frac{2}{\lambda_i} < -\eta < 0 \Leftrightarrow" not in text
    for rate, converges in ((0.199, True), (0.201, False), (-0.01, False)):
        assert (quadratics.rate(rate, [1.0, 10.0]) < 1) == converges


def test_fault_8_dropout_is_pytorchs_and_scales_during_training():
    text = text_of("2_regularization")
    assert "Keras" not in text
    assert re.search(r"1\s*/\s*\(1\s*-\s*p\)|\\frac\{1\}\{1 - p\}", text)
    layer = nn.Dropout(0.5)
    assert set(layer(torch.ones(100)).tolist()) == {0.0, 2.0}
    assert layer.eval()(torch.ones(3)).tolist() == [1.0] * 3


def test_fault_9_the_rule_stops_at_patience_and_compares_with_the_epoch_before():
    should_stop = answer("ex2-early-stopping", pairwise=pairwise)["should_stop"]
    assert should_stop([1.0, 1.1, 1.2], 2)
    assert not should_stop([1.0, 1.1], 2)
    assert not should_stop([1.0, 2.0, 1.9], 1)  # still above the best, but better than before
    assert "more than `patience`" not in text_of("2_regularization")


class Recorder(nn.Module):
    """A loss that counts its calls."""

    calls = 0

    def forward(self, prediction, target):
        self.calls += 1
        return nn.functional.binary_cross_entropy(prediction, target)


def tiny(count: int) -> TensorDataset:
    generator = torch.Generator().manual_seed(1)
    x = torch.rand(count, 4, generator=generator)
    return TensorDataset(x, (x[:, 0] > 0.5).float())


def network() -> nn.Module:
    torch.manual_seed(2)
    return nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())


def test_fault_10_evaluate_uses_the_loss_that_it_is_given():
    loss = Recorder()
    helpers.evaluate(network(), loss, tiny(8))
    assert loss.calls == 1


def test_fault_11_a_short_last_batch_weighs_what_it_should():
    model, data = network(), tiny(11)
    x, y = data.tensors
    exact = nn.functional.binary_cross_entropy(model(x).flatten(), y).item()
    assert helpers.evaluate(model, nn.BCELoss(), data, batch_size=4)["test_loss"] == pytest.approx(
        exact, rel=1e-5
    )


def test_fault_12_a_last_batch_of_one_works():
    model = network()
    optimizer = torch.optim.RMSprop(model.parameters())
    metrics = helpers.train(model, nn.BCELoss(), optimizer, tiny(9), tiny(5), 4, 1)
    assert len(metrics["val_loss"]) == 1


def test_fault_13_no_graph_is_kept():
    model = network()
    optimizer = torch.optim.RMSprop(model.parameters())
    metrics = helpers.train(model, nn.BCELoss(), optimizer, tiny(8), tiny(8), 4, 2)
    assert all(type(value) is float for values in metrics.values() for value in values)


def test_fault_14_long_reviews_are_kept():
    assert not re.search(r"len\(\w+\) *< *25_?000", text_of("1_imdb_classifier"))
    vectorizer = helpers.CountVectorizer().fit(["word"] * 30_000)
    assert len(vectorizer.transform_to_vec(["word"] * 30_000)) == 30_000


def test_fault_15_meshgrid_names_its_indexing():
    for path in [*COURSE.text.glob("*.py"), *(COURSE.root / "helpers").glob("*.py")]:
        for call in re.findall(r"meshgrid\([^\n]*", path.read_text(encoding="utf-8")):
            assert "indexing=" in call, path


def test_fault_17_the_position_of_a_word_is_its_rank():
    vector = answer("ex1-index-vector")["get_index_vector"]((3, 5, 9), 10)
    assert vector == [0, 0, 0, 1, 0, 1, 0, 0, 0, 1]
