def max_learning_rate(eigenvalues):
    match list(eigenvalues):
        case [only]:
            return 2 / only
        case [a, b, *rest]:
            return max_learning_rate([a if a > b else b, *rest])
