def slowest_rate(eigenvalues):
    return alpha_next(1.0, max_learning_rate(eigenvalues), min(eigenvalues))
