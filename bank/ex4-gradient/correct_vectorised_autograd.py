class Function:
    def __init__(self, lambda_1, lambda_2):
        self.parameters = nn.Parameter(torch.tensor([lambda_1, lambda_2], dtype=torch.float32))

    def one(self, point):
        return (self.parameters * point * point).sum() / 2

    def __call__(self, x):
        return torch.stack([self.one(point) for point in x])

    def grad(self, x):
        return torch.func.vmap(torch.func.grad(self.one))(x)
