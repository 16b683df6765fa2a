# expect: None in place
def alpha_next(alpha, lr, eigenvalue):
    print((1 - lr * eigenvalue) * alpha)
