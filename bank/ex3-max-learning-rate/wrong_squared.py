# expect: 2/λmax²
def max_learning_rate(eigenvalues):
    return 2 / max(eigenvalues) ** 2
