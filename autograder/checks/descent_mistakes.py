"""What known mistakes make of surfaces and of gradient descent, in formulas, with their hints.

The checks of notebook 4 compare a wrong result with these. Each entry is (label, hint, formula).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


def known_path(
    step: Callable[[Tensor, Tensor, Any, float, float], tuple[Tensor, Tensor]],
) -> Callable[..., Tensor]:
    """A path made of one known wrong step (x, velocity, surface, lr, momentum) -> (x, velocity)."""

    def run(x: Tensor, surface, steps: int, lr: float, momentum: float = 0.0) -> Tensor:
        points, velocity = [x], torch.zeros_like(x)
        for _ in range(steps):
            x, velocity = step(x, velocity, surface, lr, momentum)
            points.append(x)
        return torch.cat(points)

    return run


# What the error and the gradient become by a known mistake: (label, hint, formula of (a, b, x, y)),
# with a, b for the eigenvalues and x, y for the coordinates, each of shape (N,).
VALUE_MISTAKES = (
    (
        "the factor 1/2 is missing from the error",
        "Look at the factor in front of each term of E.",
        lambda a, b, x, y: a * x**2 + b * y**2,
    ),
    (
        "λ1 and λ2 are swapped in the error",
        "λ₁ belongs to the first column of the points, λ₂ to the second.",
        lambda a, b, x, y: (b * x**2 + a * y**2) / 2,
    ),
    (
        "λ is squared in the error",
        "In E only the coordinates are squared. Check what the power applies to.",
        lambda a, b, x, y: ((a * x) ** 2 + (b * y) ** 2) / 2,
    ),
    (
        "the coordinates are not squared in the error",
        "E is quadratic: doubling x makes it four times as large.",
        lambda a, b, x, y: (a * x + b * y) / 2,
    ),
    (
        "the factor 1/2 is used twice: a quarter",
        "One factor 1/2 is enough.",
        lambda a, b, x, y: (a * x**2 + b * y**2) / 4,
    ),
    (
        "the factor 1/2 reaches only one term of the error",
        "Both terms of E have the factor 1/2: mind where it stands.",
        lambda a, b, x, y: a * x**2 / 2 + b * y**2,
    ),
    (
        "the factor 1/2 reaches only one term of the error",
        "Both terms of E have the factor 1/2: mind where it stands.",
        lambda a, b, x, y: a * x**2 + b * y**2 / 2,
    ),
    (
        "a minus between the terms of the error (wrong sign)",
        "E is a sum of two terms that are never negative: a bowl, not a saddle.",
        lambda a, b, x, y: (a * x**2 - b * y**2) / 2,
    ),
    (
        "the error has the wrong sign",
        "E is positive everywhere but at the minimum.",
        lambda a, b, x, y: -(a * x**2 + b * y**2) / 2,
    ),
    (
        "λ₁ is used for both coordinates of the error",
        "Each squared coordinate is weighted by its own λ.",
        lambda a, b, x, y: a * (x**2 + y**2) / 2,
    ),
    (
        "λ₂ is used for both coordinates of the error",
        "Each squared coordinate is weighted by its own λ.",
        lambda a, b, x, y: b * (x**2 + y**2) / 2,
    ),
    (
        "λ is left out of the error",
        "Each squared coordinate is weighted by its own λ.",
        lambda a, b, x, y: (x**2 + y**2) / 2,
    ),
    (
        "the square root of the error",
        "E is a sum of squares, not the length of a vector.",
        lambda a, b, x, y: ((a * x**2 + b * y**2) / 2).sqrt(),
    ),
)
GRADIENT_MISTAKES = (
    (
        "a factor 2 too much in the gradient",
        "The derivative of x² brings a 2; E has a 1/2 in front of it.",
        lambda a, b, x, y: (2 * a * x, 2 * b * y),
    ),
    (
        "a factor 1/2 too much in the gradient",
        "Differentiate the square as well: where does its 2 go?",
        lambda a, b, x, y: (a * x / 2, b * y / 2),
    ),
    (
        "λ1 and λ2 are swapped in the gradient",
        "λ₁ belongs to the first column of the points, λ₂ to the second.",
        lambda a, b, x, y: (b * x, a * y),
    ),
    (
        "the gradient is divided by the number of points: a mean over them",
        "Each point has its own gradient, whatever the other points are.",
        lambda a, b, x, y: (a * x / len(x), b * y / len(x)),
    ),
    (
        "λ is squared in the gradient",
        "Differentiate with respect to x: λ is a constant and stays as it is.",
        lambda a, b, x, y: (a**2 * x, b**2 * y),
    ),
    (
        "the coordinates are still squared in the gradient",
        "The derivative of a square is not a square.",
        lambda a, b, x, y: (a * x**2, b * y**2),
    ),
    (
        "the coordinates are still squared in the gradient",
        "That is E term by term. The derivative of a square is not a square.",
        lambda a, b, x, y: (a * x**2 / 2, b * y**2 / 2),
    ),
    (
        "the gradient has the wrong sign: it points downhill",
        "The gradient points uphill; the minus belongs to gradient descent.",
        lambda a, b, x, y: (-a * x, -b * y),
    ),
    (
        "λ₁ is used for both coordinates of the gradient",
        "Each component is weighted by its own λ.",
        lambda a, b, x, y: (a * x, a * y),
    ),
    (
        "λ₂ is used for both coordinates of the gradient",
        "Each component is weighted by its own λ.",
        lambda a, b, x, y: (b * x, b * y),
    ),
    (
        "the gradient is normalised: it has length 1 everywhere",
        "The gradient is longer where the surface is steeper. Do not divide by its length.",
        lambda a, b, x, y: (a * x / torch.hypot(a * x, b * y), b * y / torch.hypot(a * x, b * y)),
    ),
    (
        "λ is left out of the gradient",
        "Each component is weighted by its own λ.",
        lambda a, b, x, y: (x, y),
    ),
    (
        "the gradient is only λ: the coordinates are missing",
        "The slope grows with the distance from the minimum. Which derivative is constant?",
        lambda a, b, x, y: (a + 0 * x, b + 0 * y),
    ),
    (
        "the columns of the gradient are swapped",
        "The first column is the derivative with respect to x₁.",
        lambda a, b, x, y: (b * y, a * x),
    ),
    (
        "the gradient is summed over its two components",
        "Each coordinate has a partial derivative of its own.",
        lambda a, b, x, y: (a * x + b * y, a * x + b * y),
    ),
)


DESCENT_MISTAKES = (
    (
        "gradient ascent: the sign of the step is wrong",
        "The gradient points uphill. Which way should the step go?",
        known_path(lambda x, v, f, lr, m: (x + lr * f.grad(x), v)),
    ),
    (
        "func_obj(x), the error itself, in place of its gradient",
        "`func_obj(x)` is the height of the surface at x; which method gives the slope?",
        known_path(lambda x, v, f, lr, m: (x - lr * f(x)[:, None], v)),
    ),
    (
        "the learning rate is ignored",
        "Each step is the gradient times the learning rate.",
        known_path(lambda x, v, f, lr, m: (x - f.grad(x), v)),
    ),
    (
        "a factor 2 in the step",
        "Is the gradient, or the step, used twice?",
        known_path(lambda x, v, f, lr, m: (x - 2 * lr * f.grad(x), v)),
    ),
    (
        "the gradient is divided by the learning rate",
        "A larger learning rate makes larger steps.",
        known_path(lambda x, v, f, lr, m: (x - f.grad(x) / lr, v)),
    ),
    (
        "the steps are normalised: every one has the length lr",
        "The step is lr times the gradient, so it becomes shorter near the minimum.",
        known_path(lambda x, v, f, lr, m: (x - lr * f.grad(x) / f.grad(x).norm(), v)),
    ),
    (
        "the sign of the gradient in place of the gradient",
        "The step is lr times the gradient itself, so it becomes shorter near the minimum.",
        known_path(lambda x, v, f, lr, m: (x - lr * f.grad(x).sign(), v)),
    ),
    (
        "the point is replaced by the step",
        "A step is added to where you are: x comes back in the new x.",
        known_path(lambda x, v, f, lr, m: (-lr * f.grad(x), v)),
    ),
    (
        "the gradients are summed up: that is momentum with β = 1",
        "Plain gradient descent forgets earlier gradients.",
        known_path(lambda x, v, f, lr, m: (x - lr * (v + f.grad(x)), v + f.grad(x))),
    ),
    (
        "the coordinates are updated one after the other, or only the first",
        "Update both coordinates with the gradient of the same point.",
        known_path(lambda x, v, f, lr, m: (x - lr * f.grad(x) * x.new_tensor([[1, 0]]), v)),
    ),
    (
        "only the second coordinate is updated",
        "Update both coordinates with the gradient of the same point.",
        known_path(lambda x, v, f, lr, m: (x - lr * f.grad(x) * x.new_tensor([[0, 1]]), v)),
    ),
)


def _nesterov(x, v, f, lr, m):
    v = m * v - lr * f.grad(x + m * v)
    return x + v, v


def _nesterov_of_torch(x, v, f, lr, m):
    v = m * v + f.grad(x)
    return x - lr * (f.grad(x) + m * v), v


def _dampened(x, v, f, lr, m):
    v = m * v + (1 - m) * f.grad(x)
    return x - lr * v, v


def _late(x, v, f, lr, m):
    return x + v, m * v - lr * f.grad(x)


def _later(x, v, f, lr, m):
    x = x + v
    return x, m * v - lr * f.grad(x)


def _rate_twice(x, v, f, lr, m):
    v = m * v - lr * f.grad(x)
    return x + lr * v, v


def _rate_on_velocity(x, v, f, lr, m):
    v = lr * v - m * f.grad(x)
    return x + v, v


def _momentum_on_gradient(x, v, f, lr, m):
    v = m * (v - lr * f.grad(x))
    return x + v, v


def _plus_minus(x, v, f, lr, m):
    v = m * v + lr * f.grad(x)
    return x + v, v


def _braking(x, v, f, lr, m):
    v = -m * v - lr * f.grad(x)
    return x + v, v


def _first_gradient_kept(x, v, f, lr, m):
    v = (1 - m) * v - lr * f.grad(x)
    return x + v, v


def _rate_on_both(x, v, f, lr, m):
    v = lr * (m * v - f.grad(x))
    return x + v, v


def _dampened_after_the_first(x, v, f, lr, m):
    v = m * v + (1 - m) * f.grad(x) if v.any() else f.grad(x)
    return x - lr * v, v


def _last_gradient_only(x, v, f, lr, m):
    return x - lr * (f.grad(x) + m * v), f.grad(x)


MOMENTUM_MISTAKES = (
    (
        "the velocity is not kept: this is plain gradient descent, without momentum",
        "The velocity of the last step must come back in the next: start it once, before the loop.",
        known_path(lambda x, v, f, lr, m: (x - lr * f.grad(x), v)),
    ),
    (
        "dampened velocity: the gradient is scaled too, by (1 − β) or by β",
        "The new velocity takes the whole step along the gradient, not a share of it (no average).",
        known_path(_dampened),
    ),
    (
        "Nesterov momentum: the gradient is taken ahead of the point",
        "The task asks for classical momentum: the gradient at the point where you are.",
        known_path(_nesterov),
    ),
    (
        "Nesterov momentum, as torch.optim.SGD has it with nesterov=True",
        "The task asks for classical momentum: the step is the velocity itself.",
        known_path(_nesterov_of_torch),
    ),
    (
        "the step uses the old velocity, one step late",
        "First the new velocity, then the step with it: mind the order of the two lines.",
        known_path(_late),
    ),
    (
        "the step uses the old velocity, one step late",
        "First the new velocity, then the step with it: mind the order of the two lines.",
        known_path(_later),
    ),
    (
        "the learning rate is applied twice",
        "It scales the gradient or the velocity, not both.",
        known_path(_rate_twice),
    ),
    (
        "lr and momentum are swapped",
        "β keeps a share of the velocity; η scales the gradient.",
        known_path(_rate_on_velocity),
    ),
    (
        "momentum scales the gradient too",
        "β belongs to the old velocity alone.",
        known_path(_momentum_on_gradient),
    ),
    (
        "gradient ascent: the sign of the gradient is wrong",
        "The velocity should gain speed downhill. Follow the two signs of the update.",
        known_path(_plus_minus),
    ),
    (
        "the old velocity has the wrong sign: it brakes in place of carrying on",
        "Old velocity and new step point the same way on a straight slope. Follow both signs.",
        known_path(_braking),
    ),
    (
        "lr scales the old velocity too",
        "η belongs to the gradient; the old velocity is scaled by β alone.",
        known_path(_rate_on_both),
    ),
    (
        "dampened velocity from the second step on, as with `dampening` of torch.optim.SGD",
        "The new velocity takes the whole step along the gradient, not a share of it (no average).",
        known_path(_dampened_after_the_first),
    ),
    (
        "only the last gradient is remembered, not the velocity",
        "The old velocity holds all earlier gradients, each weaker than the next. Keep it whole.",
        known_path(_last_gradient_only),
    ),
    (
        "1 − β in place of β",
        "β near 1 keeps nearly all of the velocity.",
        known_path(_first_gradient_kept),
    ),
    (
        "the momentum is ignored: all of the velocity is kept (β = 1)",
        "Each step keeps the share β of the old velocity.",
        known_path(lambda x, v, f, lr, m: (x + v - lr * f.grad(x), v - lr * f.grad(x))),
    ),
    (
        "momentum shrinks the point in place of the velocity",
        "β multiplies the velocity, which is a step, not a place.",
        known_path(lambda x, v, f, lr, m: (m * x - lr * f.grad(x), v)),
    ),
    (
        "func_obj(x), the error itself, in place of its gradient",
        "`func_obj(x)` is the height of the surface at x; which method gives the slope?",
        known_path(
            lambda x, v, f, lr, m: (x + m * v - lr * f(x)[:, None], m * v - lr * f(x)[:, None])
        ),
    ),
    (
        "the point is replaced by the velocity",
        "A step is added to where you are: x comes back in the new x.",
        known_path(lambda x, v, f, lr, m: (m * v - lr * f.grad(x), m * v - lr * f.grad(x))),
    ),
)
