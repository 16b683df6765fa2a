"""Bag-of-words rows without their zeros: the one form in which they are kept and trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.fast.texts import offsets_of

if TYPE_CHECKING:
    from torch import Tensor


class CompactRows(NamedTuple):
    """Row ``i`` is 1 at ``columns[offsets[i]:offsets[i + 1]]``, ascending, and 0 elsewhere.

    ``offsets``: int64 ``(n + 1,)``; ``columns``: int32 ``(ones in all rows,)``; arrays or tensors.
    ``by_word``: the same by `reviews_of_each_word`, where it has been made beforehand.
    """

    offsets: np.ndarray | Tensor
    columns: np.ndarray | Tensor
    by_word: tuple[Tensor, Tensor] | None = None

    def take(self, indices: np.ndarray) -> CompactRows:
        """The rows with these indices, in this order; of arrays."""
        starts = self.offsets[indices]
        lengths = self.offsets[indices + 1] - starts
        offsets = offsets_of(lengths)
        source = np.repeat(starts - offsets[:-1], lengths)
        source += np.arange(len(source))
        return CompactRows(offsets, self.columns[source])
