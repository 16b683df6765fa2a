# expect: steps|100
def alpha_after(alpha, lr, eigenvalue, steps):
    for _ in range(min(steps, 20)):
        alpha = (1 - lr * eigenvalue) * alpha
    return alpha
