# expect: sign of the factor
def alpha_after(alpha, lr, eigenvalue, steps):
    return (lr * eigenvalue - 1) ** steps * alpha
