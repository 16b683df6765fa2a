# expect: λmax
def slowest_rate(eigenvalues):
    return 1 - max_learning_rate(eigenvalues) * max(eigenvalues)
