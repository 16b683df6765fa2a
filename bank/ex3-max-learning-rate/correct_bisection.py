def max_learning_rate(eigenvalues):
    low, high = 0.0, 1e4
    for _ in range(80):
        middle = (low + high) / 2
        if all(abs(1 - middle * eigenvalue) < 1 for eigenvalue in eigenvalues):
            low = middle
        else:
            high = middle
    return low
