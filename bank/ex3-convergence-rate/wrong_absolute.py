# expect: absolute value
def slowest_rate(eigenvalues):
    return abs(1 - 2 * min(eigenvalues) / max(eigenvalues))
