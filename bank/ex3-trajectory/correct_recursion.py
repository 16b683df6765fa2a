def alpha_after(alpha, lr, eigenvalue, steps):
    if steps == 0:
        return alpha
    return alpha_after((1 - lr * eigenvalue) * alpha, lr, eigenvalue, steps - 1)
