# expect: absolute value
def alpha_next(alpha, lr, eigenvalue):
    return abs(1 - lr * eigenvalue) * alpha
