"""The first linear layer on compact rows: the same result as on dense rows, without the zeros.

A bag-of-words row ``x`` is 0 except at the few words of its review. So ``x @ W.T`` is the sum of
the columns of ``W`` that belong to those words, which is what ``embedding_bag`` computes. The
gradient of ``W`` is an embedding bag again, with the roles swapped: the column of a word gets the
sum of the output gradients of the reviews which hold that word. Both cost time in proportion to
the filled positions, about 130 of 10,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim import optimizer as optimizers

from helpers.dataset import ReviewDataset
from helpers.fast.compact_rows import CompactRows


class _CompactLinear(torch.autograd.Function):
    """``weight`` is ``(out, size)``; fast when ``weight.t()`` is contiguous (see `word_major`)."""

    @staticmethod
    def forward(ctx, weight: Tensor, bias: Tensor | None, rows: CompactRows) -> Tensor:
        ctx.rows = rows
        ctx.size = weight.shape[1]
        y = F.embedding_bag(
            rows.columns, weight.t(), rows.offsets, mode="sum", include_last_offset=True
        )
        return y if bias is None else y.add_(bias)

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        weight_grad = bias_grad = None
        if ctx.needs_input_grad[0]:
            reviews, offsets = ctx.rows.by_word or reviews_of_each_word(ctx.rows, ctx.size)
            weight_grad = F.embedding_bag(
                reviews, grad.contiguous(), offsets, mode="sum", include_last_offset=True
            ).t()
        if ctx.needs_input_grad[1]:
            bias_grad = grad.sum(0)
        return weight_grad, bias_grad, None


def reviews_of_each_word(rows: CompactRows, size: int) -> tuple[Tensor, Tensor]:
    """The batch by word: ``reviews[offsets[w]:offsets[w + 1]]`` are the rows that hold ``w``."""
    # NumPy, because its sort lets another thread work meanwhile. A stable sort of 16-bit numbers is
    # the quickest one, and adds up in the same order each time.
    offsets, columns = rows.offsets.numpy(), rows.columns.numpy()
    row_of = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    by_word = np.argsort(columns.astype(np.int16) if size <= 2**15 else columns, kind="stable")
    word_offsets = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(columns, minlength=size), out=word_offsets[1:])
    return torch.from_numpy(row_of[by_word]), torch.from_numpy(word_offsets)


class CompactModel:
    """A model whose first layer reads `CompactRows`. Called like the model; shares its weights."""

    def __init__(self, first: nn.Linear, rest: list[nn.Module]):
        self.first = first
        self.rest = rest

    def __call__(self, rows: CompactRows) -> Tensor:
        y = _CompactLinear.apply(self.first.weight, self.first.bias, rows)
        for layer in self.rest:
            y = layer(y)
        return y


def compact_model(model: nn.Module, *datasets) -> CompactModel | None:
    """``model`` on compact rows, or None when it has to be given dense rows.

    It can be done for an ``nn.Sequential`` (also nested) that begins with a plain ``nn.Linear`` as
    wide as the rows of the `ReviewDataset` ``datasets``, on the CPU. Where a hook, a subclass or a
    parametrization could see the rows, it is not. On other devices a dense product of this size
    is quicker than the many small steps of a sparse one.
    """
    if any(type(dataset) is not ReviewDataset for dataset in datasets) or _global_hooks():
        return None
    layers = _layers_in_order(model)
    while layers and type(layers[0]) is nn.Identity and not _is_altered(layers[0]):
        layers = layers[1:]
    if not layers or type(layers[0]) is not nn.Linear or _is_altered(layers[0]):
        return None
    first, *rest = layers
    weight = first.weight
    plain = (
        type(weight) is nn.Parameter
        and weight.dtype in (torch.float32, torch.float64)
        and weight.layout == torch.strided
        and weight.device.type == "cpu"
        and not weight._backward_hooks
    )
    fits = all(d.device == weight.device and d.size == first.in_features for d in datasets)
    return CompactModel(first, rest) if plain and fits else None


def _layers_in_order(model: nn.Module) -> list[nn.Module]:
    """The layers that ``model`` applies one after another; itself where that cannot be known."""
    if type(model) is not nn.Sequential or _is_altered(model):
        return [model]
    return [layer for child in model for layer in _layers_in_order(child)]


def _is_altered(module: nn.Module) -> bool:
    """True when calling the module does more than its class says."""
    return (
        "forward" in vars(module)
        or bool(module._forward_hooks)
        or bool(module._forward_pre_hooks)
        or bool(module._backward_hooks)
        or bool(module._backward_pre_hooks)
    )


def _global_hooks() -> bool:
    everywhere = nn.modules.module
    return bool(
        everywhere._global_forward_hooks
        or everywhere._global_forward_pre_hooks
        or everywhere._global_backward_hooks
        or everywhere._global_backward_pre_hooks
    )


NARROW = 64
"""Outputs of a first layer below which a step is too short to be shared between threads."""


@contextmanager
def fitting_threads(first: nn.Linear) -> Iterator[None]:
    """Within the block, a narrow model has one thread of the CPU for itself.

    Its operations take microseconds. Threads that wait for each other thousands of times a second
    gain little on an idle machine, and on a busy one they make it many times slower.
    """
    threads = torch.get_num_threads()
    if first.out_features < NARROW:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def word_major(weight: nn.Parameter, optimizer: Optimizer | None = None) -> Iterator[None]:
    """Within the block, keep the numbers that belong to one word next to each other in memory.

    ``weight`` keeps its shape ``(out, size)`` and its values; only its strides change. So do those
    of the optimizer's running averages: an update over tensors of unlike strides is many times
    slower. Afterwards the new values are in the memory where the old ones were.
    """
    if weight.t().is_contiguous():
        yield
        return
    home = weight.data
    weight.data = _by_word(home)
    _change_companions(weight, optimizer, _by_word)
    try:
        with _lying_in_fused_steps(weight, optimizer):
            yield
    finally:
        home.copy_(weight.data)
        weight.data = home
        _change_companions(weight, optimizer, Tensor.contiguous)


def _by_word(matrix: Tensor) -> Tensor:
    return matrix.t().contiguous().t()


@contextmanager
def _lying_in_fused_steps(weight: nn.Parameter, optimizer: Optimizer | None) -> Iterator[None]:
    """Within the block, the word-major ``weight`` is transposed while a fused step updates it.

    Lying, it is contiguous. PyTorch's fused code first copies what is not, which takes longer than
    the update itself; and since it updates each number for itself, the shape means nothing to it.
    """
    if optimizer is None or not _may_lie(weight, optimizer):
        yield
        return
    upright = weight.shape
    before = optimizer.register_step_pre_hook(lambda *_: _lay(weight, optimizer, upright[::-1]))
    after = optimizer.register_step_post_hook(lambda *_: _lay(weight, optimizer, upright))
    try:
        yield
    finally:
        before.remove()
        after.remove()
        _lay(weight, optimizer, upright)  # after an interrupt in the middle of a step


def _may_lie(weight: nn.Parameter, optimizer: Optimizer) -> bool:
    fused = any(
        group.get("fused") and any(p is weight for p in group["params"])
        for group in optimizer.param_groups
    )
    by_number = type(optimizer) in (torch.optim.Adam, torch.optim.AdamW)
    # Hooks of others must see the weight upright. Of a square matrix, nobody sees how it lies.
    hooked = (
        optimizer._optimizer_step_pre_hooks
        or optimizer._optimizer_step_post_hooks
        or optimizers._global_optimizer_pre_hooks
        or optimizers._global_optimizer_post_hooks
    )
    return fused and by_number and not hooked and weight.shape[0] != weight.shape[1]


def _lay(weight: nn.Parameter, optimizer: Optimizer, shape: torch.Size) -> None:
    """Transpose whatever has not got this shape of ``weight``, its gradient and its averages."""

    def laid(matrix: Tensor) -> Tensor:
        return matrix if matrix.shape == shape else matrix.t()

    grad, weight.grad = weight.grad, None  # PyTorch insists on a gradient of the weight's shape
    _change_companions(weight, optimizer, laid)
    weight.data = laid(weight.data)
    if grad is not None:
        weight.grad = laid(grad)


def _change_companions(weight: nn.Parameter, optimizer: Optimizer | None, change) -> None:
    """Replace the gradient of ``weight`` and the optimizer's averages by a changed form of each."""
    if weight.grad is not None:
        weight.grad = change(weight.grad)
    state = optimizer.state.get(weight, {}) if optimizer is not None else {}
    for key, value in state.items():
        if isinstance(value, Tensor) and value.dim() == 2 and value.numel() == weight.numel():
            state[key] = change(value)
