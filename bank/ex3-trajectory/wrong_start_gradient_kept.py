# expect: added
def alpha_after(alpha, lr, eigenvalue, steps):
    gradient = eigenvalue * alpha
    for _ in range(steps):
        alpha = alpha - lr * gradient
    return alpha
