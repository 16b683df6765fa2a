# expect: two steps at once|square
def alpha_next(alpha, lr, eigenvalue):
    return (1 - lr * eigenvalue) ** 2 * alpha
