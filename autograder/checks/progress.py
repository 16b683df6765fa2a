"""The progress cell at the end of a notebook: what is done, open, failing."""

from __future__ import annotations

import importlib

from autograder.checks import framework

_MARKS = {"passed": "✓ done", "failed": "✗ failing", "open": "· open"}


def progress(exercise: str, by_hand: int = 0) -> None:
    """Print a line for each task of an exercise ("ex1" … "ex4"), and the points so far.

    by_hand: points of the written tasks, which no check can give.
    """
    importlib.import_module(framework.MODULES[exercise])
    tasks = [t for t in framework.TASKS.values() if t.grade_id.startswith(exercise + "-")]
    width = max(len(t.grade_id) for t in tasks)
    done = 0
    for t in tasks:
        outcome = framework.outcomes.get(t.grade_id, "open")
        done += t.points if outcome == "passed" else 0
        print(f"{t.grade_id:<{width}}  {t.points:>2} points  {_MARKS[outcome]}")
    if by_hand:
        print(f"{'written answers':<{width}}  {by_hand:>2} points  ✎ graded by hand")
    total = sum(t.points for t in tasks)
    print(f"The visible checks give {done} of {total} points.")
