"""What a check says, as data: a `Verdict`, and the tables from which its sentences are made.

A verdict names a task, a mistake and a few values. Its words stand in the tables of mistakes,
`checks/mistakes/*.toml`, and are put together where somebody reads them: under the cell, on the
feedback page, in the report. So nothing that an answer prints or raises can be taken for a message,
and a hidden test, whose verdict has no values, cannot give an input away. Needs no torch.
"""

from __future__ import annotations

import functools
import math
import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields

from autograder import labs
from autograder.labs import Lab

STATES = ("passed", "failed", "open", "stopped")
PARTS = ("visible", "hidden", "cell")
SOLUTIONS = "solutions.json"  # beside the notebooks, as `autograder release` writes it
MAX_TEXT = 120  # characters of a `:text` value


class NotInCatalogue(ValueError):
    """A mistake or a value that no table of mistakes knows."""


@dataclass(frozen=True)
class TaskEntry:
    """One automatically graded task, as `tasks.json` has it."""

    id: str
    notebook: str
    points: float
    names: tuple[str, ...]  # that the student's cell must define
    seconds: float  # of CPU time that its check may take
    minutes: int = 0  # that it takes a student
    difficulty: int = 0  # 1 to 3
    hints: tuple[str, ...] = ()  # in steps; the last is a worked example of a task like it
    criteria: Mapping[str, float] = field(default_factory=dict)  # points of each, if it has some


def tasks() -> dict[str, TaskEntry]:
    """The tasks of all labs with a check by grade id, in the order of the notebooks."""
    return _tasks(labs.known())


@functools.cache
def _tasks(known: tuple[Lab, ...]) -> dict[str, TaskEntry]:
    names = {f.name for f in fields(TaskEntry)}
    found = {}
    for entry in (entry for lab in known for entry in lab.entries):
        if "names" in entry:
            told = {key: value for key, value in entry.items() if key in names}
            found[entry["id"]] = TaskEntry(
                **told | {key: tuple(entry.get(key, ())) for key in ("names", "hints")}
            )
    return found


def mistakes() -> dict[str, tuple[str, str]]:
    """Id, `section/key`, of every mistake that can be named -> (label, hint)."""
    return _mistakes(labs.known())


@functools.cache
def _mistakes(known: tuple[Lab, ...]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for path in (path for lab in known for path in sorted(lab.tables.glob("*.toml"))):
        for section, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found |= {f"{section}/{key}": (label, hint) for key, (label, hint) in rows.items()}
    return found


def find(task: str, key: str) -> str:
    """The id of a mistake: a key of the task's own table, of the table `any`, or an id already.

    Raises NotInCatalogue.
    """
    for name in (key, f"{task}/{key}", f"any/{key}"):
        if name in mistakes():
            return name
    raise NotInCatalogue(f"{task} has no mistake {key!r} in its tables of mistakes")


@dataclass(frozen=True)
class Verdict:
    """What a test said of one answer, or how a cell ended."""

    task: str  # grade id; "" for a cell of the student's own
    part: str  # one of PARTS
    state: str  # one of STATES
    mistake: str = ""  # id in the tables of mistakes
    values: Mapping[str, str | int | float] = field(default_factory=dict)  # none if hidden
    cell: str = ""  # id of the cell in the notebook
    # Of a failed answer, where there is partial credit: criterion -> mistake, "" if it is met.
    criteria: Mapping[str, str] = field(default_factory=dict)

    @property
    def partial_credit(self) -> float:
        """Points of the criteria that a failed answer meets."""
        points = tasks()[self.task].criteria if self.criteria else {}
        return sum(points[name] for name, mistake in self.criteria.items() if not mistake)

    @property
    def label(self) -> str:
        """A few words that name the mistake; "" if there is none, or none that may be shown."""
        return self._said(0)

    @property
    def hint(self) -> str:
        """One or two sentences that teach, without the answer."""
        return self._said(1)

    def _said(self, which: int) -> str:
        template = mistakes().get(self.mistake, ("", ""))[which]
        # Of a hidden verdict, which has no values, what needs one is left out where it can be.
        sentences = re.split(r"(?<=[.?!]) ", template)
        whole = [text for text in sentences if _holes(text) <= set(self.values)]
        if not whole and which == 0:
            whole = [re.sub(r"^\{\w+\}: ", "", template)]
        try:
            return render(" ".join(whole), self.values)
        except NotInCatalogue:
            return ""

    def as_dict(self) -> dict:
        return {**asdict(self), "values": dict(self.values)}

    @classmethod
    def read(cls, data: object) -> Verdict:
        """A verdict out of JSON that nobody vouches for. Raises NotInCatalogue."""
        if not isinstance(data, dict) or not set(data) <= {*cls.__dataclass_fields__}:
            raise NotInCatalogue("not a verdict")
        try:
            verdict = cls(**data)
        except TypeError as error:
            raise NotInCatalogue(str(error)) from None
        texts = (verdict.task, verdict.cell, verdict.mistake)
        good = verdict.state in STATES and verdict.part in PARTS
        if not good or not all(isinstance(t, str) and len(t) <= 200 for t in texts):
            raise NotInCatalogue("not a verdict")
        if not isinstance(verdict.values, dict) or (verdict.part == "hidden" and verdict.values):
            raise NotInCatalogue("values where there can be none")
        if verdict.criteria:
            entry = tasks().get(verdict.task)
            known = entry.criteria.keys() if entry else ()
            if not isinstance(verdict.criteria, dict) or verdict.criteria.keys() != known:
                raise NotInCatalogue("criteria of another task")
            for mistake in filter(None, verdict.criteria.values()):
                find(verdict.task, mistake)
        if verdict.mistake:
            if verdict.mistake not in mistakes():
                raise NotInCatalogue(f"no mistake {verdict.mistake[:60]!r}")
            for template in mistakes()[verdict.mistake]:
                render(template, verdict.values)
        return verdict


def _holes(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def render(template: str, values: Mapping) -> str:
    """A label or hint with its values filled in; "…" for those that are not given.

    `{name}` takes a word, `{count:d}` and `{rate:.3g}` numbers, `{what:text}` a short line of text.
    Raises NotInCatalogue for a value of another type.
    """
    return _Typed().vformat(template, (), values)


class _Typed(string.Formatter):
    def get_value(self, key, args, kwargs):
        return kwargs.get(key, ...)

    def format_field(self, value, spec: str) -> str:
        if value is ...:
            return "…"
        if spec in ("", "text"):
            form = r"[^\W\d][\w.]{0,39}" if spec == "" else rf"[^\x00-\x1f\x7f]{{0,{MAX_TEXT}}}"
            if isinstance(value, str) and re.fullmatch(form, value):
                return value
        elif type(value) in (int, float) and math.isfinite(value):
            return format(value, spec)
        raise NotInCatalogue(f"{str(value)[:60]!r} where the table says {spec or 'a word'}")


def of_task(verdicts: Iterable[Verdict], task: str) -> Verdict | None:
    """What there is to say of a task: that it passed, how its own cell ended, or why it failed."""
    own = [verdict for verdict in verdicts if verdict.task == task]
    tested = [verdict for verdict in own if verdict.part != "cell"]
    if tested and tested[-1].state == "passed":
        return tested[-1]
    ended = [v for state in ("stopped", "open") for v in own if v.state == state]
    return next(iter(ended or tested[-1:] or own[-1:]), None)
