# expect: learning rate is missing
def alpha_next(alpha, lr, eigenvalue):
    return (1 - eigenvalue) * alpha
