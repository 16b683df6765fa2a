# expect: largest factor by magnitude
def slowest_rate(eigenvalues):
    lr = 2 / max(eigenvalues)
    return max(abs(1 - lr * value) for value in eigenvalues)
