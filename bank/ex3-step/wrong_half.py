# expect: factor of ½
def alpha_next(alpha, lr, eigenvalue):
    return alpha - 0.5 * lr * eigenvalue * alpha
