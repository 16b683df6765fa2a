"""What the course hands to an answer and is no value."""

from __future__ import annotations

from helpers.stand_ins import Quadratic


class Surface(Quadratic):
    """A surface of notebook 4, known by its two λ."""

    def __repr__(self) -> str:
        return f"Function({self.lambda_1:.4g}, {self.lambda_2:.4g})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Surface) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.lambda_1, self.lambda_2))
