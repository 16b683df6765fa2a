# expect: finite
def max_learning_rate(eigenvalues):
    return float("inf")
