# expect: multiplied by the number of steps
def alpha_after(alpha, lr, eigenvalue, steps):
    return steps * (1 - lr * eigenvalue) * alpha
