"""Groups: one hand-in for several students, who all get its marks and its page.

It is graded once, as that of one member, and read once by hand. Whoever has a hand-in of their own
keeps its marks. An appeal of one member alone is one hand-in more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import write_csv
from autograder.intake.roster import COLUMNS, read_table

GROUPS = "groups.csv"  # in grading/: from the roster's column, or written by hand


def read_groups(course: Course) -> dict[str, str]:
    """Student -> group, of those who are in one. Raises AutograderError for a file of another
    form."""
    return groups_in(course.grading)


def groups_in(grading: Path) -> dict[str, str]:
    """The same, by the folder of grading."""
    path = grading / GROUPS
    if not path.exists():
        return {}
    table = read_table(path)
    student, group = table.column(f"student {COLUMNS['id']}"), table.column(COLUMNS["group"])
    if student is None or group is None:
        raise AutograderError(f"{path} needs the columns student and group")
    rows = [row for row in table.rows if len(row) > max(student, group)]
    pairs = ((row[student].strip(), row[group].strip()) for row in rows)
    return {name: named for name, named in pairs if name and named}


def groups_of_all(grading: Path) -> dict[str, str]:
    """The same, with those who were dropped: a hand-in of their group may have their numbers."""
    folders = [*sorted(grading.glob("dropped/*")), grading]
    return {student: group for folder in folders for student, group in groups_in(folder).items()}


def save_groups(course: Course, groups: Mapping[str, str]) -> None:
    """Keep what `read_groups` gives."""
    path = course.grading / GROUPS
    if not groups:
        path.unlink(missing_ok=True)
        return
    write_csv(path, [("student", "group"), *sorted(groups.items())])


def sharing(groups: Mapping[str, str], with_hand_in: Iterable[str]) -> dict[str, str]:
    """Student without a hand-in -> the member of their group whose hand-in counts for them."""
    there = set(with_hand_in)
    first: dict[str, str] = {}
    for student in sorted(there & groups.keys()):
        first.setdefault(groups[student], student)
    members = {student: first[name] for student, name in groups.items() if name in first}
    return {student: one for student, one in sorted(members.items()) if student not in there}
