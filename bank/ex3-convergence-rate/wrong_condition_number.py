# expect: condition number
def slowest_rate(eigenvalues):
    return max(eigenvalues) / min(eigenvalues)
