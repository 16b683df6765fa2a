# expect: largest magnitude|absolute value
def slowest_rate(eigenvalues):
    lr = 2 / max(eigenvalues)
    factors = [abs(1 - lr * value) for value in eigenvalues if value < max(eigenvalues)]
    return max(factors, default=1.0)
