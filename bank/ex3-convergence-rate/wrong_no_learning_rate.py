# expect: learning rate is missing
def slowest_rate(eigenvalues):
    return 1 - 2 * min(eigenvalues)
