# expect: a list or tuple, not one tensor
class Function:
    def __init__(self, lambda_1, lambda_2):
        self.lambda_1, self.lambda_2 = lambda_1, lambda_2

    def __call__(self, x):
        return (self.lambda_1 * x[:, 0] ** 2 + self.lambda_2 * x[:, 1] ** 2) / 2

    def grad(self, x):
        return self.lambda_1 * x[:, 0], self.lambda_2 * x[:, 1]
