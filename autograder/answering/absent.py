"""Stands in for `autograder.checks` where a submission runs: the checks are in another process."""

from autograder.answering.progress import passed, progress

__all__ = ["check", "passed", "progress"]


def check(grade_id: str, names: object, hidden: int | None = None) -> None:
    """Only the checks under the tasks count, and those run elsewhere."""
    print(f"{grade_id}: checked under its task.")
