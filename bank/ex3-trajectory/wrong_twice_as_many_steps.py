# expect: twice as many
def alpha_after(alpha, lr, eigenvalue, steps):
    return alpha * (1 - lr * eigenvalue) ** (2 * steps)
