"""Which pairs of a class share what hardly anybody else has.

A trace weighs log2(everybody / those who have it), in bits, where everybody is the class and the
wrong answers of the bank; less where many of the class have it, and nothing from half of them on.
What is shared in one place hangs together: of the traces of one kind in a task the second counts
half, the third a third, and so on; and what a single rare trace could do does not count at all.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nlargest
from itertools import combinations
from statistics import median

from autograder.intake.groups import read_groups
from autograder.similarity.answers import Given, HandIn
from autograder.similarity.traces import Trace

SMALLEST = 60  # a smaller class cannot tell what is rare: it counts as one of so many
CHANCE = 1.35  # rarest traces that anybody may share by chance, of each kind in each task
NOISE = 2.0  # bits of chance that a task leaves; of many tasks their root
APART = 2.0  # what is named is so many times the usual
NEAREST = 10  # of each student: with whom they are compared in full
RARE = 8  # who is near is told by traces that at most an eighth of the class have
FEW = 2  # others that have it too, and it is rare
PER_TASK = ("run", "statement", "prose")  # of the other kinds there is one lot over all tasks


@dataclass
class Evidence:
    """What a pair shares of one kind; in one task, or over all if `task` is ""."""

    kind: str
    task: str
    figure: float
    traces: list[Trace]  # rarest first
    rarest: list[Trace]  # of these
    others: int  # who have the rarest too

    @property
    def tells(self) -> bool:
        """Whether a person is to see it, though it may count nothing: a little that is rare."""
        return self.figure > 0 or (not self.task and self.others <= FEW)


@dataclass
class Pair:
    """Two students, and what they share, weightiest first.

    cluster: a number that it has in common with all pairs that these students are in.
    """

    first: str
    second: str
    evidence: list[Evidence]
    cluster: int = 0

    @property
    def figure(self) -> float:
        return sum(evidence.figure for evidence in self.evidence)


@dataclass
class Similar:
    """The pairs with the figure `least` or more, highest first.

    usual: what half of the class has at most with whoever is nearest.
    """

    pairs: list[Pair]
    least: float
    usual: float
    hand_ins: dict[str, HandIn]
    groups: Mapping[str, str]  # student -> group, of those who are in one
    given: Given


class _Weights:
    """What each trace that two or more have weighs, and who has it."""

    def __init__(self, given: Given, hand_ins: Mapping[str, HandIn], groups: Mapping[str, str]):
        self.hand_ins = hand_ins
        # Members of one group are one writer.
        self.writer = {n: (n in groups, groups.get(n, n)) for n in hand_ins}
        self.count = len(set(self.writer.values()))
        self.holders: dict[Trace, list[str]] = defaultdict(list)
        for name, one in hand_ins.items():
            for trace in set().union(*one.traces.values()):
                self.holders[trace].append(name)
        self.have = {t: len({self.writer[n] for n in who}) for t, who in self.holders.items()}
        self.everybody = max(self.count + given.bank, SMALLEST)
        half = self.count / 2
        self.bits = {
            trace: math.log2(self.everybody / (have + given.writers[trace]))
            * (1 if have == 2 else (half - have) / (half - 2))
            for trace, have in self.have.items()
            if 1 < have < max(3, half)
        }

    def candidates(self) -> set[tuple[str, str]]:
        """Each student with those who share most of what is rare."""
        near: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for trace, bits in self.bits.items():
            if self.have[trace] <= max(2, self.count // RARE):
                for a, b in combinations(self.holders[trace], 2):
                    if self.writer[a] != self.writer[b]:
                        near[a][b] += bits
                        near[b][a] += bits
        nearest = {a: nlargest(NEAREST, near[a], key=near[a].__getitem__) for a in near}
        return {(min(a, b), max(a, b)) for a, others in nearest.items() for b in others}

    def compared(self, first: str, second: str) -> Pair:
        shared: dict[tuple[str, str], list[Trace]] = defaultdict(list)
        seen: set[Trace] = set()  # the same in two tasks counts once
        one, other = self.hand_ins[first].traces, self.hand_ins[second].traces
        for task in sorted(one.keys() & other.keys()):
            for trace in (one[task] & other[task] & self.bits.keys()) - seen:
                seen.add(trace)
                shared[trace.kind, task if trace.kind in PER_TASK else ""].append(trace)
        chance = CHANCE * math.log2(self.everybody / 2)
        found = {}
        for (kind, task), traces in shared.items():
            traces.sort(key=lambda trace: (-self.bits[trace], trace))
            figure = sum(self.bits[trace] / place for place, trace in enumerate(traces, 1))
            rarest = [trace for trace in traces if self.have[trace] == self.have[traces[0]]]
            also = (traces, rarest, self.have[rarest[0]] - 2)
            found[kind, task] = Evidence(kind, task, max(figure - chance, 0.0), *also)
        for run in [("run", task) for kind, task in found if kind == "statement"]:
            if run in found:  # the same code, seen twice
                views = (run, ("statement", run[1]))
                del found[min(views, key=lambda view: found[view].figure)]
        return Pair(first, second, sorted(found.values(), key=lambda e: -e.figure))


def find_similar(given: Given, hand_ins: dict[str, HandIn], least: float = 0.0) -> Similar:
    """The pairs that share more than chance explains; with `least`, those above it."""
    groups = read_groups(given.course)
    weights = _Weights(given, hand_ins, groups)
    pairs = [weights.compared(*names) for names in weights.candidates()]
    best: dict[frozenset, Pair] = {}  # of those between two groups
    nearest = dict.fromkeys(hand_ins, 0.0)
    for pair in sorted(pairs, key=lambda pair: (-pair.figure, pair.first, pair.second)):
        best.setdefault(frozenset((weights.writer[pair.first], weights.writer[pair.second])), pair)
        for name in (pair.first, pair.second):
            nearest[name] = max(nearest[name], pair.figure)
    usual = median(nearest.values()) if nearest else 0.0
    by_chance = math.log2(max(1, math.comb(weights.count, 2)))  # the likeliest of so many pairs
    by_chance += NOISE * math.sqrt(len(given.tasks))
    least = least or max(by_chance, APART * usual)
    named = [pair for pair in best.values() if pair.figure >= least]
    _number_clusters(named)
    return Similar(named, least, usual, hand_ins, groups, given)


def _number_clusters(pairs: list[Pair]) -> None:
    """Number the pairs that hang together by common students, in the order of the pairs."""
    of: dict[str, int] = {}
    for number, pair in enumerate(pairs):
        joined = {of.get(name) for name in (pair.first, pair.second)} - {None}
        of |= {name: number for name, old in of.items() if old in joined}
        of |= {pair.first: number, pair.second: number}
    numbers = list(dict.fromkeys(of.values()))
    for pair in pairs:
        pair.cluster = numbers.index(of[pair.first]) + 1
