# %% title [markdown]
# # 1. Four data sets with the same numbers
#
# Three functions describe a data set in a few numbers: the median, the standard deviation, the line
# of least squares. You write them, and try them on four small data sets of 1973. There are
# {tasks} tasks with {points} points in all; it takes about half an hour.

# %% setup
# setup

# %% imports
from statistics_lab.anscombe import QUARTET, scatter

from autograder.checks import check, passed, progress

# %% about-the-middle [markdown]
# ## The middle
#
# The median is the number in the middle of a list that is in order. Of an even count it is the mean
# of the two numbers in the middle.

# %% stat-median-task [markdown]
# ### Task stat-median
#
# Write `median(numbers)`. The list may be in any order, and has to be as it was afterwards.
# `median([3, 1, 2, 10])` is 2.5.


# %% stat-median 2 points
def median(numbers: list[float]) -> float:
    """The number in the middle."""
    ### BEGIN SOLUTION
    ordered = sorted(numbers)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2
    ### END SOLUTION


# %% about-the-spread [markdown]
# ## The spread
#
# The standard deviation of a sample $x_1, \dots, x_n$ with the mean $\bar{x}$ is
#
# $$s = \sqrt{\frac{1}{n-1} \sum_{i=1}^{n} (x_i - \bar{x})^2}$$

# %% stat-deviation-task [markdown]
# ### Task stat-deviation
#
# Write `standard_deviation(sample)`. `standard_deviation([1, 3])` is $\sqrt{2}$.


# %% stat-deviation 3 points
def standard_deviation(sample: list[float]) -> float:
    """The standard deviation of a sample of two numbers or more."""
    ### BEGIN SOLUTION
    mean = sum(sample) / len(sample)
    squares = [(value - mean) ** 2 for value in sample]
    return (sum(squares) / (len(sample) - 1)) ** 0.5
    ### END SOLUTION


# %% about-the-line [markdown]
# ## The line
#
# Of all lines $y = ax + b$ that of least squares has the smallest sum of squared errors
# $(y_i - ax_i - b)^2$. It has
#
# $$a = \frac{\sum (x_i - \bar{x})(y_i - \bar{y})}{\sum (x_i - \bar{x})^2},
# \qquad b = \bar{y} - a\bar{x}$$

# %% stat-line-task [markdown]
# ### Task stat-line
#
# Write `fit_line(x, y)`, which returns the slope $a$ and the intercept $b$, in this order.
# `fit_line([0, 1, 2], [1, 3, 5])` is `(2.0, 1.0)`.


# %% stat-line 4 points
def fit_line(x: list[float], y: list[float]) -> tuple[float, float]:
    """Slope and intercept of the line of least squares."""
    ### BEGIN SOLUTION
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    products = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    slope = products / sum((a - mean_x) ** 2 for a in x)
    return slope, mean_y - slope * mean_x
    ### END SOLUTION


# %% about-the-quartet [markdown]
# ## Four data sets
#
# Anscombe made them up. Read the numbers first: which of the four would you take for which picture?

# %% numbers demo
if passed("stat-deviation", "stat-line"):
    for name, (x, y) in QUARTET.items():
        slope, intercept = fit_line(x, y)
        deviations = f"deviations {standard_deviation(x):.2f} and {standard_deviation(y):.2f}"
        print(f"{name:>3}: {deviations}, y = {slope:.2f} x + {intercept:.2f}")

# %% pictures demo
for name, points in QUARTET.items():
    print(f"{name}\n{scatter(*points)}\n")

# %% what-it-says [markdown]
# The numbers agree to two digits, and the pictures show a cloud, a curve, a line with one point
# beside it, and ten points above each other with one far away. Three numbers do not replace the
# picture.

# %% progress
progress("stat")
