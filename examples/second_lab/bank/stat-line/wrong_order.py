# expect: slope and intercept are swapped
from statistics import linear_regression


def fit_line(x, y):
    slope, intercept = linear_regression(x, y)
    return intercept, slope
