# expect: first|earlier|again|call|before|point
class Function:
    def __init__(self, lambda_1, lambda_2):
        self.lambda_1, self.lambda_2 = lambda_1, lambda_2
        self.kept = {}

    def __call__(self, x):
        if x.shape not in self.kept:
            self.kept[x.shape] = self.lambda_1 * x[:, 0] ** 2 / 2 + self.lambda_2 * x[:, 1] ** 2 / 2
        return self.kept[x.shape]

    def grad(self, x):
        return torch.stack([self.lambda_1 * x[:, 0], self.lambda_2 * x[:, 1]], dim=1)
