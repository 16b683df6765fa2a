def alpha_next(alpha, lr, eigenvalue):
    gradient = eigenvalue * alpha
    return alpha - lr * gradient
