# expect: too small
def max_learning_rate(eigenvalues):
    return 1.99 / max(eigenvalues)
