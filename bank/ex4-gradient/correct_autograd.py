class Function:
    def __init__(self, lambda_1, lambda_2):
        self.lambdas = torch.tensor([lambda_1, lambda_2])

    def __call__(self, x):
        return (self.lambdas * x.pow(2)).sum(dim=1) / 2

    def grad(self, x):
        leaf = x.detach().clone().requires_grad_(True)
        self(leaf).sum().backward()
        return leaf.grad
