# %% title [markdown]
# # 3. Why the learning rate has a limit
#
# The training runs of notebooks 1 and 2 go downhill on a surface that nobody can draw. Here the
# surface is simple enough for paper and pencil. You will
#
# - work out one step of gradient descent, and then any number of them;
# - find the largest learning rate that converges, and see what happens at it and beyond;
# - find out which direction is slow, and why a long valley makes training slow;
# - play, without points, with two rolling balls, and see the best learning rate, rotated surfaces,
#   and what momentum adds.
#
# There are {tasks} tasks with {points} points in all. Seven of them you answer in Python and SymPy,
# and a check tells you at once whether they are right. Two are written proofs: your teacher reads
# and marks them. It takes about an hour and a half, and no training data. Where you are stuck,
# `hint("ex3-hessian")` gives a first hint for that task, and the next one when you call it again.

# %% setup
# setup

# %% imports
import matplotlib.pyplot as plt
import sympy as sp
import torch
from torch import Tensor, nn

from autograder.checks import check, hint, passed, progress, solution
from helpers import get_device
from helpers.playground import playground
from helpers.plots import STYLES, finish, mark_guess
from helpers.quadratic_plots import plot_coordinates, plot_histories, plot_surface
from helpers.quadratics import descend, direction_rate, distances, momentum_matrix, rate

device = get_device()

lambda_1, lambda_2 = sp.symbols("lambda_1 lambda_2", positive=True)
alpha_1, alpha_2, x_1, x_2 = sp.symbols("alpha_1 alpha_2 x_1 x_2", real=True)

# %% about-sympy [markdown]
# ## SymPy in one minute
#
# SymPy computes with symbols in place of numbers. The cell above made the symbols of this notebook:
# `lambda_1`, `lambda_2` (known to be positive) and `alpha_1`, `alpha_2`, `x_1`, `x_2` (known to be
# real). Here is all that you need of it.

# %% sympy-example demo
f = (3 * x_1 - 1) ** 2
print(sp.expand(f))
print(sp.diff(f, x_1))
print(f.subs(x_1, 2))
print(sp.solve(sp.Eq(f, 4), x_1))

A = sp.Matrix([[2, 1], [1, 2]])
print(A * sp.Matrix([x_1, x_2]))

# %% about-the-surface [markdown]
# ## The surface
#
# The error is a bowl over two coordinates:
#
# $$E(\mathbf{x}) = \frac{1}{2}\lambda_1 x_1^2 + \frac{1}{2}\lambda_2 x_2^2
# \qquad\text{with}\qquad \lambda_1 > 0,\ \lambda_2 > 0$$
#
# Close to a minimum, every smooth error with a curved bottom looks like such a bowl, once the axes
# are turned the right way. So what we find here says something about the last part of many training
# runs.
#
# Below are the contour lines of two surfaces, each line through points of equal error. The second
# one has $\lambda_2 = 0$, which our condition forbids. Before you run the cell: where are the minima
# of each? (The cross marks the origin and nothing else. The proof below asks for the answer.)

# %% two-surfaces demo
figure, axes = plt.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
for ax, (first, second) in zip(axes, [(1, 4), (1, 0)], strict=True):

    def surface(points: Tensor, first=first, second=second) -> Tensor:
        return (first * points[:, 0] ** 2 + second * points[:, 1] ** 2) / 2

    plot_surface(surface, f"λ = ({first}, {second})", ax=ax)
plt.show()

# %% ex3-minimum-task [markdown]
# ### Task ex3-minimum
#
# Prove that $E$ has its global minimum at $x_1 = x_2 = 0$, and nowhere else.
#
# Say where your proof uses $\lambda_1 > 0$ and $\lambda_2 > 0$, and what becomes of the statement
# if one of the two is 0.
#
# Double-click the cell below, and write. Formulas go between dollar signs: `$\lambda_1 x_1^2$`
# gives $\lambda_1 x_1^2$.
#
# <details><summary>A first hint</summary>
#
# What is $E$ at the origin? Can it be negative anywhere? And which points could have the same error
# as the origin?
#
# </details>
#
# <details><summary>A task like it, worked out</summary>
#
# $f(t) = 3t^2$ has its only minimum at $t = 0$: there $f = 0$, and if $t \neq 0$ then $t^2 > 0$, and
# $3 > 0$ makes $f > 0$. With two coordinates "not the origin" says less: *which* of them is not zero?
#
# </details>

# %% ex3-minimum 4 points [markdown]
# ### BEGIN SOLUTION
# **Value at the origin.** $E(0, 0) = \frac{1}{2}\lambda_1 \cdot 0 + \frac{1}{2}\lambda_2 \cdot 0 = 0$.
#
# **Value anywhere else.** Let $(x_1, x_2) \neq (0, 0)$. Squares are never negative and both
# $\lambda_i$ are positive, so both terms of $E$ are $\geq 0$. At least one coordinate is not zero.
# Say $x_i \neq 0$: then $x_i^2 > 0$, and because $\lambda_i > 0$ the term
# $\frac{1}{2}\lambda_i x_i^2$ is positive. A positive number plus one that is not negative is
# positive, so $E(x_1, x_2) > 0$.
#
# **Together.** $E(x_1, x_2) > 0 = E(0, 0)$ at every point but the origin. So the origin is a global
# minimum, and since the inequality is strict there is no second one. $\blacksquare$
#
# **Where $\lambda_i > 0$ is used.** In the step from $x_i^2 > 0$ to
# $\frac{1}{2}\lambda_i x_i^2 > 0$. If $\lambda_2 = 0$ and $\lambda_1 > 0$, then
# $E = \frac{1}{2}\lambda_1 x_1^2$ is zero on the whole line $x_1 = 0$. The origin is still a global
# minimum, but so is every other point of that line: the minimum is not unique. (With a negative
# $\lambda_i$ there would be no minimum at all: $E$ falls without bound along that axis.)
#
# ### BEGIN MARK SCHEME
# | points | for |
# | --- | --- |
# | 1 | $E = 0$ at the origin and $E \geq 0$ everywhere, with the reason: squares times positive numbers |
# | 1 | $E > 0$ strictly at every other point, because at least one coordinate is not zero |
# | 1 | the conclusion: global (compared with all points, not only with near ones) and unique (strict) |
# | 1 | says where $\lambda_i > 0$ is used, and that with $\lambda_i = 0$ a whole line of minima remains |
#
# Other ways earn the same points. One: the gradient is zero only at the origin (1, uses
# $\lambda_i \neq 0$), the Hessian is positive definite, so $E$ is strictly convex (1), and a
# strictly convex function has at most one minimum, which is global (1). A gradient of zero at the
# origin alone, without a reason why that is a minimum and a global one, earns 1 point of the first
# three.
# ### END MARK SCHEME
# ### END SOLUTION

# %% ex3-hessian-task [markdown]
# ## A matrix and its own directions
#
# ### Task ex3-hessian
#
# Find the symmetric 2×2 matrix $\mathbf{H}$ with
#
# $$E(\mathbf{x}) = \frac{1}{2}\,\mathbf{x}^T \mathbf{H}\,\mathbf{x}$$
#
# and store it as `H`, a SymPy matrix made of the symbols `lambda_1` and `lambda_2`. (Many matrices
# do it, but only one of them is symmetric.)
#
# For example, with $\lambda_1 = 2$, $\lambda_2 = 5$ and $\mathbf{x} = (3, -1)$ your $\mathbf{H}$
# must give $E = 11.5$.

# %% ex3-hessian 2 points
### BEGIN SOLUTION
# Multiplied out, x^T H x = h11 x_1^2 + (h12 + h21) x_1 x_2 + h22 x_2^2. Half of it must be E, for
# every x. So h11 = lambda_1 and h22 = lambda_2, and h12 + h21 = 0; symmetric: h12 = h21 = 0.
H = sp.diag(lambda_1, lambda_2)
### END SOLUTION

# %% ex3-eigenvectors-task [markdown]
# This $\mathbf{H}$ is called the **Hessian** of $E$: its entries are the second derivatives of $E$.
#
# An **eigenvector** of a matrix is a vector $\mathbf{u} \neq 0$ that the matrix only stretches:
# $\mathbf{H}\mathbf{u} = \lambda\mathbf{u}$. The number $\lambda$ is its **eigenvalue**. Along an
# eigenvector, a matrix is as simple as a number. That will split our problem in two.
#
# ### Task ex3-eigenvectors
#
# Find both eigenvalues of $\mathbf{H}$ with an eigenvector for each. Store them as `eigenpairs`, a
# list of two pairs `(eigenvalue, eigenvector)`. The order of the pairs and the lengths of the
# vectors are up to you.
#
# For example, for the matrix $\mathbf{A}$ with rows $(2, 1)$ and $(1, 2)$ a right answer would be
# `[(3, sp.Matrix([1, 1])), (1, sp.Matrix([1, -1]))]`.

# %% ex3-eigenvectors 3 points
### BEGIN SOLUTION
# Eigenvalues: det(H - b I) = (lambda_1 - b)(lambda_2 - b) = 0, so b = lambda_1 or b = lambda_2.
# Eigenvector for lambda_1: H u = lambda_1 u reads lambda_1 u_1 = lambda_1 u_1, which always holds,
# and lambda_2 u_2 = lambda_1 u_2, which needs u_2 = 0 (unless the two are equal). So u = (1, 0).
# In the same way (0, 1) for lambda_2. Both lie along the axes.
eigenpairs = [(lambda_1, sp.Matrix([1, 0])), (lambda_2, sp.Matrix([0, 1]))]
### END SOLUTION

# %% about-alpha [markdown]
# ## One step, seen along the eigenvectors
#
# From here on, $\mathbf{u}_i$ is the eigenvector of $\lambda_i$ that has length 1 and no negative
# component. Any point is a sum of multiples of the two,
#
# $$\mathbf{x} = \alpha_1 \mathbf{u}_1 + \alpha_2 \mathbf{u}_2$$
#
# where $\alpha_i$ is the distance from the origin to $\mathbf{x}$ along $\mathbf{u}_i$, with a
# sign: it is negative on the other side. On our surface $\alpha_i$ is just the coordinate $x_i$,
# and the check accepts either. Write $\alpha_i$ all the same: what you find then holds on rotated
# surfaces too, where the two differ.
#
# ### Task ex3-gradient
#
# The gradient of $E$ is a vector as well, so it is also a sum
# $\nabla E = g_1 \mathbf{u}_1 + g_2 \mathbf{u}_2$. Find $g_1$ and $g_2$, in terms of $\alpha_i$ and
# $\lambda_i$. Store them as `gradient_alpha`, a list of two expressions.
#
# For example, with $\lambda_1 = 2$, $\lambda_2 = 5$, $\alpha_1 = 3$, $\alpha_2 = -1$ they are $6$
# and $-5$.

# %% ex3-gradient 2 points
### BEGIN SOLUTION
# E = lambda_1 x_1^2 / 2 + lambda_2 x_2^2 / 2, so dE/dx_i = lambda_i x_i: the 2 of the square cancels
# the one half. That is H x. With x = sum alpha_i u_i and H u_i = lambda_i u_i:
# grad E = H x = sum alpha_i H u_i = sum alpha_i lambda_i u_i. The factors of u_1 and u_2 are
gradient_alpha = [lambda_1 * alpha_1, lambda_2 * alpha_2]
### END SOLUTION

# %% gradient-confirmed-note [markdown]
# Your formula against PyTorch, which knows nothing of eigenvectors:

# %% gradient-confirmed demo
if passed("ex3-gradient"):
    point = torch.tensor([3.0, -2.0], requires_grad=True)
    error = (1 * point[0] ** 2 + 10 * point[1] ** 2) / 2
    error.backward()
    numbers = {lambda_1: 1, lambda_2: 10, alpha_1: 3, alpha_2: -2, x_1: 3, x_2: -2}
    print("your formula:", [float(part) for part in sp.Matrix(gradient_alpha).subs(numbers)])
    print("autograd:    ", point.grad.tolist())

# %% ex3-step-task [markdown]
# ### Task ex3-step
#
# One step of gradient descent with the learning rate $\eta$ goes from $\mathbf{x}$ to
#
# $$\mathbf{x}' = \mathbf{x} - \eta\,\nabla E(\mathbf{x})$$
#
# Put both sums in, and compare what stands in front of $\mathbf{u}_i$ on the two sides. What is
# $\alpha_i'$? You will see that it depends on $\alpha_i$, but not on the other direction.
#
# Write `alpha_next(alpha, lr, eigenvalue)`: the distance along one eigenvector after one step that
# starts at the distance `alpha`. It gets numbers and returns a number.
#
# For example, `alpha_next(4.0, 0.1, 3.0)` is 2.8.


# %% ex3-step 2 points
def alpha_next(alpha, lr, eigenvalue):
    """The distance along an eigenvector after one step of gradient descent."""
    ### BEGIN SOLUTION
    # x' = sum alpha_i u_i - eta sum lambda_i alpha_i u_i = sum (1 - eta lambda_i) alpha_i u_i
    return (1 - lr * eigenvalue) * alpha
    ### END SOLUTION


# %% step-confirmed-note [markdown]
# So one step multiplies $\alpha_i$ by a number. Let us call it the **factor** $\rho_i$, so that
# $\alpha_i' = \rho_i\,\alpha_i$. It depends on the learning rate and on the eigenvalue, and is all
# that matters from here on. The next cell takes a real step on the surface with $\lambda = (1, 10)$
# and compares.

# %% step-confirmed demo
if passed("ex3-step"):
    eigenvalues = [1.0, 10.0]
    start = torch.tensor([4.0, 4.0], dtype=torch.float64)
    path = descend(start, torch.diag(torch.tensor(eigenvalues)), lr=0.15, steps=1)
    after = [float(alpha_next(4.0, 0.15, value)) for value in eigenvalues]
    print("your formula:", [round(value, 4) for value in after])
    print("one step:    ", [round(value, 4) for value in path[1].tolist()])

# %% ex3-trajectory-task [markdown]
# ### Task ex3-trajectory
#
# Where is the point after many steps? Write `alpha_after(alpha, lr, eigenvalue, steps)`: the
# distance along one eigenvector after `steps` steps from the distance `alpha`. `steps` is a whole
# number, 0 or more.
#
# For example, `alpha_after(4.0, 0.1, 3.0, 2)` is 1.96.


# %% ex3-trajectory 2 points
def alpha_after(alpha, lr, eigenvalue, steps):
    """The distance along an eigenvector after a number of steps of gradient descent."""
    ### BEGIN SOLUTION
    # Each step multiplies by the same factor 1 - eta lambda, so T steps multiply by its T-th power.
    return (1 - lr * eigenvalue) ** steps * alpha
    ### END SOLUTION


# %% four-factors-note [markdown]
# The cell below draws your `alpha_after` over the steps for four learning rates. Before you run it:
# which signs and which sizes of the factor make the distance shrink, jump from side to side, or
# grow?

# %% four-factors demo
if passed("ex3-trajectory"):
    runs = {
        f"η = {lr}": torch.tensor(
            [[float(alpha_after(4.0, lr, 2.0, steps))] for steps in range(13)]
        )
        for lr in (0.1, 0.8, 0.95, 1.05)
    }
    plot_coordinates(runs, "The distance along an eigenvector with λ = 2")
    plt.show()

# %% trajectory-confirmed-note [markdown]
# <details><summary>Which factors do what?</summary>
#
# Here they are 0.8, −0.6, −0.9 and −1.1. A positive factor stays on its side, a negative one jumps
# across at every step. A size below 1 shrinks the distance, a size above 1 lets it grow: the sign says
# *how*, the size says *whether*.
#
# </details>
#
# Does the formula hold for a real run of 25 steps in two directions at once?

# %% trajectory-confirmed demo
if passed("ex3-trajectory"):
    eigenvalues = [1.0, 10.0]
    start = torch.tensor([4.0, 4.0], dtype=torch.float64)
    path = descend(start, torch.diag(torch.tensor(eigenvalues)), lr=0.15, steps=25)
    predicted = torch.tensor(
        [[float(alpha_after(4.0, 0.15, value, t)) for value in eigenvalues] for t in range(26)],
        dtype=torch.float64,
    )
    print("they agree to four decimals:", bool((path - predicted).abs().max() < 1e-4))

# %% ex3-max-learning-rate-task [markdown]
# ## The largest learning rate
#
# Gradient descent converges along one eigenvector if the factor is smaller than 1 in magnitude:
# then its powers go to zero. To reach the minimum from every start, *all* directions must converge.
#
# ### Task ex3-max-learning-rate
#
# For which learning rates is $|\rho_i| < 1$ in every direction? They form an interval that starts
# at 0. Write `max_learning_rate(eigenvalues)`, which returns its upper end: gradient descent
# converges from every start with each smaller learning rate (above 0), and with no larger one.
#
# `eigenvalues` is a list of positive numbers: two or more, in any order. For example,
# `max_learning_rate([0.5, 3.0, 2.0])` must be a single number. The check runs gradient descent just
# below and just above your number.
#
# (When you solve the inequality: multiplying both sides by a negative number turns it round.)


# %% ex3-max-learning-rate 3 points
def max_learning_rate(eigenvalues):
    """The learning rate below which gradient descent converges in every direction."""
    ### BEGIN SOLUTION
    # |1 - eta lambda| < 1
    #   <=>  -1 < 1 - eta lambda < 1        (what the absolute value means)
    #   <=>  -2 <   - eta lambda < 0        (subtract 1)
    #   <=>   2 >     eta lambda > 0        (multiply by -1: both inequalities turn round)
    #   <=>   0 < eta < 2 / lambda          (divide by lambda, which is positive)
    # It must hold for every eigenvalue. The smallest of the bounds is that of the largest one.
    return 2 / max(eigenvalues)
    ### END SOLUTION


# %% around-the-bound-note [markdown]
# Now three runs on the surface $\lambda = (1, 10)$: a little below your bound, exactly at it, and a
# little above. Both coordinates are drawn over the steps. Which one is to blame when it goes wrong?

# %% around-the-bound demo
if passed("ex3-max-learning-rate"):
    bound = float(max_learning_rate([1.0, 10.0]))
    hessian = torch.diag(torch.tensor([1.0, 10.0], dtype=torch.float64))
    start = torch.tensor([4.0, 4.0], dtype=torch.float64)
    runs = {
        f"{share:g} × bound": descend(start, hessian, share * bound, steps=20)
        for share in (0.9, 1.0, 1.02)
    }
    plot_coordinates(runs, "Around the largest learning rate, λ = (1, 10)")
    plt.show()

# %% ex3-convergence-rate-task [markdown]
# <details><summary>Which coordinate is to blame?</summary>
#
# $x_2$, the steep one: it jumps across at every step. Below the bound the jumps shrink, above it they
# grow; at the bound they go on for ever as they are. $x_1$ shrinks quietly in all three runs.
#
# </details>
#
# The bound itself is not a learning rate that converges. It is the limit of those that do.
#
# ## The slow direction
#
# ### Task ex3-convergence-rate
#
# The steepest direction sets the limit. What does that mean for the flattest one? At your bound the
# steps are as long as they can get, so take the learning rate *at* it, and write
# `slowest_rate(eigenvalues)`: the factor $\rho$, with its sign, in the direction of the *smallest*
# eigenvalue. `eigenvalues` is a list as before.
#
# For example, `slowest_rate([4.0, 3.0])` is −0.5: the smallest eigenvalue is so close to the
# largest that this direction, too, jumps across the minimum.


# %% ex3-convergence-rate 3 points
def slowest_rate(eigenvalues):
    """The factor along the smallest eigenvalue, at the largest learning rate."""
    ### BEGIN SOLUTION
    # With eta = 2 / lambda_max, the factor 1 - eta lambda of the smallest eigenvalue becomes
    return 1 - 2 * min(eigenvalues) / max(eigenvalues)
    ### END SOLUTION


# %% condition-number-note [markdown]
# The ratio $\kappa = \lambda_{\max}/\lambda_{\min}$ is the **condition number** of $\mathbf{H}$: 1
# for a round bowl, large for a long valley. The next cell starts in the flat direction, runs
# gradient descent at the bound, and counts the steps to one hundredth of the distance. With
# $\kappa = 10$ they are 21. How many with $\kappa = 1000$? Write your guess down first.

# %% guess-steps
guess_steps = None  # a number of steps, for κ = 1000

# %% condition-number demo
if passed("ex3-max-learning-rate", "ex3-convergence-rate"):
    print("condition number   measured factor   your slowest_rate   steps to 1 %")
    for kappa in (4, 10, 100, 1000):
        values = [1.0, float(kappa)]
        lr = float(max_learning_rate(values))
        start = torch.tensor([4.0, 0.0], dtype=torch.float64)
        away = distances(descend(start, torch.diag(torch.tensor(values)), lr, steps=4000))
        steps = int((away > 0.01 * away[0]).sum())
        measured = float(away[1] / away[0])
        mine = float(slowest_rate(values))
        print(f"{kappa:>16}   {measured:>15.3f}   {mine:>17.3f}   {steps:>12}")
    if guess_steps is not None:
        print(f"You guessed {guess_steps} steps for κ = 1000. There it takes {steps}.")

# %% condition-number-conclusion [markdown]
# <details><summary>What does ten times the condition number cost?</summary>
#
# About ten times the steps. (The valley itself is then only $\sqrt{10} \approx 3.2$ times as long for
# its width: on a contour line $x_i$ reaches $\sqrt{2E/\lambda_i}$.)
#
# </details>
#
# That is the price of one learning rate for all directions: the steepest one sets it, the flattest
# one pays.
#
# ### Task ex3-slowest-direction
#
# Let $0 < \lambda_{\min} < \lambda_{\max}$ be the smallest and the largest of the eigenvalues
# (there may be others between them), and let $\eta^*$ be your bound of task ex3-max-learning-rate.
# Show:
#
# 1. Gradient descent converges from *every* start exactly if $0 < \eta < \eta^*$. Write down every
#    step of the inequality, and show the "only if" as well.
# 2. At $\eta = \eta^*$ the direction of $\lambda_{\max}$ does not converge. What does it do?
# 3. Let $\kappa \geq 2$. At $\eta = \eta^*$, among all directions whose factor is not negative, the
#    one of $\lambda_{\min}$ is the slowest to converge, and its factor is that of your
#    `slowest_rate`. Where do you need $\kappa \geq 2$?
# 4. The restriction in 3 is needed: give three eigenvalues with which, at $\eta^*$, a direction
#    with a *negative* factor converges even more slowly than that of $\lambda_{\min}$.
#
# <details><summary>A first hint</summary>
#
# After $T$ steps the distance along $\mathbf{u}_i$ is a power of a number times the start: your
# `alpha_after`. When do the powers of a number go to zero? For 3: does the factor at $\eta^*$ rise or
# fall as $\lambda$ grows?
#
# </details>
#
# <details><summary>A task like it, worked out</summary>
#
# The powers of $\rho = 1 - 3\eta$ go to zero exactly if $-1 < 1 - 3\eta < 1$. Subtract 1:
# $-2 < -3\eta < 0$. Divide by $-3$, which turns both signs round: $0 < \eta < 2/3$. "Only if": at
# $\eta = 1$ the factor is $-2$, and from $\alpha = 1$ the distance is $1, 2, 4, \dots$ For 4, try an
# eigenvalue just below $\lambda_{\max}$.
#
# </details>

# %% ex3-slowest-direction 4 points [markdown]
# ### BEGIN SOLUTION
# **1.** After $T$ steps $\alpha_i^{(T)} = (1 - \eta\lambda_i)^T \alpha_i^{(0)}$. From every start this goes to
# zero exactly if $|1 - \eta\lambda_i| < 1$: powers of such a number go to zero; and if $|1 - \eta\lambda_i| \geq 1$, then
# from $\alpha_i^{(0)} = 1$ the magnitude never falls below 1. Now, one step at a time,
#
# $$|1 - \eta\lambda_i| < 1 \iff -1 < 1 - \eta\lambda_i < 1 \iff -2 < -\eta\lambda_i < 0$$
#
# Multiplying by $-1$ turns both inequalities round, and dividing by $\lambda_i > 0$ keeps them:
#
# $$-2 < -\eta\lambda_i < 0 \iff 2 > \eta\lambda_i > 0 \iff 0 < \eta < \frac{2}{\lambda_i}$$
#
# All directions converge exactly if this holds for every $i$. The smallest of the numbers
# $2/\lambda_i$ is the one with the largest eigenvalue, so the condition is
# $0 < \eta < \eta^* = 2/\lambda_{\max}$.
#
# **2.** At $\eta^*$ the factor of $\lambda_{\max}$ is
# $1 - \frac{2}{\lambda_{\max}}\lambda_{\max} = -1$. So $\alpha_{\max}' = -\alpha_{\max}$: it jumps
# between $\alpha_{\max}$ and $-\alpha_{\max}$ for ever, and neither converges nor diverges (unless
# it starts at exactly 0). The bound is not attained.
#
# **3.** At $\eta^*$ the factors are $\rho_i = 1 - 2\lambda_i/\lambda_{\max}$. This falls as
# $\lambda_i$ grows, so the largest factor is that of $\lambda_{\min}$,
#
# $$\rho_{\min} = 1 - 2\,\frac{\lambda_{\min}}{\lambda_{\max}} = 1 - \frac{2}{\kappa}$$
#
# With $\kappa \geq 2$ it is not negative, so this direction is among those of the claim. (With
# $\kappa < 2$ all factors are negative, and the claim would speak of no direction.) Among factors
# $\geq 0$ the larger is the slower, since the distance is multiplied by $\rho_i$ in each step: the
# direction of $\lambda_{\min}$ is the slowest of them. It does converge: $0 \leq \rho_{\min} < 1$.
#
# **4.** Take $\lambda = (1, 9.9, 10)$. At $\eta^* = 0.2$ the factors are $0.8$, $-0.98$ and $-1$.
# The second direction converges, but since $0.98 > 0.8$ more slowly than the first. $\blacksquare$
#
# ### BEGIN MARK SCHEME
# | points | for |
# | --- | --- |
# | 1 | 1: the inequality with its signs right (turned round when multiplied by $-1$), the smallest bound belongs to $\lambda_{\max}$, and a reason why no other learning rate converges from every start |
# | 1 | 2: the factor is $-1$, so it oscillates for ever; says that it neither converges nor diverges |
# | 1 | 3: the factor falls as $\lambda$ grows, so $\lambda_{\min}$ has the largest; its value $1 - 2\lambda_{\min}/\lambda_{\max}$, not negative because $\kappa \geq 2$ |
# | 1 | 4: three eigenvalues with the factors worked out, one of them below $-\rho_{\min}$ and above $-1$ |
#
# Half of a point is fine where a step lacks its reason. A sign lost in 1 with the right end result
# costs half a point, once. Follow an error made in an earlier task: mark the reasoning, not the
# number again.
# ### END MARK SCHEME
# ### END SOLUTION

# %% beyond [markdown]
# ## Beyond the tasks: let it roll
#
# The rest of the notebook is for playing, reading and running; it gives no points. In the bowl below
# two balls start at the same place: the blue one takes the steps of plain gradient descent, the
# orange one has *momentum*, which keeps a share $\beta$ of its last step. Press *Play* (or the key
# `p`; `n` takes one step), look at the bowl in *3-D*, drag the start. (The names of the motion in
# the table come further down.) Then try:
#
# - *Just above the bound*, and *Play*: which coordinate runs away?
# - Set $\lambda_2$ to 60. Press *Optimal η*, which is without momentum, so that the two move as one.
#   Then *Optimal pair*: in how many steps is the orange ball there now, and why does the blue one
#   fly off?
#
# Below it stand three questions, each with a formula and a run that confirms it: which learning rate
# is the *best*, do the axes matter, and what does momentum change?

# %% beyond-playground demo
playground(play=True)

# %% best-learning-rate-question [markdown]
# ### The best learning rate
#
# On the surface $\lambda = (1, 4)$ every learning rate between 0 and 0.5 converges. With which of
# them does the distance shrink fastest, in the long run?

# %% guess-best-lr
guess_best_lr = None  # a learning rate between 0 and 0.5

# %% best-learning-rate [markdown]
# In the long run each step multiplies the distance to the minimum by the largest $|\rho_i|$: the
# slowest direction is the last one left. That is the **rate** of the run. The picture shows both
# factors over the learning rate. The dots are rates that were measured, over the last 100 steps of
# 300.


# %% best-learning-rate-run demo
def measured_rate(hessian: Tensor, lr: float, momentum: float = 0.0, steps: int = 300) -> float:
    """By what the distance to the minimum is multiplied per step, over the last 100 steps."""
    start = torch.full((len(hessian),), 4.0, dtype=torch.float64)
    away = distances(descend(start, hessian, lr, steps, momentum))
    return float((away[-1] / away[-101]) ** 0.01)


hessian = torch.diag(torch.tensor([1.0, 4.0], dtype=torch.float64))
rates = [step / 100 for step in range(2, 59)]
figure, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
for eigenvalue, style in zip([1.0, 4.0], STYLES, strict=False):
    factors = [direction_rate(lr, eigenvalue) for lr in rates]
    ax.plot(rates, factors, **{**style, "marker": ""}, label=f"|ρ| along λ = {eigenvalue:g}")
measured = [measured_rate(hessian, lr) for lr in rates[::2]]
ax.plot(rates[::2], measured, "ko", markersize=4, label="measured")
ax.axvline(2 / (1 + 4), color="black", linewidth=0.8)
ax.annotate("2/(λmin + λmax)", (0.405, 0.1))
finish(ax, "λ = (1, 4): the slower direction decides", "factor per step", "learning rate η")
mark_guess(ax, guess_best_lr)
plt.show()

# %% best-learning-rate-answer [markdown]
# <details><summary>Why is it fastest where the two lines cross?</summary>
#
# - With a tiny $\eta$ all factors are just below 1. The one of $\lambda_{\min}$ is the largest.
# - As $\eta$ grows all factors fall in a straight line, the one of $\lambda_{\max}$ the fastest. It
#   passes 0, and from there on its magnitude grows again.
# - The best $\eta$ is where the two are equally bad: $\rho_{\min} = -\rho_{\max}$. Before that
#   point the flat direction is slower, after it the steep one. No other direction is slower than
#   these two: its eigenvalue lies between theirs.
#
# </details>
#
# Put your factors in and solve for $\eta$:
#
# $$\eta_{\text{best}} = \frac{2}{\lambda_{\min} + \lambda_{\max}}
# \qquad\text{with the factor}\qquad
# \rho_{\text{best}} = \frac{\lambda_{\max} - \lambda_{\min}}{\lambda_{\max} + \lambda_{\min}} = \frac{\kappa - 1}{\kappa + 1}$$

# %% best-learning-rate-confirmed demo
print("  κ   measured at η_best   (κ − 1)/(κ + 1)   fastest of 199 η tried, as a share of η_best")
for kappa in (2, 4, 10, 30):
    hessian = torch.diag(torch.tensor([1.0, kappa], dtype=torch.float64))
    best = 2 / (1 + kappa)
    shares = [share / 100 for share in range(1, 200)]
    fastest = min(shares, key=lambda share: rate(share * best, [1.0, kappa]))
    formula = (kappa - 1) / (kappa + 1)
    print(
        f"{kappa:>3}   {measured_rate(hessian, best):>18.4f}   {formula:>15.4f}   {fastest:>10.2f}"
    )

# %% rotated [markdown]
# ### Any axes will do
#
# Our eigenvectors lie along the axes. In general $\mathbf{H}$ is any symmetric, positive definite
# matrix, and its eigenvectors point elsewhere. Nothing changes:
#
# - A symmetric matrix has $n$ eigenvectors $\mathbf{u}_i$ of length 1 at right angles to each
#   other. Put them into the columns of a matrix $\mathbf{U}$. Then
#   $\mathbf{U}^T\mathbf{U} = \mathbf{I}$: it is a rotation (or one with a reflection).
# - The distances along the eigenvectors are $\boldsymbol\alpha = \mathbf{U}^T\mathbf{x}$, and
#   $\mathbf{x} = \mathbf{U}\boldsymbol\alpha$. In them,
#   $\mathbf{x}^T\mathbf{H}\mathbf{x} = \sum_i \lambda_i\alpha_i^2$.
# - Multiply a step by $\mathbf{U}^T$ from the left:
#   $\mathbf{U}^T\mathbf{x}' = \mathbf{U}^T\mathbf{x} - \eta\,\mathbf{U}^T\mathbf{H}\mathbf{x}$. The
#   $i$-th entry of $\mathbf{U}^T\mathbf{H}\mathbf{x}$ is
#   $\mathbf{u}_i^T\mathbf{H}\mathbf{x} = (\mathbf{H}\mathbf{u}_i)^T\mathbf{x}$. Use
#   $\mathbf{H}\mathbf{u}_i = \lambda_i\mathbf{u}_i$, and it is your component of task ex3-gradient.
#
# So each $\alpha_i$ follows your formula by itself, and distances are the same, because a rotation
# changes no length. "Positive definite" says that all eigenvalues are positive.

# %% rotated-run demo
if passed("ex3-trajectory"):
    hessian = torch.tensor([[3.0, 4.0], [4.0, 9.0]], dtype=torch.float64)
    values, U = torch.linalg.eigh(hessian)  # the eigenvalues, and the eigenvectors as columns
    print("eigenvalues:", [round(value, 4) for value in values.tolist()])

    path = descend(torch.tensor([4.0, 1.0], dtype=torch.float64), hessian, lr=0.15, steps=25)
    alphas = path @ U  # U^T x for the x in each row
    for i, value in enumerate(values.tolist()):
        first = float(alphas[0, i])
        predicted = [float(alpha_after(first, 0.15, value, steps)) for steps in range(26)]
        difference = (alphas[:, i] - torch.tensor(predicted)).abs().max()
        print(f"your alpha_after holds along eigenvector {i + 1}:", bool(difference < 1e-4))

    def turned(points: Tensor) -> Tensor:
        return ((points.double() @ hessian) * points).sum(dim=1) / 2

    plot_histories(turned, {"η = 0.15": path}, "A bowl whose eigenvectors lie across the axes")
    plt.show()

# %% momentum-theory [markdown]
# ### Momentum, one direction at a time
#
# Momentum ([Polyak, 1964](https://doi.org/10.1016/0041-5553(64)90137-5)) remembers the last step.
# With the velocity $\mathbf{v}$, zero at the start,
#
# $$\mathbf{v}' = \beta\mathbf{v} - \eta\,\nabla E(\mathbf{x}) \qquad\qquad \mathbf{x}' = \mathbf{x} + \mathbf{v}'$$
#
# Split $\mathbf{v}$ along the eigenvectors as well: again the directions do not mix. A plain step
# changes $\alpha$ by $(\rho - 1)\alpha$, with your factor $\rho$. So in each direction
#
# $$v' = \beta v + (\rho - 1)\,\alpha \qquad\qquad \alpha' = \alpha + v' = \rho\,\alpha + \beta v$$
#
# That is a 2×2 matrix $\mathbf{M}$ with rows $(\rho, \beta)$ and $(\rho - 1, \beta)$ that acts on
# $(\alpha, v)$. What one number did before, its two eigenvalues do now: after many steps the
# distance shrinks by the larger magnitude of the two. They solve
# $z^2 - (\rho + \beta)\,z + \beta = 0$: trace and determinant of $\mathbf{M}$ are $\rho + \beta$
# and $\rho\beta - (\rho - 1)\beta = \beta$. The playground draws these roots beside the unit circle.
# Their kind names the motion, as for a spring with friction:
#
# | the two roots | the motion along $\mathbf{u}_i$ |
# | --- | --- |
# | positive (plain descent has $\rho$ and 0) | **overdamped**: it creeps to the minimum |
# | equal, at $\sqrt\beta = \lvert 1 - \sqrt{1 - \rho} \rvert$ | **critically damped**: if they are positive, as fast as it gets without swinging |
# | a complex pair, of magnitude $\sqrt\beta$ | **underdamped**: it swings about the minimum |
# | negative | it **jumps across** at every step, which no spring does |
#
# [Goh (2017)](https://distill.pub/2017/momentum/) goes on from here, with pictures that move. (His
# $\alpha$ is our $\eta$, and his velocity our $-\mathbf{v}/\eta$: the path is the same.)

# %% momentum-matrix demo
if passed("ex3-step"):
    lr, momentum, eigenvalue = 0.15, 0.6, 10.0
    rho = float(alpha_next(1.0, lr, eigenvalue))
    M = torch.tensor([[rho, momentum], [rho - 1, momentum]], dtype=torch.float64)
    print(
        "the matrix is that of the helper:",
        torch.allclose(M, momentum_matrix(lr, eigenvalue, momentum)),
    )

    # 20 steps of momentum on the curve with this eigenvalue, and M to the power of 20
    start = torch.tensor([4.0], dtype=torch.float64)
    path = descend(start, torch.tensor([[eigenvalue]], dtype=torch.float64), lr, 20, momentum)
    state = torch.linalg.matrix_power(M, 20) @ torch.tensor([4.0, 0.0], dtype=torch.float64)
    print("20 steps and the 20th power agree:", bool((path[20, 0] - state[0]).abs() < 1e-9))

    z = torch.linalg.eigvals(M)
    print("trace, determinant:", round(float(z.sum().real), 4), round(float(z.prod().real), 4))
    print("ρ + β, β:          ", round(rho + momentum, 4), momentum)

# %% momentum-limit [markdown]
# **How large may the learning rate be?** A quadratic $z^2 - pz + q$ with real $p$, $q$ has both
# roots inside the unit circle exactly if $|q| < 1$ and $|p| < 1 + q$. Here that says
# $0 \leq \beta < 1$ and
#
# $$|\rho + \beta| < 1 + \beta \iff -(1 + 2\beta) < \rho < 1$$
#
# Plain descent needs $-1 < \rho < 1$, so momentum gives room where the steps are too long. What a
# step takes away, $1 - \rho$, is proportional to $\eta$. In the steepest direction it may be 2
# without momentum and $2 + 2\beta$ with it. So the limit is **$(1 + \beta)$ times the bound that
# you found**. As before it belongs to $\lambda_{\max}$ and is not attained.

# %% momentum-limit-confirmed demo
if passed("ex3-max-learning-rate"):
    eigenvalues = [1.0, 3.0, 10.0]
    hessian = torch.diag(torch.tensor(eigenvalues, dtype=torch.float64))
    start = torch.full((3,), 4.0, dtype=torch.float64)
    print("   β    limit   1 % below   1 % above")
    for momentum in (0.0, 0.3, 0.6, 0.9):
        limit = (1 + momentum) * float(max_learning_rate(eigenvalues))
        ends = []
        for share in (0.99, 1.01):
            away = distances(descend(start, hessian, share * limit, 3000, momentum))
            ends.append("converges" if away[-1] < 1e-3 else "diverges" if away[-1] > 1e3 else "?")
        print(f"{momentum:>4.1f}   {limit:>6.3f}   {ends[0]:>9}   {ends[1]:>9}")

# %% momentum-best [markdown]
# **Which pair is best?** Ask for a rate $r < 1$: both roots within a circle of radius $r$. That is
# the condition above for $z/r$ in place of $z$, so $\beta \leq r^2$ and
# $|\rho + \beta| \leq r + \beta/r$. Solved for $1 - \rho$,
#
# $$(1 - r)(1 - \beta/r) \;\leq\; 1 - \rho \;\leq\; (1 + r)(1 + \beta/r)$$
#
# Now $1 - \rho$ is proportional to $\lambda$ as well. So there is a learning rate that puts all
# directions between these two ends exactly if $\kappa$ is at most their quotient. The quotient
# grows with $\beta$, so take the largest that is allowed, $\beta = r^2$. What remains is
# $\sqrt\kappa \leq (1 + r)/(1 - r)$. The smallest such $r$ has "=" there:
#
# $$r = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}
# \qquad \beta = r^2
# \qquad \eta = \frac{4}{(\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}})^2}$$
#
# It is the formula of plain descent with $\sqrt\kappa$ in place of $\kappa$. In a valley with
# $\kappa = 100$, plain descent multiplies the distance at best by $99/101 \approx 0.980$ per step,
# momentum by $9/11 \approx 0.818$. The thin lines in the picture have these slopes.

# %% momentum-best-run demo
kappa = 100.0
hessian = torch.diag(torch.tensor([1.0, kappa], dtype=torch.float64))
start = torch.tensor([4.0, 0.1], dtype=torch.float64)
best_beta = ((kappa**0.5 - 1) / (kappa**0.5 + 1)) ** 2
best_pair = (4 / (kappa**0.5 + 1) ** 2, best_beta)
settings = {"plain, at its best": (2 / (1 + kappa), 0.0), "momentum, at its best": best_pair}


def valley(points: Tensor) -> Tensor:
    return (points[:, 0] ** 2 + kappa * points[:, 1] ** 2) / 2


plot_histories(
    valley,
    {label: descend(start, hessian, lr, 60, beta) for label, (lr, beta) in settings.items()},
    "κ = 100: momentum in a long valley",
    rates={label: rate(lr, [1.0, kappa], beta) for label, (lr, beta) in settings.items()},
    valley=(5, 0.6),
)
plt.show()

# %% momentum-best-note [markdown]
# At the best pair the two roots of the outermost directions are equal, and then the distance after
# $T$ steps behaves like $T\,\beta^{T/2}$. That is why the curve above bends at first, and reaches
# the slope of the thin line only later. The next cell tries thousands of pairs: is there a better one
# anywhere?

# %% momentum-best-confirmed demo
print("  κ   best η, β: measured   (√κ − 1)/(√κ + 1)   best of all pairs tried")
for kappa in (4, 10, 100):
    eigenvalues, root = [1.0, float(kappa)], kappa**0.5
    hessian = torch.diag(torch.tensor(eigenvalues, dtype=torch.float64))
    best_lr, best_beta = 4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2
    measured = measured_rate(hessian, best_lr, best_beta)
    formula = (root - 1) / (root + 1)
    best_tried = min(
        rate(i / 50 * best_lr, eigenvalues, j / 50) for i in range(1, 100) for j in range(50)
    )
    never_better = "none is better" if best_tried >= formula - 1e-9 else "one is better"
    print(f"{kappa:>3}   {measured:>19.2f}   {formula:>17.2f}   {never_better}")

# %% conclusions [markdown]
# ## What to take along
#
# - A quadratic bowl splits into directions, the eigenvectors of its Hessian. Each one evolves by
#   itself.
# - The **largest** eigenvalue sets the limit of the learning rate. At the limit nothing converges
#   in the steepest direction: it oscillates.
# - The **condition number** sets the speed. The flattest direction pays for what the steepest
#   demands.
# - Momentum raises the limit by the factor $1 + \beta$ and turns $\kappa$ into $\sqrt\kappa$.
#
# In notebook 4 you watch all this happen. And the two proofs above still wait for your teacher.

# %% progress
progress("ex3", by_hand=8)

# %% hand-in-note [markdown]
# ## Hand in
#
# Save the notebook, then run the cell below. It packs the notebooks of this folder into `hand-in.zip`,
# says what is still open, and gives you a receipt. It sends nothing: you upload the zip. You can run it
# as often as you like.

# %% hand-in demo
from autograder.hand_in import hand_in

hand_in()
