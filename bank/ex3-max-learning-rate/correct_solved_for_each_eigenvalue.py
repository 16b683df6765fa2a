def max_learning_rate(eigenvalues):
    eta = sp.symbols("eta", positive=True)
    return min(max(sp.solve(sp.Eq(sp.Abs(1 - eta * l), 1), eta)) for l in eigenvalues)
