# expect: (sign|negative)
def slowest_rate(eigenvalues):
    return max(0, 1 - 2 * min(eigenvalues) / max(eigenvalues))
