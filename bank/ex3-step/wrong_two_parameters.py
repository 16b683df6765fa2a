# expect: wrong parameters
def alpha_next(alpha, lr):
    return (1 - lr * lambda_1) * alpha
