"""The playground without a browser: its numbers, its words, and the still picture."""

import base64
import json
import math

import matplotlib.pyplot as plt
import numpy
import pytest
import torch

from helpers import stand_ins
from helpers.playground import NAME, StillPlayground, is_open_in_an_editor, playground
from helpers.playground import model as playground_model
from helpers.playground.model import Bowl, Settings, compute, marked_cases, rate_map, verdict
from helpers.quadratics import damping, direction_rate, optimal_pair, rate

do_gradient_descent, do_momentum_gd = stand_ins.do_gradient_descent, stand_ins.do_momentum_gd


def own_descent(x, func_obj, max_steps, lr):
    path = [x]
    for _ in range(max_steps):
        path.append(path[-1] - lr * func_obj.grad(path[-1]))
    return torch.cat(path)


def shown(descent=own_descent, momentum=do_momentum_gd, **settings) -> dict:
    return compute(Settings.from_values(settings), descent, momentum)["methods"]


def test_it_draws_the_path_that_the_function_returns():
    path = torch.tensor(shown(steps=20, lr=0.15)["plain"]["path"])
    expected = own_descent(torch.tensor([[4.0, 4.0]]), Bowl(1, 10), 20, 0.15)
    assert torch.allclose(path, expected, atol=1e-3)


def test_along_each_eigenvector_the_distance_follows_the_predicted_rate_on_a_rotated_bowl():
    plain = shown(lambda_1=2, lambda_2=7, rotation=30, lr=0.2, steps=8)["plain"]
    for distances, factor in zip(plain["distances"], plain["predicted"], strict=True):
        ratios = numpy.array(distances[1:4]) / numpy.array(distances[:3])
        assert ratios == pytest.approx(factor, rel=1e-2)


def test_a_bowl_has_the_gradient_of_its_error():
    bowl = Bowl(2.0, 7.0, rotation=30)
    x = torch.tensor([[1.0, -2.0], [0.5, 3.0]], requires_grad=True)
    bowl(x).sum().backward()
    assert torch.allclose(x.grad, bowl.grad(x.detach()), atol=1e-5)
    assert torch.linalg.eigvalsh(bowl.hessian).tolist() == pytest.approx([2, 7], rel=1e-5)


def test_the_callers_start_cannot_be_moved_by_a_function_that_works_in_place():
    def in_place(x, func_obj, max_steps, lr):
        path = [x.clone()]
        for _ in range(max_steps):
            x -= lr * func_obj.grad(x)
            path.append(x.clone())
        return torch.cat(path)

    methods = shown(descent=in_place)
    assert methods["plain"]["path"][0] == methods["momentum"]["path"][0] == [4, 4]


@pytest.mark.parametrize(
    ("returns", "words"),
    [
        (lambda x, *_: [x], "returned a list of 1 items, not a tensor"),
        (lambda x, *_: None, "returned None"),
        (lambda x, *_: x.T, "shape (2, 1)"),
        (lambda x, *_: x[None], "shape (1, 1, 2)"),
        (lambda x, *_: x, "no point after the start"),
        (lambda x, *_: x / 0 * 0, "no point after the start"),
        (lambda x, *_: 1 / 0, "raised ZeroDivisionError"),
        (lambda x: x, "raised TypeError"),
    ],
)
def test_it_says_what_cannot_be_drawn_and_draws_the_rest(returns, words):
    methods = shown(momentum=returns)
    assert words in methods["momentum"]["problem"]
    assert methods["momentum"]["path"] == [] and "\n" not in methods["momentum"]["problem"]
    assert methods["plain"]["problem"] == "" and len(methods["plain"]["path"]) == 31


def test_it_says_what_is_odd_about_a_path_that_can_be_drawn():
    def remark(function) -> str:
        return shown(descent=function, steps=5, lr=0.05)["plain"]["problem"]

    one_more = remark(lambda x, f, n, lr: own_descent(x, f, n + 1, lr))
    assert "7 points for 5 steps" in one_more
    assert "begin at the start" in remark(lambda x, f, n, lr: own_descent(x, f, n, lr) + 1)
    assert "ready-made" in remark(stand_ins.do_gradient_descent)


def test_an_open_task_is_no_error():
    def do_gradient_descent(x, func_obj, max_steps, lr): ...

    assert shown(descent=do_gradient_descent)["plain"]["problem"] == (
        "do_gradient_descent has no answer yet."
    )


def test_a_path_that_diverges_to_infinity_is_drawn_as_far_as_it_goes():
    plain = shown(lr=5, steps=200)["plain"]
    assert plain["outcome"] == "diverges" and plain["problem"] == ""
    assert 2 < len(plain["path"]) < 201
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


@pytest.mark.parametrize(
    ("lr", "momentum", "outcome"),
    [
        (0.05, 0.0, "converges"),
        (0.19, 0.0, "converges"),
        (0.2, 0.0, "oscillates for ever"),
        (0.21, 0.0, "diverges"),
        (0.21, 0.5, "converges"),
        (0.3, 0.5, "oscillates for ever"),
        (0.31, 0.5, "diverges"),
        (0.0, 0.5, "does not move"),
    ],
)
def test_the_outcome_is_named(lr, momentum, outcome):
    assert verdict(Settings(lr=lr, momentum=momentum), momentum)["outcome"] == outcome


def test_each_direction_has_its_roots_and_the_name_of_its_motion():
    plain, pushed = shown(lr=0.15, momentum=0.5).values()
    assert plain["damping"] == ["overdamped", "jumps across"]
    assert numpy.array(plain["roots"])[:, :, 0] == pytest.approx(
        numpy.array([[0.85, 0], [0, -0.5]])
    )
    assert pushed["damping"] == ["underdamped", "underdamped"]
    for (real, imaginary), _ in pushed["roots"]:
        assert math.hypot(real, imaginary) == pytest.approx(math.sqrt(0.5))
    lr, momentum = optimal_pair((1, 10))
    assert verdict(Settings(lr=lr), momentum)["damping"] == ["critically damped"] * 2
    assert verdict(Settings(lr=0.41, momentum=0.99), 0.99)["damping"][1] == "diverges"


def test_without_functions_it_runs_on_ready_made_ones_and_blames_nobody():
    methods = compute(Settings(), None, None)["methods"]
    assert all(len(m["path"]) == 31 and m["problem"] == "" for m in methods.values())
    assert methods["plain"]["path"] == shown()["plain"]["path"]


@pytest.mark.parametrize(("lr", "momentum"), [(0.15, 0.0), (0.05, 0.3), (0.231, 0.27), (0.2, 0.9)])
def test_the_number_of_steps_is_that_of_a_run(lr, momentum):
    settings = Settings(lr=lr, momentum=momentum, rotation=30)
    start = torch.tensor([[4.0, 4.0]], dtype=torch.float64)
    distance = do_momentum_gd(start, Bowl(1, 10, 30), 500, lr, momentum).norm(dim=1)
    first = int((distance < 1e-6).nonzero()[0])
    assert int(verdict(settings, momentum)["steps"]) == pytest.approx(first, abs=1)


def test_a_descent_that_takes_too_long_to_count_says_so():
    assert verdict(Settings(lr=1e-4), 0.0)["steps"] == "over 2,000"


def test_the_marked_cases_are_where_they_should_be():
    cases = marked_cases(Settings(lambda_1=1, lambda_2=10))

    def rate_of(label: str) -> float:
        return rate(cases[label]["lr"], (1, 10), cases[label]["momentum"])

    assert rate_of("At the bound") == pytest.approx(1)
    assert rate_of("Just above the bound") > 1
    assert rate_of("Optimal η") == pytest.approx(9 / 11)
    assert rate_of("Optimal pair") == pytest.approx((math.sqrt(10) - 1) / (math.sqrt(10) + 1))


def test_the_map_of_rates_is_the_formula_of_notebook_3():
    found = rate_map((1.0, 10.0))
    levels = numpy.array(found["levels"]).reshape(found["rows"], found["columns"])
    for row, column in [(0, 0), (10, 20), (30, 50), (47, 63)]:
        lr = (column + 0.5) / found["columns"] * found["lr_max"]
        momentum = (row + 0.5) / found["rows"]
        slowest = max(direction_rate(lr, v, momentum) for v in (1.0, 10.0))
        assert levels[row, column] == min(int(200 * slowest), 255)
    assert found["boundary"] == pytest.approx([0.2, 0.4])
    assert found["optimum"] == pytest.approx(optimal_pair((1, 10)))
    for value, curve in zip((1.0, 10.0), found["critical"], strict=True):
        for lr, momentum in curve[5:38:4]:
            assert damping(lr, value, momentum) == "critically damped"


def test_what_a_browser_sends_is_put_within_limits():
    sent = {
        "lr": "0.3",
        "steps": 1e9,
        "momentum": float("nan"),
        "lambda_1": -4,
        "x": 1,
        "start_1": [],
    }
    assert Settings.from_values(sent) == Settings(lr=0.3, steps=300, lambda_1=0.5)


def test_under_grading_and_in_plain_programs_a_still_picture_stands_in(monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert not is_open_in_an_editor()
    monkeypatch.setenv("JPY_SESSION_NAME", "4_momentum_playground.ipynb")
    assert is_open_in_an_editor()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert isinstance(playground(own_descent, do_momentum_gd), StillPlayground)


def test_the_still_picture_says_in_words_what_it_shows_and_opens_no_figure():
    before = plt.get_fignums()
    data, metadata = playground(own_descent, do_momentum_gd, live=False)._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == NAME
    assert "0.85 per step" in metadata["image/png"]["alt"]
    assert plt.get_fignums() == before


@pytest.fixture
def widget():
    return playground(own_descent, do_momentum_gd, live=True, steps=100)


def test_the_widget_answers_each_question_with_its_number(widget):
    widget.settings = {"lr": 0.1, "steps": 100, "request": "a-7"}
    assert widget.picture["request"] == "a-7"
    assert widget.picture["settings"]["lr"] == 0.1
    assert len(widget.picture["methods"]["plain"]["path"]) == 101


def test_the_map_is_sent_again_only_when_the_surface_changes(widget):
    sent = []
    widget.observe(lambda change: sent.append(change.new), names="map")
    widget.settings = {"lr": 0.05, "request": "a-1"}
    widget.settings = {"lambda_2": 20, "request": "a-2"}
    assert len(sent) == 1 and sent[0]["boundary"][0] == pytest.approx(0.1)


def test_a_saved_notebook_keeps_a_still_picture_beside_the_widget(widget):
    data, metadata = widget._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"} <= set(data)
    assert data["text/plain"] == NAME and metadata["image/png"]["alt"]


def test_limits_cover_every_setting():
    assert set(playground_model.LIMITS) == set(Settings.__dataclass_fields__)
