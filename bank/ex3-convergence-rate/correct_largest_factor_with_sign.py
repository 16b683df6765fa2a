def slowest_rate(eigenvalues):
    lr = 2 / max(eigenvalues)
    return max(1 - lr * eigenvalue for eigenvalue in eigenvalues)
