# expect: should be a list of numbers
from statistics import covariance, variance


def fit_line(x, y):
    return covariance(x, y) / variance(x)
