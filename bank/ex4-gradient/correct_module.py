class Function(nn.Module):
    def __init__(self, lambda_1, lambda_2):
        super().__init__()
        self.register_buffer("scale", torch.tensor([[lambda_1, lambda_2]], dtype=torch.float32))

    def forward(self, x):
        return (self.grad(x) * x / 2).sum(1)

    def grad(self, x):
        return self.scale * x
