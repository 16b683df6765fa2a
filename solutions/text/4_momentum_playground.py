# %% title [markdown]
# # 4. A playground for gradient descent and momentum
#
# In notebook 3 you worked out on paper how gradient descent behaves on a quadratic surface. Here
# you watch it, then you write it. You will
#
# - let two balls roll, one of them with momentum;
# - write gradient descent yourself, first plain and then with momentum;
# - find the learning rate at which it stops converging, and see how the shape of the surface decides
#   the speed;
# - run the playground on *your* functions;
# - fit a polynomial, predict from its eigenvalues what momentum will gain, and measure it;
# - see what the noise of mini-batches changes.
#
# There are {tasks} tasks with {points} points in all. It takes about 75 minutes, and no training
# data. The notebook needs nothing from the other three, but notebook 3 explains why things are as
# you see them here. Where you are stuck, `hint("ex4-gradient")` gives a first hint for that task,
# and the next one when you call it again.

# %% setup
# setup

# %% imports
import math

import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn

from autograder.checks import check, hint, passed, progress, solution
from helpers import get_device, stand_ins
from helpers.playground import playground
from helpers.plots import STYLES, finish, mark_guess
from helpers.quadratic_plots import plot_best_ends, plot_bowl, plot_coordinates, plot_histories
from helpers.quadratics import (
    condition_number,
    optimal_learning_rate,
    optimal_pair,
    rate,
    stability_limit,
)

device = get_device()

# %% motion-first [markdown]
# ## Let it roll
#
# Two balls start at the same place in the same bowl. The blue one takes the steps of gradient
# descent. The orange one has **momentum**: it keeps a share $\beta$ of its last step. Here both run
# on ready-made functions; at the end of the notebook the same playground runs yours.
#
# - *Play* lets them roll, *Step* takes one step (keys: `p` and `n`). *3-D* shows the bowl as a
#   surface: drag to turn it. Click in the left picture to start somewhere else.
# - Set $\beta$ to 0. Then to 0.9. What does the orange ball do at the minimum?
# - Raise the learning rate $\eta$ bit by bit, with *Play* in between. Which ball runs away first?
#
# The other pictures show the distance to the minimum along each axis of the bowl, which pairs of
# $\eta$ and $\beta$ converge, and the roots from the end of notebook 3. You need none of them yet.
#
# <details><summary>What happens?</summary>
#
# With $\beta = 0$ the two move together: momentum without memory is plain descent. With
# $\beta = 0.9$ the orange ball rolls past the minimum and swings about it for a long time. With a
# larger and larger $\eta$ the blue ball runs away first.
#
# </details>

# %% motion-playground demo
playground(play=True, marks=False)

# %% about-the-surface [markdown]
# ## The surface
#
# The error is the bowl of notebook 3, with $\lambda_1 > 0$ and $\lambda_2 > 0$:
#
# $$E(\mathbf{x}) = \frac{1}{2}\lambda_1 x_1^2 + \frac{1}{2}\lambda_2 x_2^2$$
#
# Its minimum is at the origin. The two numbers say how steep the bowl is along each axis.
#
# Points are the rows of a tensor with shape $(N, 2)$, so that one call can handle many points:
#
# | `x` | `x[:, 0]` | `x[:, 1]` |
# | --- | --- | --- |
# | `torch.tensor([[4., 4.], [1., -2.]])` | the $x_1$ of every point: `[4., 1.]` | the $x_2$ of every point: `[4., -2.]` |

# %% ex4-gradient-task [markdown]
# ### Task ex4-gradient
#
# Write the class `Function`. An object of it is one surface.
#
# - `Function(lambda_1, lambda_2)` remembers the two numbers;
# - calling it with points `x` of shape $(N, 2)$, which Python hands to `__call__`, gives their errors,
#   shape $(N,)$;
# - `grad(x)` gives the gradient at each point, shape $(N, 2)$: one row for each point.
#
# For example, `Function(1, 10)(torch.tensor([[4., 4.]]))` is `tensor([88.])`. What is the gradient
# there? Work it out on paper first.


# %% ex4-gradient 3 points
class Function:
    """The surface E = (lambda_1 x1^2 + lambda_2 x2^2) / 2 over points of shape (N, 2)."""

    def __init__(self, lambda_1: float, lambda_2: float):
        ### BEGIN SOLUTION
        self.lambda_1 = lambda_1
        self.lambda_2 = lambda_2
        ### END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """The error of each point: shape (N,)."""
        ### BEGIN SOLUTION
        return self.lambda_1 * x[:, 0] ** 2 / 2 + self.lambda_2 * x[:, 1] ** 2 / 2
        ### END SOLUTION

    def grad(self, x: Tensor) -> Tensor:
        """The gradient at each point: shape (N, 2)."""
        ### BEGIN SOLUTION
        return torch.stack([self.lambda_1 * x[:, 0], self.lambda_2 * x[:, 1]], dim=1)
        ### END SOLUTION


# %% two-surfaces-note [markdown]
# Two surfaces are used from here on: a bowl that is ten times as steep along $x_2$ as along $x_1$,
# and one that is thirty times as steep. The next cell makes them from your class. While your class
# does not pass its check, a ready-made one stands in for it, so that you can go on.

# %% surfaces
if passed("ex4-gradient"):
    Surface = Function
else:
    print("Until then, a ready-made surface stands in for yours.")
    Surface = stand_ins.Quadratic
quad_function = Surface(1, 10)
stiff_function = Surface(1, 30)
start = torch.tensor([[4.0, 4.0]])

# %% contour-question [markdown]
# Below is the bowl as a surface, and from above: each line joins points of equal error. Before you
# run the cell: the bowl is steeper along $x_2$. Are its contour lines longer along $x_1$ or along
# $x_2$?

# %% contour demo
plot_bowl(quad_function, "E for λ = (1, 10)")
plt.show()

# %% contour-answer [markdown]
# <details><summary>Longer along which axis?</summary>
#
# Along $x_1$: where a bowl is flat, one has to walk far to climb as high. Its contour lines are
# ellipses, $\sqrt{10} \approx 3.2$ times as long as they are wide.
#
# </details>

# %% ex4-gradient-descent-task [markdown]
# ## Gradient descent
#
# One step of gradient descent with learning rate $\eta$ is
#
# $$\mathbf{x} \leftarrow \mathbf{x} - \eta \, \nabla E(\mathbf{x})$$
#
# ### Task ex4-gradient-descent
#
# Write `do_gradient_descent(x, func_obj, max_steps, lr)`. It starts at `x`, a tensor of shape
# $(1, 2)$, takes `max_steps` steps on the surface `func_obj`, and returns every point that it
# visits: a tensor of shape `(max_steps + 1, 2)`, the start in the first row. It knows the surface by
# `func_obj.grad` alone: any other one should work too, also with a term in $x_1 x_2$.
#
# The tensor `x` belongs to the caller: after the call it must be what it was before. (Which of
# `x = x - step` and `x -= step` is safe, and why?)
#
# For example, two steps with `lr=0.05` on `Function(1, 10)` from (4, 4) visit (4, 4), (3.8, 2) and
# (3.61, 1).


# %% ex4-gradient-descent 4 points
def do_gradient_descent(x: Tensor, func_obj: Surface, max_steps: int, lr: float) -> Tensor:
    """Every point that gradient descent visits, the start first: shape (max_steps + 1, 2)."""
    ### BEGIN SOLUTION
    path = [x]
    for _ in range(max_steps):
        x = x - lr * func_obj.grad(x)
        path.append(x)
    return torch.cat(path)
    ### END SOLUTION


# %% descent-stand-in
start = torch.tensor([[4.0, 4.0]])
if not passed("ex4-gradient-descent"):
    print("Until then, a ready-made do_gradient_descent stands in for yours.")
    do_gradient_descent = stand_ins.do_gradient_descent

# %% two-rates-question [markdown]
# Now try two learning rates, 0.05 and 0.15, for ten steps. On the left you see the paths; on the
# right the distance to the minimum on a logarithmic axis, where a constant factor per step is a
# straight line. The thin lines have the slope that notebook 3 predicts: the slowest direction
# shrinks by the factor $|1 - \eta\lambda|$ in each step, and in the end it is the only one left.
#
# Which one ends nearer to the minimum? Which one zigzags, and along which axis?

# %% two-rates demo
hist_slow = do_gradient_descent(start, quad_function, 10, 0.05)
hist_fast = do_gradient_descent(start, quad_function, 10, 0.15)
plot_histories(
    quad_function,
    {"slow: η = 0.05": hist_slow, "fast: η = 0.15": hist_fast},
    "Two learning rates on λ = (1, 10)",
    rates={"slow: η = 0.05": rate(0.05, (1, 10)), "fast: η = 0.15": rate(0.15, (1, 10))},
)
plt.show()

# %% two-rates-answer [markdown]
# <details><summary>Which ends nearer, which zigzags?</summary>
#
# The larger rate ends nearer: its slowest direction, $x_1$, shrinks by the factor 0.85 per step, not
# 0.95. It pays with a zigzag along $x_2$, where $1 - 0.15 \cdot 10 = -0.5$: each step overshoots the
# minimum and lands on the other side, half as far away.
#
# </details>
#
# Why not go further?

# %% ex4-max-learning-rate-task [markdown]
# ## The largest learning rate
#
# ### Task ex4-max-learning-rate
#
# Set `max_learning_rate` to the bound for `quad_function`: every learning rate below it converges
# from any start, every one above it diverges from almost any. Your formula of notebook 3 gives it
# from the eigenvalues 1 and 10; or look for it by experiment, to within 0.01% of the bound.
#
# Then let `hist_max` be the path of ten steps of `do_gradient_descent` on `quad_function` from
# `start`, at exactly this rate. Guess before you look: does it converge at the bound itself?

# %% ex4-max-learning-rate 3 points
### BEGIN SOLUTION
max_learning_rate = 2 / max(quad_function.lambda_1, quad_function.lambda_2)
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
### END SOLUTION

# %% three-rates-note [markdown]
# Here is your path at the bound, between one just below it and one just above it: both coordinates
# over the steps.

# %% three-rates demo
if passed("ex4-max-learning-rate"):
    corner = torch.tensor([[4.0, 4.0]])
    shares = {"5% below the bound": 0.95, "at the bound": 1.0, "5% above the bound": 1.05}
    plot_coordinates(
        {
            label: do_gradient_descent(corner, quad_function, 10, share * max_learning_rate)
            for label, share in shares.items()
        },
        "Around the largest learning rate, λ = (1, 10)",
    )
    plt.show()

# %% three-rates-answer [markdown]
# <details><summary>Does it converge at the bound itself?</summary>
#
# It does neither: $x_2$ jumps between 4 and −4 for ever. Just below the bound the jumps shrink slowly.
# Just above it they grow: it diverges, although $x_1$ still shrinks at every step. So the bound is not
# attained: a learning rate must stay *below* it.
#
# </details>
#
# Notice what the bound costs. The steep direction alone sets it; the flat direction then has to
# live with small steps. What if the two differ even more?

# %% ex4-condition-number-task [markdown]
# ## The condition number
#
# The ratio $\kappa = \lambda_{\max}/\lambda_{\min}$ is the condition number. It is 10 for
# `quad_function` and 30 for `stiff_function`, which is the same bowl with a steeper $x_2$.
#
# ### Task ex4-condition-number
#
# Set `stiff_max_learning_rate` to the bound for `stiff_function`, with the eigenvalues 1 and 30,
# again to within 0.01%, and let `hist_stiff` be the path of ten steps on it from `start`, at exactly
# the rate that you have set.

# %% ex4-condition-number 3 points
### BEGIN SOLUTION
stiff_max_learning_rate = 2 / max(stiff_function.lambda_1, stiff_function.lambda_2)
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
### END SOLUTION

# %% condition-number-question [markdown]
# To compare surfaces fairly, give each one a rate at the same place below its own bound, say 90% of
# it. How many steps bring the distance from 5.7 down to 0.001? Before you run the cell: by what factor
# do they grow from $\kappa = 30$ to $\kappa = 100$?

# %% condition-numbers demo
corner = torch.tensor([[4.0, 4.0]])
print("condition number   steps until the distance is below 0.001")
for steepest in (1, 3, 10, 30, 100):
    lr = 0.9 * stability_limit((1, steepest))
    distance = do_gradient_descent(corner, Surface(1, steepest), 600, lr).norm(dim=1)
    print(f"{steepest:>16}   {int((distance < 1e-3).nonzero()[0]):>5}")

# %% condition-number-answer [markdown]
# <details><summary>By what factor? And why not at the top of the table?</summary>
#
# From 30 to 100 the steps become about 3.4 times as many: where $\kappa$ is large they grow in
# proportion to it. That is task ex3-convergence-rate of notebook 3 at work: in each step the slowest
# direction loses a share that is proportional to $1/\kappa$. For $\kappa$ = 1 and 3 it is the overshoot
# in the steepest direction that decides: so near the bound each step undoes most of the last one.
#
# </details>
#
# A long narrow valley is hard for gradient descent.

# %% ex4-momentum-task [markdown]
# ## Momentum
#
# A ball that rolls down a valley gains speed along it, and its swings across the valley cancel out.
# Gradient descent with momentum ([Polyak, 1964](https://doi.org/10.1016/0041-5553(64)90137-5)) has a
# velocity $\mathbf{v}$, which starts at zero, and in each step keeps the share $\beta$ of it:
#
# $$\mathbf{v} \leftarrow \beta \mathbf{v} - \eta \, \nabla E(\mathbf{x}), \qquad \mathbf{x} \leftarrow \mathbf{x} + \mathbf{v}$$
#
# With $\beta = 0$ this is plain gradient descent.
#
# ### Task ex4-momentum
#
# Write `do_momentum_gd(x, func_obj, max_steps, lr, momentum)`, with $\beta$ = `momentum`. It returns
# what `do_gradient_descent` returns: every visited point, the start first, shape
# `(max_steps + 1, 2)`. It too leaves the caller's `x` alone.
#
# For example, two steps with `lr=0.05` and `momentum=0.5` on `Function(1, 10)` from (4, 4) visit
# (4, 4), (3.8, 2) and (3.51, 0).


# %% ex4-momentum 4 points
def do_momentum_gd(
    x: Tensor, func_obj: Surface, max_steps: int, lr: float, momentum: float
) -> Tensor:
    """Every point that descent with momentum visits, the start first: (max_steps + 1, 2)."""
    ### BEGIN SOLUTION
    path = [x]
    velocity = torch.zeros_like(x)
    for _ in range(max_steps):
        velocity = momentum * velocity - lr * func_obj.grad(x)
        x = x + velocity
        path.append(x)
    return torch.cat(path)
    ### END SOLUTION


# %% momentum-stand-in
start = torch.tensor([[4.0, 4.0]])
if not passed("ex4-momentum"):
    print("Until then, a ready-made do_momentum_gd stands in for yours.")
    do_momentum_gd = stand_ins.do_momentum_gd
if "stiff_max_learning_rate" not in globals():
    print("Until ex4-condition-number has an answer, the next task uses a learning rate of 0.05.")
    stiff_max_learning_rate = 0.05

# %% ex4-momentum-choice-task [markdown]
# ### Task ex4-momentum-choice
#
# Choose a value for `momentum` with which descent on `stiff_function` ends nearer to the minimum
# than `hist_stiff` does. Let `hist_momentum` be its path: ten steps from `start`, at the same
# learning rate `stiff_max_learning_rate`. Try a few values and keep a good one.

# %% ex4-momentum-choice 1 point
### BEGIN SOLUTION
momentum = 0.6
hist_momentum = do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, momentum)
### END SOLUTION

# %% momentum-paths demo
if passed("ex4-condition-number", "ex4-momentum-choice"):
    lr = float(stiff_max_learning_rate)
    plot_histories(
        stiff_function,
        {"plain": hist_stiff, f"momentum {float(momentum):g}": hist_momentum},
        "Ten steps at the plain bound, λ = (1, 30)",
        rates={
            "plain": rate(lr, (1, 30)),
            f"momentum {float(momentum):g}": rate(lr, (1, 30), float(momentum)),
        },
    )
    plt.show()

# %% momentum-paths-note [markdown]
# At this learning rate plain descent swings across the valley for ever (its thin line is level: the
# factor along $x_2$ is $-1$); momentum damps the swing and moves faster along the valley. How much
# momentum is best here, for ten steps? Write your guess down; the cell after it tries fifty values.

# %% guess-momentum
guess_momentum = None  # a number from 0 to 0.98

# %% momentum-scan demo
if passed("ex4-condition-number", "ex4-momentum-choice"):
    corner = torch.tensor([[4.0, 4.0]])
    lr = float(stiff_max_learning_rate)
    ends = {
        beta / 50: float(do_momentum_gd(corner, stiff_function, 10, lr, beta / 50)[-1].norm())
        for beta in range(50)
    }
    ax = plot_best_ends(
        ends,
        "Where ten steps on λ = (1, 30) end, for each momentum",
        "momentum β",
        (float(hist_stiff[-1].norm()), "plain descent"),
    )
    mark_guess(ax, guess_momentum)
    plt.show()
    print(f"best momentum of these: {min(ends, key=ends.get):.2f}")

# %% momentum-scan-note [markdown]
# Almost any momentum helps; too much of it makes the ball overshoot for longer than ten steps. The
# best value depends on the surface and on the number of steps. For many steps notebook 3 gives the
# optimal pair of $\eta$ and $\beta$: it turns the $\kappa$ in the number of steps into
# $\sqrt{\kappa}$.

# %% ex4-round-surface-task [markdown]
# ## A round surface
#
# With a condition number of 1 the bowl is round: `round_function` below has $\lambda = (10, 10)$.
# Does momentum bring an improvement there too, when each method uses its own best learning rate?
#
# ### Task ex4-round-surface
#
# Find out by experiment: for plain descent, and for a few values of momentum, try many learning
# rates and keep the smallest distance after ten steps. (What is the best learning rate of plain
# descent here? How far does *one* step bring you with it?) Then set
# `momentum_helps_on_round_surface` to `True` or `False`.

# %% round-surface
round_function = Surface(10, 10)
start = torch.tensor([[4.0, 4.0]])


# %% ex4-round-surface 2 points
### BEGIN SOLUTION
def nearest_end(momentum_tried):
    """The smallest distance after ten steps, over 79 learning rates."""
    rates_tried = [step / 200 for step in range(1, 80)]
    return min(
        float(do_momentum_gd(start, round_function, 10, lr, momentum_tried)[-1].norm())
        for lr in rates_tried
    )


plain_end = nearest_end(0.0)
momentum_ends = {beta: nearest_end(beta) for beta in (0.1, 0.3, 0.5, 0.7, 0.9)}
momentum_helps_on_round_surface = min(momentum_ends.values()) < plain_end
### END SOLUTION

# %% round-paths demo
if passed("ex4-round-surface"):
    histories = {}
    for beta in (0.0, 0.2, 0.5):
        lr = stability_limit((10, 10), beta) / 2  # here no other has a smaller rate
        histories[f"β = {beta:g}, η = {lr:g}"] = do_momentum_gd(start, round_function, 10, lr, beta)
    plot_histories(round_function, histories, "A round surface, λ = (10, 10)")
    plt.show()
    for label, path in histories.items():
        _, one, *_, last = path.norm(dim=1).tolist()
        print(f"{label:<17} distance after 1 step: {one:.1g}, after 10 steps: {last:.1g}")

# %% playground-note [markdown]
# ## The playground, on your functions
#
# Now it runs your `do_gradient_descent` and your `do_momentum_gd`, on any bowl, also a rotated one.
# The marks and buttons that were missing at the start are there: at the bound, just above it, the
# optimal learning rate, the optimal pair.
#
# In the table the motion along each eigenvector has the name that a spring with friction would give
# it, and the right picture shows why. The roots are those of
# $z^2 - (1 + \beta - \eta\lambda)\,z + \beta$: what a step does to distance and velocity together.
#
# | | the two roots | the ball |
# | --- | --- | --- |
# | **overdamped** | real, positive | creeps to the minimum |
# | **critically damped** | equal | if they are positive: as fast as it gets without swinging |
# | **underdamped** | a complex pair, of magnitude $\sqrt\beta$ | swings about the minimum |
# | **jumps across** | real, negative | is on the other side after each step |
#
# All roots inside the unit circle: it converges. The outermost root sets the pace.
# [Goh (2017)](https://distill.pub/2017/momentum/) tells the same story for every $\eta$ and $\beta$.
#
# - Start from *Optimal pair* and move $\beta$ a little up, then a little down. Watch the roots leave
#   each other.
# - How far above the plain bound can $\eta$ go with $\beta = 0.9$? Does a rotation change anything but
#   the picture?
# - With which pair does a valley with $\kappa = 50$ take the fewest steps? Try to beat *Optimal pair*.
#
# <details><summary>What is there to see?</summary>
#
# With a larger $\beta$ the roots become a complex pair: the ball swings. With a smaller one they stay
# real and part: one of the two is slower. With $\beta = 0.9$ the bound is 1.9 times the plain one. A
# rotation changes nothing else: distances along the eigenvectors, roots and rates remain.
#
# The optimal pair is the best *in the long run*. To $10^{-6}$ it takes 71 steps with $\lambda = (1, 50)$
# from (4, 4), and $\eta = 0.059$, $\beta = 0.58$ only 55: the optimal roots are equal, and that costs
# steps at first.
#
# </details>
#
# (A saved copy of the notebook shows a still picture here. If you see one although you have just run
# the cell, your editor is one that the course does not know: add `live=True` to the call.)

# %% playground demo
playground(do_gradient_descent, do_momentum_gd)

# %% polynomial-note [markdown]
# ## A real problem: fitting a polynomial
#
# A bowl with two numbers is a toy. This one is not: 60 noisy points of a curve on $[-1, 1]$, and a
# polynomial $w_0 + w_1 t + \dots + w_d t^d$ to fit them. Half the mean squared error is quadratic in
# the weights, with the Hessian $\mathbf{H} = \frac{1}{60}\Phi^T\Phi$, where the columns of $\Phi$ are
# the powers $1, t, t^2, \dots$ at the 60 places. So the theory holds: compute the eigenvalues, take
# the best settings from them, and predict what momentum gains.
#
# The optimizer is PyTorch's own `SGD`. (Its velocity is your $-\mathbf{v}/\eta$; with a constant
# $\eta$ the path is the same.) Each run counts the steps until the distance to the best weights is
# a thousandth of what it was.


# %% polynomial demo
def noisy_curve(points: int = 60) -> tuple[Tensor, Tensor]:
    torch.manual_seed(4)
    t = torch.linspace(-1, 1, points, dtype=torch.float64)
    return t, torch.sin(4 * t) + 0.3 * torch.randn(points, dtype=torch.float64)


def powers(t: Tensor, degree: int) -> Tensor:
    return torch.stack([t**k for k in range(degree + 1)], dim=1)


def best_weights(features: Tensor, y: Tensor) -> Tensor:
    return torch.linalg.lstsq(features, y[:, None]).solution[:, 0]


def fit(features: Tensor, y: Tensor, lr: float, momentum: float = 0.0, steps: int = 8000) -> Tensor:
    """The weights after each step, until they are near the best ones."""
    best = best_weights(features, y)
    weights = torch.zeros_like(best, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=lr, momentum=momentum)
    path = [weights.detach().clone()]
    while (path[-1] - best).norm() > 1e-3 * best.norm() and len(path) <= steps:
        optimizer.zero_grad()
        loss = ((features @ weights - y) ** 2).mean() / 2
        loss.backward()
        optimizer.step()
        path.append(weights.detach().clone())
    return torch.stack(path)


t, y = noisy_curve()
print("degree   condition number   its square root")
for degree in (1, 3, 5):
    features = powers(t, degree)
    eigenvalues = torch.linalg.eigvalsh(features.T @ features / len(t)).tolist()
    kappa = condition_number(eigenvalues)
    print(f"{degree:>6}   {kappa:>16,.0f}   {kappa**0.5:>15.1f}")

# %% polynomial-question [markdown]
# The powers look alike on $[-1, 1]$: $t^3$ and $t^5$ are hard to tell apart, so one direction in the
# weights is almost flat. Two more powers make $\kappa$ about 27 times as large.
#
# Both methods get their own best settings, from the formulas of notebook 3. With a factor $\rho$ per
# step, a thousandth takes $\ln 0.001 / \ln \rho$ steps. By what factor will momentum be faster at
# degree 5?

# %% guess-gain
guess_gain = None  # steps of plain descent / steps with momentum, at degree 5

# %% polynomial-run demo
runs, gains = {}, {}
print("         steps, plain          steps, momentum       plain / momentum")
print("degree   predicted   measured   predicted   measured   measured     √κ")
for degree in (1, 3, 5):
    features = powers(t, degree)
    eigenvalues = torch.linalg.eigvalsh(features.T @ features / len(t)).tolist()
    settings = (optimal_learning_rate(eigenvalues), 0.0), optimal_pair(eigenvalues)
    runs[degree] = [fit(features, y, lr, beta) for lr, beta in settings]
    predicted = [math.log(1e-3) / math.log(rate(lr, eigenvalues, beta)) for lr, beta in settings]
    measured = [len(path) - 1 for path in runs[degree]]
    gains[degree], root = measured[0] / measured[1], condition_number(eigenvalues) ** 0.5
    columns = [
        f"{number:>9,.0f}" for pair in zip(predicted, measured, strict=True) for number in pair
    ]
    print(f"{degree:>6}   {'  '.join(columns)}   {gains[degree]:>8.1f}   {root:>4.1f}")
if guess_gain is not None:
    print(f"You guessed {guess_gain} for degree 5. It is {gains[5]:.0f}.")

figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4), layout="constrained")
left.plot(t, y, ".", color="0.6", label="the points")
for label, path, style in zip(("plain", "momentum"), runs[5], STYLES, strict=False):
    style = {**style, "label": label, "markevery": 0.1}
    left.plot(t, powers(t, 5) @ path[min(150, len(path) - 1)], **style)
    right.semilogy((path - best_weights(powers(t, 5), y)).norm(dim=1)[:500], **style)
finish(left, "Degree 5 after 150 steps", "y", "t")
finish(right, "Distance of the weights to the best ones", "distance (log scale)", "step")
plt.show()

# %% polynomial-answer [markdown]
# <details><summary>What was gained, and why not all of it?</summary>
#
# From degree 3 to degree 5 the steps of plain descent grow as $\kappa$ does, about 27 times, those with
# momentum about 5 times, the root of it: that is the law. The gain at degree 5 is about three quarters
# of $\sqrt\kappa$, and momentum takes more steps than the factor predicts. That is the price of the
# optimal pair, whose roots are equal: the distance falls like $T\,\beta^{T/2}$, and the $T$ in front
# costs some steps.
#
# </details>
#
# After 150 steps, momentum has the curve. Plain descent has its rough form, and needs thousands of
# steps for the rest: along its flattest direction it has gone a sixth of the way.
#
# There is another way out: change the surface. Legendre polynomials span the same curves, and their
# columns are almost at right angles. Then the bowl is nearly round, and anything is fast.

# %% legendre demo
from numpy.polynomial.legendre import legvander

features = torch.tensor(legvander(t.numpy(), 5) * [(2 * k + 1) ** 0.5 for k in range(6)])
eigenvalues = torch.linalg.eigvalsh(features.T @ features / len(t)).tolist()
plain = fit(features, y, optimal_learning_rate(eigenvalues))
pushed = fit(features, y, *optimal_pair(eigenvalues))
print(f"κ = {condition_number(eigenvalues):.1f} with Legendre polynomials up to degree 5")
print(f"steps: {len(plain) - 1} plain, {len(pushed) - 1} with momentum")

# %% noise-note [markdown]
# ## What noise changes
#
# A network is not trained on all its data at once. Each step sees a mini-batch, and its gradient is
# the true one plus noise. The class below adds such noise to the gradient of your surface; your
# functions need no change.
#
# Before you run it: with noise, no run comes to rest at the minimum. It ends in a cloud around it.
# With the same $\eta$, does momentum make the cloud smaller or larger?

# %% guess-noise
guess_noise = None  # "smaller", "equal" or "larger"

# %% noise demo
NOISE = 5.0  # standard deviation, in each component


class NoisySurface(Surface):
    """A surface whose gradient has noise, as that of a mini-batch has."""

    def grad(self, x: Tensor) -> Tensor:
        return super().grad(x) + NOISE * torch.randn_like(x)


def predicted_cloud(lr: float, momentum: float) -> float:
    """The root mean square distance to the minimum in the long run, for λ = (1, 10)."""
    variances = [
        lr * (1 + momentum) / (value * (1 - momentum) * (2 * (1 + momentum) - lr * value))
        for value in (1, 10)
    ]
    return NOISE * sum(variances) ** 0.5


torch.manual_seed(4)
noisy_runs, clouds = {}, {}
print("     η      β   size of the cloud: measured   predicted")
for lr, beta in [(0.01, 0.0), (0.01, 0.75), (0.0025, 0.75)]:
    path = do_momentum_gd(torch.tensor([[4.0, 4.0]]), NoisySurface(1, 10), 20_000, lr, beta)
    noisy_runs[f"η = {lr:g}, β = {beta:g}"] = path[:401]
    clouds[lr, beta] = float(path[1000:].square().sum(dim=1).mean().sqrt())
    print(f"{lr:.4f}   {beta:.2f}   {clouds[lr, beta]:>27.2f}   {predicted_cloud(lr, beta):>9.2f}")
if guess_noise is not None:
    grown = clouds[0.01, 0.75] / clouds[0.01, 0.0]
    print(f"You guessed {guess_noise}. With β = 0.75 it is {grown:.1f} times as large.")
plot_histories(quad_function, noisy_runs, "Gradients with noise, λ = (1, 10)")
plt.show()

# %% noise-answer [markdown]
# <details><summary>Why does the cloud grow?</summary>
#
# Momentum adds up steps. What they have in common adds up to $1/(1 - \beta)$ times as much: with
# $\beta = 0.75$ a steady push works like one with four times the learning rate. The noise adds up as
# well, and the cloud becomes $1/\sqrt{1 - \beta}$ times as large: twice.
#
# </details>
#
# So with $\beta = 0.75$ the run is more than four times as fast along the valley, and pays with a
# cloud twice as wide. With a quarter of the learning rate the cloud is that of plain descent again,
# and so, nearly, is the speed. Momentum is a cure for valleys, not for noise. Against noise one lowers
# the learning rate towards the end, or takes larger batches.
#
# The curves of notebooks 1 and 2 jump from epoch to epoch for this reason too: each of their steps
# sees only 512 reviews, and a smaller learning rate makes them calmer.

# %% conclusions [markdown]
# ## What to take home
#
# - Below a certain learning rate gradient descent converges, above it diverges; at it, the steepest
#   direction oscillates for ever. The steepest direction alone sets this bound.
# - The flattest direction sets the speed. The larger the condition number, the slower.
# - Momentum adds up what the steps have in common and cancels what they have not: that is what a
#   long valley needs.
# - The error of a neural network is not quadratic, but near a minimum it looks like it: this is why
#   too large a learning rate makes training diverge, and why momentum so often helps.
#
# **And without eigenvalues?** Nobody computes them for a network. What one does instead: start with a
# small learning rate and make it three times as large until training becomes unstable; that is the
# bound, found by experiment. Then take a third of it, with $\beta = 0.9$, and make it smaller towards
# the end, where the noise of the batches decides. Two relatives of what you wrote are worth a look:
# *Nesterov's* momentum (`torch.optim.SGD(..., nesterov=True)`) takes the gradient where the velocity is
# about to lead, and *Adam* gives each weight a learning rate of its own.

# %% progress
progress("ex4")

# %% hand-in-note [markdown]
# ## Hand in
#
# Save the notebook, then run the cell below. It packs the notebooks of this folder into `hand-in.zip`,
# says what is still open, and gives you a receipt. It sends nothing: you upload the zip. You can run it
# as often as you like.

# %% hand-in demo
from autograder.hand_in import hand_in

hand_in()
