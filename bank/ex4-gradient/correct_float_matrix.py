class Function:
    def __init__(self, lambda_1, lambda_2):
        self.hessian = torch.diag(torch.tensor([float(lambda_1), float(lambda_2)]))

    def __call__(self, x):
        return 0.5 * (x @ self.hessian * x).sum(dim=1)

    def grad(self, x):
        return x @ self.hessian
