"""What a training or evaluation loop does to a watched model, and the first thing wrong with it.

The code of the student runs on the workbench of `watched`; everything here is read off its log, the
weights and the numbers that came back.
"""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable, Sequence

import torch
from torch.nn import functional

from autograder.checks.framework import Answer, Mistake
from autograder.checks.training_metrics import (
    Metric,
    chunks,
    listed,
    read_metric,
    read_number,
    read_results,
    weighted,
)
from autograder.checks.values import show
from autograder.checks.watched import (
    LOSS_SCALE,
    Backward,
    Forward,
    Step,
    Workbench,
    ZeroGrad,
    mean_loss,
    same,
    share_right,
    workbench,
)

TRAIN_KEYS = ("train_loss", "train_acc", "val_loss", "val_acc")


def examine_training(
    answer: Answer, train: Callable, train_size: int, val_size: int, batch_size: int, epochs: int
) -> None:
    bench = workbench(answer, train_size, val_size)
    bench.model.eval()  # it is for `train` to switch it to train mode
    shown = f"train(…) on {train_size} training and {val_size} validation rows, batch_size="
    shown += f"{batch_size}, epochs={epochs}"
    arguments = {
        "model": bench.model,
        "loss": bench.loss,
        "optimizer": bench.optimizer,
        "train_dataset": bench.parts[0].dataset,
        "val_dataset": bench.parts[1].dataset,
        "batch_size": batch_size,
        "epochs": epochs,
    }
    try:
        result = _call(answer, train, arguments, shown)
    except Mistake as mistake:
        raise _explain_stale_graph(mistake) from None
    batches = _examine_steps(bench, shown, batch_size, epochs)
    _examine_modes(bench, shown, batches)
    _examine_metrics(bench, shown, batches, result, batch_size)


def _examine_steps(
    bench: Workbench, shown: str, batch_size: int, epochs: int
) -> list[list[Sequence[int]]]:
    """Every step is right and every epoch complete; returns the rows of each batch, by epoch."""
    training = bench.parts[0].numbers
    steps = bench.steps()
    per_epoch = math.ceil(len(training) / batch_size)
    seen = f"  {shown}\n"
    if not any(bench.forwards()):
        raise Mistake(
            "the model is not used",
            f"{seen}  It was never called.",
            "Train the model that the function is given.",
        )
    if not bench.loss.calls:
        raise Mistake(
            "the `loss` argument is not used",
            f"{seen}  The loss was never called.",
            "Use the loss that the function is given, not one of your own.",
        )
    if not steps:
        _no_steps(bench, seen)
    batches = _step_batches(bench, seen)
    longest = max(map(len, batches))
    if len(steps) == epochs != epochs * per_epoch and longest <= batch_size:
        raise Mistake(
            "one step an epoch",
            f"{seen}  {len(steps)} steps; {per_epoch} batches an epoch.",
            "Step after every batch. How far is that line indented?",
        )
    _examine_epoch_rows(batches, training, batch_size, epochs, seen)
    _examine_gradients(bench, batches, seen)
    final = bench.weights()
    if not same(final, steps[-1].after):
        raise Mistake(
            "weights changed outside the steps",
            f"{seen}  After the last step the weights changed once more.",
            "Only `optimizer.step()` changes the weights.",
        )
    return chunks(batches, per_epoch)


def _no_steps(bench: Workbench, seen: str) -> None:
    if not same(bench.weights(), bench.start):
        raise Mistake(
            "another optimizer",
            f"{seen}  The weights changed, but the optimizer that was given never made a step.",
            "Use the optimizer that the function is given.",
        )
    if not any(isinstance(event, Backward) for event in bench.log):
        raise Mistake(
            "no backward, no step",
            f"{seen}  No gradient was computed, and the optimizer never made a step.",
            "After the loss come three lines: clear the gradients, compute them, step.",
        )
    raise Mistake(
        "no step",
        f"{seen}  Gradients were computed, but the optimizer never made a step.",
        "Which call applies the gradients to the weights?",
    )


def _step_batches(bench: Workbench, seen: str) -> list[Sequence[int]]:
    """The rows of the forward pass before each step."""
    validation = bench.parts[1].numbers
    batches, last, backward, used = [], None, False, False
    for event in bench.log:
        if isinstance(event, Forward):
            if event.graph or last is None or event.rows[0] in validation:
                last, backward, used = event, False, False
        elif isinstance(event, Backward):
            backward = True
        elif isinstance(event, Step):
            if last is None:
                raise Mistake(
                    "a step before the first batch",
                    f"{seen}  The optimizer made a step before the model saw a row.",
                    "Forward, loss, backward, then step.",
                )
            if last.rows[0] in validation:
                raise Mistake(
                    "a step in validation",
                    f"{seen}  The optimizer made a step on rows of the validation set.",
                    "The model must not learn from the validation set: forward and loss, "
                    "nothing more.",
                )
            if not backward and not any(g is not None for g in event.gradients):
                raise Mistake(
                    "no backward before the step",
                    f"{seen}  The optimizer made a step, but "
                    "no gradient had been computed from the loss of this batch.",
                    "Which call computes the gradients, and does it come before the step?",
                )
            if used:
                raise Mistake(
                    "two steps for one batch",
                    f"{seen}  The optimizer made two steps without a new batch in between.",
                    "One batch, one step.",
                )
            batches.append(last.rows)
            used = True
    return batches


def _examine_epoch_rows(
    batches: list[Sequence[int]], training: range, batch_size: int, epochs: int, seen: str
) -> None:
    """Each epoch sees each training row once, shuffled anew, in batches of the size asked for."""
    per_epoch = math.ceil(len(training) / batch_size)
    full = len(training) // batch_size
    sizes = [len(batch) for batch in batches]
    if len(batches) == epochs * full and full != per_epoch and set(sizes) == {batch_size}:
        raise Mistake(
            "a short last batch left out",
            f"{seen}  Batches of {listed(sizes)}: some rows were left out of every epoch.",
            "Every review counts, also those of a short last batch (`drop_last`).",
        )
    if per_epoch != 1 and len(batches) == per_epoch != epochs * per_epoch:
        raise Mistake(
            "only one epoch",
            f"{seen}  {len(batches)} steps, which is one epoch.",
            "Is the `return` inside the loop over the epochs?",
        )
    epoch_sizes = [batch_size] * full + ([len(training) % batch_size] if per_epoch > full else [])
    if sizes[:per_epoch] != epoch_sizes:
        raise Mistake(
            "wrong batches",
            f"{seen}  Batches of {listed(sizes[:per_epoch])} rows, expected {listed(epoch_sizes)}.",
            "Batches of `batch_size` reviews, the last one with what is left.",
        )
    if len(batches) != epochs * per_epoch:
        raise Mistake(
            "wrong number of epochs",
            f"{seen}  {len(batches)} steps, expected {epochs} × {per_epoch}.",
            "How often does your outer loop run?",
        )
    orders = [list(itertools.chain(*epoch)) for epoch in chunks(batches, per_epoch)]
    for number, order in enumerate(orders, 1):
        if sorted(order) != list(training):
            raise Mistake(
                "not every training row once an epoch",
                f"{seen}  In epoch {number}, "
                f"{len(set(training) - set(order))} of the {len(training)} training rows "
                "did not come.",
                "An epoch sees each review exactly once.",
            )
    if len(training) < 8:
        return
    if list(training) in orders:
        raise Mistake(
            "the training data are not shuffled",
            f"{seen}  The rows came in the order of the data set.",
            "Ask the loader of the training data to shuffle.",
        )
    if len(orders) > 1 and all(order == orders[0] for order in orders):
        raise Mistake(
            "the same order in every epoch",
            f"{seen}  Shuffled once, then the same again.",
            "Every epoch should see the reviews in a new order. Where is the shuffling done?",
        )


def _examine_gradients(bench: Workbench, batches: list[Sequence[int]], seen: str) -> None:
    """The gradient at each step is that of its own batch, and nothing else moves the weights."""
    total = None
    weights = bench.start
    for number, (step, rows) in enumerate(zip(bench.steps(), batches, strict=True), 1):
        if not same(step.before, weights):
            raise Mistake(
                "weights changed outside the steps",
                f"{seen}  Between two steps the weights changed.",
                "Only `optimizer.step()` changes the weights.",
            )
        own = bench.gradients(step.before, rows)
        total = own if total is None else [a + b for a, b in zip(total, own, strict=True)]
        if not same(step.gradients, own, rel=1e-3):
            raise _gradient_mistake(bench, number, step, rows, own, total, batches, seen)
        weights = step.after


def _gradient_mistake(bench, number, step, rows, own, total, batches, seen) -> Mistake:
    seen += f"  At step {number} the gradients were not those of the loss of its batch"
    nothing = [torch.zeros_like(g) for g in own]
    if same(step.gradients, nothing):
        events = bench.log[: next(i for i, event in enumerate(bench.log) if event is step)]
        if any(isinstance(event, Backward) for event in events[-2:]) or isinstance(
            events[-1], ZeroGrad
        ):
            return Mistake(
                "zero_grad between backward and step",
                f"{seen}: they were zero.",
                "The step uses the gradients that `backward` leaves. What may not come "
                "between the two?",
            )
        return Mistake(
            "no backward before the step",
            f"{seen}: they were zero.",
            "In which order do backward and step have to come?",
        )
    if number > 1 and same(step.gradients, total, rel=1e-3):
        return Mistake(
            "zero_grad is missing",
            f"{seen}: they were the sum over all batches so far.",
            "PyTorch adds new gradients to the old ones. When have the old ones done their work?",
        )
    if number > 1 and same(
        step.gradients, bench.gradients(bench.steps()[number - 2].before, batches[number - 2]), 1e-3
    ):
        return Mistake(
            "step before backward",
            f"{seen}, but those of the batch before.",
            "In which order do backward and step have to come?",
        )
    own_probabilities = [w.clone().requires_grad_() for w in step.before]
    plain = functional.binary_cross_entropy(
        bench.probabilities(own_probabilities, rows), bench.labels(rows)
    )
    if same(step.gradients, torch.autograd.grad(plain, own_probabilities), 1e-3):
        return Mistake(
            "the `loss` argument is not used",
            f"{seen}, but those of another loss.",
            "Take the gradient of the loss that the function is given.",
        )
    return Mistake(
        "wrong gradients",
        f"{seen}.",
        "For each batch: forward, loss, clear the gradients, backward, step.",
    )


def _examine_modes(bench: Workbench, shown: str, batches: list[list[Sequence[int]]]) -> None:
    """Train mode at each step; eval mode and no graph in validation."""
    validation = bench.parts[1].numbers
    steps, validated, last = 0, False, None
    for event in bench.log:
        if isinstance(event, Step):
            steps += 1
            if last.modes != {True}:
                raise _eval_mode_in_training(shown, first_epoch=steps <= len(batches[0]))
        elif isinstance(event, Forward) and event.rows[0] in validation:
            validated = True
            if event.modes != {False}:
                raise Mistake(
                    "train mode in validation",
                    f"  {shown}\n  The model was in train mode when it was called on the "
                    "validation set.",
                    "Layers like dropout behave differently in training. Which call switches the "
                    "model to evaluation (eval mode)?",
                )
            if event.graph:
                raise Mistake(
                    "gradients kept in validation",
                    f"  {shown}\n  The model's results on the validation set carry a graph for "
                    "gradients that nobody needs.",
                    "Which context tells PyTorch not to record gradients (no_grad)?",
                )
        elif isinstance(event, Forward) and (event.graph or last is None):
            last = event
    if not validated:
        raise Mistake(
            "no validation",
            f"  {shown}\n  The model was never called on the validation set.",
            "After each epoch of training, measure loss and accuracy on `val_dataset`.",
        )


def _eval_mode_in_training(shown: str, first_epoch: bool) -> Mistake:
    seen = f"  {shown}\n  The model was in eval mode when it was trained."
    if first_epoch:
        return Mistake(
            "eval mode in training", seen, "Switch the model to train mode before it trains."
        )
    return Mistake(
        "the model is not switched back to train mode",
        seen,
        "After the first validation the model is still in eval mode. Where should it be switched "
        "back?",
    )


def _examine_metrics(
    bench: Workbench,
    shown: str,
    batches: list[list[Sequence[int]]],
    result: object,
    batch_size: int,
) -> None:
    result = read_results(result, TRAIN_KEYS)
    expected = _expected_metrics(bench, batches, batch_size)
    count, steps = len(batches), sum(map(len, batches))
    found = {key: read_metric(result, key, count, steps) for key in TRAIN_KEYS}
    for key in TRAIN_KEYS:
        if expected[key].accepts(found[key]):
            continue
        swapped = next(
            (k for k in TRAIN_KEYS if k != key and expected[k].accepts(found[key])), None
        )
        label, hint = expected[key].slip(found[key])
        if swapped and label == "wrong value":
            label, hint = f"{swapped} in place of it", "Which list does each number belong to?"
        raise Mistake(
            f"{key}: {label}",
            f"  {shown}\n  {key} is {show(found[key])}\n  expected {show(expected[key].right[0])} "
            f"(batches of {listed(expected[key].batches[0][1])})",
            hint,
        )


def _expected_metrics(
    bench: Workbench, batches: list[list[Sequence[int]]], batch_size: int
) -> dict[str, Metric]:
    """Right values: measured batch by batch in training, or on the whole set after the epoch."""
    metrics = {key: Metric(batch_size, key.endswith("acc")) for key in TRAIN_KEYS}
    steps = bench.steps()
    measures = (("loss", lambda p, y: float(mean_loss(p, y))), ("acc", share_right))
    for name, measure in measures:
        during, after, before_val, after_val, final_val = [], [], [], [], []
        for number, epoch in enumerate(batches):
            own = steps[number * len(epoch) : (number + 1) * len(epoch)]
            sizes = [len(rows) for rows in epoch]

            def value(weights, rows, measure=measure):
                return measure(bench.probabilities(weights, rows), bench.labels(rows))

            values = [value(s.before, rows) for s, rows in zip(own, epoch, strict=True)]
            moved = [value(s.after, rows) for s, rows in zip(own, epoch, strict=True)]
            metrics[f"train_{name}"].batches.append((values, sizes))
            during.append(weighted(values, sizes))
            after.append((value(own[-1].after, bench.parts[0].numbers), weighted(moved, sizes)))
            parts = chunks(bench.parts[1].numbers, batch_size)
            val_sizes = [len(rows) for rows in parts]
            metrics[f"val_{name}"].batches.append(
                ([value(own[-1].after, rows) for rows in parts], val_sizes)
            )
            after_val.append(value(own[-1].after, bench.parts[1].numbers))
            before_val.append(value(own[0].before, bench.parts[1].numbers))
            final_val.append(value(steps[-1].after, bench.parts[1].numbers))
        metrics[f"train_{name}"].right = [during, [a for a, _ in after], [m for _, m in after]]
        metrics[f"val_{name}"].right = [after_val]
        metrics[f"val_{name}"].others += [
            (
                "measured before the training of the epoch",
                before_val,
                "Validation shows what the epoch has taught: measure after its training.",
            ),
            (
                "measured on the training set",
                during,
                "The validation loss and accuracy come from `val_dataset`.",
            ),
            (
                "measured only once, at the end",
                final_val,
                "Validation comes after every epoch. How far is it indented?",
            ),
        ]
        if name == "loss":
            for key in ("train_loss", "val_loss"):
                metrics[key].others.append(
                    (
                        "another loss than the argument",
                        [v / LOSS_SCALE for v in metrics[key].right[0]],
                        "Measure with the loss that the function is given.",
                    )
                )
        else:
            for key in ("train_acc", "val_acc"):
                metrics[key].others.append(
                    (
                        "the number of right ones, not their share",
                        [weighted(v, s) * sum(s) for v, s in metrics[key].batches],
                        "Divide by the number of reviews.",
                    )
                )
    return metrics


def examine_evaluation(
    answer: Answer, evaluate: Callable, test_size: int, batch_size: int | None
) -> None:
    bench = workbench(answer, test_size)
    bench.model.train()  # it is for `evaluate` to switch it to eval mode
    shown = f"evaluate(model, loss, test_dataset) on {test_size} rows"
    arguments = {"model": bench.model, "loss": bench.loss, "test_dataset": bench.parts[0].dataset}
    if batch_size:
        arguments["batch_size"] = batch_size
        shown += f" with batch_size={batch_size}"
    result = _call(answer, evaluate, arguments, shown)
    _examine_evaluation_log(bench, shown)
    result = read_results(result, ("test_loss", "test_acc"))
    rows = bench.parts[0].numbers
    for key, measure in (
        ("test_loss", lambda p, y: float(mean_loss(p, y))),
        ("test_acc", share_right),
    ):
        if isinstance(result[key], list | tuple):
            raise Mistake(
                f"{key} is a list",
                f"  {shown}\n  {key} is {show(result[key])}.",
                "One number for the whole set.",
            )
        expected = Metric(batch_size or 512, key == "test_acc")
        parts = chunks(rows, expected.batch_size)
        values = [measure(bench.probabilities(bench.start, c), bench.labels(c)) for c in parts]
        sizes = [len(c) for c in parts]
        expected.batches.append((values, sizes))
        expected.right = [[weighted(values, sizes)]]
        if key == "test_loss":
            expected.others.append(
                (
                    "another loss than the argument",
                    [expected.right[0][0] / LOSS_SCALE],
                    "Measure with the loss that the function is given.",
                )
            )
            shares = [
                share_right(bench.probabilities(bench.start, c), bench.labels(c)) for c in parts
            ]
            expected.others.append(
                (
                    "loss and accuracy are swapped",
                    [weighted(shares, sizes)],
                    "Which of the two numbers belongs to which key?",
                )
            )
        else:
            expected.others.append(
                (
                    "the number of right ones, not their share",
                    [expected.right[0][0] * len(rows)],
                    "Divide by the number of reviews.",
                )
            )
        found = [read_number(result[key], key)]
        if not expected.accepts(found):
            label, hint = expected.slip(found)
            raise Mistake(
                f"{key}: {label}",
                f"  {shown} (batches of {listed(sizes)})\n  {key} is "
                f"{show(found[0])}, expected {show(expected.right[0][0])}",
                hint,
            )


def _examine_evaluation_log(bench: Workbench, shown: str) -> None:
    forwards = list(bench.forwards())
    if not forwards:
        raise Mistake(
            "the model is not used",
            f"  {shown}\n  The model was never called.",
            "Evaluate the model that the function is given.",
        )
    if not bench.loss.calls:
        raise Mistake(
            "a global `loss` in place of the argument",
            f"  {shown}\n  The loss that was given was never called.",
            "Use the loss that the function is given, not a variable of the notebook.",
        )
    if bench.steps() or not same(bench.weights(), bench.start, rel=1e-7):
        raise Mistake(
            "the evaluation changes the model",
            f"  {shown}\n  The weights changed.",
            "Evaluation only looks: forward and loss, nothing more.",
        )
    for forward in forwards:
        if forward.modes != {False}:
            raise Mistake(
                "train mode in evaluation",
                f"  {shown}\n  The model was in train mode when it was called.",
                "Layers like dropout behave differently in training. Which call switches "
                "the model to evaluation?",
            )
        if forward.graph:
            raise Mistake(
                "gradients kept in evaluation",
                f"  {shown}\n  The model's results carry a graph for gradients that nobody needs.",
                "Which context tells PyTorch not to record gradients (no_grad)?",
            )


def _call(answer: Answer, function: Callable, arguments: dict, shown: str) -> object:
    """By keyword where the names are those of the task, else by position."""
    try:
        inspect.signature(function).bind(**arguments)
    except TypeError:
        result = answer.run(function, *arguments.values(), shown=shown)
    else:
        result = answer.run(function, **arguments, shown=shown)
    if not torch.is_grad_enabled():
        raise Mistake(
            "gradients are left switched off",
            f"  {shown}\n  After the call PyTorch records no gradients any more: the next training "
            "would fail.",
            "What switches gradients off for the lines of one block only?",
        )
    return result


def _explain_stale_graph(mistake: Mistake) -> Mistake:
    """PyTorch's error when the weights have moved between the forward pass and `backward`."""
    if "modified by an inplace operation" not in mistake.seen:
        return mistake
    return Mistake(
        "step before backward",
        mistake.seen,
        "The step changes the weights; after it, the gradients of the old ones can no longer be "
        "computed. In which order do backward and step have to come?",
    )


def explain_batch_of_one(mistake: Mistake) -> Mistake:
    """An error that comes only with a last batch of one has one usual reason."""
    if any(
        word in mistake.seen
        for word in (
            "0-d",
            "zero-dimensional",
            "Dimension out of range",
            "dimension specified as 0",
            "IndexError",
        )
    ):
        return Mistake(
            "squeeze on a batch of one",
            mistake.seen,
            "The last batch holds one review here. `.squeeze()` drops every dimension of "
            "length 1, also the batch dimension. Which one do you mean to drop?",
        )
    return mistake
