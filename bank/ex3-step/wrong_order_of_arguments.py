# expect: swapped
def alpha_next(lr, eigenvalue, alpha):
    return (1 - lr * eigenvalue) * alpha
