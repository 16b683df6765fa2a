"""What collections leave for later ones and for the marks: class, worksheet, senders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from autograder.course import Course
from autograder.files import replaced, write_json
from autograder.intake.groups import save_groups
from autograder.intake.roster import Table, read_table, remember_class, roster_of

WORKSHEET = "worksheet.csv"  # in grading/report: Moodle's own, to be filled in with the marks
SENDERS = "senders.json"  # in grading/report: who a student is on the platform, for the marks


def remember_roster(course: Course, table: Table) -> None:
    """Keep the class that a CSV names, for later collections, for every page, and for the marks."""
    roster = roster_of(table)
    remember_class(course.db_url, roster)
    if roster.groups is not None:
        save_groups(course, roster.groups)
    if table.is_worksheet:
        with replaced(course.report / WORKSHEET) as part:
            part.write_bytes(table.data)


def kept_worksheet(course: Course) -> Table | None:
    """Moodle's grading worksheet of the last roster; None if there was none."""
    path = course.report / WORKSHEET
    return read_table(path) if path.exists() else None


def load_senders(report_folder: Path) -> dict[str, dict[str, str]]:
    """Student id -> lms, id there, name and email, as the collections saw them."""
    path = report_folder / SENDERS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def save_senders(report_folder: Path, senders: Mapping[str, Mapping[str, str]]) -> None:
    """Keep what `load_senders` gives."""
    write_json(report_folder / SENDERS, senders)
