class Function:
    def __init__(self, lambda_1, lambda_2):
        self.layer = nn.Linear(2, 2, bias=False)
        self.layer.weight.data = torch.diag(torch.tensor([float(lambda_1), float(lambda_2)]))

    def __call__(self, x):
        return (self.grad(x) * x).sum(dim=1) / 2

    def grad(self, x):
        return self.layer(x).detach()
