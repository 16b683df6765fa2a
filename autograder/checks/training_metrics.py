"""The numbers that a training loop reports: the right ones, and those of known mistakes.

The mistakes stand in the table [metrics].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.answering.values import items, show, to_float
from autograder.checks.answer import Mistake, refuse


def chunks(entries: Sequence, size: int) -> list[Sequence]:
    return [entries[i : i + size] for i in range(0, len(entries), size)]


def weighted(values: Sequence[float], sizes: Sequence[int]) -> float:
    return sum(v * s for v, s in zip(values, sizes, strict=True)) / sum(sizes)


def listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{n:.6g}" for n in numbers[:8]) + (", …" if len(numbers) > 8 else "")


# What known mistakes make of values and sizes of the batches of an epoch; most telling first.
OfBatches = Callable[[Sequence[float], Sequence[int], int], float]
MEANS: dict[str, OfBatches] = {
    "mean-of-means": lambda v, s, b: sum(v) / len(v),
    "last-batch": lambda v, s, b: v[-1],
    "short-batch-left-out": lambda v, s, b: weighted(v[: _full(s, b)], s[: _full(s, b)]),
    "first-batch": lambda v, s, b: v[0],
    # Of a smaller share of the samples nothing is left to know it by: any number near 0 is close.
    "ends-early": lambda v, s, b: v[0] * s[0] / sum(s) if s[0] * 1000 > sum(s) else math.nan,
    "sum": lambda v, s, b: sum(v),
    "sum-over-reviews": lambda v, s, b: weighted(v, s) * sum(s),
    "means-over-reviews": lambda v, s, b: sum(v) / sum(s),
    "batches-as-full": lambda v, s, b: sum(v) * b / sum(s),
    "over-full-batches": lambda v, s, b: sum(v) / _full(s, b),
    "percent": lambda v, s, b: 100 * weighted(v, s),
}
SHARES: dict[str, OfBatches] = {
    "count": lambda v, s, b: weighted(v, s) * sum(s),
    "errors": lambda v, s, b: 1 - weighted(v, s),
    "none-right": lambda v, s, b: 0.0,
}


def _full(sizes: Sequence[int], batch_size: int) -> int:
    return max(1, sum(sizes) // batch_size)


def _close(values: Sequence[float], expected: Sequence[float], rel: float = 2e-4) -> bool:
    return len(values) == len(expected) and all(
        math.isclose(v, e, rel_tol=rel, abs_tol=6e-5)  # rounding to four decimals is fine
        for v, e in zip(values, expected, strict=True)
    )


@dataclass
class Metric:
    """What the numbers of a metric should be, one an epoch, and what they are after a mistake."""

    batch_size: int
    share: bool  # a share of the samples, as an accuracy is
    batches: list[tuple[list[float], list[int]]] = field(default_factory=list)  # values, sizes
    right: list[list[float]] = field(default_factory=list)  # sequences that all count as right
    slips: list[tuple[str, list[float]]] = field(default_factory=list)  # of this metric: key, gives

    def means(self) -> list[float]:
        return [weighted(*batch) for batch in self.batches]

    def accepts(self, values: Sequence[float]) -> bool:
        return any(_close(values, right) for right in self.right)

    def known_slip(self, values: Sequence[float]) -> str:
        """The key in [metrics] of the known mistake that gives these values, or ""."""
        of_batches = {**SHARES, **MEANS} if self.share else MEANS
        sequences = [*self.slips]
        for key, gives in of_batches.items():
            sequences.append((key, [gives(v, s, self.batch_size) for v, s in self.batches]))
        if len(self.batches) > 1:
            sequences += [("epochs-mixed", self._running(weigh)) for weigh in (True, False)]
        return next((key for key, gives in sequences if _close(values, gives)), "")

    def slip(self, values: Sequence[float]) -> str:
        """The key of the mistake that gives these values, as far as one is known."""
        if known := self.known_slip(values):
            return known
        if any(_close(values, [round(r, digits) for r in self.right[0]]) for digits in (1, 2, 3)):
            return "rounded"
        if any(_close(values, right, 1e-2) for right in self.right):
            return "coarse"
        if self.share:
            return "above-one" if max(values) > 1 else "wrong-share"
        return "wrong-value"

    def _running(self, weigh: bool) -> list[float]:
        values, sizes, result = [], [], []
        for v, s in self.batches:
            values, sizes = values + v, sizes + s
            result.append(weighted(values, sizes if weigh else [1] * len(values)))
        return result


def check_metrics(
    metrics: Mapping[str, Metric], found: Mapping[str, list[float]], shown: str
) -> None:
    """Raise the mistake in the first of these metrics that is not right."""
    for key, metric in metrics.items():
        if metric.accepts(found[key]):
            continue
        seen = f"  {shown}\n  {key} is {listed(found[key])}\n  expected {listed(metric.right[0])}"
        seen += f" (batches of {listed(metric.batches[0][1])})"
        slip = metric.slip(found[key])
        other = next((k for k, m in metrics.items() if k != key and m.accepts(found[key])), "")
        if other and slip.startswith("wrong-"):
            raise Mistake("metrics/swapped", seen, metric=key, other=other)
        raise Mistake(f"metrics/{slip}", seen, metric=key)


def read_metric(result: Mapping, key: str, count: int, per_batch: int) -> list[float]:
    """The numbers under this key, one an epoch."""
    entries = items(result[key])
    refuse(entries is None, "metrics/not-a-list", f"  {key} is {show(result[key])}.", metric=key)
    seen = f"  {count} epochs, but {key} has {len(entries)} entries."
    one_per_batch = len(entries) == per_batch != count
    refuse(one_per_batch, "metrics/one-per-batch", seen, metric=key)
    refuse(len(entries) != count, "metrics/wrong-length", seen, metric=key)
    return [read_number(entry, key) for entry in entries]


def read_number(entry: object, key: str) -> float:
    number, seen = to_float(entry), f"  An entry of it is {show(entry)}."
    refuse(number is None, "metrics/not-numbers", seen, metric=key)
    graph = "  An entry is a tensor that still holds the computation that led to it."
    keeps = getattr(entry, "origin", None) is not None and entry.origin.requires_grad
    refuse(keeps, "metrics/keeps-graph", graph, metric=key)
    refuse(not math.isfinite(number), "metrics/not-finite", seen, metric=key)
    return number
