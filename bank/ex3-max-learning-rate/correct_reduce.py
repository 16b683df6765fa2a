from functools import reduce


def max_learning_rate(eigenvalues):
    return reduce(min, (2.0 / value for value in eigenvalues))
