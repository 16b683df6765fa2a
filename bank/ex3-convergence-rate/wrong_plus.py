# expect: sign
def slowest_rate(eigenvalues):
    return 1 + 2 * min(eigenvalues) / max(eigenvalues)
