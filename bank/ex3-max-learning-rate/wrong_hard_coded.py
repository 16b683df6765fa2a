# expect: hard-coded
def max_learning_rate(eigenvalues):
    return 0.2
