"""The rule of early stopping, wrong rules that students write, and histories to tell them apart."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from autograder.checks.framework import Answer, Mistake
from autograder.checks.values import show, to_float


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


def _improved_all_along(v: list[float], p: int) -> bool:
    return len(v) > p and not any(_failures(v)[-p:])


# What wrong rules answer, by the mistake they make: (label, rule, hint).
WRONG_RULES: tuple[tuple[str, Callable[[list[float], int], bool], str], ...] = (
    (
        "it never stops",
        lambda v, p: False,
        "When are there enough epochs without improvement, and what does the function return then?",
    ),
    (
        "it always stops: training would end at once",
        lambda v, p: True,
        "Training has to go on while the validation loss still falls.",
    ),
    (
        "patience is off by one: it stops one epoch too late",
        lambda v, p: right_rule(v, p + 1),
        "Count the comparisons, not the epochs: how many does a patience of 1 need?",
    ),
    (
        "patience is off by one: it stops one epoch too early",
        lambda v, p: right_rule(v, p - 1) if p > 1 else True,
        "Count the comparisons, not the epochs: how many does a patience of 1 need?",
    ),
    (
        "patience is off by one: it stops one epoch too early",
        lambda v, p: len(v) >= p and all(_failures(v)[-(p - 1) :] if p > 1 else [True]),
        "Count the comparisons, not the epochs: how many losses do they need?",
    ),
    (
        "compared with the best epoch, not with the epoch before",
        lambda v, p: _epochs_since_best(v) >= p,
        "A common rule, but not the one asked for: here each epoch is held against the one just "
        "before it.",
    ),
    (
        "compared with the best epoch, not with the epoch before",
        lambda v, p: _epochs_since_best(v, last=True) >= p,
        "A common rule, but not the one asked for: here each epoch is held against the one just "
        "before it.",
    ),
    (
        "compared with the best epoch, not with the epoch before",
        lambda v, p: len(v) > p and all(x > min(v[:-p]) for x in v[-p:]),
        "A common rule, but not the one asked for: here each epoch is held against the one just "
        "before it.",
    ),
    (
        "compared with the best epoch, not with the epoch before",
        lambda v, p: _ever(_no_new_best, v, p),
        "A common rule, but not the one asked for: here each epoch is held against the one just "
        "before it, and only the last epochs count.",
    ),
    (
        "compared with the first epoch, not with the epoch before",
        lambda v, p: len(v) > p and all(x >= v[0] for x in v[-p:]),
        "The loss can rise for long and still be below where it started. Against which epoch is "
        "each one held?",
    ),
    (
        "compared with the first epoch, not with the epoch before",
        lambda v, p: len(v) > p and v[-1] >= v[0],
        "The loss can rise for long and still be below where it started. Against which epoch is "
        "each one held?",
    ),
    (
        "failures are counted in all, not in a row (consecutive)",
        lambda v, p: sum(_failures(v)) >= p,
        "An improvement in between gives new patience: which failures count then?",
    ),
    (
        "a run of failures anywhere counts, not only at the end (the last epochs)",
        lambda v, p: _longest_run(_failures(v)) >= p,
        "Look at the last epochs only: what came before has been forgiven by an improvement.",
    ),
    (
        "one failure among the last epochs is enough for it, but each must have failed",
        lambda v, p: len(v) > p and any(_failures(v)[-p:]),
        "Do all of the last epochs have to fail, or any of them?",
    ),
    (
        "patience is ignored: one failure is enough for it",
        lambda v, p: right_rule(v, 1),
        "How many epochs in a row have to fail before training stops?",
    ),
    (
        "patience is ignored: it is always 2",
        lambda v, p: right_rule(v, 2),
        "The function gets the patience as an argument.",
    ),
    (
        "an epoch that equals the one before counts as an improvement",
        lambda v, p: len(v) > p and all(now > before for before, now in list(pairwise(v))[-p:]),
        "To improve is to become lower. Is an equal loss lower?",
    ),
    (
        "it asks for one epoch more than it needs: off by one in the number of losses",
        lambda v, p: len(v) > p + 1 and right_rule(v, p),
        "How many losses does it take to see `patience` epochs fail, each against the one before?",
    ),
    (
        "the answer is turned round: it says stop for go on",
        lambda v, p: not right_rule(v, p),
        "Read your result as a sentence: True means that training ends.",
    ),
    (
        "the wrong direction: it stops while the loss improves",
        _improved_all_along,
        "A falling validation loss is good news. Which sign of the difference is bad?",
    ),
    (
        "the wrong direction: it stops while the loss improves",
        lambda v, p: len(v) > p and all(now <= before for before, now in list(pairwise(v))[-p:]),
        "A falling validation loss is good news. Which sign of the difference is bad?",
    ),
    (
        "a history that is too short stops it",
        lambda v, p: all(_failures(v)[-p:]),
        "How many epochs must there be before `patience` of them can have failed?",
    ),
    (
        "only two epochs are compared: the last and the one `patience` before it",
        lambda v, p: len(v) > p and v[-1] >= v[-1 - p],
        "A loss can fall and rise in between. Each epoch is held against the one just before it.",
    ),
    (
        "all are compared with one epoch, the last before them, not each with the epoch before",
        lambda v, p: len(v) > p and all(x >= v[-1 - p] for x in v[-p:]),
        "Each epoch is held against its own predecessor, which moves along with it.",
    ),
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
        trend = draw.choice((-2, 0, 2))
        for _ in range(draw.randint(1, 12)):
            losses.append(loss / 100)
            loss = max(5, loss + draw.randint(-4, 4) + trend)
        drawn.append((losses, draw.randint(1, 4)))
    return drawn


def check_stopping_rule(answer: Answer) -> None:
    should_stop = answer["should_stop"]
    if not callable(should_stop):
        raise Mistake(
            "should_stop is not a function: the wrong type",
            f"  should_stop is of type {type(should_stop).__name__}.",
            "Define a function with `def should_stop(val_losses, patience):`.",
        )
    histories = _histories(answer)
    said = [_ask(answer, should_stop, *history) for history in histories]
    truth = [right_rule(*history) for history in histories]
    if said != truth:
        again = [_ask(answer, should_stop, *history) for history in reversed(histories)][::-1]
        if again != said:  # the wrong answers come from the calls before
            changed = [i for i in range(len(said)) if again[i] != said[i]]
            raise _remembers(*histories[changed[0]], said[changed[0]])
        first = min(
            (i for i in range(len(said)) if said[i] != truth[i]), key=lambda i: len(histories[i][0])
        )
        raise _wrong_rule(histories, said, *histories[first])
    for history, before in zip(histories[:10], said, strict=False):
        if _ask(answer, should_stop, *history) != before:
            raise _remembers(*history, before)


def _remembers(losses: list[float], patience: int, said: bool) -> Mistake:
    return Mistake(
        "it remembers earlier calls: state is kept between calls",
        f"  should_stop({losses}, {patience}) gave {said}, later the opposite.",
        "The losses so far are in the argument. Count from them at each call, anew; a variable "
        "outside of the function still holds what earlier calls left there.",
    )


def _ask(answer: Answer, should_stop: Callable, losses: list[float], patience: int) -> bool:
    """What the student's function says, as a bool. Raises Mistake for anything else."""
    given = list(losses)
    shown = f"should_stop({losses}, {patience})"
    result = answer.run(should_stop, given, patience, shown=shown)
    if given != losses:
        raise Mistake(
            "it changes the list of losses",
            f"  After {shown} the list was {show(given)}.",
            "The list belongs to the training loop, which goes on to use it: only read it.",
        )
    number = to_float(result) if not isinstance(result, bool) else float(result)
    if number is None and getattr(result, "dtype", None) is not None:
        number = _boolean_of_array(result)
    if number not in (0.0, 1.0):
        what = "None" if result is None else f"a {type(result).__name__}: {show(result)}"
        raise Mistake(
            "it does not return True or False: the wrong type",
            f"  {shown} returned {what}.",
            "Every path through the function has to end in a return of True or False."
            if result is None
            else "One answer is asked for: stop, or go on.",
        )
    return bool(number)


def _boolean_of_array(result: object) -> float | None:
    """A boolean of numpy or torch as 0.0 or 1.0, if it holds just one."""
    try:
        return float(bool(result)) if "bool" in str(result.dtype) else None
    except Exception:  # several truth values have none
        return None


def _wrong_rule(
    histories: list[tuple[list[float], int]], said: list[bool], losses: list[float], patience: int
) -> Mistake:
    right = right_rule(losses, patience)
    seen = (
        f"  should_stop({losses}, patience={patience}) returned {not right},\n"
        f"  but it should be {right}."
    )
    for label, rule, hint in WRONG_RULES:
        if said == [rule(*history) for history in histories]:
            return Mistake(label, seen, hint)
    if right_rule(losses, patience):
        return Mistake(
            "it goes on where it should stop",
            seen,
            "Take the last `patience` epochs one by one: did each fail to improve on the one "
            "before it?",
        )
    return Mistake(
        "it stops where it should go on",
        seen,
        "Take the last `patience` epochs one by one: did each fail to improve on the epoch before "
        "it? If one of them improved, or there are too few, training goes on.",
    )
