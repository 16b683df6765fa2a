def max_learning_rate(eigenvalues):
    bound = float("inf")
    for eigenvalue in eigenvalues:
        if 2 / eigenvalue < bound:
            bound = 2 / eigenvalue
    return bound
