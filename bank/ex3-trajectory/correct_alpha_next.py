def alpha_after(alpha, lr, eigenvalue, steps):
    for _ in range(steps):
        alpha = alpha_next(alpha, lr, eigenvalue)
    return alpha
