# expect: nothing is returned
def alpha_next(alpha, lr, eigenvalue):
    print((1 - lr * eigenvalue) * alpha)
