# expect: fixed value in place of `steps`
def alpha_after(alpha, lr, eigenvalue, steps):
    return alpha * (1 - lr * eigenvalue) ** 2
