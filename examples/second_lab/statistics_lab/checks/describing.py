"""Checks of notebook 1: median, standard deviation, the line of least squares."""

import math
import statistics
from statistics import fmean, linear_regression

from autograder.checks.answer import Answer
from autograder.checks.examine import NUMBER, NUMBERS, Slip, examine
from autograder.checks.framework import task


def _sample(answer: Answer, size: int) -> list[int]:
    """Different whole numbers, in no order."""
    return answer.random.sample(range(-40, 100), size)


@task("stat-median", defines=("median",))
def check_median(answer: Answer) -> None:
    def right(numbers):
        return statistics.median(numbers)

    cases = [(_sample(answer, size),) for size in (5, 6, 7, 8, 4, 9)]
    slips = [
        Slip("not-sorted", lambda numbers: numbers[len(numbers) // 2]),
        Slip("upper", statistics.median_high),
        Slip("lower", statistics.median_low),
        Slip("mean", fmean),
    ]
    examine(answer, "median", cases, right, NUMBER, slips=slips)


@task("stat-deviation", defines=("standard_deviation",))
def check_deviation(answer: Answer) -> None:
    def right(sample):
        return statistics.stdev(sample)

    def around_zero(sample):
        return math.sqrt(sum(value**2 for value in sample) / (len(sample) - 1))

    cases = [(_sample(answer, size),) for size in (5, 3, 8, 12)]
    slips = [
        Slip("population", statistics.pstdev),
        Slip("variance", statistics.variance),
        Slip("absolute", lambda sample: fmean(abs(v - fmean(sample)) for v in sample)),
        Slip("around-zero", around_zero),
    ]
    examine(answer, "standard_deviation", cases, right, NUMBER, slips=slips)


@task("stat-line", defines=("fit_line",))
def check_line(answer: Answer) -> None:
    def right(x, y):
        return tuple(linear_regression(x, y))

    def through_zero(x, y):
        return tuple(linear_regression(x, y, proportional=True))

    cases = [(_sample(answer, size), _sample(answer, size)) for size in (4, 6, 11, 3)]
    slips = [
        Slip("order", lambda x, y: right(x, y)[::-1]),
        Slip("x-from-y", lambda x, y: right(y, x)),
        Slip("through-zero", through_zero),
        Slip("mean-as-intercept", lambda x, y: (right(x, y)[0], fmean(y))),
    ]
    examine(answer, "fit_line", cases, right, NUMBERS, slips=slips)
