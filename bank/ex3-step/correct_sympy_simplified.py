def alpha_next(alpha, lr, eigenvalue):
    return sp.simplify(alpha - lr * eigenvalue * alpha)
