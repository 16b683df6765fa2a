"""Who runs against whom, and what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from benchmarks.contender import Run

RunsByRound = dict[str, list[Run]]
"""Of each contender, its run in each round."""


@dataclass(frozen=True)
class Contest:
    """``ours`` against ``rivals`` at one job; the first rival is the one that a target is about."""

    job: str
    ours: str
    rivals: tuple[str, ...] = ()

    @property
    def contenders(self) -> tuple[str, ...]:
        return (self.ours, *self.rivals)


@dataclass(frozen=True)
class Ratio:
    """How many times more the rival took, round by round."""

    median: float
    smallest: float
    largest: float

    @classmethod
    def of(cls, rival: list[float], ours: list[float]) -> Ratio:
        # Not strict: of an interrupted run, the last round may have only one of the two.
        ratios = [theirs / mine for theirs, mine in zip(rival, ours, strict=False)]
        return cls(median(ratios), min(ratios), max(ratios))


PREPARE = Contest("prepare both halves", "prepare: helpers", ("prepare: the old lab's method",))
PREPARE_HALF = Contest(
    "prepare the training half",
    "prepare half: helpers",
    ("prepare half: scikit-learn", "prepare half: Python sets"),
)
READ_ARCHIVE = Contest("read the archive", "read archive: helpers", ("read archive: tarfile",))
SECOND_START = Contest("second start", "second start: helpers")
LOOPS = ("the old lab's loop", "plain DataLoader", "dense tensor", "sparse CSR", "EmbeddingBag")
ORIGINAL = Contest(
    "train the original model",
    "original model: helpers",
    tuple(f"original model: {who}" for who in LOOPS),
)
BIGGER = Contest(
    "train the bigger model",
    "bigger model: helpers",
    tuple(f"bigger model: {who}" for who in LOOPS),
)
CONTESTS = (SECOND_START, READ_ARCHIVE, PREPARE_HALF, ORIGINAL, BIGGER, PREPARE)


@dataclass(frozen=True)
class Target:
    """A figure that is asked for: ``at_least`` and, better, ``aim``."""

    what: str
    unit: str  # "times", "s" or "GiB"
    at_least: float
    aim: float

    def verdict(self, measured: float) -> str:
        """ "aim", "at least" or "missed"."""
        for name, limit in (("aim", self.aim), ("at least", self.at_least)):
            if (measured >= limit) if self.unit == "times" else (measured <= limit):
                return name
        return "missed"


@dataclass(frozen=True)
class RatioTarget(Target):
    """About a contest: how many times less time (or memory) than its first rival."""

    contest: Contest
    measure: str = "seconds"

    def measured(self, runs: RunsByRound) -> Ratio | None:
        ours, rival = self.contest.contenders[:2]
        if not (runs.get(ours) and runs.get(rival)):
            return None
        values = [[getattr(run, self.measure) for run in runs[who]] for who in (rival, ours)]
        return Ratio.of(*values)


@dataclass(frozen=True)
class SecondsTarget(Target):
    """About our own time in a contest."""

    contest: Contest
    detail: str = ""  # a number among the details; else the time of the run

    def measured(self, runs: RunsByRound) -> Ratio | None:
        own = runs.get(self.contest.ours)
        if not own:
            return None
        values = [run.details[self.detail] if self.detail else run.seconds for run in own]
        return Ratio(median(values), min(values), max(values))


TARGETS = (
    RatioTarget("prepare 50,000 reviews, against the old lab's method", "times", 40, 80, PREPARE),
    RatioTarget("the same, memory", "times", 8, 12, PREPARE, "peak_bytes"),
    RatioTarget("prepare one half, against scikit-learn", "times", 2.5, 5, PREPARE_HALF),
    SecondsTarget("read the archive into texts", "s", 4, 1, READ_ARCHIVE),
    SecondsTarget("second start of a notebook", "s", 0.1, 0.03, SECOND_START),
    SecondsTarget("import helpers, beyond torch", "s", 0.3, 0.3, SECOND_START, "import_seconds"),
    RatioTarget("original model, 20 epochs, against the old lab's loop", "times", 4, 10, ORIGINAL),
    RatioTarget("bigger model, Adam, against the old lab's loop", "times", 2.5, 5, BIGGER),
)
NOTEBOOK_TIME = Target("all four solution notebooks, start to end", "s", 150, 60)
NOTEBOOK_MEMORY = Target("peak memory of any notebook", "GiB", 1.5, 1.0)
