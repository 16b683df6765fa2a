# expect: first eigenvalue
def max_learning_rate(eigenvalues):
    return 2 / eigenvalues[0]
