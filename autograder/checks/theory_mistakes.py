"""The known mistakes of notebook 3: what each one computes, and the hint for it.

Each table gives, per mistake, a label, a function that gives the mistaken result for the same
arguments as the right formula, and a hint that teaches without giving the answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

Mistakes = Mapping[str, tuple[Callable, str]]

# The four entries of H, row by row, from λ1 = a and λ2 = b.
HESSIAN: Mistakes = {
    "the factor ½ is in H as well": (
        lambda a, b: (a / 2, 0, 0, b / 2),
        "The ½ already stands in front of xᵀHx. Multiply your product out and count the halves.",
    ),
    "H is twice too large": (
        lambda a, b: (2 * a, 0, 0, 2 * b),
        "What is left of the 2 from the derivative of a square after the ½ in front of it?",
    ),
    "the eigenvalues are swapped": (
        lambda a, b: (b, 0, 0, a),
        "Which entry of H multiplies x_1 with itself? Multiply xᵀHx out.",
    ),
    "the eigenvalues are squared": (
        lambda a, b: (a * a, 0, 0, b * b),
        "It is x that is squared in E. Which powers of λ do you see there?",
    ),
    "square roots of the eigenvalues": (
        lambda a, b: (a**0.5, 0, 0, b**0.5),
        "x comes in from the left and from the right of H, λ only once.",
    ),
    "the inverse of H": (
        lambda a, b: (1 / a, 0, 0, 1 / b),
        "E grows with λ. Does ½·xᵀHx with your H?",
    ),
    "the sign of H is wrong": (
        lambda a, b: (-a, 0, 0, -b),
        "E has a minimum at the origin. What has ½·xᵀHx with your H there?",
    ),
}


# The two components from λ1 = a, λ2 = b, α1 = p, α2 = q.
GRADIENT: Mistakes = {
    "the sign is wrong: this points downhill": (
        lambda a, b, p, q: (-a * p, -b * q),
        "The gradient points uphill. The minus sign belongs to the step, not to the gradient.",
    ),
    "a factor of 2 too many": (
        lambda a, b, p, q: (2 * a * p, 2 * b * q),
        "The square gives a 2 when you differentiate. What became of the ½ in front of it?",
    ),
    "a factor of ½ too many": (
        lambda a, b, p, q: (a * p / 2, b * q / 2),
        "Differentiate ½·λ·x² once more: what happens to the ½?",
    ),
    "the eigenvalues are missing": (
        lambda a, b, p, q: (p, q),
        "The gradient is H times the vector. What does H do to each of the eigenvectors?",
    ),
    "the distances alpha are missing": (
        lambda a, b, p, q: (a, b),
        "The gradient depends on where you stand: at the minimum it is zero.",
    ),
    "the eigenvalues are squared": (
        lambda a, b, p, q: (a * a * p, b * b * q),
        "H is applied once. Differentiate E, not the gradient again.",
    ),
    "the eigenvalues are swapped": (
        lambda a, b, p, q: (b * p, a * q),
        "Each direction is stretched by its own eigenvalue. Which belongs to which?",
    ),
    "the components are swapped": (
        lambda a, b, p, q: (b * q, a * p),
        "Give the component along the first eigenvector first.",
    ),
    "this is E along each direction, not its gradient": (
        lambda a, b, p, q: (a * p * p / 2, b * q * q / 2),
        "E is still to be differentiated with respect to the coordinates.",
    ),
    "alpha is squared: not differentiated": (
        lambda a, b, p, q: (a * p * p, b * q * q),
        "Differentiating lowers the power of the coordinate by one.",
    ),
    "differentiated with respect to the eigenvalues": (
        lambda a, b, p, q: (p * p / 2, q * q / 2),
        "The gradient is taken with respect to x. The eigenvalues are constants.",
    ),
    "divided by the eigenvalues": (
        lambda a, b, p, q: (p / a, q / b),
        "On a steeper side of the valley, is the gradient larger or smaller?",
    ),
}


# One step from the distance a with the learning rate lr along the eigenvalue v.
STEP: Mistakes = {
    "the sign: gradient ascent": (
        lambda a, lr, v: a + lr * v * a,
        "A step goes against the gradient. Which way does yours go?",
    ),
    "alpha is missing from the gradient": (
        lambda a, lr, v: a - lr * v,
        "The gradient along an eigenvector depends on how far out the point is.",
    ),
    "only the factor, without alpha": (
        lambda a, lr, v: 1 - lr * v,
        "Your result is by how much the distance is multiplied. Return the new distance.",
    ),
    "only the change, not the new distance": (
        lambda a, lr, v: -lr * v * a,
        "Your result is the step alone. Where does it end when it starts at alpha?",
    ),
    "only the step, with the wrong sign": (
        lambda a, lr, v: lr * v * a,
        "A step is subtracted from where you are: return the new distance.",
    ),
    "the gradient, not the new distance": (
        lambda a, lr, v: v * a,
        "Your result is the gradient. Gradient descent subtracts lr times it from alpha.",
    ),
    "the eigenvalue is missing": (
        lambda a, lr, v: a - lr * a,
        "The gradient along an eigenvector is not alpha alone.",
    ),
    "the learning rate is missing": (
        lambda a, lr, v: a - v * a,
        "How large is a step? The gradient alone does not say.",
    ),
    "a factor of 2 too many": (
        lambda a, lr, v: a - 2 * lr * v * a,
        "The 2 of the square and the ½ of E: what is left of them in the gradient?",
    ),
    "a factor of ½ too many": (
        lambda a, lr, v: a - lr * v * a / 2,
        "The 2 of the square and the ½ of E: what is left of them in the gradient?",
    ),
    "the sign of the factor is turned round": (
        lambda a, lr, v: (lr * v - 1) * a,
        "With a learning rate of 0 nothing should move. Where does your step end then?",
    ),
    "the absolute value: the sign is lost": (
        lambda a, lr, v: abs(1 - lr * v) * a,
        "A large step can jump over the minimum to its other side.",
    ),
    "the distance without its sign": (
        lambda a, lr, v: abs((1 - lr * v) * a),
        "alpha can be negative, and a large step can jump over the minimum.",
    ),
    "the eigenvalue is squared": (
        lambda a, lr, v: a - lr * v * v * a,
        "Each step applies H once.",
    ),
    "the square: two steps at once": (
        lambda a, lr, v: (1 - lr * v) ** 2 * a,
        "Return where one step ends.",
    ),
    "divided by the eigenvalue": (
        lambda a, lr, v: a - lr * a / v,
        "On a steeper side of the valley, is a step longer or shorter?",
    ),
    "never below zero: the step may not cross the minimum": (
        lambda a, lr, v: max(0, 1 - lr * v) * a,
        "A large step does jump over the minimum, to its other side. Leave the sign as it comes.",
    ),
    "never below zero": (
        lambda a, lr, v: max(0, (1 - lr * v) * a),
        "alpha can be negative, and a large step can jump over the minimum.",
    ),
    "alpha and lr are swapped": (
        lambda a, lr, v: (1 - a * v) * lr,
        "Mind the order of the parameters: alpha, lr, eigenvalue.",
    ),
    "alpha and eigenvalue are swapped": (
        lambda a, lr, v: (1 - lr * a) * v,
        "Mind the order of the parameters: alpha, lr, eigenvalue.",
    ),
    "alpha is squared": (
        lambda a, lr, v: a - lr * v * a * a,
        "Which power of alpha is left in the gradient of E?",
    ),
    "alpha comes back unchanged": (
        lambda a, lr, v: a,
        "One step must have been taken from alpha.",
    ),
    "E in place of its gradient": (
        lambda a, lr, v: a - lr * v * a * a / 2,
        "Gradient descent subtracts the gradient of E, not E.",
    ),
}


# n such steps.
TRAJECTORY: Mistakes = {
    "one step too many: off by one in the exponent": (
        lambda a, lr, v, n: (1 - lr * v) ** (n + 1) * a,
        "After 0 steps nothing has moved yet. Where is your point after 0 steps?",
    ),
    "one step too few: off by one in the loop": (
        lambda a, lr, v, n: (1 - lr * v) ** max(n - 1, 0) * a,
        "After 1 step the distance is multiplied once. How often does yours multiply it?",
    ),
    "one step too few: off by one in the exponent": (
        lambda a, lr, v, n: (1 - lr * v) ** (n - 1) * a,
        "After 1 step the distance is multiplied once. How often does yours multiply it?",
    ),
    "only one step": (
        lambda a, lr, v, n: (1 - lr * v) * a,
        "Every step multiplies again. Where does `steps` enter? If in a loop: is the return in it?",
    ),
    "only one step, however many there are": (
        lambda a, lr, v, n: (1 - lr * v) * a if n else a,
        "Does every round of your loop begin where the last one ended, or at `alpha` again? "
        "Or is the return inside the loop?",
    ),
    "twice as many steps": (
        lambda a, lr, v, n: (1 - lr * v) ** (2 * n) * a,
        "After 1 step the distance is multiplied once. How often does yours multiply it?",
    ),
    "alpha and lr are swapped": (
        lambda a, lr, v, n: (1 - a * v) ** n * lr,
        "Mind the order of the parameters: alpha, lr, eigenvalue, steps.",
    ),
    "alpha and eigenvalue are swapped": (
        lambda a, lr, v, n: (1 - lr * a) ** n * v,
        "Mind the order of the parameters: alpha, lr, eigenvalue, steps.",
    ),
    "the steps are added, not multiplied": (
        lambda a, lr, v, n: (1 - n * lr * v) * a,
        "Each step starts where the last one ended, not at alpha.",
    ),
    "multiplied by the number of steps": (
        lambda a, lr, v, n: n * (1 - lr * v) * a,
        "Each step multiplies what the last one left: that is no sum.",
    ),
    "the power is in the wrong place": (
        lambda a, lr, v, n: (1 - (lr * v) ** n) * a,
        "It is the whole factor of one step that is applied again and again.",
    ),
    "alpha is raised to the power too": (
        lambda a, lr, v, n: ((1 - lr * v) * a) ** n,
        "The start is multiplied in once. What is multiplied in at every step?",
    ),
    "only the factor, without alpha": (
        lambda a, lr, v, n: (1 - lr * v) ** n,
        "Your result is by how much the distance is multiplied. Return the distance.",
    ),
    "the sign: gradient ascent": (
        lambda a, lr, v, n: (1 + lr * v) ** n * a,
        "A step goes against the gradient. Which way do yours go?",
    ),
    "the sign of the factor is turned round": (
        lambda a, lr, v, n: (lr * v - 1) ** n * a,
        "With a learning rate of 0 nothing should move. What does yours do after one step?",
    ),
    "the absolute value: the sign is lost": (
        lambda a, lr, v, n: abs(1 - lr * v) ** n * a,
        "A large step jumps to the other side of the minimum, and the next one back.",
    ),
    "the distance without its sign": (
        lambda a, lr, v, n: abs((1 - lr * v) ** n * a),
        "alpha can be negative, and a large step can jump over the minimum.",
    ),
    "an exponential: infinitely small steps": (
        lambda a, lr, v, n: math.exp(-lr * v * n) * a,
        "That is the path of a flow. Gradient descent takes whole steps.",
    ),
    "a factor of 2 too many": (
        lambda a, lr, v, n: (1 - 2 * lr * v) ** n * a,
        "Compare with your alpha_next: one step must give the same.",
    ),
    "a factor of ½ too many": (
        lambda a, lr, v, n: (1 - lr * v / 2) ** n * a,
        "Compare with your alpha_next: one step must give the same.",
    ),
    "the eigenvalue is missing": (
        lambda a, lr, v, n: (1 - lr) ** n * a,
        "Compare with your alpha_next: one step must give the same.",
    ),
    "the learning rate is missing": (
        lambda a, lr, v, n: (1 - v) ** n * a,
        "Compare with your alpha_next: one step must give the same.",
    ),
    "alpha is missing from the gradient": (
        lambda a, lr, v, n: a - n * lr * v,
        "The gradient along an eigenvector depends on how far out the point is by now.",
    ),
    "the gradient is taken at the start only": (
        lambda a, lr, v, n: a - (n + 1) * lr * v * a,
        "Each step uses the gradient where the last one ended.",
    ),
    "alpha comes back unchanged": (
        lambda a, lr, v, n: a,
        "Do you store the result of every step?",
    ),
}


# The bound from the list v of eigenvalues.
MAX_LEARNING_RATE: Mistakes = {
    "2/λmin in place of the bound": (
        lambda v: 2 / min(v),
        "Your bound suits the flattest direction. Which direction diverges first?",
    ),
    "1/λmax: too small": (
        lambda v: 1 / max(v),
        "At your rate the steepest direction lands on the minimum in one step. "
        "How much further may it jump?",
    ),
    "1/λmin in place of the bound": (
        lambda v: 1 / min(v),
        "Which direction diverges first, the flattest or the steepest?",
    ),
    "2λmin/λmax in place of the bound": (
        lambda v: 2 * min(v) / max(v),
        "A learning rate times an eigenvalue must be a plain number: "
        "multiply all eigenvalues by ten and see what your bound does.",
    ),
    "2λmax/λmin in place of the bound": (
        lambda v: 2 * max(v) / min(v),
        "On a steeper surface, may the steps be larger or must they be smaller?",
    ),
    "2/(λmin + λmax): the fastest learning rate, not the largest": (
        lambda v: 2 / (min(v) + max(v)),
        "Your rate converges, and faster than most. How much larger may it become?",
    ),
    "2/(λ1 + λ2 + …): the sum of the eigenvalues": (
        lambda v: 2 / sum(v),
        "The directions evolve independently: each has its own bound, and one of them decides.",
    ),
    "2 divided by the mean of the eigenvalues": (
        lambda v: 2 * len(v) / sum(v),
        "The directions evolve independently: each has its own bound, and one of them decides.",
    ),
    "2 divided by the product of the eigenvalues": (
        lambda v: 2 / math.prod(v),
        "The directions evolve independently: each has its own bound, and one of them decides.",
    ),
    "the first eigenvalue, whichever it is": (
        lambda v: 2 / v[0],
        "The eigenvalues come in any order. Which one decides?",
    ),
    "the last eigenvalue, whichever it is": (
        lambda v: 2 / v[-1],
        "The eigenvalues come in any order. Which one decides?",
    ),
    "the second eigenvalue, whichever it is": (
        lambda v: 2 / v[1],
        "The eigenvalues come in any order and number. Which one decides?",
    ),
    "only the first and the last eigenvalue are used": (
        lambda v: 2 / max(v[0], v[-1]),
        "The eigenvalues come in any order, so the largest can stand anywhere.",
    ),
    "only the first two eigenvalues are used": (
        lambda v: 2 / max(v[:2]),
        "There can be more than two eigenvalues, in any order.",
    ),
    "λmax/2: upside down": (
        lambda v: max(v) / 2,
        "On a steeper surface, may the steps be larger or must they be smaller?",
    ),
    "2λmax in place of the bound": (
        lambda v: 2 * max(v),
        "On a steeper surface, may the steps be larger or must they be smaller?",
    ),
    "2/λmax²": (
        lambda v: 2 / max(v) ** 2,
        "Solve |factor of one step| < 1 for η once more: which power of λ is left?",
    ),
    "2/√λmax": (
        lambda v: 2 / math.sqrt(max(v)),
        "Solve |factor of one step| < 1 for η once more: which power of λ is left?",
    ),
    "2/(λmax − λmin)": (
        lambda v: 2 / (max(v) - min(v)),
        "Each direction has a bound of its own. Solve |factor of one step| < 1 for one of them.",
    ),
    "4/λmax: twice too large": (
        lambda v: 4 / max(v),
        "Solve |factor of one step| < 1 for η once more, from both sides.",
    ),
}


def _factors(values: Sequence[float]) -> list[float]:
    """1 − ηλ of each direction at η = 2/λmax."""
    return [1 - 2 * value / max(values) for value in values]


# The factor along the smallest eigenvalue at the largest learning rate, from the list v.
RATE: Mistakes = {
    "a factor of 2 is missing": (
        lambda v: 1 - min(v) / max(v),
        "Put the largest learning rate of the task before into the factor of one step, once more.",
    ),
    "λmin and λmax are swapped": (
        lambda v: 1 - 2 * max(v) / min(v),
        "Which eigenvalue sets the learning rate, and along which do you measure?",
    ),
    "the factor along λmax: it oscillates": (
        lambda v: -1.0,
        "That is the direction which never converges at this rate. "
        "The task asks about the smallest eigenvalue.",
    ),
    "the absolute value: the sign is lost": (
        lambda v: abs(1 - 2 * min(v) / max(v)),
        "The task asks for the factor with its sign. When is it negative?",
    ),
    "never below zero: the sign is lost": (
        lambda v: max(0, 1 - 2 * min(v) / max(v)),
        "The task asks for the factor with its sign. When is it negative?",
    ),
    "the sign of the fraction: 1 + …": (
        lambda v: 1 + 2 * min(v) / max(v),
        "A factor above 1 would diverge. Look at the signs in the factor of one step.",
    ),
    "the sign is turned round": (
        lambda v: 2 * min(v) / max(v) - 1,
        "Put the learning rate into the factor of one step and keep the order of its terms.",
    ),
    "only the fraction, without 1 − …": (
        lambda v: 2 * min(v) / max(v),
        "That is what a step takes away. The task asks by what the distance is multiplied.",
    ),
    "the rate at the fastest learning rate": (
        lambda v: (max(v) - min(v)) / (max(v) + min(v)),
        "That belongs to another learning rate. The task asks about the bound of the task before.",
    ),
    "λmin/λmax: the inverse of the condition number": (
        lambda v: min(v) / max(v),
        "Put the largest learning rate of the task before into the factor of one step.",
    ),
    "the condition number": (
        lambda v: max(v) / min(v),
        "Put the largest learning rate of the task before into the factor of one step.",
    ),
    "the learning rate is missing": (
        lambda v: 1 - 2 * min(v),
        "The learning rate here is the bound of the task before. Is it 2?",
    ),
    "λmax² in place of λmax": (
        lambda v: 1 - 2 * min(v) / max(v) ** 2,
        "Put the largest learning rate of the task before into the factor of one step, once more.",
    ),
    "squared": (
        lambda v: (1 - 2 * min(v) / max(v)) ** 2,
        "The factor of one step is asked for, not of two.",
    ),
    "the bound 2/λmax, not the factor": (
        lambda v: 2 / max(v),
        "That is the learning rate. By what does one step at it multiply the distance?",
    ),
    "1 − 2/λmax: the eigenvalue of the direction is missing": (
        lambda v: 1 - 2 / max(v),
        "The factor of one step has two quantities in it: the learning rate and an eigenvalue.",
    ),
    "the first eigenvalue in place of the smallest": (
        lambda v: 1 - 2 * v[0] / max(v),
        "The eigenvalues come in any order.",
    ),
    "the last eigenvalue in place of the smallest": (
        lambda v: 1 - 2 * v[-1] / max(v),
        "The eigenvalues come in any order.",
    ),
    "the order of the eigenvalues: first over last": (
        lambda v: 1 - 2 * v[0] / v[-1],
        "The eigenvalues come in any order.",
    ),
    "the order of the eigenvalues: last over first": (
        lambda v: 1 - 2 * v[-1] / v[0],
        "The eigenvalues come in any order.",
    ),
    "the first two eigenvalues, in the order given": (
        lambda v: 1 - 2 * v[0] / v[1],
        "The eigenvalues come in any order, and there can be more than two.",
    ),
    "only the first two eigenvalues are used": (
        lambda v: 1 - 2 * min(v[:2]) / max(v[:2]),
        "There can be more than two eigenvalues.",
    ),
    "the largest factor by magnitude": (
        lambda v: max(abs(factor) for factor in _factors(v)),
        "The steepest direction oscillates: its factor does not count. "
        "The task asks about the smallest eigenvalue.",
    ),
    "the largest magnitude below 1, not the smallest eigenvalue": (
        lambda v: max(abs(factor) for factor in _factors(v) if abs(factor) < 1 - 1e-9),
        "An eigenvalue close to the largest has a factor close to −1. "
        "The task asks about the smallest eigenvalue.",
    ),
    "the fastest direction": (
        lambda v: min(abs(factor) for factor in _factors(v)),
        "A small factor converges fast. Which eigenvalue does the task ask about?",
    ),
    "the smallest factor": (
        lambda v: min(_factors(v)),
        "The steepest direction never converges at this rate. "
        "The task asks about the smallest eigenvalue.",
    ),
    "the mean in place of an extreme eigenvalue": (
        lambda v: 1 - 2 * (sum(v) / len(v)) / max(v),
        "Which eigenvalue does the task ask about?",
    ),
    "per cent: a factor of 100": (
        lambda v: 100 * (1 - 2 * min(v) / max(v)),
        "Return the factor itself, not per cent.",
    ),
}
