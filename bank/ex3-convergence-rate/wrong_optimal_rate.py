# expect: another learning rate
def slowest_rate(eigenvalues):
    a, b = min(eigenvalues), max(eigenvalues)
    return (b - a) / (b + a)
