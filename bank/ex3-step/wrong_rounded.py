# expect: rounded
def alpha_next(alpha, lr, eigenvalue):
    return round((1 - lr * eigenvalue) * alpha)
