"""Stands in for `autograder.checks` where a submission runs: the checks are in another process."""

from autograder.answering.progress import passed, progress

__all__ = ["check", "hint", "passed", "progress", "solution"]


def check(grade_id: str, names: object, hidden: int | None = None) -> None:
    """Only the checks under the tasks count, and those run elsewhere."""
    print(f"{grade_id}: checked under its task.")


def hint(grade_id: str) -> None:
    """There is none while a submission is graded."""
    print(f"{grade_id}: no hints here.")


solution = hint
