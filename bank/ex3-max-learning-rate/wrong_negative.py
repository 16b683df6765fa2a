# expect: not positive
def max_learning_rate(eigenvalues):
    return -2 / max(eigenvalues)
