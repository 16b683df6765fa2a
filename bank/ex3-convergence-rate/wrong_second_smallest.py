# expect: smallest
def slowest_rate(eigenvalues):
    values = sorted(eigenvalues)
    return 1 - 2 * values[len(values) > 2] / values[-1]
