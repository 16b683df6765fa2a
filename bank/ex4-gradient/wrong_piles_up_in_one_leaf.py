# expect: argument is changed|another result|state is kept|the gradient
class Function:
    def __init__(self, lambda_1, lambda_2):
        self.lambda_1, self.lambda_2 = lambda_1, lambda_2
        self.leaf = None

    def __call__(self, x):
        return (self.lambda_1 * x[:, 0] ** 2 + self.lambda_2 * x[:, 1] ** 2) / 2

    def grad(self, x):
        if self.leaf is None or len(self.leaf) != len(x):
            self.leaf = x.clone().requires_grad_()
        self.leaf.data.copy_(x)
        self(self.leaf).sum().backward()
        return self.leaf.grad.clone()
