# expect: only the change
def alpha_next(alpha, lr, eigenvalue):
    return -lr * eigenvalue * alpha
