# expect: 1/λmax: too small
def max_learning_rate(eigenvalues):
    return 1 / max(eigenvalues)
