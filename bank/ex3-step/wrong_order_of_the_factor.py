# expect: sign of the factor
def alpha_next(alpha, lr, eigenvalue):
    return (lr * eigenvalue - 1) * alpha
