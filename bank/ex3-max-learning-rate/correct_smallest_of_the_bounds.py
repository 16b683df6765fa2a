def max_learning_rate(eigenvalues):
    return min(2 / eigenvalue for eigenvalue in eigenvalues)
