# expect: no end
def alpha_after(alpha, lr, eigenvalue, steps):
    while steps != -1:
        alpha = (1 - lr * eigenvalue) * alpha
    return alpha
