# expect: not a number
def alpha_next(alpha, lr, eigenvalue):
    return f"{(1 - lr * eigenvalue) * alpha:.3f}"
