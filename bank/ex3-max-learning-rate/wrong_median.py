# expect: largest|direction
import statistics


def max_learning_rate(eigenvalues):
    return 2 / statistics.median(eigenvalues)
