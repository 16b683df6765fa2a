"""What the checks of this kernel said last: for the progress cell, and cells that wait."""

from __future__ import annotations

from autograder import verdict

# Grade id -> "passed", "failed", "open" or "stopped".
outcomes: dict[str, str] = {}
_MARKS = {"passed": "✓ done", "open": "· open"}


def passed(*grade_ids: str) -> bool:
    """Whether the checks of these tasks have passed in this kernel; says which one is missing."""
    waiting = [grade_id for grade_id in grade_ids if outcomes.get(grade_id) != "passed"]
    if waiting:
        print(f"This cell waits for task {' and '.join(waiting)}.")
    return not waiting


def progress(exercise: str, by_hand: int = 0) -> None:
    """Print a line for each task of an exercise ("ex1" for those of ex1-…), and the points so far.

    by_hand: points of the written tasks, which no check can give.
    """
    tasks = [task for task in verdict.tasks().values() if task.id.startswith(exercise + "-")]
    width = max(len(task.id) for task in tasks)
    done = 0
    for task in tasks:
        outcome = outcomes.get(task.id, "open")
        done += task.points if outcome == "passed" else 0
        unit = "point " if task.points == 1 else "points"
        print(f"{task.id:<{width}}  {task.points:>2g} {unit}  {_MARKS.get(outcome, '✗ failing')}")
    if by_hand:
        print(f"{'written answers':<{width}}  {by_hand:>2} points  ✎ graded by hand")
    total = sum(task.points for task in tasks)
    print(f"The visible checks give {done:g} of {total:g} points.")
