# expect: factor of 2
def alpha_next(alpha, lr, eigenvalue):
    return alpha - 2 * lr * eigenvalue * alpha
