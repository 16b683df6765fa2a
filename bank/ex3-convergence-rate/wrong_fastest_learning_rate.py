# expect: fastest learning rate
def slowest_rate(eigenvalues):
    kappa = max(eigenvalues) / min(eigenvalues)
    return (kappa - 1) / (kappa + 1)
