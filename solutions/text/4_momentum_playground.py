# %% title [markdown]
# # 4. A playground for gradient descent and momentum
#
# In notebook 3 you worked out on paper how gradient descent behaves on a quadratic surface. Here
# you run it. You will
#
# - write gradient descent yourself, first plain and then with momentum;
# - find the learning rate at which it stops converging, and see what happens on both sides of it;
# - see how the shape of the surface decides the speed, and what momentum changes;
# - end in a live playground that runs *your* functions.
#
# There are seven tasks with 20 points in all. It takes about an hour, and no training data.
# The notebook needs nothing from the other three, but notebook 3 explains why things are as you see
# them here.

# %% setup
# setup

# %% imports
import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn

from autograder.checks import check, passed, progress
from helpers import get_device, stand_ins
from helpers.quadratic_plots import plot_best_ends, plot_histories, plot_surface
from helpers.quadratics import rate, stability_limit

device = get_device()

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
# ### Task ex4-gradient (3 points)
#
# Write the class `Function`. An object of it is one surface.
#
# - `Function(lambda_1, lambda_2)` remembers the two numbers;
# - calling it with points `x` of shape $(N, 2)$ gives their errors, shape $(N,)$;
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
Surface = Function if passed("ex4-gradient") else stand_ins.Quadratic
quad_function = Surface(1, 10)
stiff_function = Surface(1, 30)
start = torch.tensor([[4.0, 4.0]])

# %% contour-question [markdown]
# Each line below joins points of equal error. Before you run the cell: the bowl is steeper along
# $x_2$. Are its contour lines longer along $x_1$ or along $x_2$?

# %% contour demo
plot_surface(quad_function, "Contour lines of E for λ = (1, 10)")
plt.show()

# %% contour-answer [markdown]
# Along $x_1$: where a bowl is flat, one has to walk far to climb as high. Its contour lines are
# ellipses, $\sqrt{10}$ times as long as they are wide.

# %% ex4-gradient-descent-task [markdown]
# ## Gradient descent
#
# One step of gradient descent with learning rate $\eta$ is
#
# $$\mathbf{x} \leftarrow \mathbf{x} - \eta \, \nabla E(\mathbf{x})$$
#
# ### Task ex4-gradient-descent (4 points)
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
# The larger rate ends nearer: its slowest direction, $x_1$, shrinks by 0.85 per step, not 0.95.
# It pays with a zigzag along $x_2$, where $1 - 0.15 \cdot 10 = -0.5$: each step overshoots the
# minimum and lands on the other side, half as far away. Why not go further?

# %% ex4-max-learning-rate-task [markdown]
# ## The largest learning rate
#
# ### Task ex4-max-learning-rate (3 points)
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
# Here is your path at the bound, between one just below it and one just above it.

# %% three-rates demo
if passed("ex4-max-learning-rate"):
    corner = torch.tensor([[4.0, 4.0]])
    shares = {"5% below the bound": 0.95, "at the bound": 1.0, "5% above the bound": 1.05}
    lrs = {label: share * max_learning_rate for label, share in shares.items()}
    histories = {
        label: do_gradient_descent(corner, quad_function, 10, lr) for label, lr in lrs.items()
    }
    plot_histories(
        quad_function,
        histories,
        "Around the largest learning rate, λ = (1, 10)",
        rates={label: rate(lr, (1, 10)) for label, lr in lrs.items()},
    )
    plt.show()

# %% three-rates-answer [markdown]
# Just below the bound the path converges, by a zigzag that shrinks slowly. Just above it the zigzag
# grows: it diverges, although $x_1$ still shrinks at every step. At the bound itself it does
# neither: $x_2$ jumps between 4 and −4 for ever. So the bound is not attained: a learning rate
# must stay *below* it.
#
# Notice what the bound costs. The steep direction alone sets it; the flat direction then has to
# live with small steps. What if the two differ even more?

# %% ex4-condition-number-task [markdown]
# ## The condition number
#
# The ratio $\kappa = \lambda_{\max}/\lambda_{\min}$ is the condition number. It is 10 for
# `quad_function` and 30 for `stiff_function`, which is the same bowl with a steeper $x_2$.
#
# ### Task ex4-condition-number (3 points)
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
# it. How many steps bring the distance from 5.7 down to 0.001?

# %% condition-numbers demo
corner = torch.tensor([[4.0, 4.0]])
print("condition number   steps until the distance is below 0.001")
for steepest in (1, 3, 10, 30, 100):
    lr = 0.9 * stability_limit((1, steepest))
    distance = do_gradient_descent(corner, Surface(1, steepest), 600, lr).norm(dim=1)
    print(f"{steepest:>16}   {int((distance < 1e-3).nonzero()[0]):>5}")

# %% condition-number-answer [markdown]
# For a large condition number the steps grow in proportion to it: from 30 to 100 they become about
# 3.4 times as many. That is the convergence rate of notebook 3 at work: in each step the slowest
# direction loses a share that is proportional to $1/\kappa$. A long narrow valley is hard for
# gradient descent. (For κ = 1 and 3 it is the overshoot along $x_2$ that decides: so near the bound
# each step undoes most of the last one.)

# %% ex4-momentum-task [markdown]
# ## Momentum
#
# A ball that rolls down a valley gains speed along it, and its swings across the valley cancel out.
# Gradient descent with momentum keeps a velocity $\mathbf{v}$, which starts at zero, and in each
# step keeps the share $\beta$ of it:
#
# $$\mathbf{v} \leftarrow \beta \mathbf{v} - \eta \, \nabla E(\mathbf{x}), \qquad \mathbf{x} \leftarrow \mathbf{x} + \mathbf{v}$$
#
# With $\beta = 0$ this is plain gradient descent.
#
# ### Task ex4-momentum (4 points)
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
# ### Task ex4-momentum-choice (1 point)
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
# At this learning rate plain descent swings across the valley for ever; momentum damps the swing and
# moves faster along the valley. How much momentum is best here? The next cell tries them all.

# %% momentum-scan demo
if passed("ex4-condition-number", "ex4-momentum-choice"):
    corner = torch.tensor([[4.0, 4.0]])
    lr = float(stiff_max_learning_rate)
    ends = {
        beta / 50: float(do_momentum_gd(corner, stiff_function, 10, lr, beta / 50)[-1].norm())
        for beta in range(50)
    }
    plot_best_ends(
        ends,
        "Where ten steps on λ = (1, 30) end, for each momentum",
        "momentum β",
        (float(hist_stiff[-1].norm()), "plain descent"),
    )
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
# ### Task ex4-round-surface (2 points)
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
# ## The playground
#
# Now play. The cell below runs your `do_gradient_descent` and your `do_momentum_gd` on any bowl,
# also a rotated one, from any start.
#
# - Drag the sliders, or click and drag in the left picture to set the start.
# - The buttons jump to the cases of this notebook: at the bound, just above it, the optimal learning
#   rate, the optimal pair.
# - The middle picture shows the distance along each eigenvector, with the predicted rate as a thin
#   line; the right one shows which pairs of $\eta$ and $\beta$ converge, and where you are.
#
# (A saved copy of the notebook shows a still picture here. If you see one although you have just run
# the cell, your editor is one that the course does not know: add `live=True` to the call.)
#
# Some things to look for. How far above the plain bound can $\eta$ go with $\beta = 0.9$? Does a
# rotation change anything but the picture? With which pair does a
# valley with $\kappa = 50$ take the fewest steps?

# %% playground demo
from helpers.playground import playground

playground(do_gradient_descent, do_momentum_gd)

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

# %% progress
progress("ex4")
