def alpha_next(alpha, lr, eigenvalue):
    return (1 - lr * eigenvalue) * alpha
