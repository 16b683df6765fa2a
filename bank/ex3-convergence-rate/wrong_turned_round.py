# expect: sign is turned
def slowest_rate(eigenvalues):
    return 2 * min(eigenvalues) / max(eigenvalues) - 1
