# expect: (only one step|nothing is returned)
def alpha_after(alpha, lr, eigenvalue, steps):
    for _ in range(steps):
        alpha = (1 - lr * eigenvalue) * alpha
        return alpha
