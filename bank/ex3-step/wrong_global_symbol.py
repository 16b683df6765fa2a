# expect: symbol in place of an argument
def alpha_next(alpha, lr, eigenvalue):
    return (1 - lr * lambda_1) * alpha
