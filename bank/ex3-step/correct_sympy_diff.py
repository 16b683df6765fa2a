def alpha_next(alpha, lr, eigenvalue):
    a = sp.Symbol("a")
    step = a - lr * sp.diff(eigenvalue * a**2 / 2, a)
    return float(step.subs(a, alpha))
