# expect: alpha is missing
def alpha_next(alpha, lr, eigenvalue):
    return alpha - lr * eigenvalue
