# expect: 1/λmax
def max_learning_rate(eigenvalues):
    return 1 / max(eigenvalues)
