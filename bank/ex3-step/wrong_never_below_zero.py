# expect: below zero
def alpha_next(alpha, lr, eigenvalue):
    return max(0, 1 - lr * eigenvalue) * alpha
