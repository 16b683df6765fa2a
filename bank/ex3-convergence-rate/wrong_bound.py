# expect: bound
def slowest_rate(eigenvalues):
    return 2 / max(eigenvalues)
