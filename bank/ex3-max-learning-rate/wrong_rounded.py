# expect: rounded
def max_learning_rate(eigenvalues):
    return round(2 / max(eigenvalues), 2)
