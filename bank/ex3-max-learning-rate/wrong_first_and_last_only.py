# expect: first and the last
def max_learning_rate(eigenvalues):
    return 2 / max(eigenvalues[0], eigenvalues[-1])
