# expect: off by one
def alpha_after(alpha, lr, eigenvalue, steps):
    for _ in range(1, steps):
        alpha = alpha - lr * eigenvalue * alpha
    return alpha
