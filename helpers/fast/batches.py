"""The quickest way from a data set to the model: its batches, how to call it, the optimizer's code.

Each gives what plain code gives, to rounding; `helpers.training` has the plain loop around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

from helpers.dataset import ReviewDataset
from helpers.fast.compact_rows import CompactRows
from helpers.fast.threads import ahead
from helpers.fast.word_rows import compact_model, fitting_threads, reviews_of_each_word, word_major


def fastest(
    stack: ExitStack,
    model: nn.Module,
    datasets: Sequence[Dataset],
    batch_size: int,
    optimizer: Optimizer | None = None,
) -> tuple[Callable, list[Callable[..., Iterator]]]:
    """How to call the model, and for each data set a function that starts a pass over its batches.

    What has to be undone afterwards is put on ``stack``.
    """
    compact = compact_model(model, *datasets)
    if compact is not None:
        spare_core = torch.get_num_threads() > 1
        stack.enter_context(fitting_threads(compact.first))
        stack.enter_context(word_major(compact.first.weight, optimizer))
        return compact, [
            _ReviewBatches(dataset, batch_size, None, spare_core) for dataset in datasets
        ]
    device = next((p.device for p in model.parameters()), torch.device("cpu"))
    return model, [
        (_ReviewBatches if type(dataset) is ReviewDataset else _PlainBatches)(
            dataset, batch_size, device
        )
        for dataset in datasets
    ]


class _PlainBatches:
    """The batches of a ``DataLoader``, moved to the model's device."""

    def __init__(self, dataset: Dataset, batch_size: int, device: torch.device):
        self.dataset, self.batch_size, self.device = dataset, batch_size, device

    def __call__(self, shuffle: bool) -> Iterator[tuple[Tensor, Tensor]]:
        for x, y in DataLoader(self.dataset, self.batch_size, shuffle=shuffle):
            yield x.to(self.device), y.to(self.device)


class _ReviewBatches:
    """The same batches of a `ReviewDataset`, made where its data lies.

    The compact rows are put in order once an epoch; a batch is a slice of them. It comes as
    `CompactRows`, or for a ``device`` as dense rows there. Nothing waits for the device.
    """

    def __init__(
        self,
        dataset: ReviewDataset,
        batch_size: int,
        device: torch.device | None,
        spare_core: bool = False,
    ):
        self.dataset, self.batch_size, self.device = dataset, batch_size, device
        self.spare_core = spare_core

    def __call__(self, shuffle: bool) -> Iterator[tuple[CompactRows | Tensor, Tensor]]:
        batches = self._made(shuffle)
        # Sorting a training batch by word is a quarter of a short step: a second core can do it.
        return ahead(batches) if shuffle and self.spare_core else batches

    def _made(self, shuffle: bool) -> Iterator[tuple[CompactRows | Tensor, Tensor]]:
        data = self.dataset
        order = _order(len(data), shuffle)
        offsets, columns, labels = data.offsets, data.columns, data.labels
        ends = data.host_offsets[1:]
        if shuffle:
            offsets, columns = data.compact(order)
            labels = labels[order.to(data.device)]
            ends = data.host_offsets.diff()[order].cumsum(0)
        first = start = 0
        for rows, last in zip(*self._split(ends), strict=True):
            stop = start + rows
            batch = CompactRows(offsets[start : stop + 1] - first, columns[first:last])
            y = labels[start:stop]
            start, first = stop, last
            if self.device is not None:
                yield data.dense(*batch[:2]).to(self.device), y.to(self.device)
            elif shuffle:
                yield batch._replace(by_word=reviews_of_each_word(batch, data.size)), y
            else:
                yield batch, y

    def _split(self, ends: Tensor) -> tuple[list[int], list[int]]:
        """For each batch, its number of rows and where its columns end."""
        parts = ends.split(self.batch_size)
        return [len(part) for part in parts], torch.stack([part[-1] for part in parts]).tolist()


def _order(count: int, shuffle: bool) -> Tensor:
    """The order in which a ``DataLoader`` would fetch ``count`` samples: int64 ``(count,)``.

    The ``DataLoader`` itself draws it, so the global random numbers move on as in a plain loop.
    """
    loader = DataLoader(range(count), batch_size=count, shuffle=shuffle, collate_fn=torch.tensor)
    batches = iter(loader)
    return next(batches) if shuffle else torch.arange(count)


@contextmanager
def quick_updates(optimizer: Optimizer) -> Iterator[None]:
    """Within the block, PyTorch's own optimizers use their quickest code.

    They do the same arithmetic: ``foreach`` with fewer temporary tensors, ``fused`` in one pass
    over the weights. PyTorch takes ``foreach`` by itself on a GPU, and neither on a CPU. There, on
    a wide layer, Adam needs a third of the time with the one and a tenth with the other. A choice
    made by the user is kept.
    """
    chosen = []
    for group in optimizer.param_groups:
        if (
            type(optimizer).__module__.startswith("torch.optim")
            and "foreach" in group
            and group["foreach"] is None
            and not (group.get("fused") or group.get("differentiable"))
            and not isinstance(group.get("lr"), Tensor)
        ):
            how = "fused" if _can_be_fused(optimizer, group) else "foreach"
            chosen.append((group, how, group[how]))
            group[how] = True
    try:
        yield
    finally:
        for group, how, before in chosen:
            group[how] = before


def _can_be_fused(optimizer: Optimizer, group: dict) -> bool:
    # Not SGD: its fused code gains little, and fails where a layer is unfrozen after a first step.
    return (
        type(optimizer) in (torch.optim.Adam, torch.optim.AdamW)
        and group["fused"] is None
        and all(
            p.device.type == "cpu"
            and p.dtype in (torch.float32, torch.float64)
            and p.is_contiguous()
            for p in group["params"]
        )
        and _has_fused_code(type(optimizer))
    )


@cache
def _has_fused_code(optimizer_type: type[Optimizer]) -> bool:
    """Whether this PyTorch has it for the CPU (from 2.4 on): tried once, on one number."""
    weight = torch.zeros(1, requires_grad=True)
    weight.grad = torch.zeros(1)
    try:
        optimizer_type([weight], fused=True).step()
    except RuntimeError:
        return False
    return True
