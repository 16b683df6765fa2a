"""The checks under the tasks of the notebooks: one module a notebook, one frame for all.

>>> from autograder.checks import check
>>> check("ex1-tokenize", globals())
"""

from autograder.answering.progress import passed, progress
from autograder.checks.framework import CheckFailed, StillOpen, check
from autograder.checks.hints import hint, solution

__all__ = ["CheckFailed", "StillOpen", "check", "hint", "passed", "progress", "solution"]
