from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    lambda_1: float
    lambda_2: float

    @property
    def _diagonal(self) -> Tensor:
        return torch.tensor([float(self.lambda_1), float(self.lambda_2)])

    def __call__(self, x: Tensor) -> Tensor:
        return 0.5 * torch.einsum("ni,i,ni->n", x, self._diagonal.to(x), x)

    def grad(self, x: Tensor) -> Tensor:
        return torch.einsum("i,ni->ni", self._diagonal.to(x), x)
