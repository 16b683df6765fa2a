"""The checks of notebook 4, on answers that are easy to get wrong in a check.

The bank in `bank/ex4-*` holds the many answers that students write; here are the contracts that no
single answer shows.
"""

import re

import numpy
import pytest
import sympy
import torch

from autograder import verdict
from autograder.checks import CheckFailed, StillOpen, check, descents, momentum_playground
from autograder.checks.descents import QUAD, STIFF, Run, path_of, start_point
from helpers import stand_ins

SEEDS = (None, 11, 22, 33)


class Function:
    """A right answer to ex4-gradient."""

    def __init__(self, lambda_1, lambda_2):
        self.lambda_1, self.lambda_2 = lambda_1, lambda_2

    def __call__(self, x):
        return (self.lambda_1 * x[:, 0] ** 2 + self.lambda_2 * x[:, 1] ** 2) / 2

    def grad(self, x):
        return torch.stack([self.lambda_1 * x[:, 0], self.lambda_2 * x[:, 1]], dim=1)


def descent(x, func_obj, max_steps, lr):
    path = [x]
    for _ in range(max_steps):
        path.append(path[-1] - lr * func_obj.grad(path[-1]))
    return torch.cat(path)


def with_momentum(x, func_obj, max_steps, lr, momentum):
    path, velocity = [x], 0
    for _ in range(max_steps):
        velocity = momentum * velocity - lr * func_obj.grad(path[-1])
        path.append(path[-1] + velocity)
    return torch.cat(path)


def right_answers() -> dict:
    quad, stiff = path_of(start_point(), QUAD, 10, 0.2), path_of(start_point(), STIFF, 10, 2 / 30)
    return {
        "ex4-gradient": {"Function": Function},
        "ex4-gradient-descent": {"do_gradient_descent": descent},
        "ex4-max-learning-rate": {"max_learning_rate": 0.2, "hist_max": quad},
        "ex4-condition-number": {"stiff_max_learning_rate": 2 / 30, "hist_stiff": stiff},
        "ex4-momentum": {"do_momentum_gd": with_momentum},
        "ex4-momentum-choice": {
            "momentum": 0.6,
            "hist_momentum": path_of(start_point(), STIFF, 10, 2 / 30, 0.6),
        },
        "ex4-round-surface": {"momentum_helps_on_round_surface": False},
    }


def passes(grade_id: str, seed=None, **changes) -> None:
    check(grade_id, right_answers()[grade_id] | changes, hidden=seed)


def failure(grade_id: str, seed=None, **changes) -> CheckFailed:
    with pytest.raises(CheckFailed) as failed:
        passes(grade_id, seed, **changes)
    return failed.value


def message(grade_id: str, seed=None, **changes) -> str:
    return str(failure(grade_id, seed, **changes))


def each_known(slips):
    return pytest.mark.parametrize("slip", slips, ids=lambda slip: slip.key)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("grade_id", right_answers())
def test_a_right_answer_passes_on_visible_and_hidden_inputs(grade_id, seed):
    passes(grade_id, seed)


@pytest.mark.parametrize("seed", SEEDS[1:])
def test_hidden_inputs_are_not_the_visible_ones(seed):
    def inputs(hidden):
        seen = []

        def recording(x, func_obj, max_steps, lr):
            seen.append((x.tolist(), func_obj, max_steps, lr))
            return descent(x, func_obj, max_steps, lr)

        check("ex4-gradient-descent", {"do_gradient_descent": recording}, hidden=hidden)
        return seen

    assert not [case for case in inputs(seed) if case in inputs(None)]


def test_an_answer_that_knows_only_the_teaching_example_fails_the_hidden_test():
    def knows_one_surface(x, func_obj, max_steps, lr):
        return descent(x, QUAD if torch.equal(x, start_point().float()) else STIFF, max_steps, lr)

    text = message("ex4-gradient-descent", seed=11, do_gradient_descent=knows_one_surface)
    assert "hard-coded" in text


@pytest.mark.parametrize("hidden", SEEDS[1:])
def test_a_hidden_test_shows_no_values(hidden):
    text = message(
        "ex4-momentum", hidden, do_momentum_gd=lambda x, f, n, lr, m: descent(x, f, n, lr)
    )
    assert "velocity" in text
    assert not re.search(r"Function\(|should be|got \(", text)


@pytest.mark.parametrize(
    "number",
    [1 / 5, sympy.Rational(1, 5), numpy.float32(0.2), torch.tensor(0.2), torch.tensor([0.2])],
)
def test_a_learning_rate_may_be_any_kind_of_number(number):
    passes("ex4-max-learning-rate", max_learning_rate=number)


def test_a_history_may_come_in_float32_as_an_array_or_with_a_graph():
    history = path_of(start_point(), QUAD, 10, 0.2)
    for kind in (history.float(), history.numpy(), history.clone().requires_grad_()):
        passes("ex4-max-learning-rate", hist_max=kind)


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (2.0, "2/λmin"),
        (0.1, "1/λmax"),
        (2 / 11, "2/(λ1 + λ2)"),
        (5.0, "λmax/2"),
        (0.19, "just below"),
        (0.3, "diverges"),
        (0.05, "too small"),
        (-0.2, "sign"),
    ],
)
def test_a_wrong_bound_is_named(number, named):
    assert named in message("ex4-max-learning-rate", max_learning_rate=number)


def test_the_numbers_in_the_message_are_those_of_a_real_run():
    text = message("ex4-max-learning-rate", max_learning_rate=2.0)
    end = path_of(start_point(), QUAD, 10, 2.0)[-1].norm()
    assert f"grew from 5.66 to {float(end):.2g}" in text


def test_the_wrong_formula_with_the_right_number_passes():
    # On λ = (1, 10), 2 λmin/λmax is 0.2 as well: only other eigenvalues tell the formulas apart.
    passes("ex4-max-learning-rate", max_learning_rate=2 * 1 / 10)


def test_a_momentum_at_the_wrong_rate_is_compared_with_plain_descent_at_that_rate():
    for wrong_rate in (1 / 30, 2 / 31, 2.0):
        passes(
            "ex4-momentum-choice",
            stiff_max_learning_rate=wrong_rate,
            hist_momentum=path_of(start_point(), STIFF, 10, wrong_rate, 0.6),
        )


@pytest.mark.parametrize(("momentum", "helps"), [(0.001, True), (0.97, True), (0.98, False)])
def test_every_momentum_that_helps_is_accepted(momentum, helps):
    answer = {
        "momentum": momentum,
        "stiff_max_learning_rate": 2 / 30,
        "hist_momentum": path_of(start_point(), STIFF, 10, 2 / 30, momentum),
    }
    if helps:
        passes("ex4-momentum-choice", **answer)
    else:
        assert "nearer" in message("ex4-momentum-choice", **answer)


def test_a_stand_in_asks_for_the_gradient_at_every_step():
    class Noisy(stand_ins.Quadratic):
        def grad(self, x):
            return super().grad(x) + torch.randn_like(x)

    torch.manual_seed(0)
    path = stand_ins.do_momentum_gd(torch.zeros(1, 2), Noisy(1, 10), 200, 0.05, 0.5)
    assert 0.05 < path[100:].norm(dim=1).mean() < 1


def test_a_stand_in_is_as_good_as_an_answer_but_no_answer():
    x = torch.tensor([[4.0, 4.0]])
    surface = stand_ins.Quadratic(1, 10)
    assert torch.allclose(
        stand_ins.do_gradient_descent(x, surface, 10, 0.15), descent(x, QUAD, 10, 0.15)
    )
    assert torch.allclose(
        stand_ins.do_momentum_gd(x, surface, 10, 0.05, 0.5), with_momentum(x, QUAD, 10, 0.05, 0.5)
    )
    assert torch.allclose(surface(x), QUAD(x))
    assert "stand-in" in message(
        "ex4-gradient-descent", do_gradient_descent=stand_ins.do_gradient_descent
    )


def test_the_stub_counts_as_open():
    def do_gradient_descent(x, func_obj, max_steps, lr):
        raise NotImplementedError("Task ex4-gradient-descent is still open")

    with pytest.raises(StillOpen):
        passes("ex4-gradient-descent", do_gradient_descent=do_gradient_descent)


def test_checking_leaves_the_students_objects_alone():
    answers = right_answers()["ex4-momentum-choice"] | right_answers()["ex4-max-learning-rate"]
    before = {name: torch.as_tensor(value).clone() for name, value in answers.items()}
    check("ex4-momentum-choice", answers)
    check("ex4-max-learning-rate", answers)
    assert all(torch.equal(torch.as_tensor(answers[name]), before[name]) for name in before)


@pytest.mark.parametrize("value", [0, 1, "False", None, [False], torch.tensor(0.0)])
def test_only_a_truth_value_answers_the_question_of_the_round_surface(value):
    text = message("ex4-round-surface", momentum_helps_on_round_surface=value)
    assert "True or False" in text


def test_truth_values_of_numpy_and_torch_are_truth_values():
    passes("ex4-round-surface", momentum_helps_on_round_surface=numpy.bool_(False))
    passes("ex4-round-surface", momentum_helps_on_round_surface=torch.tensor(False))


@pytest.mark.parametrize("seed", [None, 11])
@each_known([*descents.DESCENT_SLIPS, *descents.history_slips(descent)])
def test_each_known_slip_of_descent_is_named(slip, seed):
    found = failure("ex4-gradient-descent", seed, do_gradient_descent=slip.gives)
    assert found.verdict.mistake == slip.key


@pytest.mark.parametrize("seed", [None, 11])
@each_known(descents.MOMENTUM_SLIPS)
def test_each_known_slip_of_momentum_is_named(slip, seed):
    found = failure("ex4-momentum", seed, do_momentum_gd=slip.gives)
    assert found.verdict.mistake == verdict.find("ex4-momentum", slip.key)


@pytest.mark.parametrize("seed", [None, 11])
@pytest.mark.parametrize(
    ("method", "slips"),
    [("__call__", momentum_playground.ERROR_SLIPS), ("grad", momentum_playground.GRADIENT_SLIPS)],
)
def test_each_known_slip_of_a_surface_is_named(method, slips, seed):
    for key, formula in slips:

        def wrong(self, x, formula=formula):
            return momentum_playground.of_columns(formula)(self.lambda_1, self.lambda_2, x)

        found = failure("ex4-gradient", seed, Function=type("F", (Function,), {method: wrong}))
        assert found.verdict.mistake == f"ex4-gradient/{key}"


@pytest.mark.parametrize("far", [torch.tensor([50.0, 50.0]), torch.tensor([100.0, 100.0])])
def test_a_gradient_that_is_clipped_far_away_fails(far):
    def clipped(x, func_obj, max_steps, lr):
        path = [x]
        for _ in range(max_steps):
            path.append(path[-1] - lr * func_obj.grad(path[-1]).clamp(-far, far))
        return torch.cat(path)

    message("ex4-gradient-descent", do_gradient_descent=clipped)
    message("ex4-gradient-descent", seed=11, do_gradient_descent=clipped)


def test_a_gradient_left_on_the_points_fails_because_the_next_is_added_to_it():
    class Accumulating(Function):
        def grad(self, x):
            x.requires_grad = True
            self(x).sum().backward()
            x.requires_grad = False
            return x.grad

    assert "has a gradient" in message("ex4-gradient", Function=Accumulating)


@pytest.mark.parametrize("rate", [1e30, 0.20005, 0.1999])
def test_the_message_on_a_rate_says_what_is_true_of_it(rate):
    text = message("ex4-max-learning-rate", max_learning_rate=rate)
    above = re.search(r"above it, at ([\d.]+)", text)
    assert "grew" in text if rate > 0.2 else rate < float(above[1]) < 0.2


@pytest.mark.parametrize("shape", [(0,), (), (0, 2), (11, 0), (1, 11, 2), (11, 2, 1)])
def test_a_history_of_any_shape_gets_an_answer(shape):
    assert "shape" in message("ex4-max-learning-rate", hist_max=torch.zeros(shape))


def test_a_history_says_which_run_it_is():
    text = message("ex4-momentum-choice", hist_momentum=Run(QUAD, 0.06, 0.6).path())
    assert "Function(1, 10) with lr = 0.06, momentum = 0.6" in text


@pytest.mark.parametrize("seed", SEEDS)
def test_one_coordinate_after_the_other_shows_on_a_coupled_surface(seed):
    def one_by_one(x, func_obj, max_steps, lr):
        path = [x]
        for _ in range(max_steps):
            x = x.clone()
            for i in (0, 1):
                x[:, i] -= lr * func_obj.grad(x)[:, i]
            path.append(x)
        return torch.cat(path)

    failed = failure("ex4-gradient-descent", seed, do_gradient_descent=one_by_one)
    assert failed.verdict.mistake == "path/one-by-one"


def test_a_history_is_judged_by_the_rate_that_was_set():
    rate = 0.06667
    at_it, elsewhere = Run(STIFF, rate).path(), Run(STIFF, 0.99 * rate).path()
    passes("ex4-condition-number", stiff_max_learning_rate=rate, hist_stiff=at_it)
    failed = failure("ex4-condition-number", stiff_max_learning_rate=rate, hist_stiff=elsewhere)
    assert failed.verdict.mistake == "history/another-rate"


def test_a_bound_by_experiment_is_told_how_near_it_is():
    assert "off by 0.0005 of the bound; 0.0001 is" in str(
        failure("ex4-max-learning-rate", max_learning_rate=0.1999)
    )


def test_a_surface_that_multiplies_by_its_own_float32_passes():
    class Function:
        def __init__(self, lambda_1, lambda_2):
            self.hessian = torch.diag(torch.tensor([float(lambda_1), float(lambda_2)]))

        def __call__(self, x):
            return ((x @ self.hessian) * x).sum(1) / 2

        def grad(self, x):
            return x @ self.hessian

    for seed in SEEDS:
        passes("ex4-gradient", seed, Function=Function)


def test_an_object_that_keeps_its_first_gradient_fails():
    class Keeping(Function):
        kept = None

        def grad(self, x):
            self.kept = super().grad(x) if self.kept is None else self.kept
            return self.kept

    for seed in SEEDS:
        failure("ex4-gradient", seed, Function=Keeping)


def test_an_operation_that_pytorch_lacks_is_no_open_task():
    class Strange(Function):
        def __call__(self, x):
            return x ^ 2

    assert failure("ex4-gradient", Function=Strange).verdict.mistake == "any/error-caret"
