# expect: finite
def slowest_rate(eigenvalues):
    return 1 - 2 * float("nan") * min(eigenvalues)
