# expect: (?i)number of points|mean
class Function:
    def __init__(self, lambda_1, lambda_2):
        self.l = torch.tensor([float(lambda_1), float(lambda_2)])
    def __call__(self, x):
        return (self.l * x ** 2).sum(dim=1) / 2
    def grad(self, x):
        p = x.clone().requires_grad_()
        self(p).mean().backward()
        return p.grad
