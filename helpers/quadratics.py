"""Gradient descent on quadratic error surfaces: the formulas of the theory notebook.

The surface is E(x) = ½ xᵀH x with H symmetric and positive definite. Along an eigenvector of H
with eigenvalue λ, one step of gradient descent multiplies the distance to the minimum by 1 − ηλ,
so the formulas need only the eigenvalues. η is written `lr` and β `momentum`, as in all the lab.

Momentum is the one of the lab and of `torch.optim.SGD`: v ← βv − η∇E, then x ← x + v, from v = 0.
Sources: Polyak, "Some methods of speeding up the convergence of iteration methods" (1964), for the
optimal pair; Goh, "Why Momentum Really Works" (Distill, 2017), for the 2×2 matrix per direction.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable

import torch
from torch import Tensor

from helpers.ready_made import refuse


def _positive(eigenvalues: Iterable[float]) -> list[float]:
    """The eigenvalues as floats. Raises ValueError unless there is one and all are positive."""
    values = [float(value) for value in eigenvalues]
    if not values or not all(value > 0 for value in values):
        raise ValueError(
            f"eigenvalues must be positive numbers, at least one of them, not {values}: "
            "only then has the surface a single minimum"
        )
    return values


def condition_number(eigenvalues: Iterable[float]) -> float:
    """κ = λmax/λmin: 1 on a round surface, large in a long valley."""
    values = _positive(eigenvalues)
    return max(values) / min(values)


def stability_limit(eigenvalues: Iterable[float], momentum: float = 0.0) -> float:
    """The learning rate below which every direction converges, 2(1 + β)/λmax, for 0 ≤ β < 1.

    The limit itself does not converge: there the steepest direction oscillates for ever.
    """
    return 2 * (1 + momentum) / max(_positive(eigenvalues))


def momentum_matrix(lr: float, eigenvalue: float, momentum: float) -> Tensor:
    """One step of momentum along one eigenvector as a (2, 2) float64 matrix acting on (α, v)."""
    return torch.tensor(
        [[1 - lr * eigenvalue, momentum], [-lr * eigenvalue, momentum]], dtype=torch.float64
    )


def momentum_roots(lr: float, eigenvalue: float, momentum: float = 0.0) -> tuple[complex, complex]:
    """The two eigenvalues of `momentum_matrix`: the roots of z² − (1 + β − ηλ)z + β.

    Without momentum they are the factor 1 − ηλ and 0.
    """
    half_trace = (1 + momentum - lr * eigenvalue) / 2
    root = cmath.sqrt(half_trace**2 - momentum)
    return half_trace + root, half_trace - root


def direction_rate(lr: float, eigenvalue: float, momentum: float = 0.0) -> float:
    """By what the distance along one eigenvector is multiplied per step, in the long run.

    It is the larger magnitude of the two `momentum_roots`; without momentum |1 − ηλ|, exact at
    every step.
    """
    return max(map(abs, momentum_roots(lr, eigenvalue, momentum)))


def damping(lr: float, eigenvalue: float, momentum: float = 0.0) -> str:
    """The name of the motion along one eigenvector: that of a damped oscillator.

    Two positive roots: overdamped. Two equal ones: critically damped. A complex pair: underdamped,
    it swings. Two negative ones, which only a motion in steps has: it jumps across at every step.
    """
    if lr <= 0:
        return "does not move"
    size = direction_rate(lr, eigenvalue, momentum)
    if size > 1 - 1e-9:
        return "diverges" if size > 1 + 1e-9 else "oscillates for ever"
    half_trace = (1 + momentum - lr * eigenvalue) / 2
    if abs(half_trace**2 - momentum) < 1e-9:
        return "critically damped"
    if half_trace**2 < momentum:
        return "underdamped"
    return "overdamped" if half_trace > 0 else "jumps across"


def rate(lr: float, eigenvalues: Iterable[float], momentum: float = 0.0) -> float:
    """By what the distance to the minimum is multiplied per step, in the long run.

    The slowest direction decides, so it is the largest `direction_rate`: below 1 gradient descent
    converges, above 1 it diverges.
    """
    return max(direction_rate(lr, value, momentum) for value in _positive(eigenvalues))


def optimal_learning_rate(eigenvalues: Iterable[float]) -> float:
    """The learning rate with the smallest `rate` without momentum, 2/(λmin + λmax)."""
    values = _positive(eigenvalues)
    return 2 / (min(values) + max(values))


def optimal_pair(eigenvalues: Iterable[float]) -> tuple[float, float]:
    """The learning rate and the momentum that together have the smallest `rate`.

    η = 4/(√λmax + √λmin)² and β = ((√λmax − √λmin)/(√λmax + √λmin))²; the rate is then √β.
    """
    values = _positive(eigenvalues)
    small, large = math.sqrt(min(values)), math.sqrt(max(values))
    return 4 / (small + large) ** 2, ((large - small) / (large + small)) ** 2


def descend(start: Tensor, hessian: Tensor, lr: float, steps: int, momentum: float = 0.0) -> Tensor:
    """Every point that gradient descent on ½ xᵀH x visits, the start first.

    start: shape (n,); hessian: shape (n, n), symmetric. Returns shape (steps + 1, n), in the
    number type of `start`, which stays as it was.
    """
    refuse("descend", "ex4-gradient-descent", "ex4-momentum")
    point, velocity = start.clone(), torch.zeros_like(start)
    path = [point]
    for _ in range(steps):
        velocity = momentum * velocity - lr * (hessian.to(start) @ point)
        point = point + velocity
        path.append(point)
    return torch.stack(path)


def distances(path: Tensor) -> Tensor:
    """Distance of every point of a path (shape (points, n)) to the minimum at the origin."""
    return path.norm(dim=1)
