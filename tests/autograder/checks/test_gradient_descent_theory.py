"""The checks of notebook 3, on answers that are easy to get wrong in a check.

The bank in `bank/ex3-*` holds the many answers that students write; here are the contracts that no
single answer shows.
"""

import numpy
import pytest
import sympy as sp
import torch

from autograder.checks import CheckFailed, StillOpen, check
from autograder.verdict import tasks

SEEDS = (None, 11, 22, 33)
lambda_1, lambda_2 = sp.symbols("lambda_1 lambda_2", positive=True)
alpha_1, alpha_2, x_1, x_2 = sp.symbols("alpha_1 alpha_2 x_1 x_2", real=True)

RIGHT = {
    "ex3-hessian": {"H": sp.diag(lambda_1, lambda_2)},
    "ex3-eigenvectors": {
        "eigenpairs": [(lambda_1, sp.Matrix([1, 0])), (lambda_2, sp.Matrix([0, 1]))]
    },
    "ex3-gradient": {"gradient_alpha": [lambda_1 * alpha_1, lambda_2 * alpha_2]},
    "ex3-step": {"alpha_next": lambda alpha, lr, eigenvalue: (1 - lr * eigenvalue) * alpha},
    "ex3-trajectory": {
        "alpha_after": lambda alpha, lr, eigenvalue, steps: (1 - lr * eigenvalue) ** steps * alpha
    },
    "ex3-max-learning-rate": {"max_learning_rate": lambda eigenvalues: 2 / max(eigenvalues)},
    "ex3-convergence-rate": {
        "slowest_rate": lambda eigenvalues: 1 - 2 * min(eigenvalues) / max(eigenvalues)
    },
}


def message(grade_id: str, seed=None, **names) -> str:
    with pytest.raises(CheckFailed) as failure:
        check(grade_id, names, hidden=seed)
    return str(failure.value)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("grade_id", RIGHT)
def test_a_right_answer_passes_on_visible_and_hidden_inputs(grade_id, seed):
    check(grade_id, RIGHT[grade_id], hidden=seed)


def test_the_seven_tasks_have_their_points():
    assert {g: tasks()[g].points for g in RIGHT} == dict(
        zip(RIGHT, (2, 3, 2, 2, 2, 3, 3), strict=True)
    )


@pytest.mark.parametrize("grade_id", RIGHT)
def test_a_missing_name_is_open_and_not_wrong(grade_id):
    with pytest.raises(StillOpen):
        check(grade_id, {})


def inputs_of(grade_id: str, name: str, seed) -> list:
    """The arguments with which a check calls a right function."""
    seen = []

    def recording(*arguments):
        seen.append(str(arguments))
        return RIGHT[grade_id][name](*arguments)

    check(grade_id, {name: recording}, hidden=seed)
    return seen


@pytest.mark.parametrize(
    "grade_id, name",
    [
        ("ex3-step", "alpha_next"),
        ("ex3-trajectory", "alpha_after"),
        ("ex3-max-learning-rate", "max_learning_rate"),
        ("ex3-convergence-rate", "slowest_rate"),
    ],
)
def test_hidden_inputs_differ_from_the_visible_ones_and_from_each_other(grade_id, name):
    visible, first, second = (set(inputs_of(grade_id, name, seed)) for seed in (None, 11, 22))
    assert not visible & first and not visible & second and not first & second
    assert visible == set(inputs_of(grade_id, name, None)), "the visible check is always the same"


@pytest.mark.parametrize("seed", SEEDS[1:])
@pytest.mark.parametrize(
    "grade_id, names",
    [
        ("ex3-hessian", {"H": sp.diag(lambda_1 / 2, lambda_2 / 2)}),
        ("ex3-eigenvectors", {"eigenpairs": [(lambda_2, [1, 0]), (lambda_1, [0, 1])]}),
        ("ex3-gradient", {"gradient_alpha": [2 * lambda_1 * alpha_1, 2 * lambda_2 * alpha_2]}),
        ("ex3-step", {"alpha_next": lambda a, lr, v: a - lr * v}),
        ("ex3-trajectory", {"alpha_after": lambda a, lr, v, n: a * (1 - lr * v) ** (n + 1)}),
        ("ex3-max-learning-rate", {"max_learning_rate": lambda v: 2 / min(v)}),
        ("ex3-convergence-rate", {"slowest_rate": lambda v: 1 - min(v) / max(v)}),
    ],
)
def test_a_hidden_message_names_the_same_mistake_without_values(grade_id, names, seed):
    visible, hidden = message(grade_id, **names), message(grade_id, seed, **names)
    assert visible.splitlines()[0] == hidden.splitlines()[0]
    assert "other inputs" in hidden and " = " not in hidden and "returned" not in hidden


# --- equivalent forms ---------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "number", [float, torch.tensor, numpy.float64, lambda x: torch.tensor([x]), sp.Float, str]
)
def test_a_result_counts_in_every_number_type_but_not_as_text(number, seed):
    names = {"alpha_next": lambda alpha, lr, eigenvalue: number((1 - lr * eigenvalue) * alpha)}
    if number is str:
        assert "not a number" in message("ex3-step", seed, **names)
    else:
        check("ex3-step", names, hidden=seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_symbols_count_by_name_whatever_their_assumptions(seed):
    a, b = sp.symbols("lambda_1 lambda_2", complex=True)
    check("ex3-hessian", {"H": [[a, 0], [0, sp.sqrt(b**2) if seed else b]]}, hidden=seed)


def test_a_complicated_equivalent_form_is_accepted():
    product = sp.Add(lambda_1, alpha_1, evaluate=False) ** 2 - lambda_1**2 - alpha_1**2
    check("ex3-gradient", {"gradient_alpha": (product / 2, lambda_2 * (alpha_2 + 1) - lambda_2)})


def test_eigenvectors_may_be_scaled_by_anything_that_is_not_zero():
    check("ex3-eigenvectors", {"eigenpairs": [(lambda_2, (0, -lambda_1)), (lambda_1, (x_2**2, 0))]})


# --- what a check must not be fooled by ---------------------------------------


def test_a_matrix_that_gives_e_must_also_be_symmetric():
    assert "not symmetric" in message("ex3-hessian", H=[[lambda_1, x := 3], [-x, lambda_2]])


@pytest.mark.parametrize("share", [0.998, 1.002])
def test_a_bound_that_is_a_little_off_is_found_by_running_gradient_descent(share):
    text = message("ex3-max-learning-rate", max_learning_rate=lambda v: share * 2 / max(v))
    assert ("too large" if share > 1 else "too small") in text
    assert ("grew" if share > 1 else "shrank") in text


@pytest.mark.parametrize(
    "bound", [1e-300, 1e300, -1.0, 0, float("nan"), float("inf"), True, 2 + 1j]
)
def test_a_bound_of_any_size_gets_a_verdict(bound):
    message("ex3-max-learning-rate", max_learning_rate=lambda v: bound)


def test_a_bound_too_small_to_move_anything_is_too_small():
    assert "too small" in message(
        "ex3-max-learning-rate", max_learning_rate=lambda v: 1e-300 / v[0]
    )


def test_the_zero_vector_is_no_eigenvector_even_where_it_only_looks_nonzero():
    hidden_zero = lambda_1 * lambda_2 - lambda_2 * (lambda_1 + 1) + lambda_2
    for zero in (0, hidden_zero):
        pairs = [(lambda_1, (zero, 0)), (lambda_2, (0, 1))]
        assert "zero vector" in message("ex3-eigenvectors", eigenpairs=pairs)


def test_an_infinite_component_is_no_eigenvector_and_no_gradient():
    for endless in (sp.oo, sp.nan, 1 / sp.Integer(0)):
        pairs = [(lambda_1, (endless, 0)), (lambda_2, (0, 1))]
        assert "finite" in message("ex3-eigenvectors", eigenpairs=pairs)
        components = [lambda_1 * endless, lambda_2 * alpha_2]
        assert "finite" in message("ex3-gradient", gradient_alpha=components)


def test_the_wrong_bound_of_two_lambda_min_over_lambda_max_is_told_apart():
    text = message("ex3-max-learning-rate", max_learning_rate=lambda v: 2 * min(v) / max(v))
    assert "2λmin/λmax" in text


def test_the_rate_is_the_defined_one_even_where_another_direction_is_slower():
    def slowest_in_magnitude(values):
        factors = [1 - 2 * v / max(values) for v in values if v < max(values)]
        return max(factors, key=abs, default=-1.0)

    assert "smallest eigenvalue" in message(
        "ex3-convergence-rate", slowest_rate=slowest_in_magnitude
    )


def test_the_sign_of_the_rate_counts():
    text = message("ex3-convergence-rate", slowest_rate=lambda v: abs(1 - 2 * min(v) / max(v)))
    assert "sign" in text


def test_an_answer_that_changes_its_list_is_judged_by_its_result():
    def in_place(eigenvalues):
        eigenvalues.sort()
        return 1 - 2 * eigenvalues.pop(0) / eigenvalues.pop()

    check("ex3-convergence-rate", {"slowest_rate": in_place})


class Cunning(sp.Symbol):
    """Equal to everything."""

    __hash__ = sp.Symbol.__hash__

    def __eq__(self, other):
        return True

    def evalf(self, *args, **kwargs):
        return sp.Integer(0)


def test_an_object_that_is_equal_to_everything_is_no_answer():
    x = Cunning("x")
    message("ex3-hessian", H=[[x, x], [x, x]])
    message("ex3-gradient", gradient_alpha=[x, x])
    message("ex3-eigenvectors", eigenpairs=[(x, [x, x]), (x, [x, x])])


@pytest.mark.parametrize(
    "grade_id, name", [(grade_id, name) for grade_id, names in RIGHT.items() for name in names]
)
@pytest.mark.parametrize(
    "strange",
    [
        None,
        0,
        1.5,
        "text",
        [],
        {},
        (),
        set(),
        object(),
        int,
        lambda: None,
        sp.Matrix(),
        sp.nan,
        sp.I,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_strange_object_gets_a_message_of_the_check(grade_id, name, strange):
    text = message(grade_id, **{name: strange})
    assert "could not work with it" not in text and len(text.splitlines()) <= 12


def test_a_symbol_that_has_no_say_is_none_too_many():
    h = sp.Symbol("h")
    e = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
    first, second = ((e.subs(x, x + h) - 2 * e + e.subs(x, x - h)) / h**2 for x in (x_1, x_2))
    check("ex3-hessian", {"H": sp.diag(first, second)})
    assert "no place" in message("ex3-hessian", H=sp.diag(lambda_1 + h, lambda_2))
    assert "depends on the point" in message("ex3-hessian", H=sp.diag(lambda_1 * x_1, lambda_2))
