"""Handing in late: the due date, days of grace, extensions, and points taken off for each day.

`LateDays` is a plugin of nbgrader, set in `nbgrader_config.py`. nbgrader takes points off while it
grades a notebook, and not again when its proofs are read by hand afterwards. So the penalties are
worked out anew by `settle`, before anything shows them.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float, Unicode
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.intake.groups import read_groups, sharing
from autograder.intake.roster import COLUMNS, read_table

DAY = timedelta(days=1)


class LateDays(LateSubmissionPlugin):
    """After the days of grace, a share of the points for each day begun."""

    due_date = Unicode(
        "",
        help="Of the assignment: 2026-12-01 23:59 in this machine's time, or with +01:00 behind "
        "it. If empty, as the gradebook has it.",
    ).tag(config=True)
    grace_days = Float(0.0, min=0, help="Days after the due date that cost nothing.").tag(
        config=True
    )
    penalty_per_day = Float(0.0, min=0, max=1, help="Share of the points: 0.1 is a tenth.").tag(
        config=True
    )
    extensions = Unicode(
        "",
        help="A CSV with the columns student and days: who has more time. If there is no such "
        "file, extensions are as the gradebook has them.",
    ).tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        days = math.ceil(total_seconds_late / DAY.total_seconds() - self.grace_days)
        return round(score * min(1.0, max(0, days) * self.penalty_per_day), 2)


def settle(course: Course, config: Config) -> None:
    """Bring due date, extensions and penalties in the gradebook up to date; no notebook is run.

    Raises AutograderError for a date or a file of extensions that cannot be read.
    """
    for step in Autograde(config=config).autograde_preprocessors:
        if isinstance(step, type) and issubclass(step, AssignLatePenalties):
            plugin_class = step(config=config).plugin_class
            _settle(course, plugin_class(config=config))


def _settle(course: Course, plugin: LateSubmissionPlugin) -> None:
    with Gradebook(course.db_url) as gradebook:
        try:
            assignment = gradebook.find_assignment(course.assignment)
        except MissingEntry:
            return
        if isinstance(plugin, LateDays):
            if plugin.due_date:
                assignment.duedate = _in_utc(plugin.due_date)
            if plugin.extensions and Path(plugin.extensions).exists():
                known = {student.id for student in gradebook.students}
                known |= {path.name for path in course.submitted.glob("*")}
                groups = read_groups(course)
                known |= set(groups)
                days = read_extensions(Path(plugin.extensions), known)
                if days and assignment.duedate is None:
                    raise AutograderError(
                        f"{plugin.extensions} gives more time, but there is no due date: set "
                        "c.LateDays.due_date in nbgrader_config.py"
                    )
                members = sharing(groups, (s.student_id for s in assignment.submissions))
                for submission in assignment.submissions:
                    one = submission.student_id
                    whose = [one, *(m for m, holder in members.items() if holder == one)]
                    submission.extension = max(
                        (days[student] for student in whose if student in days), default=None
                    )
        for submission in assignment.submissions:
            late = submission.total_seconds_late if assignment.duedate else 0
            for notebook in submission.notebooks:
                score = notebook.score
                penalty = late and plugin.late_submission_penalty(
                    submission.student_id, score, late
                )
                penalty = min(max(penalty or 0.0, 0.0), score)
                if penalty != (notebook.late_submission_penalty or 0.0):
                    notebook.late_submission_penalty = penalty
        gradebook.db.commit()


def _in_utc(due_date: str) -> datetime:
    """As nbgrader keeps it: in UTC, without saying so."""
    try:
        return datetime.fromisoformat(due_date).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        raise AutograderError(
            f"c.LateDays.due_date in nbgrader_config.py is no date: {due_date!r}; write it as "
            "2026-12-01 23:59"
        ) from None


def read_extensions(path: Path, known: set[str]) -> dict[str, timedelta]:
    """Student -> more time, from a CSV with the columns student and days.

    known: all student ids. Raises AutograderError that names the line.
    """
    table = read_table(path)
    student, days = table.column(f"student {COLUMNS['id']}"), table.column("days tage")
    if student is None or days is None:
        raise AutograderError(f"{path} needs the columns student and days")
    found = {}
    for number, row in enumerate(table.rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        name, text = (row[n].strip() if n < len(row) else "" for n in (student, days))
        if name not in known:
            raise AutograderError(f"{path}, line {number}: {name!r} is no student of the class")
        try:
            found[name] = timedelta(days=float(text.replace(",", ".")))
        except (ValueError, OverflowError):
            raise AutograderError(f"{path}, line {number}: {text!r} is no number of days") from None
    return found
