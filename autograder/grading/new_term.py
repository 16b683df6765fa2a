"""A new class: everything of the old one is put away, in one folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError

ARCHIVE = "terms"  # in grading/
KEPT_IN_PLACE = {ARCHIVE, ".lock"}


def new_term(course: Course, name: str = "") -> Path:
    """Move gradebook, submissions, reports and the rest of grading/ to grading/terms/NAME.

    name: by default the date of today. Nothing is copied or deleted. What was stopped in between
    goes on where it was. AUTOGRADER_GRADING=grading/terms/NAME opens a term again.
    Raises AutograderError if there is nothing to put away, or no such name can be given.
    """
    name = name or date.today().isoformat()
    if Path(name).name != name or name.startswith("."):
        raise AutograderError(
            f"{name!r} is no name for a folder: give another one, like 2026-spring"
        )
    archive = course.grading / ARCHIVE / name
    left = [path for path in sorted(course.grading.glob("*")) if path.name not in KEPT_IN_PLACE]
    if not left:
        raise AutograderError(
            f"there is nothing in {course.grading} that a new term would put away"
        )
    taken = [path.name for path in left if (archive / path.name).exists()]
    if taken:
        raise AutograderError(
            f"{archive} holds a {taken[0]} already: give the old term another name, with --name"
        )
    archive.mkdir(parents=True, exist_ok=True)
    # The gradebook last: as long as it is there, the term is not put away.
    for path in sorted(left, key=lambda path: path == course.gradebook):
        path.rename(archive / path.name)
    return archive
