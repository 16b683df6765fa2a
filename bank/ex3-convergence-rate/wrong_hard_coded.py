# expect: hard-coded
def slowest_rate(eigenvalues):
    return 0.8
