"""The file that holds every mark of a class, those that were given by hand among them."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from alembic.script import ScriptDirectory
from nbgrader import dbutil
from nbgrader.api import Gradebook, MissingEntry

from autograder.course import Course
from autograder.errors import AutograderError


def copy_gradebook(gradebook: Path, copy: Path) -> None:
    """A whole copy, also while another program writes to it. Raises OSError on a full disk."""
    with (
        contextlib.closing(sqlite3.connect(gradebook)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)


def upgrade(course: Course) -> Path | None:
    """Bring the gradebook of an older nbgrader up to date; says where the old one is kept.

    Done on a copy, which takes the place of the gradebook when it is ready. None where nothing is
    to be done. Raises AutograderError if it cannot be upgraded; it is then as it was.
    """
    made_by = _version(course.gradebook)
    newest = ScriptDirectory(dbutil.ALEMBIC_DIR).get_current_head()
    if made_by in (None, newest):
        return None
    copy = course.gradebook.with_name("gradebook-upgrading.db")
    kept = course.gradebook.with_name(f"gradebook-before-{newest}.db")
    copy.unlink(missing_ok=True)
    try:
        copy_gradebook(course.gradebook, copy)
        with dbutil._temp_alembic_ini(f"sqlite:///{copy}") as settings:
            run = subprocess.run(
                [sys.executable, "-m", "alembic", "-c", settings, "upgrade", "head"],
                capture_output=True,
                text=True,
            )
        if run.returncode:
            reason = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise AutograderError(
                f"{course.gradebook} was made by another nbgrader and cannot be upgraded "
                f"({reason}). It is as it was, with all hand marks: open it with the nbgrader that "
                "made it, or put a newer copy back"
            )
        copy_gradebook(course.gradebook, kept)
        copy.replace(course.gradebook)
    finally:
        copy.unlink(missing_ok=True)
    return kept


def confirm(course: Course, student: str, task: str = "") -> list[str]:
    """Say that hand marks of a student hold for their answers as they are now; no mark changes.

    task: its grade id; by default all whose answer has changed. Returns what was confirmed. Raises
    AutograderError if there is nothing of this name to confirm.
    """
    confirmed = []
    with Gradebook(course.db_url) as gradebook:
        try:
            submission = gradebook.find_submission(course.assignment, student)
        except MissingEntry:
            raise AutograderError(
                f"nothing of {student!r} is graded: give the id as the report has it, in a group "
                "that of the member who handed in"
            ) from None
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                name = grade.name.removesuffix("-test")
                is_meant = task.removesuffix("-test") in ("", name)
                if is_meant and grade.manual_score is not None and grade.needs_manual_grade:
                    grade.needs_manual_grade = False
                    confirmed.append(f"{name}: {grade.score:g} of {grade.max_score:g}")
        gradebook.db.commit()
    if not confirmed:
        what = f"mark for {task}" if task else "mark"
        raise AutograderError(f"{student} has no {what} by hand that waits to be confirmed")
    return confirmed


def give_mark(course: Course, grades: Iterable[str], score: float, comment: str) -> None:
    """Give a mark by hand to all of these, by their keys in the gradebook, as the formgrader does.

    It is a mark for the answers as they are now. All get it or none does.
    """
    with Gradebook(course.db_url) as gradebook:
        for key in grades:
            grade = gradebook.find_grade_by_id(key)
            grade.manual_score, grade.needs_manual_grade = score, False
            for said in grade.notebook.comments:
                if said.name == grade.name:
                    said.manual_comment = comment or None
        gradebook.db.commit()


def _version(gradebook: Path) -> str | None:
    """The revision of its tables; None if it is no gradebook, which is for nbgrader to say."""
    if not gradebook.exists():
        return None
    try:
        with contextlib.closing(sqlite3.connect(gradebook)) as database:
            return database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.Error, TypeError):
        return None


def advice(reason: str) -> str:
    """What to do about an error of the database; never anything that loses hand marks."""
    if "locked" in reason:
        return "wait until the other program that uses it has ended"
    if "full" in reason:
        return "free some space on its disk and run this again; what was finished is kept"
    if "no such column" in reason or "no such table" in reason:
        return "run `nbgrader db upgrade`, which keeps a copy of it; all marks stay"
    if "readonly" in reason or "unable to open" in reason:
        return "see who may write grading/ and the file in it; nothing in it was changed"
    return (
        "put your last copy of grading/gradebook.db back, and keep the damaged file: every mark "
        "and comment that was given by hand is in it and nowhere else"
    )
