"""The checks of exercise 2, tried on small networks and a small data set."""

import copy
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.optim import Adam, RMSprop
from torch.utils.data import TensorDataset

from autograder.answering.notebook import Notebook
from autograder.checks import CheckFailed, check, decayed_step, framework, trained_model
from autograder.checks import network as network_checks
from autograder.checks.answer import Answer
from autograder.checks.regularization import MODELS
from autograder.checks.stopping_rule import SLIPS, right_rule
from autograder.verdict import mistakes
from helpers import evaluate, train, training
from helpers.regularization import no_new_best, ready_made_classifier

INPUTS = 40


@pytest.fixture(autouse=True)
def nothing_remembered():
    yield
    framework.outcomes.clear()
    training.last_calls.clear()


def rows(count: int, seed: int) -> TensorDataset:
    """Rows of 0 and 1, position 0 unused; the label says which half of a row holds more ones."""
    generator = torch.Generator().manual_seed(seed)
    x = (torch.rand((count, INPUTS), generator=generator) < 0.3).float()
    x[:, 0] = 0
    half = INPUTS // 2
    return TensorDataset(x, (x[:, :half].sum(1) > x[:, half:].sum(1)).float())


@pytest.fixture(scope="module")
def data() -> dict:
    parts = ("train_dataset", 700), ("val_dataset", 300), ("test_dataset", 200)
    return {name: rows(count, seed) for seed, (name, count) in enumerate(parts)}


@pytest.fixture
def names(data) -> dict:
    torch.manual_seed(3)
    return {"device": torch.device("cpu"), "input_size": INPUTS, **data}


def network(hidden: int = 16, p: float = 0.0, inputs: int = INPUTS) -> nn.Sequential:
    layers = []
    for width in (inputs, hidden):
        layers += [nn.Linear(width, hidden), nn.ReLU(), *([nn.Dropout(p)] if p else [])]
    return nn.Sequential(*layers, nn.Linear(hidden, 1), nn.Sigmoid())


def trained(names: dict, name: str, model, optimizer=None, **changes) -> dict:
    """The names with a model that was trained as the tasks ask, but for the changes."""
    settings = {
        "loss": nn.BCELoss(),
        "optimizer": optimizer or RMSprop(model.parameters()),
        "train_dataset": names["train_dataset"],
        "val_dataset": names["val_dataset"],
        "batch_size": 512,
        "epochs": 20,
        "progress": False,
        **changes,
    }
    return {**names, name: model, f"{name}_metrics": train(model, **settings)}


def both(names: dict, **changes) -> dict:
    for name, hidden in (("original_model", 16), ("smaller_model", 4)):
        names = trained(names, name, network(hidden), **changes)
    return names


def message(grade_id: str, names: dict, hidden: int | None = None) -> str:
    with pytest.raises(CheckFailed) as failure:
        check(grade_id, names, hidden=hidden)
    return str(failure.value)


def accepted(grade_id: str, names: dict) -> bool:
    check(grade_id, names)
    check(grade_id, names, hidden=4711)
    return True


# --- models -------------------------------------------------------------------------------------


def test_a_network_may_be_written_in_any_way(names):
    class Written(nn.Module):
        def __init__(self):
            super().__init__()
            self.last, self.second = nn.Linear(16, 1), nn.Linear(16, 16)
            self.first = nn.Parameter(torch.randn(INPUTS, 16))
            self.first_bias = nn.Parameter(torch.zeros(16))

        def forward(self, x):
            x = (x @ self.first + self.first_bias).clamp(min=0)
            return torch.sigmoid(self.last(torch.relu(self.second(x))))

    for model in (network(), Written(), nn.Sequential(nn.Flatten(), network())):
        assert accepted("ex2-original-model", {**names, "original_model": model})


def test_a_lazy_layer_counts_once_it_knows_its_width(names):
    lazy = nn.Sequential(
        *(
            nn.LazyLinear(16),
            nn.ReLU(),
            nn.LazyLinear(16),
            nn.ReLU(),
            nn.LazyLinear(1),
            nn.Sigmoid(),
        )
    )
    assert accepted("ex2-original-model", {**names, "original_model": lazy})


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda m: m[:-1], "no sigmoid"),
        (lambda m: nn.Sequential(*m[:-1], nn.Softmax(dim=1)), "softmax over one unit"),
        (lambda m: nn.Sequential(*m[:3], *m[4:]), "after the second hidden layer"),
        (lambda m: nn.Sequential(m[0], *m[2:]), "after the first hidden layer"),
        (lambda m: nn.Sequential(m[0], m[2], *m[4:]), "both hidden layers"),
        (lambda m: nn.Sequential(m[0], nn.Tanh(), *m[2:]), "another activation"),
        (lambda m: nn.Sequential(*m[:5], nn.ReLU(), m[5]), "at the output"),
        (lambda m: nn.Sequential(*m[:2], nn.Dropout(0.5), *m[2:]), "not asked for"),
        (lambda m: network(8), "wrong widths"),
        (lambda m: nn.Sequential(*m[:2], *m[4:]), "number of hidden layers"),
        (lambda m: network(inputs=INPUTS - 1), "wrong input size"),
        (lambda m: m.double(), "dtype"),
        (lambda m: m.to("meta"), "another device"),
        (lambda m: m.requires_grad_(False), "requires_grad"),
        (lambda m: type(m), "not a model"),
        (lambda m: list(m), "not a model"),
        (lambda m: None, "not a model"),
    ],
)
def test_a_wrong_network_is_named(names, spoil, words):
    said = message("ex2-original-model", {**names, "original_model": spoil(network())})
    assert words in said


def test_a_network_that_squeezes_away_a_batch_of_one_is_named(names):
    class Squeezing(nn.Sequential):
        def forward(self, x):
            return super().forward(x).squeeze()

    said = message("ex2-original-model", {**names, "original_model": Squeezing(*network())})
    assert "batch of one" in said


def test_a_hidden_test_gives_no_shapes_away(names):
    said = message("ex2-smaller-model", {**names, "smaller_model": network(16)}, hidden=99)
    assert "wrong widths" in said
    assert "(16, 40)" not in said


def test_the_model_of_the_student_stays_as_it_was(names):
    model = network(p=0.5).train()
    before = copy.deepcopy(model.state_dict())
    names = trained(names, "dropout_model", model)
    before = copy.deepcopy(model.train().state_dict())
    check("ex2-dropout", names)
    assert model.training
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())


# --- dropout ------------------------------------------------------------------------------------


def with_metrics(names: dict, model) -> dict:
    return {**names, "dropout_model": model, "dropout_model_metrics": {}}


def test_dropout_before_a_relu_is_dropout_after_it(names):
    m = network()
    model = nn.Sequential(m[0], nn.Dropout(), m[1], m[2], nn.Dropout(), *m[3:])
    assert accepted("ex2-dropout", trained(names, "dropout_model", model))


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (lambda m, d: m, "no dropout after the first"),
        (lambda m, d: [*m[:2], d, *m[2:]], "no dropout after the second"),
        (lambda m, d: [*m[:4], d, *m[4:]], "no dropout after the first"),
        (lambda m, d: [d, *m[:2], d, *m[2:]], "on the inputs"),
        (lambda m, d: [*m[:2], d, *m[2:4], d, m[4], d, m[5]], "on the output"),
        (lambda m, d: [*m[:2], d, *m[2:4], d, *m[4:], d], "on the output"),
        (lambda m, d: [*m[:2], d, *m[2:4], nn.Dropout(0.3), *m[4:]], "dropout probability p"),
        (lambda m, d: [*m[:2], d, d, *m[2:4], d, *m[4:]], "dropout probability p"),
        (lambda m, d: [*m[:2], nn.Dropout1d(), *m[2:4], nn.Dropout1d(), *m[4:]], "whole reviews"),
    ],
)
def test_dropout_at_the_wrong_place_is_named(names, layers, words):
    model = nn.Sequential(*layers(network(), nn.Dropout(0.5)))
    assert words in message("ex2-dropout", with_metrics(names, model))


class OwnDropout(nn.Module):
    def __init__(self, factor: float = 2.0, always: bool = False):
        super().__init__()
        self.factor, self.always = factor, always

    def forward(self, x):
        if not (self.training or self.always):
            return x
        return x * (torch.rand_like(x) < 0.5) * self.factor


def own_dropout(**settings) -> nn.Module:
    m = network()
    return nn.Sequential(*m[:2], OwnDropout(**settings), *m[2:4], OwnDropout(**settings), *m[4:])


def test_dropout_by_hand_counts_if_it_scales(names):
    assert accepted("ex2-dropout", trained(names, "dropout_model", own_dropout()))
    assert "scaling" in message("ex2-dropout", with_metrics(names, own_dropout(factor=1.0)))


def test_dropout_that_ignores_the_mode_is_named(names):
    said = message("ex2-dropout", with_metrics(names, own_dropout(always=True)))
    assert "evaluation mode" in said


def test_the_stand_in_of_the_notebook_is_no_answer(names):
    said = message("ex2-dropout", with_metrics(names, ready_made_classifier(INPUTS, 16, p=0.5)))
    assert "ready-made" in said


# --- trained models -----------------------------------------------------------------------------


def test_training_as_asked_passes(names):
    assert accepted("ex2-train-both", both(names))


def test_training_epoch_by_epoch_passes(names):
    model = network(512)
    optimizer, metrics = Adam(model.parameters()), {}
    for _ in range(20):
        names = trained(names, "bigger_model", model, optimizer, epochs=1)
        for key, values in names["bigger_model_metrics"].items():
            metrics.setdefault(key, []).extend(values)
    assert accepted("ex2-train-bigger", {**names, "bigger_model_metrics": metrics})


def test_a_training_loop_of_ones_own_passes(names):
    names = both(names)
    training.last_calls.clear()  # no record: as if `helpers.train` had not been called
    assert accepted("ex2-train-both", names)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epochs": 10}, "number of epochs"),
        ({"batch_size": 32}, "batch size"),
        ({"should_stop": lambda losses: len(losses) == 5}, "number of epochs"),
        ({"loss": nn.MSELoss()}, "wrong loss"),
    ],
)
def test_training_otherwise_is_named(names, changes, words):
    assert words in message("ex2-train-both", both(names, **changes))


def test_the_wrong_data_set_is_named(names):
    said = message("ex2-train-both", both(names, val_dataset=names["test_dataset"]))
    assert "wrong data set for validation" in said


def test_metrics_under_swapped_names_are_named(names):
    names = both(names)
    first, second = "original_model_metrics", "smaller_model_metrics"
    names[first], names[second] = names[second], names[first]
    assert "swapped" in message("ex2-train-both", names)


def test_another_models_parameters_in_the_optimizer_are_named(names):
    names = trained(names, "original_model", network())
    optimizer = RMSprop(names["original_model"].parameters())
    with pytest.warns(UserWarning, match="holds no parameter"):
        names = trained(names, "smaller_model", network(4), optimizer)
    assert "another model's parameters" in message("ex2-train-both", names)
    training.last_calls.clear()
    assert "another model's parameters" in message("ex2-train-both", names)


def test_the_wrong_optimizer_is_named(names):
    names = trained(names, "bigger_model", network(512))
    assert "wrong optimizer" in message("ex2-train-bigger", names)


def test_a_model_that_was_trained_before_is_named(names):
    for _ in range(2):
        names = trained(names, "original_model", names.get("original_model") or network())
    names = trained(names, "smaller_model", network(4))
    assert "trained before" in message("ex2-train-both", names)


@pytest.mark.parametrize("value", [None, [], {"val_loss": [1.0]}, {"val_loss": "abc"}])
def test_metrics_of_the_wrong_kind_are_named(names, value):
    names = {**both(names), "original_model_metrics": value}
    assert "the metrics" in message("ex2-train-both", names)


def test_numbers_that_are_not_finite_are_named(names):
    names = both(names)
    names["smaller_model_metrics"]["train_loss"][3] = float("nan")
    assert "finite" in message("ex2-train-both", names)


# --- weight decay -------------------------------------------------------------------------------


def decayed(names: dict, strength: float, **changes) -> dict:
    model = network()
    optimizer = RMSprop(model.parameters(), weight_decay=strength)
    return trained(names, "regularized_model", model, optimizer, **changes)


def penalised(names: dict, factor: float, strength: float = 0.0) -> dict:
    model = network()

    def loss(y_hat, y):
        penalty = sum(p.square().sum() for p in model.parameters())
        return nn.functional.binary_cross_entropy(y_hat, y) + factor * penalty

    optimizer = RMSprop(model.parameters(), weight_decay=strength)
    return trained(names, "regularized_model", model, optimizer, loss=loss)


def test_weight_decay_comes_from_the_optimizer(names):
    assert accepted("ex2-weight-decay", decayed(names, 0.001))


def test_weight_decay_shows_without_a_record(names):
    names = decayed(names, 0.001)
    training.last_calls.clear()
    assert accepted("ex2-weight-decay", names)
    names = decayed(names, 0.0)
    training.last_calls.clear()
    assert "no weight decay" in message("ex2-weight-decay", names)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda names: decayed(names, 0.0), "no weight decay"),
        (lambda names: decayed(names, 0.01), "wrong strength"),
        (lambda names: penalised(names, 0.001), "a penalty in the loss"),
        (lambda names: penalised(names, 0.0005, 0.001), "a penalty in the loss"),
    ],
)
def test_the_wrong_weight_decay_is_named(names, make, words):
    assert words in message("ex2-weight-decay", make(names))


def test_momentum_beside_the_right_decay_is_named_as_such(names):
    model = network()
    optimizer = RMSprop(model.parameters(), weight_decay=0.001, momentum=0.9)
    names = trained(names, "regularized_model", model, optimizer)
    assert "momentum that was not asked for" in message("ex2-weight-decay", names)


def test_training_an_earlier_model_on_is_named(names):
    names = trained(names, "original_model", network())
    names = {**names, "regularized_model": names["original_model"], "regularized_model_metrics": {}}
    assert "not a new model" in message("ex2-weight-decay", names)


# --- early stopping -----------------------------------------------------------------------------


def test_the_rule_of_the_task_passes():
    assert accepted("ex2-early-stopping", {"should_stop": right_rule})


def test_a_numpy_boolean_is_a_boolean():
    import numpy

    answer = {"should_stop": lambda losses, patience: numpy.bool_(right_rule(losses, patience))}
    assert accepted("ex2-early-stopping", answer)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.key)
@pytest.mark.parametrize("hidden", [None, 31337])
def test_every_known_wrong_rule_is_named(slip, hidden):
    label, _ = mistakes()[f"ex2-early-stopping/{slip.key}"]
    assert label in message("ex2-early-stopping", {"should_stop": slip.gives}, hidden=hidden)


def test_the_rule_of_the_best_epoch_is_named():
    rule = lambda losses, patience: no_new_best(losses, patience)  # noqa: E731
    assert "best epoch" in message("ex2-early-stopping", {"should_stop": rule})
    ready_made = message("ex2-early-stopping", {"should_stop": no_new_best})
    assert "not your own" in ready_made


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda losses, patience: None, "should be True or False"),
        (lambda losses, patience: len(losses), "should be True or False"),
        (lambda losses, patience: bool(losses.clear()) or True, "always stops"),
        (lambda losses: True, "the wrong parameters"),
        (lambda losses, patience: losses[99], "IndexError"),
        (True, "not a function"),
    ],
)
def test_a_function_that_misbehaves_is_named(function, words):
    assert words in message("ex2-early-stopping", {"should_stop": function})


def test_a_rule_that_remembers_its_calls_is_named():
    calls = []

    def should_stop(losses, patience):
        calls.append(losses)
        return (
            right_rule(losses, patience) if len(calls) <= 91 else not right_rule(losses, patience)
        )

    assert "state is kept" in message("ex2-early-stopping", {"should_stop": should_stop})


# --- evaluation ---------------------------------------------------------------------------------


@pytest.fixture
def stopped(names) -> dict:
    model = ready_made_classifier(INPUTS, 16, p=0.5)
    names = trained(names, "early_dropout_model", model, epochs=6)
    return trained(names, "dropout_model", network(p=0.5))


def evaluated(names: dict, model: str, part: str) -> dict:
    results = evaluate(names[model], nn.BCELoss(), names[f"{part}_dataset"])
    return {**names, "eval_metrics": results}


def test_the_test_set_and_the_stopped_model_pass(stopped):
    assert accepted("ex2-evaluate", evaluated(stopped, "early_dropout_model", "test"))


@pytest.mark.parametrize(
    ("model", "part", "words"),
    [
        ("early_dropout_model", "val", "validation data"),
        ("early_dropout_model", "train", "training data"),
        ("dropout_model", "test", "another model"),
    ],
)
def test_another_model_or_data_set_is_named(stopped, model, part, words):
    assert words in message("ex2-evaluate", evaluated(stopped, model, part))


def test_a_loss_that_sums_over_each_batch_is_named(stopped):
    names = {**stopped, "test_dataset": rows(700, seed=9)}
    summed = nn.BCELoss(reduction="sum")
    results = evaluate(names["early_dropout_model"], summed, names["test_dataset"])
    assert "summed over each batch" in message("ex2-evaluate", {**names, "eval_metrics": results})


def test_evaluation_in_train_mode_is_named(stopped):
    model, (x, y) = stopped["early_dropout_model"].train(), stopped["test_dataset"].tensors
    with torch.no_grad():
        y_hat = model(x).flatten()
    results = {
        "test_loss": nn.functional.binary_cross_entropy(y_hat, y),
        "test_acc": ((y_hat > 0.5) == y).float().mean(),
    }
    assert "train mode" in message("ex2-evaluate", {**stopped, "eval_metrics": results})


def test_an_accuracy_in_percent_is_named(stopped):
    names = evaluated(stopped, "early_dropout_model", "test")
    names["eval_metrics"]["test_acc"] *= 100
    assert "percent" in message("ex2-evaluate", names)


def test_all_models_of_the_notebook_are_known_to_the_checks():
    defined = {name for task in framework.TASKS.values() for name in task.defines}
    assert {m for m in MODELS if m in defined} == set(MODELS) - {"early_dropout_model"}


# --- from another process -----------------------------------------------------------------------


class Elsewhere:
    """Asks a notebook, and has no more of it."""

    def __init__(self, names: dict, grade_id: str):
        self.notebook = Notebook(names, grade_id)
        self.ask = self.notebook.ask


def test_elsewhere_the_judge_loads_its_own_data(names, monkeypatch):
    monkeypatch.setattr(trained_model, "loaded", lambda: SimpleNamespace(**names))
    monkeypatch.setattr(network_checks, "VECTOR_SIZE", INPUTS)
    answer = Elsewhere({**both(names), "input_size": 3}, "ex2-train-both")
    with answer.notebook.session():
        assert framework.judge("ex2-train-both", answer, 5) is None
        for model in "original_model", "smaller_model":
            answer.notebook.names[model] = network(16 if model.startswith("orig") else 4)
        failure = framework.judge("ex2-train-both", answer, None)
    assert "do not belong to this model" in str(failure)


def test_a_model_that_does_not_do_what_its_layers_say_is_not_judged(names):
    class Skips(nn.Sequential):
        def forward(self, x):
            return torch.sigmoid(self[4](torch.relu(self[0](x)) + 1))

    names = trained(names, "smaller_model", network(4))
    names = trained(names, "original_model", Skips(*network()))
    assert "no chain of linear layers" in message("ex2-train-both", names)


def test_the_column_of_the_output_stays(names):
    class Flat(nn.Sequential):
        def forward(self, x):
            return super().forward(x).flatten()

    flat = Flat(*network())
    assert "wrong shape" in message("ex2-original-model", {**names, "original_model": flat})


def own_loop(model, names: dict, clear) -> dict:
    """What a loop without a record gives; `clear` is called before each batch."""
    optimizer, loss = RMSprop(model.parameters()), nn.BCELoss()
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(20):
        total = 0.0
        for x, y in torch.utils.data.DataLoader(names["train_dataset"], 512, shuffle=True):
            clear(optimizer)
            value = loss(model(x)[:, 0], y)
            value.backward()
            optimizer.step()
            total += value.item() * len(y)
        scores = evaluate(model, loss, names["val_dataset"])
        metrics["train_loss"].append(total / len(names["train_dataset"]))
        metrics["train_acc"].append(0.8)
        metrics["val_loss"].append(scores["test_loss"])
        metrics["val_acc"].append(scores["test_acc"])
    return metrics


def test_a_loop_that_never_clears_its_gradients_is_named(names):
    torch.manual_seed(0)
    for clear, right in ((lambda o: o.zero_grad(), True), (lambda o: None, False)):
        found = dict(names)
        for name, hidden in (("original_model", 16), ("smaller_model", 4)):
            found[name] = network(hidden)
            found[f"{name}_metrics"] = own_loop(found[name], names, clear)
        if right:
            assert accepted("ex2-train-both", found)
        else:
            assert "zero_grad is missing" in message("ex2-train-both", found)


def test_a_model_of_an_earlier_task_may_not_be_replaced(names):
    one = both(names)
    two = trained(names, "smaller_model", network(16))
    replaced = {**one, **{k: v for k, v in two.items() if k.startswith("smaller")}}
    assert "replaced" in message("ex2-train-both", replaced)


def test_momentum_is_no_setting_of_any_task(names):
    found = both(names)
    model = network()
    optimizer = RMSprop(model.parameters(), momentum=0.5)
    assert "momentum" in message(
        "ex2-train-both", trained(found, "original_model", model, optimizer)
    )


# --- a step with weight decay, and dropout --------------------------------------------------------


def test_no_two_wrong_steps_are_known_by_the_same_results():
    """Else a message would name a mistake that was not made."""
    cases = [case for hidden in (None, 4711) for case in decayed_step._steps(Answer({}, hidden))]
    results = [
        torch.cat([step.gives(*case).flatten().double() for case in cases])
        for step in decayed_step.SLIPS
    ]
    right = torch.cat([decayed_step.right_step(*case).flatten() for case in cases])
    for number, (slip, result) in enumerate(zip(decayed_step.SLIPS, results, strict=True)):
        assert not torch.allclose(result, right, atol=1e-3), slip.key
        for other, before in zip(decayed_step.SLIPS, results[:number], strict=False):
            assert slip.key == other.key or not torch.allclose(result, before, atol=1e-3), slip.key


def by_hand(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(p)
    return x * (torch.rand(x.shape) >= p) / (1 - p) if training else x


def test_chance_fails_no_right_dropout():
    for seed in range(15):
        torch.manual_seed(seed)
        check("ex2-dropout-layer", {"dropout": by_hand}, hidden=seed)


@pytest.mark.parametrize("off", [0.02, -0.02])
def test_a_share_that_is_off_by_two_percent_is_found(off):
    def dropout(x, p, training):
        stays = torch.rand(x.shape) >= p + off if training and 0 < p < 1 else torch.ones_like(x)
        return by_hand(x, p, False) * stays / (1 - p if training else 1)

    assert "wrong share" in message("ex2-dropout-layer", {"dropout": dropout})


def test_a_message_on_dropout_tells_what_was_seen():
    def dropout(x, p, training):
        return by_hand(x, p, training) * (1 - p if training else 1)

    said = message("ex2-dropout-layer", {"dropout": dropout})
    assert "what stays is not scaled" in said
    assert "the others are x times 1." in said and "called 20 times" in said
    assert "times" not in message("ex2-dropout-layer", {"dropout": dropout}, hidden=3)
