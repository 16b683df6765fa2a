# expect: only one step
def alpha_after(alpha, lr, eigenvalue, steps):
    for _ in range(steps):
        alpha = alpha - lr * eigenvalue * alpha
        return alpha
