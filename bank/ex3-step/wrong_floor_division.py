# expect: rounded|whole|//|\d
def alpha_next(alpha, lr, eigenvalue):
    return (alpha * 100 - lr * eigenvalue * alpha * 100) // 1 / 100
