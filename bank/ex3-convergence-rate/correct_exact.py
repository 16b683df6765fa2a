def slowest_rate(eigenvalues):
    exact = sorted(sp.Rational(str(value)) for value in eigenvalues)
    return 1 - 2 * exact[0] / exact[-1]
