# expect: several values
def max_learning_rate(eigenvalues):
    return [2 / eigenvalue for eigenvalue in eigenvalues]
