"""Numbers of one's own: the surfaces, the start, the rates and the seed that follow from an id.

Every set multiplies λ of the notebooks by a scale, divides the learning rates by it, and moves the
start along the diagonal. Then every path is the same but for its size, so what a text says of
paths, factors, rates and condition numbers holds in all of them.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from typing import NamedTuple


class Numbers(NamedTuple):
    """The numbers of a notebook. seed: one that the claims of notebook 2 are tested with."""

    scale: float = 1
    start: float = 4  # both coordinates
    seed: int = 0

    @property
    def quad(self) -> tuple[float, float]:
        """λ of `quad_function`."""
        return self._scaled(1), self._scaled(10)

    @property
    def stiff(self) -> tuple[float, float]:
        """λ of `stiff_function`."""
        return self._scaled(1), self._scaled(30)

    @property
    def slow(self) -> float:
        """A learning rate at a quarter of the bound of `quad_function`."""
        return 0.5 / self.quad[1]

    @property
    def fast(self) -> float:
        """A learning rate at three quarters of the bound of `quad_function`."""
        return 1.5 / self.quad[1]

    def _scaled(self, value: float) -> float:
        product = round(self.scale * value, 6)
        return int(product) if product == int(product) else product

    def __str__(self) -> str:
        start = (self.start, self.start)
        return f"λ = {self.quad} and {self.stiff}, start {start}, seed {self.seed}"


STANDARD = Numbers()
"""Those of the notebooks without variants."""

# No bound of one set is what a known mistake gives in another, so that each has its own name.
SETS = (
    Numbers(1.2, 2.5, 0),
    Numbers(1.4, 3, 1),
    Numbers(1.5, 3.5, 2),
    Numbers(1.6, 4.5, 3),
    Numbers(1.8, 5, 4),
    Numbers(2.2, 5.5, 0),
    Numbers(2.5, 6, 1),
    Numbers(4, 2, 2),
)


class NoStudentId(ValueError):
    """The id is not typed yet. Shown in a notebook as its message alone."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def spelled(student_id: object) -> str:
    """What counts of an id: no capitals, accents, signs, nor what follows an @ within it."""
    text = unicodedata.normalize("NFKD", str(student_id)).casefold().lstrip("@")
    return "".join(filter(str.isalnum, text.partition("@")[0]))


def numbers_of(student_id: object) -> Numbers:
    """The set of a student, by what `spelled` leaves of the id.

    Without an id: the standard ones where nobody learns, in grading and where solutions are built;
    elsewhere it raises NoStudentId.
    """
    known = spelled(student_id)
    if known:
        return SETS[hashlib.sha256(known.encode("utf-8", "replace")).digest()[0] % len(SETS)]
    if os.environ.get("NBGRADER_EXECUTION") == "autograde" or os.environ.get("LAB_STRICT"):
        return STANDARD
    raise NoStudentId(
        "No id yet: write yours between the quotation marks in the cell above, run that cell, then "
        "this one."
    )
