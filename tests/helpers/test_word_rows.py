import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations

from helpers.dataset import ReviewDataset
from helpers.fast.compact_rows import CompactRows
from helpers.fast.word_rows import _CompactLinear, compact_model, fitting_threads, word_major

SIZE = 9
reviews = st.lists(st.sets(st.integers(0, SIZE - 1)), min_size=1, max_size=7)


def compact(batch):
    lengths = torch.tensor([0, *map(len, batch)])
    columns = [column for review in batch for column in sorted(review)]
    return CompactRows(lengths.cumsum(0), torch.tensor(columns, dtype=torch.int32))


def dense(batch, dtype=torch.float64):
    rows = torch.zeros(len(batch), SIZE, dtype=dtype)
    for row, review in zip(rows, batch, strict=True):
        row[sorted(review)] = 1
    return rows


def dataset(size=SIZE):
    return ReviewDataset([0, 2, 3], [1, 4, 2], [0, 1], size=size)


@given(reviews, st.integers(1, 4), st.booleans())
def test_values_and_gradients_are_those_of_the_dense_product(batch, width, with_bias):
    torch.manual_seed(0)
    weight = torch.randn(width, SIZE, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(width, dtype=torch.float64, requires_grad=True) if with_bias else None
    inputs = [weight] if bias is None else [weight, bias]
    ours = _CompactLinear.apply(weight, bias, compact(batch))
    theirs = F.linear(dense(batch), weight, bias)
    torch.testing.assert_close(ours, theirs)
    upstream = torch.randn_like(theirs)
    for mine, reference in zip(
        torch.autograd.grad(ours, inputs, upstream),
        torch.autograd.grad(theirs, inputs, upstream),
        strict=True,
    ):
        torch.testing.assert_close(mine, reference)


def test_words_beyond_16_bits_are_summed_too():
    rows = CompactRows(torch.tensor([0, 2, 4]), torch.tensor([1, 39_999, 0, 39_999]).int())
    weight = torch.zeros(1, 40_000, requires_grad=True)
    _CompactLinear.apply(weight, None, rows).backward(torch.tensor([[1.0], [10.0]]))
    assert weight.grad[0, [0, 1, 2, 39_999]].tolist() == [10, 1, 0, 11]


def test_a_frozen_first_layer_gets_no_gradient():
    weight, bias = torch.randn(2, SIZE), torch.zeros(2, requires_grad=True)
    _CompactLinear.apply(weight, bias, compact([{1}, {2, 3}])).sum().backward()
    assert weight.grad is None
    assert bias.grad.tolist() == [2, 2]


def first_layer_hooked():
    model = nn.Sequential(nn.Linear(SIZE, 2), nn.ReLU())
    model[0].register_forward_hook(lambda *_: None)
    return model


def model_hooked():
    model = nn.Sequential(nn.Linear(SIZE, 2))
    model.register_forward_pre_hook(lambda *_: None)
    return model


def own_forward():
    model = nn.Sequential(nn.Linear(SIZE, 2))
    model.forward = lambda x: x.sum(1, keepdim=True)
    return model


class MyLinear(nn.Linear):
    pass


class MySequential(nn.Sequential):
    pass


PLAIN = {
    "linear alone": lambda: nn.Linear(SIZE, 2),
    "sequential": lambda: nn.Sequential(nn.Linear(SIZE, 2), nn.ReLU()),
    "nested": lambda: nn.Sequential(nn.Sequential(nn.Linear(SIZE, 2), nn.ReLU()), nn.Linear(2, 1)),
    "identity first": lambda: nn.Sequential(nn.Identity(), nn.Linear(SIZE, 2)),
    "no bias": lambda: nn.Sequential(nn.Linear(SIZE, 2, bias=False)),
}
OTHERS = {
    "hook on the layer": first_layer_hooked,
    "hook on the model": model_hooked,
    "own forward": own_forward,
    "subclass of Linear": lambda: nn.Sequential(MyLinear(SIZE, 2)),
    "subclass of Sequential": lambda: MySequential(nn.Linear(SIZE, 2)),
    "parametrized": lambda: nn.Sequential(parametrizations.weight_norm(nn.Linear(SIZE, 2))),
    "flatten first": lambda: nn.Sequential(nn.Flatten(), nn.Linear(SIZE, 2)),
    "dropout first": lambda: nn.Sequential(nn.Dropout(), nn.Linear(SIZE, 2)),
    "half precision": lambda: nn.Sequential(nn.Linear(SIZE, 2, dtype=torch.bfloat16)),
    "another width": lambda: nn.Sequential(nn.Linear(SIZE + 1, 2)),
    "empty": lambda: nn.Sequential(),
}


@pytest.mark.parametrize("make", PLAIN.values(), ids=PLAIN)
def test_a_model_that_begins_with_a_linear_layer_reads_compact_rows(make):
    model = make()
    data = dataset()
    rows = CompactRows(data.offsets, data.columns)
    torch.testing.assert_close(compact_model(model, data)(rows), model(data[:].row))


@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS)
def test_any_other_model_is_given_dense_rows(make):
    assert compact_model(make(), dataset()) is None


def test_other_data_sets_are_left_alone():
    model = nn.Sequential(nn.Linear(SIZE, 2))
    assert compact_model(model, dataset(), [(torch.zeros(SIZE), 0)]) is None

    class Changed(ReviewDataset):
        pass

    assert compact_model(model, Changed([0, 1], [1], [0], size=SIZE)) is None


def test_a_hook_on_all_modules_sees_the_rows():
    hook = nn.modules.module.register_module_forward_hook(lambda *_: None)
    try:
        assert compact_model(nn.Sequential(nn.Linear(SIZE, 2)), dataset()) is None
    finally:
        hook.remove()


def test_word_major_changes_the_strides_only_and_only_for_a_while():
    layer = nn.Linear(SIZE, 3)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.ones(1, SIZE)).sum().backward()
    optimizer.step()
    weight, before = layer.weight, layer.weight.detach().clone()
    address = weight.data_ptr()
    average = optimizer.state[weight]["exp_avg"].clone()
    with pytest.raises(KeyboardInterrupt), word_major(weight, optimizer):
        assert weight.t().is_contiguous() and torch.equal(weight, before)
        assert optimizer.state[weight]["exp_avg"].stride() == weight.stride()
        assert weight.grad.stride() == weight.stride()
        with torch.no_grad():
            weight += 1
        raise KeyboardInterrupt
    assert weight.data_ptr() == address and weight.is_contiguous()
    assert torch.equal(weight, before + 1)
    assert optimizer.state[weight]["exp_avg"].is_contiguous()
    assert torch.equal(optimizer.state[weight]["exp_avg"], average)


@pytest.mark.parametrize("width, expected", [(16, 1), (512, 2)])
def test_a_narrow_model_works_alone_and_gives_the_threads_back(width, expected):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(KeyboardInterrupt), fitting_threads(nn.Linear(SIZE, width)):
            assert torch.get_num_threads() == expected
            raise KeyboardInterrupt
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
