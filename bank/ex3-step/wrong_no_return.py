# expect: None in place
def alpha_next(alpha, lr, eigenvalue):
    alpha = (1 - lr * eigenvalue) * alpha
