"""One notebook to run, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder import labs
from autograder.running.sandbox import Limits
from autograder.verdict import Verdict


@dataclass(frozen=True)
class Job:
    """One notebook to run."""

    notebook: bytes  # nbformat 4 JSON
    files: dict[str, bytes] = field(default_factory=dict)  # the submission's other files
    limits: Limits = field(default_factory=Limits)
    sandbox: str = "bwrap"  # or "none"
    demos: bool = True  # run the cells that only show something
    pictures: bool = True  # draw the plots; that is half of the time of a notebook full of them
    imports: tuple[str, ...] | None = None  # modules to have ready; None: those of the lab
    partial_credit: bool = False  # points for the criteria that a failed answer meets
    lab: str = labs.OWN  # the lab at work
    student: str | None = None  # whose numbers it is to have; None where there are no variants


@dataclass
class Outcome:
    """What came of a job."""

    notebook: bytes
    verdicts: list[Verdict] = field(default_factory=list)
    seconds: float = 0.0
