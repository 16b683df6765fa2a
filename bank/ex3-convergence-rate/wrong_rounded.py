# expect: rounded
def slowest_rate(eigenvalues):
    return round(1 - 2 * min(eigenvalues) / max(eigenvalues), 2)
