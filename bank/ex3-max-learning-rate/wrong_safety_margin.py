# expect: below|smaller|little|converges
def max_learning_rate(eigenvalues):
    return 2 / max(eigenvalues) - 1e-3
