"""The formulas of gradient descent hold for runs of it."""

import math

import pytest
import torch

from helpers.quadratics import (
    condition_number,
    damping,
    descend,
    direction_rate,
    distances,
    momentum_matrix,
    momentum_roots,
    optimal_learning_rate,
    optimal_pair,
    rate,
    stability_limit,
)

SURFACES = [(1.0, 10.0), (7.0, 0.5, 3.0), (2.0, 2.0), (0.1, 0.2, 5.0, 30.0)]


def diagonal(eigenvalues) -> torch.Tensor:
    return torch.diag(torch.tensor(eigenvalues, dtype=torch.float64))


def run(eigenvalues, lr, momentum=0.0, steps=2000) -> torch.Tensor:
    start = torch.full((len(eigenvalues),), 4.0, dtype=torch.float64)
    return distances(descend(start, diagonal(eigenvalues), lr, steps, momentum))


@pytest.mark.parametrize("eigenvalues", SURFACES)
@pytest.mark.parametrize("momentum", [0.0, 0.4, 0.9])
def test_below_the_limit_it_converges_and_above_it_diverges(eigenvalues, momentum):
    limit = stability_limit(eigenvalues, momentum)
    assert run(eigenvalues, 0.98 * limit, momentum)[-1] < 1e-3
    assert run(eigenvalues, 1.01 * limit, momentum)[-1] > 1e3


@pytest.mark.parametrize("eigenvalues", SURFACES)
def test_at_the_limit_the_steepest_direction_neither_converges_nor_diverges(eigenvalues):
    away = run(eigenvalues, stability_limit(eigenvalues))
    assert 3.99 < away[-1] < 4.01 * math.sqrt(len(eigenvalues))


@pytest.mark.parametrize("lr, momentum", [(0.05, 0.0), (0.15, 0.0), (0.1, 0.5), (0.25, 0.6)])
def test_the_rate_is_what_a_run_shows_in_the_long_run(lr, momentum):
    away = run((1.0, 10.0), lr, momentum, steps=600)
    measured = (away[600] / away[100]) ** (1 / 500)
    assert float(measured) == pytest.approx(rate(lr, (1.0, 10.0), momentum), rel=0.01)


def test_without_momentum_a_direction_shrinks_by_one_minus_lr_times_eigenvalue():
    assert direction_rate(0.1, 3.0) == pytest.approx(0.7)
    assert direction_rate(0.1, 15.0) == pytest.approx(0.5)


@pytest.mark.parametrize("lr, eigenvalue, momentum", [(0.1, 3.0, 0.5), (0.3, 10.0, 0.9), (1, 1, 0)])
def test_the_matrix_takes_the_step_that_descend_takes(lr, eigenvalue, momentum):
    path = descend(
        torch.tensor([4.0], dtype=torch.float64), diagonal([eigenvalue]), lr, 7, momentum
    )
    state = torch.tensor([4.0, 0.0], dtype=torch.float64)
    state = torch.linalg.matrix_power(momentum_matrix(lr, eigenvalue, momentum), 7) @ state
    assert float(path[7, 0]) == pytest.approx(float(state[0]))


@pytest.mark.parametrize("eigenvalues", SURFACES)
def test_no_other_learning_rate_is_faster_than_the_optimal_one(eigenvalues):
    best = optimal_learning_rate(eigenvalues)
    kappa = condition_number(eigenvalues)
    assert rate(best, eigenvalues) == pytest.approx((kappa - 1) / (kappa + 1))
    for share in (0.5, 0.9, 0.99, 1.01, 1.1, 1.5):
        assert rate(share * best, eigenvalues) > rate(best, eigenvalues)


@pytest.mark.parametrize("eigenvalues", SURFACES)
def test_no_other_pair_is_faster_than_the_optimal_one(eigenvalues):
    lr, momentum = optimal_pair(eigenvalues)
    root = math.sqrt(condition_number(eigenvalues))
    best = (root - 1) / (root + 1)
    assert math.sqrt(momentum) == pytest.approx(best)
    assert rate(lr, eigenvalues, momentum) == pytest.approx(best, abs=1e-6)
    for share in (0.5, 0.9, 1.1, 1.5):
        for other in (0.0, 0.5 * momentum, 0.9 * momentum + 0.1, 0.95):
            assert rate(share * lr, eigenvalues, other) > best


@pytest.mark.parametrize(
    ("lr", "momentum", "name"),
    [
        (0.0, 0.5, "does not move"),
        (0.05, 0.0, "overdamped"),
        (0.1, 0.0, "critically damped"),  # there after one step
        (0.15, 0.0, "jumps across"),
        (0.2, 0.0, "oscillates for ever"),
        (0.21, 0.0, "diverges"),
        (0.02, 0.25, "overdamped"),
        (0.025, 0.25, "critically damped"),  # ηλ = (1 − √β)²
        (0.1, 0.25, "underdamped"),
        (0.225, 0.25, "critically damped"),  # ηλ = (1 + √β)²
        (0.24, 0.25, "jumps across"),
    ],
)
def test_the_motion_has_the_name_of_its_two_roots(lr, momentum, name):
    assert damping(lr, 10.0, momentum) == name
    roots = sorted(momentum_roots(lr, 10.0, momentum), key=lambda z: (z.real, z.imag))
    found = torch.linalg.eigvals(momentum_matrix(lr, 10.0, momentum)).tolist()
    found.sort(key=lambda z: (z.real, z.imag))
    assert roots == pytest.approx(found, abs=1e-6)
    path = descend(torch.tensor([1.0]).double(), torch.tensor([[10.0]]).double(), lr, 6, momentum)
    if name == "jumps across" and momentum == 0:
        assert (path[1:] * path[:-1] < 0).all()
    if name == "overdamped":
        assert (path > 0).all()


def test_descend_leaves_its_start_alone_and_agrees_with_sgd():
    start = torch.tensor([4.0, -2.0])
    hessian = torch.tensor([[3.0, 1.0], [1.0, 2.0]])
    path = descend(start, hessian, lr=0.1, steps=5, momentum=0.7)
    assert start.tolist() == [4.0, -2.0]
    assert path.shape == (6, 2) and path[0].tolist() == [4.0, -2.0]

    x = torch.nn.Parameter(start.clone())
    optimizer = torch.optim.SGD([x], lr=0.1, momentum=0.7)
    for _ in range(5):
        optimizer.zero_grad()
        (x @ hessian @ x / 2).backward()
        optimizer.step()
    assert torch.allclose(path[-1], x.detach(), atol=1e-6)


@pytest.mark.parametrize("eigenvalues", [(), (1.0, 0.0), (2.0, -1.0)])
def test_surfaces_without_a_single_minimum_are_refused(eigenvalues):
    with pytest.raises(ValueError, match="positive"):
        stability_limit(eigenvalues)
