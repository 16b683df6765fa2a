# expect: absolute value
def alpha_after(alpha, lr, eigenvalue, steps):
    return abs(1 - lr * eigenvalue) ** steps * alpha
