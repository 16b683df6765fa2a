def path(alpha, lr, eigenvalue):
    while True:
        yield alpha
        alpha -= lr * eigenvalue * alpha


def alpha_after(alpha, lr, eigenvalue, steps):
    return next(a for t, a in enumerate(path(alpha, lr, eigenvalue)) if t == steps)
