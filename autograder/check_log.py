"""The log of the checks of a task, for students who agree to one: `keep_log = True`.

A check prints it as its last line. So it lies in the notebook wherever that is saved, and the
student sees all of it. A file beside the notebook hands it on to the next kernel. It holds ids of
mistakes, how often and since when; nothing of the answer. Readers hold it for hostile.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.files import replaced
from autograder.verdict import Verdict, mistakes

FILE = ".check_log.json"
MAX_FILE_BYTES = 1 << 20
MAX_MISTAKES, MAX_TIMES = 20, 999  # of a task, and of each of them
BEGIN = "  log of "
_LINE = re.compile(rf"^{BEGIN}([\w-]{{1,80}}): (.{{1,4000}}) \(UTC\)$", re.ASCII | re.MULTILINE)
_MINUTE = "%Y-%m-%d %H:%M"
_WHEN = r"(20\d\d-\d\d-\d\d \d\d:\d\d)"
_SEEN = re.compile(rf"([1-9]\d{{0,2}}) × ([\w-]{{1,80}}/[\w-]{{1,80}}) since {_WHEN}", re.ASCII)
_PASSED = re.compile(f"passed {_WHEN}", re.ASCII)


@dataclass
class TaskLog:
    """What the checks of one task said until it passed: mistake -> how often, and since when."""

    seen: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    passed: datetime | None = None

    @property
    def tries(self) -> int:
        return sum(count for count, _ in self.seen.values()) + (self.passed is not None)

    def add(self, verdict: Verdict | None, now: datetime) -> None:
        """Add what a check said, None for passed. An open task is no try."""
        if self.passed is not None:
            return
        if verdict is None:
            self.passed = now
        elif verdict.state == "failed" and verdict.mistake:
            count, since = self.seen.get(verdict.mistake, (0, now))
            if count or len(self.seen) < MAX_MISTAKES:
                self.seen[verdict.mistake] = (min(count + 1, MAX_TIMES), since)

    def line(self, task: str) -> str:
        """The log as a check prints it; "" while it is empty."""
        said = [f"{n} × {name} since {when:{_MINUTE}}" for name, (n, when) in self.seen.items()]
        said += [f"passed {self.passed:{_MINUTE}}"] if self.passed else []
        return f"{BEGIN}{task}: {'; '.join(said)} (UTC)" if said else ""


def read_lines(text: str) -> Iterator[tuple[str, TaskLog]]:
    """(task, log) of each line of this form; one with anything else in it is no log."""
    for found in _LINE.finditer(text):
        with contextlib.suppress(ValueError):  # of another form, or a day that no month has
            yield found[1], _read(found[2].split("; "))


def _read(entries: list[str]) -> TaskLog:
    log = TaskLog()
    if passed := _PASSED.fullmatch(entries[-1]):
        log.passed = _time(passed[1])
        entries = entries[:-1]
    for entry in entries:
        found = _SEEN.fullmatch(entry)
        if not found or found[2] in log.seen or found[2] not in mistakes():
            raise ValueError(entry)
        log.seen[found[2]] = (int(found[1]), _time(found[3]))
    late = log.passed and any(since > log.passed for _, since in log.seen.values())
    if late or len(log.seen) > MAX_MISTAKES:
        raise ValueError("no log of ours")
    return log


def _time(text: str) -> datetime:
    return datetime.strptime(text, _MINUTE).replace(tzinfo=UTC)


def add(task: str, verdict: Verdict | None, now: datetime | None = None) -> str:
    """Add what a check said of a task to its log; the line to print, "" while it is empty.

    Where no file can be written the log begins anew at each check.
    """
    path = Path(FILE)
    logs = dict(read_lines(_text(path)))
    log = logs.setdefault(task, TaskLog())
    log.add(verdict, now or datetime.now(UTC))
    lines = filter(None, (log.line(task) for task, log in logs.items()))
    with contextlib.suppress(OSError), replaced(path) as part:
        part.write_text(json.dumps([*lines], ensure_ascii=False, indent=1), encoding="utf-8")
    return f"{log.line(task)}\n" if log.seen or log.passed else ""


def _text(path: Path) -> str:
    """The lines in the file; "" if there is none, or it is none of ours."""
    with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
        if path.stat().st_size <= MAX_FILE_BYTES:
            return "\n".join(json.loads(path.read_text(encoding="utf-8")))
    return ""
