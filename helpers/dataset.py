"""Reviews as a PyTorch ``Dataset``: compact in memory, ordinary float rows to whoever asks.

A bag-of-words row has 10,000 positions, of which a review fills about 130. So the data set keeps
only the filled positions: ``columns[offsets[i]:offsets[i + 1]]`` are those of review ``i``. A batch
becomes dense when it is fetched. That is a few kilobytes a review instead of forty.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset
from torch.utils.data._utils.collate import default_collate_fn_map


class Sample(NamedTuple):
    """One review: ``row`` is float32 ``(size,)``, ``label`` a float32 0-d tensor, 0 or 1."""

    row: Tensor
    label: Tensor


class Batch(Sequence):
    """Samples that are already stacked: ``rows`` is ``(n, size)``, ``labels`` ``(n,)``, float32.

    It reads as a list of ``Sample``. The ``DataLoader`` takes the two tensors as they are, so the
    rows are not copied once more by stacking them one by one.
    """

    def __init__(self, rows: Tensor, labels: Tensor):
        self.rows = rows
        self.labels = labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> Sample:
        return Sample(self.rows[index], self.labels[index])


def _collate_samples(batch: Sequence[Sample], *, collate_fn_map=None) -> list[Tensor]:
    if isinstance(batch, Batch):
        return [batch.rows, batch.labels]
    return [torch.stack([s.row for s in batch]), torch.stack([s.label for s in batch])]


# PyTorch's documented way to teach the default collate function a new element type.
default_collate_fn_map[Sample] = _collate_samples


class ReviewDataset(Dataset):
    """Reviews as bag-of-words rows with labels, all on one device.

    ``offsets``: int64 ``(n + 1,)``; ``columns``: int32 ``(filled positions in all,)``, ascending
    within a review; ``labels``: float32 ``(n,)``, 0 = negative, 1 = positive; ``size``: the length
    of a row.
    """

    def __init__(self, offsets, columns, labels, size: int = 10_000, device=None):
        """Take arrays or tensors as described above and move them to ``device`` (default: as is).

        Raises ``ValueError`` when the three do not fit together.
        """
        offsets = torch.as_tensor(offsets, dtype=torch.int64)
        columns = torch.as_tensor(columns, dtype=torch.int32)
        labels = torch.as_tensor(labels, dtype=torch.float32)
        if len(offsets) != len(labels) + 1:
            raise ValueError(
                f"{len(labels)} labels need {len(labels) + 1} offsets, not {len(offsets)}"
            )
        if int(offsets[0]) != 0 or int(offsets[-1]) != len(columns):
            raise ValueError(
                f"the offsets must run from 0 to {len(columns)}, the number of columns"
            )
        self.size = size
        # The row bounds are also kept on the host: the length of a batch is then known there
        # without waiting for the device.
        self.host_offsets = offsets.cpu()
        self.offsets = offsets.to(device)
        self.columns = columns.to(device)
        self.labels = labels.to(device)

    @property
    def device(self) -> torch.device:
        return self.labels.device

    @property
    def shape(self) -> torch.Size:
        """``(number of reviews, size)``, as if the rows were dense."""
        return torch.Size((len(self), self.size))

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"ReviewDataset({len(self):,} reviews x {self.size:,} words on {self.device})"

    def __getitem__(self, index: int | slice) -> Sample:
        """``(row, label)`` of one review; of a slice, ``(n, size)`` rows and ``(n,)`` labels."""
        if isinstance(index, slice):
            indices = torch.arange(len(self))[index]
            return Sample(self.rows(indices), self.labels[indices.to(self.device)])
        index = range(len(self))[index]  # negative indices count from the end; IndexError beyond
        start, stop = self.host_offsets[index : index + 2].tolist()
        row = torch.zeros(self.size, dtype=torch.float32, device=self.device)
        row[self.columns[start:stop].long()] = 1.0
        return Sample(row, self.labels[index])

    def __getitems__(self, indices: Sequence[int]) -> Batch:
        """Many reviews at once, which is what a ``DataLoader`` asks for."""
        indices = self._checked(indices)
        return Batch(self.rows(indices), self.labels[indices.to(self.device)])

    def rows(self, indices: Sequence[int] | Tensor) -> Tensor:
        """The dense rows of these reviews: float32 ``(len(indices), size)`` on the device."""
        return self.dense(*self.compact(indices))

    def dense(self, offsets: Tensor, columns: Tensor) -> Tensor:
        """Dense rows of compact ones: float32 ``(len(offsets) - 1, size)``, where the data lies."""
        lengths = offsets.diff()
        count = len(lengths)
        starts = torch.arange(0, count * self.size, self.size, device=self.device)
        positions = repeated(starts, lengths, len(columns))
        dense = self._zeros(count * self.size)
        # Not dense[...] = 1.0: that takes the 1.0 to a GPU by itself, and waits for it.
        dense.index_fill_(0, positions.add_(columns), 1.0)
        return dense.view(count, self.size)

    def _zeros(self, count: int) -> Tensor:
        if self.device.type == "cpu":
            # A batch has 20 MB. NumPy gets them from the system in large pages, which come as
            # zeros: half the time of finding 5,000 small pages and writing zeros into them.
            return torch.from_numpy(np.zeros(count, np.float32))
        return torch.zeros(count, dtype=torch.float32, device=self.device)

    def compact(self, indices: Sequence[int] | Tensor) -> tuple[Tensor, Tensor]:
        """The compact rows of these reviews: new ``(offsets, columns)`` in the order asked for.

        Without work per row in Python, and (for ``indices`` on the host) without waiting for the
        device. Called once with a whole epoch's order, its batches are slices of the result.
        """
        on_host = self._checked(indices)
        starts = self.host_offsets[on_host]
        lengths = self.host_offsets[on_host + 1] - starts
        offsets = torch.zeros(len(on_host) + 1, dtype=torch.int64)
        torch.cumsum(lengths, 0, out=offsets[1:])
        total = int(offsets[-1])
        # Position p of the result, in row r, comes from columns[starts[r] + p - offsets[r]].
        # Numbers of 32 bits are enough, and half the memory traffic.
        shift = (starts - offsets[:-1]).to(self.device, torch.int32, non_blocking=True)
        lengths = lengths.to(self.device, non_blocking=True)
        source = repeated(shift, lengths, total)
        source += torch.arange(total, dtype=torch.int32, device=self.device)
        return offsets.to(self.device, non_blocking=True), self.columns.index_select(0, source)

    def _checked(self, indices: Sequence[int] | Tensor) -> Tensor:
        """The indices as int64 on the host; negative ones count from the end."""
        if not isinstance(indices, Tensor):
            indices = torch.tensor(list(indices), dtype=torch.int64)
        indices = indices.to("cpu", torch.int64)
        if len(indices) and not (-len(self) <= indices.min() and indices.max() < len(self)):
            raise IndexError(f"an index is outside the {len(self)} reviews of this data set")
        return torch.where(indices < 0, indices + len(self), indices)


def repeated(values: Tensor, counts: Tensor, total: int) -> Tensor:
    """Each value as often as its count says, ``total`` in all: `torch.repeat_interleave`.

    On the CPU by NumPy, which takes a tenth of the time.
    """
    if values.device.type == "cpu":
        return torch.from_numpy(np.repeat(values.numpy(), counts.numpy()))
    return torch.repeat_interleave(values, counts, output_size=total)
