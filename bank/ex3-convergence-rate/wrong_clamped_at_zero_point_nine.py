# expect: \d
def slowest_rate(eigenvalues):
    return min(0.99, 1 - 2 * min(eigenvalues) / max(eigenvalues))
