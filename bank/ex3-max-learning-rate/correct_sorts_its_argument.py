def max_learning_rate(eigenvalues):
    eigenvalues.sort(reverse=True)
    return 2 / eigenvalues[0]
