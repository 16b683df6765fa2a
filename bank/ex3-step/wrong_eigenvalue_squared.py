# expect: eigenvalue is squared
def alpha_next(alpha, lr, eigenvalue):
    return alpha - lr * eigenvalue**2 * alpha
