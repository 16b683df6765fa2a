# expect: not a class
def Function(x, lambda_1=1, lambda_2=10):
    return (lambda_1 * x[:, 0] ** 2 + lambda_2 * x[:, 1] ** 2) / 2
