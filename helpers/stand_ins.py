"""Ready-made parts of the momentum notebook, for a task that waits for an earlier one.

A later task uses the functions of earlier ones. Until those work, these stand in for them, so that
a mistake costs its own points only. The checks do not take them for an answer.
"""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.ready_made import refuse


class Quadratic:
    """The surface E = ½(λ₁x₁² + λ₂x₂²) over points of shape (N, 2)."""

    def __init__(self, lambda_1: float, lambda_2: float):
        self.lambda_1, self.lambda_2 = lambda_1, lambda_2

    def __call__(self, x: Tensor) -> Tensor:
        """The error of each point: shape (N,)."""
        return (x * self.grad(x)).sum(dim=1) / 2

    def grad(self, x: Tensor) -> Tensor:
        """The gradient at each point: shape (N, 2)."""
        refuse("Quadratic", "ex4-gradient")
        return x * x.new_tensor([self.lambda_1, self.lambda_2])


def do_gradient_descent(x: Tensor, func_obj, max_steps: int, lr: float) -> Tensor:
    """The points that gradient descent visits from `x` (1, 2): shape (max_steps + 1, 2)."""
    return do_momentum_gd(x, func_obj, max_steps, lr, 0.0)


def do_momentum_gd(x: Tensor, func_obj, max_steps: int, lr: float, momentum: float) -> Tensor:
    """The points that descent with momentum visits from `x` (1, 2): shape (max_steps + 1, 2)."""
    refuse("do_momentum_gd", "ex4-gradient-descent", "ex4-momentum")
    path, velocity = [x.clone()], torch.zeros_like(x)
    for _ in range(int(max_steps)):
        velocity = momentum * velocity - lr * func_obj.grad(path[-1])
        path.append(path[-1] + velocity)
    return torch.cat(path)
