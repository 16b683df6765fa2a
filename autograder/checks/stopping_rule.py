"""The rule of early stopping, wrong rules that students write, and histories to tell them apart."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from autograder.checks.answer import Answer
from autograder.checks.examine import FLAG, Crash, Sign, Slip, examine


def _failures(val_losses: list[float]) -> list[bool]:
    """For each epoch but the first, whether it failed to improve on the epoch before."""
    return [now >= before for before, now in pairwise(val_losses)]


def right_rule(val_losses: list[float], patience: int) -> bool:
    """The rule of the task: the last `patience` epochs each failed to improve on the one before."""
    return len(val_losses) > patience and all(_failures(val_losses)[-patience:])


def _epochs_since_best(val_losses: list[float], last: bool = False) -> int:
    best = min(val_losses)
    return val_losses[::-1].index(best) if last else len(val_losses) - 1 - val_losses.index(best)


def _longest_run(failures: list[bool]) -> int:
    longest = run = 0
    for failed in failures:
        run = run + 1 if failed else 0
        longest = max(longest, run)
    return longest


def _ever(rule: Callable, v: list[float], p: int) -> bool:
    """Whether the rule says stop after any epoch so far."""
    return any(rule(v[:count], p) for count in range(1, len(v) + 1))


def _no_new_best(v: list[float], p: int) -> bool:
    return _epochs_since_best(v) >= p


def _last(v: list[float], p: int) -> list[tuple[float, float]]:
    """The last p epochs, each with the one before it."""
    return list(pairwise(v))[-p:]


# What wrong rules answer.
SLIPS = (
    Slip("never", lambda v, p: False),
    Slip("always", lambda v, p: True),
    Slip("one-late", lambda v, p: right_rule(v, p + 1)),
    Slip("one-early", lambda v, p: right_rule(v, p - 1) if p > 1 else True),
    Slip("one-loss-early", lambda v, p: len(v) >= p and (p == 1 or all(_failures(v)[-(p - 1) :]))),
    Slip("one-loss-early", lambda v, p: all(_failures(v[-p:]))),
    Slip("one-loss-early", lambda v, p: all(b > a for a, b in pairwise(v[-p:]))),
    Slip("one-loss-early", lambda v, p: len(v) >= p and all(b > a for a, b in pairwise(v[-p:]))),
    Slip("two-epochs", lambda v, p: len(v) > p and v[-1] >= v[-1 - p]),
    Slip("best-epoch", _no_new_best),
    Slip("best-epoch", lambda v, p: _epochs_since_best(v, last=True) >= p),
    Slip("best-epoch", lambda v, p: len(v) > p and all(x > min(v[:-p]) for x in v[-p:])),
    Slip("best-epoch-ever", lambda v, p: _ever(_no_new_best, v, p)),
    Slip("first-epoch", lambda v, p: len(v) > p and all(x >= v[0] for x in v[-p:])),
    Slip("first-epoch", lambda v, p: len(v) > p and v[-1] >= v[0]),
    Slip("in-all", lambda v, p: sum(_failures(v)) >= p),
    Slip("run-anywhere", lambda v, p: _longest_run(_failures(v)) >= p),
    Slip("any-of-the-last", lambda v, p: len(v) > p and any(_failures(v)[-p:])),
    Slip("patience-one", lambda v, p: right_rule(v, 1)),
    Slip("patience-two", lambda v, p: right_rule(v, 2)),
    Slip("equal-improves", lambda v, p: len(v) > p and all(b > a for a, b in _last(v, p))),
    Slip("one-loss-too-many", lambda v, p: len(v) > p + 1 and right_rule(v, p)),
    Slip("turned-round", lambda v, p: not right_rule(v, p)),
    Slip("while-improving", lambda v, p: len(v) > p and not any(_failures(v)[-p:])),
    Slip("while-improving", lambda v, p: len(v) > p and all(b <= a for a, b in _last(v, p))),
    Slip("too-short", lambda v, p: all(_failures(v)[-p:])),
    *(
        Slip("small-gain", lambda v, p, d=d: len(v) > p and all(b > a - d for a, b in _last(v, p)))
        for d in (1e-2, 5e-3, 1e-3, 1e-4)
    ),
    *(
        Slip("small-gain", lambda v, p, s=s: len(v) > p and all(b > a * s for a, b in _last(v, p)))
        for s in (0.99, 0.999)
    ),
    Slip("one-before", lambda v, p: len(v) > p and all(x >= v[-1 - p] for x in v[-p:])),
)
SIGNS = (
    Sign("goes-on", lambda stops, v, p: not stops),
    Sign("stops", lambda stops, v, p: stops),
    Crash("too-few-losses", lambda v, p: len(v) <= p, "^(Index|Value)Error"),
)

EXAMPLES = (  # of the notebook, then the edges of the rule
    ([0.50, 0.40, 0.42, 0.43], 2),
    ([0.50, 0.40, 0.42, 0.41], 2),
    ([0.50, 0.40, 0.42], 2),
    ([0.60], 1),
    ([0.60, 0.50], 1),
    ([0.50, 0.60], 1),
    ([0.50, 0.60], 3),
    ([0.50, 0.50, 0.50], 2),
    ([0.30, 0.45, 0.40, 0.42, 0.41], 2),
    ([0.90, 0.50, 0.60, 0.70], 2),
    ([0.40, 0.50, 0.60, 0.30, 0.20], 2),
)


def _histories(answer: Answer) -> list[tuple[list[float], int]]:
    """Validation losses with a patience: fixed ones for the visible check, then random ones."""
    drawn = [] if answer.hidden else [(list(losses), patience) for losses, patience in EXAMPLES]
    draw = answer.random
    for _ in range(80):
        loss, losses = draw.randint(40, 70), []
        # Some losses move by very little, some of those by a small share of what they are.
        scale, least = draw.choice(((100, 0.0), (100, 0.0), (100_000, 0.0), (100_000, 0.4)))
        trend = draw.choice((-2, 0, 2))
        for _ in range(draw.randint(1, 12)):
            losses.append(least + loss / scale)
            loss = max(5, loss + draw.randint(-4, 4) + trend)
        drawn.append((losses, draw.randint(1, 4)))
    return drawn


def check_stopping_rule(answer: Answer) -> None:
    """The rule on fixed histories and on random ones."""
    examine(answer, "should_stop", _histories(answer), right_rule, FLAG, slips=SLIPS, signs=SIGNS)
