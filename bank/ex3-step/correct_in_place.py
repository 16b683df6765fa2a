def alpha_next(alpha, lr, eigenvalue, verbose=False):
    alpha -= lr * eigenvalue * alpha
    return alpha
