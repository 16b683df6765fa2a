eta = sp.Symbol("eta", positive=True)

def max_learning_rate(eigenvalues):
    bounds = [sp.solve(sp.Eq(1 - eta * sp.Rational(str(v)), -1), eta)[0] for v in eigenvalues]
    return min(bounds)
