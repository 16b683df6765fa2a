def slowest_rate(eigenvalues):
    kappa = max(eigenvalues) / min(eigenvalues)
    return (kappa - 2) / kappa
