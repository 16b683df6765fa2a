# expect: upside down
def max_learning_rate(eigenvalues):
    return max(eigenvalues) / 2
