"""What a training or evaluation loop does to a watched model, and the first thing wrong with it.

The code of the student runs on the workbench of `answering`. Of the log that comes back, the order
of the rows is the loop's own to choose; all weights, gradients and metrics have to be those that
follow from it (see `loop_run`). Modes and graphs only refuse. The mistakes stand in the tables
[loop] and [metrics].
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import torch
from torch.nn import functional

from autograder.answering.values import show
from autograder.checks.answer import Answer, Raised, refuse
from autograder.checks.examine import Kind, read
from autograder.checks.loop_run import (
    LEARNING_RATE,
    LOSS_SCALE,
    MOMENTUM,
    Backward,
    Drawn,
    Forward,
    Log,
    Step,
    Weights,
    mean_loss,
    same,
    share_right,
)
from autograder.checks.training_metrics import (
    Metric,
    check_metrics,
    chunks,
    listed,
    read_metric,
    read_number,
)

TRAIN_KEYS = ("train_loss", "train_acc", "val_loss", "val_acc")
TEST_KEYS = ("test_loss", "test_acc")
MEASURES = {"loss": mean_loss, "acc": share_right}
DEFAULT_BATCH_SIZE = 512  # of `evaluate`
FEW = 8  # rows that may come in any order by chance
# Errors that have one usual reason here, and those that have it in a batch of one.
ERRORS = {"modified by an inplace operation": "step-first"}
OF_ONE = {"0-d|zero-dim|Dimension out of range|dimension specified as 0|^IndexError": "squeeze"}


def examine_training(
    answer: Answer,
    name: str,
    train_size: int,
    val_size: int,
    batch_size: int,
    epochs: int,
    only: str = "",
) -> None:
    """Raise the first Mistake of the function `train` of this name on data sets of these sizes.

    only: look no further than this needs: "loop", or besides "modes" or "metrics". Both stand on
    the loop: by itself a log of modes could be of the student's own making.
    """
    shown = f"{name}(…) on {train_size} training and {val_size} validation rows, "
    shown += f"batch_size={batch_size}, epochs={epochs}"
    run = _Training(answer, (train_size, val_size), batch_size, shown)
    more = {"batch_size": batch_size, "epochs": epochs}
    # It is for `train` to switch it to train mode.
    run.call(name, ("train_dataset", "val_dataset"), more, LEARNING_RATE, train_mode=False)
    run.check_use()
    run.trace_steps()
    run.check_batches(epochs)
    run.check_order()
    run.check_gradients()
    if only in ("", "modes"):
        run.check_modes()
        run.check_graphs()
    if only in ("loop", "modes"):
        return
    result = run.dictionary(TRAIN_KEYS)
    found = {key: read_metric(result, key, epochs, len(run.batches)) for key in TRAIN_KEYS}
    check_metrics(run.metrics(), found, shown)


def examine_evaluation(answer: Answer, name: str, size: int, batch_size: int | None) -> None:
    """Raise the first Mistake of the function `evaluate` of this name on a data set of this size;
    without a batch size it is to use its default."""
    more = {"batch_size": batch_size} if batch_size else {}
    batch_size = batch_size or DEFAULT_BATCH_SIZE
    shown = f"{name}(model, loss, test_dataset) on {size} rows"
    shown += f" with batch_size={batch_size}" if more else ""
    run = _Run(answer, (size,), batch_size, shown)
    # It is for `evaluate` to switch it to eval mode.
    run.call(name, ("test_dataset",), more, None, train_mode=True)
    run.check_use()
    changed = run.log.steps() or not same(run.log.weights, run.drawn.start, rel=1e-7)
    run.refuse(changed, "evaluation-changes", "The weights changed.")
    cleared = "The gradients that its weights had, of a training under way, are changed or gone."
    run.refuse(not run.log.gradients_left, "evaluation-changes", cleared)
    run.check_measuring(run.log.forwards())
    result = run.dictionary(TEST_KEYS)
    for key in TEST_KEYS:
        seen = f"  {shown}\n  {key} is {show(result[key])}."
        refuse(isinstance(result[key], list | tuple), "metrics/a-list", seen, metric=key)
    found = {key: [read_number(result[key], key)] for key in TEST_KEYS}
    batches = [(run.drawn.start, rows) for rows in chunks(run.drawn.parts[0], batch_size)]
    check_metrics({f"test_{name}": run.metric(name, [batches]) for name in MEASURES}, found, shown)


class _Run:
    """One run of a student's loop on the workbench."""

    log: Log

    def __init__(self, answer: Answer, sizes: Sequence[int], batch_size: int, shown: str):
        self.drawn = Drawn(answer, sizes)
        self.batch_size, self.shown = batch_size, shown
        self.errors = ERRORS | (OF_ONE if any(s % batch_size == 1 for s in sizes) else {})

    def refuse(self, wrong: object, key: str, seen: str) -> None:
        refuse(bool(wrong), f"loop/{key}", f"  {self.shown}\n  {seen}")

    def call(self, name: str, sets: Sequence[str], more: dict, rate: float | None, **mode) -> None:
        """Call the student's function for the model and loss of the workbench and these."""
        try:
            self.log = self.drawn.run(name, sets, more, self.shown, learning_rate=rate, **mode)
        except Raised as raised:
            for pattern, key in self.errors.items():
                known = re.search(pattern, f"{raised.kind}: {raised.text}")
                refuse(bool(known), f"loop/{key}", raised.seen)
            raise
        frozen = "After the call its weights cannot be trained."
        self.refuse(not self.log.can_learn, "model-left-frozen", frozen)

    def check_use(self) -> None:
        self.refuse(not self.log.forwards(), "model-unused", "The model was never called.")
        self.refuse(self.log.loss_calls < 1, "loss-unused", "The given loss was never called.")

    def check_measuring(self, forwards) -> None:
        """Eval mode and no graph where the model is only measured."""
        for forward in forwards:
            seen = "The model was in train mode when it was measured."
            self.refuse(forward.modes != {False}, "train-mode", seen)
            seen = "When it was measured, its results carried a graph for gradients nobody needs."
            self.refuse(forward.graph, "gradients-kept", seen)

    def dictionary(self, keys: Sequence[str]) -> dict:
        wanted = f"a dictionary with {', '.join(keys)}"
        kind = Kind(wanted, lambda value: value if isinstance(value, dict) else None)
        result = read(kind, self.log.result, self.shown)
        missing = ", ".join(key for key in keys if key not in result)
        seen = f"  The result has the keys {show(list(result))}, but not {missing}."
        refuse(bool(missing), "metrics/missing-key", seen, keys=", ".join(keys))
        return result

    def metric(self, name: str, epochs: list[list[tuple[Weights, Sequence[int]]]]) -> Metric:
        """A metric over batches of rows, each measured at its weights, by epoch."""
        metric = Metric(self.batch_size, name == "acc")
        for epoch in epochs:
            values = [self.value(name, *batch) for batch in epoch]
            metric.batches.append((values, [len(rows) for _, rows in epoch]))
        metric.right = [metric.means()]
        if name == "loss":
            metric.slips = [("another-loss", [mean / LOSS_SCALE for mean in metric.means()])]
        else:
            ones = [self.drawn.labels([*itertools.chain(*(r for _, r in e))]) for e in epochs]
            metric.slips = [("all-positive", [float(labels.mean()) for labels in ones])]
        return metric

    def value(self, name: str, weights: Weights, rows: Sequence[int]) -> float:
        said, labels = self.drawn.probabilities(weights, rows), self.drawn.labels(rows)
        return float(MEASURES[name](said, labels))


class _Training(_Run):
    """One run of a training loop. The checks come in this order: each stands on those before."""

    def check_use(self) -> None:
        super().check_use()
        idle = not self.log.steps()
        moved = not same(self.log.weights, self.drawn.start)
        seen = "The optimizer that was given never made a step, "
        self.refuse(idle and moved, "another-optimizer", f"{seen}but the weights changed.")
        others = ", ".join(self.log.other_optimizers[:3])
        seen_others = f"{seen}but another one did: {others}."
        self.refuse(idle and others, "another-optimizer", seen_others)
        backward = any(isinstance(event, Backward) for event in self.log.events)
        self.refuse(idle and not backward, "no-backward-no-step", f"{seen}nor a gradient.")
        self.refuse(idle, "no-step", f"{seen}but gradients were computed.")

    def trace_steps(self) -> None:
        """Find the forward pass before each step, and whether gradients came back from it."""
        self.passes: list[tuple[Forward, bool]] = []
        validation = self.drawn.parts[1]
        last, backward = None, False
        for event in self.log.events:
            if isinstance(event, Forward):
                if event.graph or last is None or event.rows[0] in validation:
                    last, backward = event, False
            elif isinstance(event, Backward):
                backward = True
            elif isinstance(event, Step):
                seen = "The optimizer made a step "
                self.refuse(last is None, "step-before-batch", f"{seen}before the model saw a row.")
                unasked = last.rows[0] in validation
                self.refuse(unasked, "step-in-validation", f"{seen}on rows of the validation set.")
                idle = not backward and not any(g is not None for g in event.gradients)
                self.refuse(idle, "no-backward", f"{seen}without a gradient of this batch's loss.")
                again = self.passes and self.passes[-1][0] is last
                self.refuse(again, "two-steps", f"{seen}once more, without a new batch.")
                self.passes.append((last, backward))
        self.batches = [forward.rows for forward, _ in self.passes]

    def check_batches(self, epochs: int) -> None:
        """As many batches as there should be, each of its size."""
        training = self.drawn.parts[0]
        full, rest = divmod(len(training), self.batch_size)
        wanted = [self.batch_size] * full + [rest] * bool(rest)
        self.per_epoch = per_epoch = len(wanted)
        sizes = [len(rows) for rows in self.batches]
        count, total = len(sizes), epochs * per_epoch
        seen = f"{count} steps, expected {epochs} × {per_epoch}."
        once = count == epochs != total and max(sizes) <= self.batch_size
        self.refuse(once, "one-step-an-epoch", seen)
        left_out = rest and count == epochs * full and set(sizes) == {self.batch_size}
        few = f"Batches of {listed(sizes)}: some rows were left out of every epoch."
        self.refuse(left_out, "short-batch-left-out", few)
        self.refuse(1 != per_epoch == count != total, "one-epoch", f"{seen} That is one epoch.")
        other = f"Batches of {listed(sizes[:per_epoch])} rows, expected {listed(wanted)}."
        self.refuse(sizes[:per_epoch] != wanted, "wrong-batches", other)
        passed = sum(f.graph and f.rows[0] in training for f in self.log.forwards())
        self.refuse(count < passed == total, "batches-without-step", seen)
        self.refuse(count != total, "wrong-epochs", seen)

    def check_order(self) -> None:
        """Each epoch sees each training row once, shuffled anew."""
        training = self.drawn.parts[0]
        orders = [[*itertools.chain(*epoch)] for epoch in chunks(self.batches, self.per_epoch)]
        for number, order in enumerate(orders, 1):
            missing = len(set(training) - set(order))
            seen = f"In epoch {number}, {missing} of {len(training)} training rows did not come."
            self.refuse(sorted(order) != [*training], "rows-missing", seen)
        if len(training) < FEW:
            return
        in_order = [*training] in orders
        self.refuse(in_order, "not-shuffled", "The rows came in the order of the data set.")
        again = len(orders) > 1 and all(order == orders[0] for order in orders)
        self.refuse(again, "shuffled-once", "Shuffled once, then the same again.")

    def check_gradients(self) -> None:
        """The gradient at each step is that of its own batch, and only the steps move weights."""
        weights, total = self.drawn.start, None
        velocity = [torch.zeros_like(w) for w in weights]
        self.trail = [weights]  # the weights before each step and after the last, computed here
        for number, (step, rows) in enumerate(zip(self.log.steps(), self.batches, strict=True)):
            moved = not same(step.before, weights)
            self.refuse(moved, "changed-outside", "Between two steps the weights changed.")
            own = self.drawn.gradients(weights, rows)
            total = own if total is None else [a + b for a, b in zip(total, own, strict=True)]
            if not same(step.gradients, own, rel=1e-3):
                self.name_gradients(number, step, own, total)
            moves = [b - a for a, b in zip(step.before, step.after, strict=True)]
            velocity = [MOMENTUM * v + g for v, g in zip(velocity, own, strict=True)]
            downhill, anew = ([-LEARNING_RATE * g for g in gs] for gs in (velocity, own))
            if not same(moves, downhill, rel=1e-2):
                seen = f"Step {number + 1} was not the one that the given optimizer makes of these "
                first = number and same(moves, anew, rel=1e-2)
                self.refuse(first, "optimizer-emptied", f"{seen}gradients,\n  but its first one.")
                self.refuse(True, "another-rate", f"{seen}gradients.")
            weights = [w + move for w, move in zip(weights, downhill, strict=True)]
            self.trail.append(weights)
        moved = not same(self.log.weights, weights)
        self.refuse(moved, "changed-outside", "After the last step the weights changed once more.")

    def name_gradients(self, number: int, step: Step, own: Weights, total: Weights) -> None:
        """Raise the mistake behind gradients that are not those of the batch."""
        seen = f"At step {number + 1} the gradients were not those of the loss of its batch"
        pairs = zip(step.gradients, own, strict=True)
        found = [torch.zeros_like(b) if a is None else a for a, b in pairs]
        if not any(gradient.any() for gradient in found):
            backward = self.passes[number][1]
            key = "zero-grad-between" if backward else "no-backward"
            self.refuse(True, key, f"{seen}: they were zero.")
        rows, before = self.batches[number], max(number - 1, 0)
        leaves = [w.clone().requires_grad_() for w in self.trail[number]]
        said, labels = self.drawn.probabilities(leaves, rows), self.drawn.labels(rows)
        plain = torch.autograd.grad(
            functional.binary_cross_entropy(said, labels), leaves, retain_graph=True
        )
        twice = torch.autograd.grad(mean_loss(torch.sigmoid(said), labels), leaves)
        flat, flat_own = (torch.cat([g.flatten() for g in gs]) for gs in (found, own))
        factor = float(flat @ flat_own / (flat_own @ flat_own))
        previous = self.drawn.gradients(self.trail[before], self.batches[before])
        for key, gradients, text in (
            ("no-zero-grad", total, "they were the sum over all batches so far"),
            ("step-first", previous, "they were those of the batch before"),
            ("loss-unused", plain, "they were those of another loss"),
            ("sigmoid-twice", twice, "they were those after one more sigmoid"),
            ("scaled", [factor * g for g in own], f"they were {factor:.3g} times as large"),
        ):
            self.refuse(same(found, gradients, rel=1e-3), key, f"{seen}: {text}.")
        more = torch.cat([(f - o).flatten() for f, o in zip(found, own, strict=True)])
        weights = torch.cat([w.flatten() for w in self.trail[number]])
        decay = float(more @ weights / (weights @ weights))
        penalty = torch.allclose(more, decay * weights, 0, 1e-3 * float(more.abs().max()))
        text = f"each was more by {decay:.3g} times its weight"
        self.refuse(penalty, "penalty", f"{seen}: {text}.")
        coarse = same(found, own, rel=5e-2)
        self.refuse(coarse, "coarse-gradients", f"{seen}, but those to two digits or so.")
        largest = float(flat.abs().max())
        text = f"none is larger than {largest:.3g}, and several are as large"
        cut = same(found, [g.clamp(-largest, largest) for g in own], rel=1e-3)
        self.refuse(cut, "clipped", f"{seen}: {text}.")
        self.refuse(True, "wrong-gradients", f"{seen}.")

    def check_modes(self) -> None:
        """Train mode at each step, eval mode and no graph in validation."""
        for number, (forward, _) in enumerate(self.passes):
            key = "eval-mode" if number < self.per_epoch else "not-switched-back"
            seen = "The model was in eval mode when it was trained."
            self.refuse(forward.modes != {True}, key, seen)
        validation = self.drawn.parts[1]
        forwards = [f for f in self.log.forwards() if f.rows[0] in validation]
        self.refuse(not forwards, "no-validation", "The model never saw the validation set.")
        self.check_measuring(forwards)

    def check_graphs(self) -> None:
        kept = self.log.graphs_kept
        seen = f"The graphs of {kept} earlier batches were still there at a later one."
        self.refuse(kept > 2, "graphs-piled-up", seen)

    def metrics(self) -> dict[str, Metric]:
        """The right values: of the batches in training, or of the whole set after the epoch."""
        training, validation = self.drawn.parts
        epochs = chunks(
            [*zip(itertools.pairwise(self.trail), self.batches, strict=True)], self.per_epoch
        )
        starts, ends = [e[0][0][0] for e in epochs], [e[-1][0][1] for e in epochs]
        found = {}
        for name in MEASURES:
            train = self.metric(name, [[(before, rows) for (before, _), rows in e] for e in epochs])
            after = self.metric(name, [[(after, rows) for (_, after), rows in e] for e in epochs])
            train.right += [[self.value(name, end, training) for end in ends], after.means()]
            parts = chunks(validation, self.batch_size)
            val = self.metric(name, [[(end, rows) for rows in parts] for end in ends])
            val.slips += [
                ("before-training", [self.value(name, start, validation) for start in starts]),
                ("on-training-set", train.means()),
                ("once-at-end", [val.means()[-1]] * len(ends)),
            ]
            found |= {f"train_{name}": train, f"val_{name}": val}
        return {key: found[key] for key in TRAIN_KEYS}
