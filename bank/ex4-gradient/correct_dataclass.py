from dataclasses import dataclass


@dataclass
class Function:
    lambda_1: float
    lambda_2: float
    name: str = "a bowl"

    def __call__(self, x):
        x1, x2 = x.unbind(dim=1)
        return (self.lambda_1 * x1**2 + self.lambda_2 * x2**2) / 2

    def grad(self, x):
        result = torch.empty_like(x)
        result[:, 0] = self.lambda_1 * x[:, 0]
        result[:, 1] = self.lambda_2 * x[:, 1]
        return result
