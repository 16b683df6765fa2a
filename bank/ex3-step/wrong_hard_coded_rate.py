# expect: fixed value in place of `lr`
def alpha_next(alpha, lr, eigenvalue):
    return alpha - 0.1 * eigenvalue * alpha
