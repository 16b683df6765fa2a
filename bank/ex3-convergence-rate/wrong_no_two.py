# expect: factor of 2
def slowest_rate(eigenvalues):
    return 1 - min(eigenvalues) / max(eigenvalues)
