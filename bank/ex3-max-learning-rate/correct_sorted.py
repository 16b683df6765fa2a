def max_learning_rate(eigenvalues):
    return 2.0 / sorted(eigenvalues)[-1]
