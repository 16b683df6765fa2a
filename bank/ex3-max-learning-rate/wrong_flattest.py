# expect: 2/λmin
def max_learning_rate(eigenvalues):
    return 2 / min(eigenvalues)
