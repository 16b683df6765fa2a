# expect: argument is changed|another result|state is kept|the gradient
class Function:
    def __init__(self, lambda_1, lambda_2):
        self.lambda_1, self.lambda_2 = lambda_1, lambda_2
        self.sum = 0

    def __call__(self, x):
        return (self.lambda_1 * x[:, 0] ** 2 + self.lambda_2 * x[:, 1] ** 2) / 2

    def grad(self, x):
        self.sum = self.sum + torch.stack([self.lambda_1 * x[:, 0], self.lambda_2 * x[:, 1]], dim=1)
        return self.sum
