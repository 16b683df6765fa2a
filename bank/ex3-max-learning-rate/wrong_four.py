# expect: too large
def max_learning_rate(eigenvalues):
    return 4 / max(eigenvalues)
