"""The live table of a grading run: done, running, failed, students a minute, time left."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from autograder.grading.flags import printable
from autograder.grading.grade import Progress

_MOST_NAMES = 4


@contextlib.contextmanager
def live_table(console: Console) -> Iterator[Callable[[Progress], None]]:
    """A function to call with every change; in a pipe or a log it prints a line now and then."""
    if not console.is_terminal:
        yield _line_printer(console)
        return
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        yield lambda progress: live.update(table(progress))


def table(progress: Progress) -> Table:
    """One row that says it all, and the names of those at work."""
    result = Table(expand=False)
    for heading in ("graded", "running", "failed", "flagged", "students/min", "time left"):
        result.add_column(heading, justify="right")
    result.add_row(
        f"{progress.done + progress.skipped} of {progress.total}",
        _names(progress.running),
        str(len(progress.failed)),
        str(progress.flagged),
        f"{progress.per_minute:.1f}",
        duration(progress.seconds_left),
    )
    return result


def duration(seconds: float | None) -> str:
    """`1:05:09`, `5:09` or `?`."""
    if seconds is None:
        return "?"
    minutes, rest = divmod(round(max(0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def summary(progress: Progress) -> str:
    """The last lines of a run."""
    passed = duration(time.monotonic() - progress.started)
    lines = [
        f"{progress.done} graded in {passed} ({progress.per_minute:.1f} a minute), "
        f"{progress.skipped} graded before, {progress.flagged} flagged, "
        f"{len(progress.failed)} failed"
    ]
    lines += [f"  {printable(name)}: {why}" for name, why in sorted(progress.failed.items())]
    for name, notes in sorted(progress.notes.items()):
        lines += [f"  {printable(name)}: note: {note}" for note in notes]
    return "\n".join(lines)


def _names(running: dict) -> str:
    names = [escape(printable(name)) for name in list(running)[:_MOST_NAMES]]
    more = len(running) - len(names)
    return ", ".join(names) + (f" +{more}" if more > 0 else "") or "-"


def _line_printer(console: Console) -> Callable[[Progress], None]:
    last = [time.monotonic()]

    def show(progress: Progress) -> None:
        now = time.monotonic()
        if now - last[0] < 10.0:
            return
        last[0] = now
        console.print(
            f"{progress.done + progress.skipped} of {progress.total} graded, "
            f"{len(progress.failed)} failed, {progress.per_minute:.1f} students/min, "
            f"time left {duration(progress.seconds_left)}",
            markup=False,
        )

    return show
