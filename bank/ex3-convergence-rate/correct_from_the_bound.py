def slowest_rate(eigenvalues):
    lr = max_learning_rate(eigenvalues)
    return 1 - lr * min(eigenvalues)
