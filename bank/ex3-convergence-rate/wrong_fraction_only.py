# expect: only the fraction
def slowest_rate(eigenvalues):
    return 2 * min(eigenvalues) / max(eigenvalues)
