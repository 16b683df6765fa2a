# expect: the power is in the wrong place
def alpha_after(alpha, lr, eigenvalue, steps):
    return 1 - lr * eigenvalue**steps * alpha
