def max_learning_rate(eigenvalues):
    return 2 / sp.Max(*eigenvalues)
