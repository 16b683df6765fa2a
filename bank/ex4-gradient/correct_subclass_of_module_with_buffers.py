class Function(nn.Module):
    lambdas: Tensor

    def __init__(self, lambda_1: float, lambda_2: float):
        super().__init__()
        self.lambda_1, self.lambda_2 = lambda_1, lambda_2
        self.register_buffer("lambdas", torch.tensor([lambda_1, lambda_2], dtype=torch.float))

    def forward(self, x: Tensor) -> Tensor:
        return (x**2) @ self.lambdas / 2

    def grad(self, x: Tensor) -> Tensor:
        return x * self.lambdas
