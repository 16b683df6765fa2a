"""The numbers that a training loop reports: the right ones, and those of known mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from torch import Tensor

from autograder.checks.framework import Mistake
from autograder.checks.reading import items, wrong_type
from autograder.checks.values import show, to_float


def chunks(numbers: Sequence[int], size: int) -> list[Sequence[int]]:
    return [numbers[i : i + size] for i in range(0, len(numbers), size)]


def weighted(values: Sequence[float], sizes: Sequence[int]) -> float:
    return sum(v * s for v, s in zip(values, sizes, strict=True)) / sum(sizes)


# What known mistakes make of the values of the batches of one epoch; most telling first.
_MEAN_SLIPS: list[tuple[str, Callable[[Sequence[float], Sequence[int], int], float], str]] = [
    (
        "the mean of batch means",
        lambda v, s, b: sum(v) / len(v),
        "A short last batch weighs as much as a full one in your mean. Each review should weigh "
        "the same: by what is the mean of a batch to be multiplied, and the sum divided?",
    ),
    (
        "the last batch only",
        lambda v, s, b: v[-1],
        "Your value is that of the last batch. Collect the values of all batches of the epoch.",
    ),
    (
        "a short last batch left out",
        lambda v, s, b: weighted(v[: max(1, sum(s) // b)], s[: max(1, sum(s) // b)]),
        "Every review counts, also those of a short last batch (`drop_last`).",
    ),
    (
        "the first batch only",
        lambda v, s, b: v[0],
        "Your value is that of the first batch. Collect the values of all batches of the epoch.",
    ),
    ("a sum, not a mean", lambda v, s, b: sum(v), "Divide by the number of what you added up."),
    (
        "a sum, not a mean",
        lambda v, s, b: sum(x * n for x, n in zip(v, s, strict=True)),
        "Divide by the number of reviews.",
    ),
    (
        "a sum of batch means divided by the number of reviews",
        lambda v, s, b: sum(v) / sum(s),
        "The loss of a batch is already a mean over its reviews. What has to be undone before you "
        "divide by the number of all reviews?",
    ),
    (
        "every batch counted as full",
        lambda v, s, b: sum(v) * b / sum(s),
        "The last batch can be shorter than `batch_size`. How many reviews does it really hold?",
    ),
    (
        "divided by the number of full batches",
        lambda v, s, b: sum(v) / max(1, sum(s) // b),
        "How many batches are there when the last one is short?",
    ),
    (
        "percent in place of a share",
        lambda v, s, b: 100 * weighted(v, s),
        "The accuracy is a share between 0 and 1.",
    ),
]


def listed(sizes: Sequence[int]) -> str:
    return ", ".join(map(str, sizes[:8])) + (", …" if len(sizes) > 8 else "")


def _close(values: Sequence[float], expected: Sequence[float]) -> bool:
    return len(values) == len(expected) and all(
        math.isclose(v, e, rel_tol=2e-4, abs_tol=6e-5)  # rounding to four decimals is fine
        for v, e in zip(values, expected, strict=True)
    )


class Metric:
    """What the numbers of a metric should be, and what they are after a known mistake."""

    def __init__(self, batch_size: int, share: bool):
        self.batch_size = batch_size
        self.share = share  # a share of the samples, as an accuracy is
        self.right: list[list[float]] = []  # sequences over the epochs that all count as right
        self.batches: list[tuple[list[float], list[int]]] = []  # values and sizes, by epoch
        self.others: list[tuple[str, list[float], str]] = []  # label, sequence, hint

    def accepts(self, values: Sequence[float]) -> bool:
        return any(_close(values, right) for right in self.right)

    def known_slip(self, values: Sequence[float]) -> tuple[str, str] | None:
        """Label and hint of the known mistake that gives these values."""
        for label, sequence, hint in self.others:
            if _close(values, sequence):
                return label, hint
        for label, function, hint in _MEAN_SLIPS:
            if _close(values, [function(v, s, self.batch_size) for v, s in self.batches]):
                return label, hint
        if len(self.batches) > 1:
            for weigh in (True, False):
                if _close(values, self._running(weigh)):
                    return (
                        "values of earlier epochs mixed in",
                        "From the second epoch on, your mean still holds what the epochs before "
                        "it left in your lists or sums. Where should an epoch start anew?",
                    )
        return None

    def slip(self, values: Sequence[float]) -> tuple[str, str]:
        """Label and hint of the mistake that gives these values, as far as one is known."""
        known = self.known_slip(values)
        if known:
            return known
        if self.share and max(values) > 1:
            return "more than 1", (
                "An accuracy is a share, at most 1. Compare the shapes of what you compare: (n, 1) "
                "with (n,) gives n × n answers."
            )
        return "wrong value", "The mean over all reviews of the set: each review weighs the same."

    def _running(self, weigh: bool) -> list[float]:
        values, sizes, result = [], [], []
        for v, s in self.batches:
            values, sizes = values + v, sizes + s
            result.append(weighted(values, sizes) if weigh else sum(values) / len(values))
        return result


def read_metric(result: Mapping, key: str, count: int, per_batch: int) -> list[float]:
    """The numbers under this key, one an epoch."""
    value = result[key]
    entries = items(value)
    if entries is None:
        raise Mistake(
            f"{key} is not a list",
            f"  {key} is {show(value)}.",
            f"Append one number an epoch to the list of `{key}`.",
        )
    if len(entries) != count:
        label = f"{key} has the wrong length"
        hint = "One entry an epoch."
        if len(entries) == per_batch and per_batch != count:
            label, hint = f"{key} has one entry per batch", "One entry an epoch, not one a batch."
        elif len(entries) in (count - 1, count + 1):
            hint += " Which epoch is missing or counted twice?"
        raise Mistake(label, f"  {count} epochs, but {key} has {len(entries)} entries.", hint)
    raw = list(value) if isinstance(value, list | tuple) else entries
    return [read_number(entry, key) for entry in raw]


def read_number(entry: object, key: str) -> float:
    number = to_float(entry)
    if number is None:
        raise Mistake(
            f"{key} does not hold numbers",
            f"  An entry of it is {show(entry)}.",
            "One number an epoch, for the whole set.",
        )
    if isinstance(entry, Tensor) and entry.requires_grad:
        raise Mistake(
            f"{key} keeps the graph of its batches",
            "  An entry is a tensor that still holds the computation that led to it.",
            "That costs memory with every batch, and it cannot be plotted. How does one "
            "get the plain number out of a tensor?",
        )
    if not math.isfinite(number):
        raise Mistake(
            f"{key} is {number}",
            f"  An entry of it is {show(entry)}.",
            "Which division or logarithm can give that?",
        )
    return number


def read_results(result: object, keys: Sequence[str]) -> Mapping:
    if not isinstance(result, Mapping):
        raise wrong_type("The result", f"a dictionary with {', '.join(keys)}", result)
    missing = [key for key in keys if key not in result]
    if missing:
        raise Mistake(
            "a key is missing",
            f"  The result has the keys {show(list(result))}; {', '.join(missing)} is missing.",
            f"The dictionary has the keys {', '.join(keys)}.",
        )
    return result
