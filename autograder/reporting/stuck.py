"""Where people get stuck: what the logs of checks say that students kept and handed in.

A log is a student's own word. It is read strictly, shows on the report's page alone and decides
nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from autograder.check_log import BEGIN, TaskLog, read_lines
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.intake.submission_folder import read_folder, students_with_folder
from autograder.mending.submitted_notebook import MAX_BYTES, NotANotebook
from autograder.verdict import Verdict, tasks

FEWEST = 5  # logs behind a figure: fewer would tell of a person
SHOWN = 5  # mistakes of a task
MAX_TEXT = 20_000  # characters of an output; a check prints less


@dataclass
class StuckLine:
    """One task over the logs of the class; a figure is None where it has too few of them."""

    task: str
    notebook: str
    logs: list[TaskLog] = field(default_factory=list)

    @property
    def tries(self) -> float | None:
        """Checks until it passed, the median of those who did."""
        return _median([log.tries for log in self.logs if log.passed])

    @property
    def never(self) -> float | None:
        """Share of the logs without a pass, in percent."""
        count = len(self.logs)
        return 100 * sum(not log.passed for log in self.logs) / count if count >= FEWEST else None

    @property
    def slowest(self) -> list[tuple[str, str, int]]:
        """(what, median time from first seen to passed, of how many) of the slowest mistakes."""
        minutes: dict[str, list[float]] = defaultdict(list)
        for log in self.logs:
            for mistake, (_, since) in log.seen.items():
                if log.passed:
                    minutes[mistake].append((log.passed - since).total_seconds() / 60)
        found = {m: took for m, all_of in minutes.items() if (took := _median(all_of)) is not None}
        slow = sorted(found, key=lambda mistake: -found[mistake])[:SHOWN]
        return [(_label(self.task, m), _took(found[m]), len(minutes[m])) for m in slow]


def _median(values: list[float]) -> float | None:
    return median(values) if len(values) >= FEWEST else None


def _label(task: str, mistake: str) -> str:
    return Verdict(task, "visible", "failed", mistake).label or mistake


def _took(minutes: float) -> str:
    if minutes < 100:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 2880 else f"{minutes / 1440:.1f} days"


def read_logs(course: Course) -> list[StuckLine]:
    """A line for each task that anybody kept a log of, in the order of the notebooks."""
    known = tasks()
    lines = {t.id: StuckLine(t.id, t.notebook) for t in known.values()}
    for student in students_with_folder(course):
        own: dict[str, TaskLog] = {}
        for notebook, text in _outputs(course, student):
            for task, log in read_lines(text):
                is_here = task in lines and lines[task].notebook == notebook
                if is_here and log.tries >= own.get(task, log).tries:  # the others are older
                    own[task] = log
        for task, log in own.items():
            lines[task].logs.append(log)
    return [line for line in lines.values() if line.logs]


def _outputs(course: Course, student: str) -> Iterator[tuple[str, str]]:
    """(notebook, text) of what cells of the notebooks as handed in have printed."""
    try:
        folder = read_folder(course.submitted / student / course.assignment)
    except AutograderError:
        return
    for name in course.names:
        try:
            data = folder.notebook(name) or b""
            if len(data) > MAX_BYTES or BEGIN.encode() not in data:
                continue
            for cell in json.loads(data)["cells"]:
                for output in cell.get("outputs", ()):
                    yield name, "".join(output.get("text", ()))[:MAX_TEXT]
        except (AutograderError, NotANotebook, ValueError, LookupError, TypeError, AttributeError,
                RecursionError):  # fmt: skip
            continue
