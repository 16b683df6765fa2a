# expect: swapped
def slowest_rate(eigenvalues):
    return 1 - 2 * max(eigenvalues) / min(eigenvalues)
