# expect: factor|lr|learning rate
def alpha_next(alpha, lr, eigenvalue):
    return max(-1, 1 - lr * eigenvalue) * alpha
