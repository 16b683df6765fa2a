# expect: fastest direction
def slowest_rate(eigenvalues):
    lr = 2 / max(eigenvalues)
    return min(abs(1 - lr * value) for value in eigenvalues)
