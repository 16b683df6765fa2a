# expect: two eigenvalues only
def max_learning_rate(eigenvalues):
    first, second = eigenvalues
    return 2 / max(first, second)
