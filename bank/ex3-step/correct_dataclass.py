from dataclasses import dataclass


@dataclass
class Direction:
    eigenvalue: float

    def factor(self, lr):
        return 1 - lr * self.eigenvalue


def alpha_next(alpha, lr, eigenvalue):
    return Direction(eigenvalue).factor(lr) * alpha
