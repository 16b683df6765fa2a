"""The progress cell at the end of a notebook: what is done, open, failing."""

from __future__ import annotations

from autograder import verdict
from autograder.checks import framework

_MARKS = {"passed": "✓ done", "failed": "✗ failing", "open": "· open"}


def progress(exercise: str, by_hand: int = 0) -> None:
    """Print a line for each task of an exercise ("ex1" … "ex4"), and the points so far.

    by_hand: points of the written tasks, which no check can give.
    """
    tasks = [task for task in verdict.tasks().values() if task.id.startswith(exercise + "-")]
    width = max(len(task.id) for task in tasks)
    done = 0
    for task in tasks:
        outcome = framework.outcomes.get(task.id, "open")
        done += task.points if outcome == "passed" else 0
        print(f"{task.id:<{width}}  {task.points:>2g} points  {_MARKS[outcome]}")
    if by_hand:
        print(f"{'written answers':<{width}}  {by_hand:>2} points  ✎ graded by hand")
    total = sum(task.points for task in tasks)
    print(f"The visible checks give {done:g} of {total:g} points.")
