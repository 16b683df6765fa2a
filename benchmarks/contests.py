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
FETCH = Contest(
    "fetch dense batches, 5 epochs",
    "fetch batches: helpers",
    ("fetch batches: the old lab's data set",),
)
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
CONTESTS = (SECOND_START, READ_ARCHIVE, PREPARE_HALF, PREPARE, FETCH, ORIGINAL, BIGGER)


@dataclass(frozen=True)
class Target:
    """A figure that is asked for: ``at_least`` and, better, ``aim``."""

    what: str
    unit: str  # "times", "s" or "GiB"
    at_least: float
    aim: float
    holds: str = ""  # what keeps it from being better, and what was tried

    def verdict(self, measured: float) -> str:
        """ "aim", "at least" or "missed"."""
        for name, limit in (("aim", self.aim), ("at least", self.at_least)):
            if (measured >= limit) if self.unit == "times" else (measured <= limit):
                return name
        return "missed"


@dataclass(frozen=True)
class ContestTarget(Target):
    """About a contest: how many times less our own took than its first rival.

    In seconds: how long our own took.
    """

    contest: Contest | None = None
    measure: str = "seconds"  # or "peak_bytes", or a number among the details of a run

    def measured(self, runs: RunsByRound) -> Ratio | None:
        names = self.contest.contenders[: 2 if self.unit == "times" else 1]
        if not all(runs.get(who) for who in names):
            return None
        values = [[self._of(run) for run in runs[who]] for who in names]
        if self.unit == "times":
            own, rival = values
            return Ratio.of(rival, own)
        return Ratio(median(values[0]), min(values[0]), max(values[0]))

    def _of(self, run: Run) -> float:
        return (
            run.details[self.measure] if self.measure in run.details else getattr(run, self.measure)
        )


TARGETS = (
    ContestTarget(
        "prepare 50,000 reviews, against the old lab's method",
        "times",
        40,
        80,
        "Half of the time goes into looking up 11.6 million words in a hash table, a hundred "
        "thousand at a time. Both cores share it, except for the half whose words may be new.",
        PREPARE,
    ),
    ContestTarget(
        "the same, memory",
        "times",
        8,
        12,
        "The texts themselves and the number of each word are what is left.",
        PREPARE,
        "peak_bytes",
    ),
    ContestTarget(
        "prepare one half, against scikit-learn",
        "times",
        2.5,
        5,
        "Each word of this half may be a new one, so its look-ups come one block after another.",
        PREPARE_HALF,
    ),
    ContestTarget(
        "read the archive into texts",
        "s",
        4,
        1,
        "tarfile makes an object of 20 attributes for each of 50,000 headers, which takes 0.9 s; "
        "to read them as bytes took 0.2 s, and 100 lines for a wait of once a machine. The rest "
        "is zlib's 0.44 s, checking, mixing and storing the texts.",
        READ_ARCHIVE,
    ),
    ContestTarget(
        "second start: all data sets and all texts, in a fresh process",
        "s",
        0.1,
        0.03,
        "The files are mapped into memory; adding them up for their checksums takes the time.",
        SECOND_START,
    ),
    ContestTarget(
        "import helpers, beyond torch",
        "s",
        0.3,
        0.3,
        contest=SECOND_START,
        measure="import_seconds",
    ),
    ContestTarget(
        "original model, 20 epochs, against the old lab's loop",
        "times",
        4,
        10,
        "A step is 60 calls into PyTorch of 5 to 400 µs: neither arithmetic nor memory is the "
        "limit. The longest of them, sorting a batch by word, is done beforehand by the second "
        "core. Scattering instead of sorting, and one sort for a whole epoch, took longer.",
        ORIGINAL,
    ),
    ContestTarget(
        "bigger model, Adam, against the old lab's loop",
        "times",
        2.5,
        5,
        "A third of a step is the dense products of the second layer, a quarter the sums of "
        "words; Adam, already fused, is an eighth.",
        BIGGER,
    ),
)
NOTEBOOK_TIME = Target(
    "all four solution notebooks, start to end",
    "s",
    150,
    60,
    "Half of it are two trainings of notebook 2: the bigger model, and the original one with seven "
    "weight decays. The loop that students write themselves in notebook 1 takes dense rows.",
)
NOTEBOOK_MEMORY = Target(
    "peak memory of any notebook",
    "GiB",
    1.5,
    1.0,
    "PyTorch and matplotlib alone take 0.3 GiB; the rest are batches, weights and averages.",
)
