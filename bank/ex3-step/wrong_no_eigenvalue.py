# expect: eigenvalue is missing
def alpha_next(alpha, lr, eigenvalue):
    return (1 - lr) * alpha
