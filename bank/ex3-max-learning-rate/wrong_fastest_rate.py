# expect: λmin \+ λmax
def max_learning_rate(eigenvalues):
    return 2 / (min(eigenvalues) + max(eigenvalues))
