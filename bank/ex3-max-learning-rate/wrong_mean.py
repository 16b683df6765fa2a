# expect: mean
def max_learning_rate(eigenvalues):
    return 2 * len(eigenvalues) / sum(eigenvalues)
