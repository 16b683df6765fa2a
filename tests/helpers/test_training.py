import copy
import gc
import io
import sys
import threading
import types
import weakref

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.data import DataLoader, Dataset, TensorDataset

from helpers.dataset import ReviewDataset
from helpers.fast import batches, word_rows
from helpers.notebook import training_record
from helpers.training import evaluate, get_accuracy, last_calls, train
from tests.patience import PATIENCE

SIZE = 60
KEYS = ["train_loss", "train_acc", "val_loss", "val_acc"]


def reviews(count, seed):
    """Random reviews whose label depends on their words."""
    random = torch.Generator().manual_seed(seed)
    rows = torch.rand(count, SIZE, generator=random) < 0.15
    labels = (rows[:, : SIZE // 2].sum(1) > rows[:, SIZE // 2 :].sum(1)).float()
    offsets = torch.zeros(count + 1, dtype=torch.int64)
    offsets[1:] = rows.sum(1).cumsum(0)
    return ReviewDataset(offsets, rows.nonzero()[:, 1], labels, size=SIZE)


TRAIN, VAL = reviews(45, 1), reviews(21, 2)  # with batches of 11 the last training batch has one


def network(*, dropout=False, width=8):
    torch.manual_seed(5)
    noise = [nn.Dropout(0.5)] if dropout else []
    return nn.Sequential(
        nn.Linear(SIZE, width), nn.ReLU(), *noise, nn.Linear(width, 1), nn.Sigmoid()
    )


class OwnModule(nn.Module):
    """Not a Sequential, and gives ``(N,)``."""

    def __init__(self):
        super().__init__()
        self.inner = network()

    def forward(self, x):
        return self.inner(x)[:, 0]


def hooked():
    model = network()
    model[0].register_forward_hook(lambda *_: None)
    return model


def tied():
    torch.manual_seed(5)
    square = nn.Linear(SIZE, SIZE)
    return nn.Sequential(square, nn.Tanh(), square, nn.Tanh(), nn.Linear(SIZE, 1), nn.Sigmoid())


def batch_norm():
    torch.manual_seed(5)
    # Without a bias, whose gradient would be pure rounding: the norm takes its effect away.
    first = nn.Linear(SIZE, 8, bias=False)
    return nn.Sequential(first, nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())


MODELS = {
    "sequential": network,
    "dropout": lambda: network(dropout=True),
    "nested": lambda: nn.Sequential(nn.Identity(), network()),
    "one wide": lambda: network(width=1),
    "layer used twice": tied,
    "flatten first": lambda: nn.Sequential(nn.Flatten(), network()),
    "batch norm": batch_norm,
    "own module": OwnModule,
    "hooked": hooked,
}
OPTIMIZERS = {
    "RMSprop": lambda p: torch.optim.RMSprop(p),
    "weight decay": lambda p: torch.optim.RMSprop(p, weight_decay=0.001),
    "Adam": lambda p: torch.optim.Adam(p),
    "Adam with weight decay": lambda p: torch.optim.Adam(p, weight_decay=0.01),
    "amsgrad": lambda p: torch.optim.Adam(p, lr=0.02, amsgrad=True),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "Adagrad": lambda p: torch.optim.Adagrad(p),
}


def plain_train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    """The loop that students write, with exact means."""
    metrics = {key: [] for key in KEYS}
    train_loader = DataLoader(train_dataset, batch_size, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size)
    for _ in range(epochs):
        for name, loader in (("train", train_loader), ("val", val_loader)):
            model.train(name == "train")
            loss_sum = hits = 0
            for x, y in loader:
                with torch.set_grad_enabled(name == "train"):
                    y_hat = model(x).reshape(len(y))
                    batch_loss = loss(y_hat, y)
                if name == "train":
                    optimizer.zero_grad()
                    batch_loss.backward()
                    optimizer.step()
                loss_sum += batch_loss.item() * len(y)
                hits += ((y_hat > 0.5) == y).sum().item()
            metrics[f"{name}_loss"].append(loss_sum / len(loader.dataset))
            metrics[f"{name}_acc"].append(hits / len(loader.dataset))
    return metrics


def train_both(make_model, make_optimizer, epochs=6, batch_size=12):
    """The same training by `train` and by the plain loop: ``(metrics, model, next random)``."""
    for loop in (train, plain_train):
        model = make_model()
        torch.manual_seed(17)
        optimizer = make_optimizer(model.parameters())
        metrics = loop(model, nn.BCELoss(), optimizer, TRAIN, VAL, batch_size, epochs)
        yield metrics, model, torch.rand(3)


@pytest.mark.parametrize("make_model", MODELS.values(), ids=MODELS)
def test_curves_and_weights_are_those_of_the_plain_loop(make_model):
    (ours, our_model, _), (theirs, their_model, _) = train_both(make_model, OPTIMIZERS["Adam"])
    for key in KEYS:
        assert ours[key] == pytest.approx(theirs[key], abs=1e-4)
    for name, weight in their_model.state_dict().items():
        torch.testing.assert_close(our_model.state_dict()[name], weight, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("make_optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_optimizer_takes_the_steps_of_the_plain_loop(make_optimizer):
    (ours, _, _), (theirs, _, _) = train_both(network, make_optimizer)
    for key in KEYS:
        assert ours[key] == pytest.approx(theirs[key], abs=1e-4)


@pytest.mark.slow
def test_twenty_epochs_of_the_notebook_s_optimizer_end_where_the_plain_loop_does():
    # In double precision, so that what RMSprop at its default rate makes of a rounding stays small.
    model = network(width=16).double()
    torch.manual_seed(17)
    ours = train(model, nn.BCELoss(), torch.optim.RMSprop(model.parameters()), TRAIN, VAL, 12, 20)
    reference = network(width=16).double()
    torch.manual_seed(17)
    double = [TensorDataset(data[:].row.double(), data.labels.double()) for data in (TRAIN, VAL)]
    optimizer = torch.optim.RMSprop(reference.parameters())
    theirs = plain_train(reference, nn.BCELoss(), optimizer, *double, 12, 20)
    for key in KEYS:
        assert ours[key] == pytest.approx(theirs[key], abs=1e-9)


def test_the_random_numbers_go_on_as_after_the_plain_loop():
    (_, _, ours), (_, _, theirs) = train_both(lambda: network(dropout=True), OPTIMIZERS["SGD"])
    assert torch.equal(ours, theirs)


@pytest.mark.parametrize("make_optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_plain_loop_can_go_on_where_training_stopped(make_optimizer):
    results = []
    for loops in ([train, plain_train, train], [plain_train] * 3):
        model = network()
        torch.manual_seed(17)
        optimizer = make_optimizer(model.parameters())
        losses = []
        for loop in loops:
            losses += loop(model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, 2)["val_loss"]
        results.append(losses)
    assert results[0] == pytest.approx(results[1], abs=1e-4)


def test_a_penalty_in_the_loss_sees_the_weights_as_they_are():
    def penalized(model):
        def loss(y_hat, y):
            weight = model[0].weight
            assert weight.shape == (8, SIZE)
            return F.binary_cross_entropy(y_hat, y) + 0.01 * weight.norm(dim=1).sum()

        return loss

    curves = []
    for loop in (train, plain_train):
        model = network()
        torch.manual_seed(17)
        optimizer = torch.optim.Adam(model.parameters())
        curves.append(loop(model, penalized(model), optimizer, TRAIN, VAL, 12, 6)["train_loss"])
    assert curves[0] == pytest.approx(curves[1], abs=1e-4)


def test_training_can_go_on_where_it_stopped():
    results = []
    for epochs in ([2, 2], [4]):
        model = network()
        torch.manual_seed(17)
        optimizer = torch.optim.Adam(model.parameters())
        losses = []
        for count in epochs:
            losses += train(model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, count)["val_loss"]
        results.append(losses)
    assert results[0] == pytest.approx(results[1], abs=1e-6)


@pytest.mark.parametrize("cores", [1, 2])
def test_each_batch_is_put_in_order_by_word_once_and_by_a_spare_core(monkeypatch, cores):
    monkeypatch.setattr(torch, "get_num_threads", lambda: cores)
    threads = []
    real = batches.reviews_of_each_word

    def spy(rows, size):
        threads.append(threading.get_ident())
        return real(rows, size)

    monkeypatch.setattr(batches, "reviews_of_each_word", spy)
    monkeypatch.setattr(word_rows, "reviews_of_each_word", spy)
    model = network()
    train(model, nn.BCELoss(), torch.optim.Adam(model.parameters()), TRAIN, VAL, 12, 3)
    assert len(threads) == 3 * 4
    assert (threading.get_ident() in threads) == (cores == 1)


@pytest.mark.parametrize("make_model", [network, OwnModule], ids=["compact", "dense"])
def test_a_short_last_batch_weighs_what_it_should(make_model):
    model = make_model()
    frozen = torch.optim.SGD(model.parameters(), lr=0.0)
    metrics = train(model, nn.BCELoss(), frozen, TRAIN, VAL, batch_size=11, epochs=1)
    with torch.no_grad():
        for name, data in (("train", TRAIN), ("val", VAL)):
            y_hat = model(data[:].row).reshape(-1)
            expected = F.binary_cross_entropy(y_hat, data.labels).item()
            assert metrics[f"{name}_loss"] == [pytest.approx(expected, abs=1e-6)]
            assert metrics[f"{name}_acc"] == [get_accuracy(y_hat, data.labels)]
    result = evaluate(model, nn.BCELoss(), VAL, batch_size=20)
    assert result == {
        "test_loss": pytest.approx(metrics["val_loss"][0], abs=1e-6),
        "test_acc": metrics["val_acc"][0],
    }


def test_the_loss_is_the_one_given():
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    metrics = train(model, lambda p, y: (p - p).sum() + len(y), optimizer, TRAIN, VAL, 20, 1)
    assert metrics["train_loss"] == [pytest.approx((20 * 20 + 20 * 20 + 5 * 5) / 45)]
    assert evaluate(model, nn.MSELoss(), VAL)["test_loss"] != evaluate(model, nn.BCELoss(), VAL)


def test_the_dictionary_is_plain():
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    metrics = train(model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, 3)
    assert type(metrics) is dict and list(metrics) == KEYS
    assert all(type(values) is list and len(values) == 3 for values in metrics.values())
    assert all(type(value) is float for values in metrics.values() for value in values)
    result = evaluate(model, nn.BCELoss(), VAL)
    assert type(result) is dict and list(result) == ["test_loss", "test_acc"]
    assert all(type(value) is float for value in result.values())


# --- any data set ---------------------------------------------------------------------------------


class OneAtATime(Dataset):
    def __len__(self):
        return len(VAL)

    def __getitem__(self, index):
        return VAL[index].row, int(VAL[index].label)


DATASETS = {
    "tensors": lambda: TensorDataset(VAL[:].row, VAL.labels),
    "labels in a column": lambda: TensorDataset(VAL[:].row, VAL.labels[:, None]),
    "a list": lambda: [(row, int(y)) for row, y in zip(VAL[:].row, VAL.labels, strict=True)],
    "own data set": OneAtATime,
}


@pytest.mark.parametrize("make_dataset", DATASETS.values(), ids=DATASETS)
def test_any_data_set_gives_the_same_result(make_dataset):
    expected = evaluate(network(), nn.BCELoss(), VAL, 10)
    assert evaluate(network(), nn.BCELoss(), make_dataset(), 10) == pytest.approx(expected)
    model = network()
    torch.manual_seed(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    metrics = train(model, nn.BCELoss(), optimizer, make_dataset(), make_dataset(), 10, 2)
    model = network()
    torch.manual_seed(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    compact = train(model, nn.BCELoss(), optimizer, VAL, VAL, 10, 2)
    for key in KEYS:
        assert compact[key] == pytest.approx(metrics[key], abs=1e-4)


def test_batches_of_one_and_one_batch_of_all_work():
    for batch_size in (1, 1000):
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        metrics = train(model, nn.BCELoss(), optimizer, TRAIN, VAL, batch_size, 1)
        assert 0 < metrics["val_loss"][0] < 2


def test_several_outputs_are_an_error_that_says_so():
    model = nn.Sequential(nn.Linear(SIZE, 2), nn.Sigmoid())
    with pytest.raises(ValueError, match=r"shape \(21, 2\) for 21 samples"):
        evaluate(model, nn.BCELoss(), VAL)
    assert model[0].weight.is_contiguous()


def test_an_empty_data_set_is_an_error_that_names_it():
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match="val_dataset is empty"):
        train(model, nn.BCELoss(), optimizer, TRAIN, [], 10, 1)


def test_an_empty_batch_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="batch_size is 0"):
        evaluate(network(), nn.BCELoss(), VAL, batch_size=0)


# --- early stopping and best weights --------------------------------------------------------------


def test_should_stop_sees_the_losses_so_far_after_each_epoch():
    model = network()
    seen = []

    def should_stop(val_losses):
        seen.append(list(val_losses))
        val_losses.clear()  # it may do what it likes with its list
        return len(seen) == 3

    metrics = train(
        model, nn.BCELoss(), torch.optim.Adam(model.parameters()), TRAIN, VAL, 12, 10, should_stop
    )
    assert seen == [metrics["val_loss"][:n] for n in (1, 2, 3)]
    assert all(len(values) == 3 for values in metrics.values())


def test_restore_best_goes_back_to_the_lowest_validation_loss():
    losses = {}
    for restore_best in (False, True):
        model = network(width=32)
        torch.manual_seed(3)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
        metrics = train(
            model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, 12, restore_best=restore_best
        )
        losses[restore_best] = evaluate(model, nn.BCELoss(), VAL)["test_loss"]
    assert losses[False] == pytest.approx(metrics["val_loss"][-1], abs=1e-6)
    assert losses[True] == pytest.approx(min(metrics["val_loss"]), abs=1e-6)
    assert losses[True] < losses[False]


# --- what is left behind --------------------------------------------------------------------------


def test_the_model_is_left_in_evaluation_mode():
    model = network(dropout=True)
    train(model, nn.BCELoss(), torch.optim.Adam(model.parameters()), TRAIN, VAL, 12, 1)
    assert not model.training
    model.train()
    evaluate(model, nn.BCELoss(), VAL)
    assert not model.training


def test_evaluate_uses_no_dropout_and_changes_no_weight():
    model = network(dropout=True)
    before = copy.deepcopy(model.state_dict())
    assert evaluate(model, nn.BCELoss(), VAL) == evaluate(model, nn.BCELoss(), VAL)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


def test_weights_stay_where_they_were_in_memory():
    model = network()
    optimizer = torch.optim.Adam(model.parameters())
    weight = model[0].weight
    alias = weight.detach()
    train(model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, 2)
    assert weight.is_contiguous() and torch.equal(alias, weight)
    assert optimizer.state[weight]["exp_avg"].is_contiguous()
    assert optimizer.param_groups[0]["foreach"] is None
    assert optimizer.param_groups[0]["fused"] is None


def steps_of_adam(monkeypatch, also=lambda: None):
    """What every step of Adam is given: (settings, whether the first weight is contiguous)."""
    seen = []
    module = sys.modules["torch.optim.adam"]
    real = module.adam

    def adam(weights, *args, **settings):
        seen.append((settings, weights[0].is_contiguous()))
        also()
        real(weights, *args, **settings)

    monkeypatch.setattr(module, "adam", adam)
    return seen


def test_adam_works_fused_and_on_contiguous_weights(monkeypatch):
    assert batches._has_fused_code(torch.optim.Adam)
    seen = steps_of_adam(monkeypatch)
    model = network()
    train(model, nn.BCELoss(), torch.optim.Adam(model.parameters()), TRAIN, VAL, 12, 1)
    assert len(seen) == 4
    assert all(settings["fused"] and contiguous for settings, contiguous in seen)


def test_a_torch_without_the_fused_code_takes_the_next_best(monkeypatch):
    class Old(torch.optim.Adam):
        def __init__(self, *args, **settings):
            if settings.get("fused"):
                raise RuntimeError("`fused=True` requires a GPU")
            super().__init__(*args, **settings)

    assert not batches._has_fused_code(Old)
    monkeypatch.setattr(batches, "_has_fused_code", lambda _: False)
    seen = steps_of_adam(monkeypatch)
    model = network()
    train(model, nn.BCELoss(), torch.optim.Adam(model.parameters()), TRAIN, VAL, 12, 1)
    assert all(settings["foreach"] and not settings["fused"] for settings, _ in seen)


@pytest.mark.parametrize("choice", [{"foreach": False}, {"fused": False}, {"fused": True}])
def test_a_choice_made_for_the_optimizer_is_kept(choice, monkeypatch):
    seen = steps_of_adam(monkeypatch)
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), **choice)
    train(model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, 1)
    ((name, value),) = choice.items()
    assert {settings[name] for settings, _ in seen} == {value}
    assert optimizer.param_groups[0][name] is value


def test_a_hook_on_the_optimizer_sees_the_weights_as_they_are():
    model = network()
    optimizer = torch.optim.Adam(model.parameters())
    shapes = []
    optimizer.register_step_pre_hook(lambda *_: shapes.append(model[0].weight.grad.shape))
    optimizer.register_step_post_hook(lambda *_: shapes.append(model[0].weight.shape))
    train(model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, 1)
    assert set(shapes) == {(8, SIZE)}


def test_an_interrupted_training_leaves_a_usable_model():
    model = network()

    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(
            model, nn.BCELoss(), torch.optim.Adam(model.parameters()), TRAIN, VAL, 12, 5, interrupt
        )
    assert model[0].weight.is_contiguous()
    assert evaluate(model, nn.BCELoss(), VAL)["test_loss"] > 0


def test_a_training_interrupted_in_a_step_leaves_all_as_it_was(monkeypatch):
    model = network()
    weight, before = model[0].weight, model[0].weight.detach().clone()
    optimizer = torch.optim.Adam(model.parameters())

    def interrupt():
        assert weight.shape == (SIZE, 8)
        raise KeyboardInterrupt

    steps_of_adam(monkeypatch, also=interrupt)
    with pytest.raises(KeyboardInterrupt):
        train(model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, 5)
    assert torch.equal(weight, before) and weight.is_contiguous()
    assert weight.grad.shape == weight.shape
    assert optimizer.state[weight]["exp_avg"].shape == weight.shape
    assert not optimizer._optimizer_step_pre_hooks and not optimizer._optimizer_step_post_hooks
    monkeypatch.undo()
    assert len(plain_train(model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, 1)["val_loss"]) == 1


@pytest.mark.parametrize("make_model", [network, OwnModule], ids=["compact", "dense"])
def test_no_graph_outlives_its_batch(make_model):
    model = make_model()
    graphs = []

    def loss(y_hat, y):
        assert sum(graph() is not None for graph in graphs) <= 1  # the loss of the batch before
        result = F.binary_cross_entropy(y_hat, y)
        if y_hat.requires_grad:
            graphs.extend([weakref.ref(y_hat), weakref.ref(result)])
        return result

    train(model, loss, torch.optim.SGD(model.parameters(), lr=0.1), TRAIN, VAL, 6, 2)
    gc.collect()
    assert len(graphs) == 32 and all(graph() is None for graph in graphs)


class ReadsOfSingleNumbers(TorchDispatchMode):
    """Counts ``.item()``, ``float(...)`` and the like: on a GPU each one waits for the device."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function is torch.ops.aten._local_scalar_dense.default or "nonzero" in str(function):
            self.count += 1
        return function(*args, **(kwargs or {}))


@pytest.mark.parametrize("make_model", [network, OwnModule], ids=["compact", "dense"])
def test_the_number_of_waits_for_the_device_does_not_depend_on_the_number_of_batches(make_model):
    counts = []
    for batch_size in (45, 5):
        model = make_model()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        with ReadsOfSingleNumbers() as reads:
            train(model, nn.MSELoss(), optimizer, TRAIN, VAL, batch_size, 1)
        counts.append(reads.count)
    assert counts[0] == counts[1]


def test_an_optimizer_of_another_model_is_noticed():
    model = network()
    with pytest.warns(UserWarning, match="holds no parameter of this model"):
        train(model, nn.BCELoss(), torch.optim.SGD(network().parameters()), TRAIN, VAL, 12, 1)
    assert not last_calls[-1].optimizer_covers_model


# --- the record -----------------------------------------------------------------------------------


def test_the_record_tells_what_train_was_called_with():
    model = network()
    optimizer = torch.optim.RMSprop(model.parameters(), weight_decay=0.001)
    metrics = train(
        model,
        nn.BCELoss(),
        optimizer,
        TRAIN,
        VAL,
        12,
        4,
        should_stop=lambda losses: len(losses) > 1,
    )
    call = last_calls[-1]
    assert (call.function, call.loss, call.optimizer) == ("train", "BCELoss", "RMSprop")
    assert call.model is model and call.datasets == (TRAIN, VAL)
    assert (call.batch_size, call.epochs, call.dataset_sizes) == (12, 4, (45, 21))
    assert call.optimizer_settings["weight_decay"] == 0.001
    assert call.optimizer_settings["lr"] == 0.01
    assert call.optimizer_covers_model and call.early_stopping and not call.restore_best
    assert call.metrics == metrics and len(metrics["val_loss"]) == 2
    metrics["val_loss"].clear()
    assert len(call.metrics["val_loss"]) == 2

    result = evaluate(model, nn.BCELoss(), VAL, batch_size=7)
    call = last_calls[-1]
    assert (call.function, call.model, call.batch_size) == ("evaluate", model, 7)
    assert call.metrics == result


def test_the_record_keeps_no_model_alive_and_stays_short():
    model = network()
    reference = weakref.ref(model)
    evaluate(model, nn.BCELoss(), VAL)
    call = last_calls[-1]
    del model
    gc.collect()
    assert reference() is None and call.model is None
    for _ in range(training_record.LAST_CALLS_KEPT + 5):
        evaluate(network(), nn.BCELoss(), VAL)
    assert len(last_calls) == training_record.LAST_CALLS_KEPT


# --- the progress bar -----------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def train_for_a_moment(**options):
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return train(model, nn.BCELoss(), optimizer, TRAIN, VAL, 12, 3, **options)


def terminal(monkeypatch):
    """Make the standard error a terminal. (In a fixture, pytest's capture would undo it.)"""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def test_the_bar_shows_the_current_losses(monkeypatch):
    screen = terminal(monkeypatch)
    metrics = train_for_a_moment()
    last = screen.getvalue().split("\r")[-1]
    assert "3/3" in last
    assert f"train loss {metrics['train_loss'][-1]:.3f}" in last
    assert f"val loss {metrics['val_loss'][-1]:.3f}" in last


def test_no_bar_when_not_wanted(monkeypatch):
    screen = terminal(monkeypatch)
    train_for_a_moment(progress=False)
    assert screen.getvalue() == ""


def test_no_bar_while_grading(monkeypatch):
    screen = terminal(monkeypatch)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    train_for_a_moment()
    assert screen.getvalue() == ""


def test_no_bar_in_a_log_file(capfd):
    train_for_a_moment()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("person_at_the_screen", [True, False])
def test_in_a_notebook_the_bar_needs_a_person(monkeypatch, capsys, person_at_the_screen):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    kernel = types.SimpleNamespace(_allow_stdin=person_at_the_screen)
    shell = types.SimpleNamespace(kernel=kernel)
    ipython = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    train_for_a_moment()
    out, err = capsys.readouterr()
    assert ("3/3" in out) == person_at_the_screen
    assert err == ""


@pytest.mark.slow
def test_an_executed_notebook_stores_no_bar(monkeypatch):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    source = """
import torch
from torch import nn
from torch.utils.data import TensorDataset
from helpers import train
data = TensorDataset(torch.rand(4, 3), torch.ones(4))
model = nn.Sequential(nn.Linear(3, 1), nn.Sigmoid())
metrics = train(model, nn.BCELoss(), torch.optim.SGD(model.parameters(), lr=1), data, data, 2, 2)
print(len(metrics["val_loss"]))
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbclient.NotebookClient(notebook, timeout=PATIENCE).execute()
    (output,) = notebook.cells[0].outputs
    assert (output.name, output.text) == ("stdout", "2\n")


# --- accuracy -------------------------------------------------------------------------------------


def test_accuracy_is_the_share_on_the_right_side_of_one_half():
    prediction = torch.tensor([0.9, 0.5, 0.51, 0.2])
    target = torch.tensor([1.0, 0.0, 0.0, 0.0])
    assert get_accuracy(prediction, target) == 0.75
    assert get_accuracy(prediction[:, None], target) == 0.75
    assert type(get_accuracy(prediction, target)) is float


def test_labels_that_are_not_0_or_1_never_count_as_right():
    assert get_accuracy(torch.tensor([0.9, 0.1]), torch.tensor([2.0, 2.0])) == 0.0


@pytest.mark.parametrize("counts", [(3, 2), (0, 0)])
def test_accuracy_needs_one_prediction_for_each_target(counts):
    with pytest.raises(ValueError, match=f"given {counts[0]} and {counts[1]}"):
        get_accuracy(torch.zeros(counts[0]), torch.zeros(counts[1]))
