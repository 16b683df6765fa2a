# expect: order
def slowest_rate(eigenvalues):
    return 1 - 2 * eigenvalues[0] / eigenvalues[-1]
