# expect: call it
def slowest_rate(eigenvalues):
    return 1 - max_learning_rate * min(eigenvalues)
