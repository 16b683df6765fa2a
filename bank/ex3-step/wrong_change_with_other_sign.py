# expect: only the step
def alpha_next(alpha, lr, eigenvalue):
    return lr * eigenvalue * alpha
