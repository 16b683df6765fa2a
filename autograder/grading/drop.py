"""Take a student out of the class; all that was theirs is kept beside."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import write_csv, write_json
from autograder.grading.gradebook import copy_gradebook
from autograder.intake.groups import GROUPS, read_groups, save_groups, sharing
from autograder.intake.remembered import load_senders, save_senders
from autograder.intake.submission_folder import students_with_folder


@dataclass(frozen=True)
class Dropped:
    """Where all is kept, and the member of the group whose the hand-in is now; "" if nobody's."""

    folder: Path
    heir: str = ""


def drop(course: Course, student: str) -> Dropped:
    """Take a student out of the gradebook and the folders of the class.

    All is kept, with a whole copy of the gradebook, and so their marks and comments. What they
    handed in for a group stays that of the group. Raises AutograderError if there is nobody of this
    name.
    """
    groups = read_groups(course)
    theirs = [path for path in _papers(course, student) if path.exists() or path.is_symlink()]
    known = _is_in_gradebook(course, student)
    if not (theirs or known or (student in groups and _papers(course, student))):
        raise AutograderError(f"there is no student {student!r}: give the id as the report has it")
    shared = sharing(groups, students_with_folder(course))
    heir = next((other for other, one in shared.items() if one == student), "")
    kept = _new_folder(course.grading / "dropped" / student)
    if known:
        copy_gradebook(course.gradebook, kept / "gradebook.db")
        with Gradebook(course.db_url) as gradebook:
            if heir:
                _give(gradebook, student, heir)
            gradebook.remove_student(student)
    for path, other in zip(_papers(course, student), _papers(course, heir), strict=False):
        if path in theirs:
            _copy(path, other)
    for path in theirs:
        target = kept / path.relative_to(course.grading)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    _take_readings(course.grading / "reading", kept / "reading", student, heir)
    if (course.grading / "similar").exists():  # of a class that they were in
        shutil.move(course.grading / "similar", kept / "similar")
    if group := groups.pop(student, ""):
        save_groups(course, groups)
        write_csv(kept / GROUPS, [("student", "group"), (student, group)])
    senders = load_senders(course.report)
    if senders.pop(student, None) is not None:
        save_senders(course.report, senders)
    return Dropped(kept, heir)


def _take_readings(folder: Path, kept: Path, student: str, heir: str) -> None:
    """Move what readers noted of a student's answers; the heir to them has it, too."""
    for path in sorted(folder.glob("*.json")):
        try:
            records = json.loads(path.read_text("utf-8"))
            of_theirs = {kind: r.pop(student) for kind, r in records.items() if student in r}
        except (ValueError, AttributeError, TypeError):  # `read` says what is to be done with it
            continue
        for kind, record in of_theirs.items() if heir else ():
            records[kind][heir] = record
        theirs = {kind: {student: record} for kind, record in of_theirs.items()}
        for file, content in ((kept / path.name, theirs), (path, records)) if theirs else ():
            write_json(file, content)


def _give(gradebook: Gradebook, student: str, heir: str) -> None:
    """Make the submissions of one student those of another one, who has none."""
    gradebook.update_or_create_student(heir)
    gradebook.db.query(SubmittedAssignment).filter_by(student_id=student).update(
        {"student_id": heir}
    )
    gradebook.db.commit()
    gradebook.db.expire_all()


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.copytree(path, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(path, target, follow_symlinks=False)


def _papers(course: Course, student: str) -> list[Path]:
    """All places in grading/ that hold something of one student."""
    if not student or "/" in student or student in (".", ".."):
        return []
    folders = [course.submitted, course.autograded, course.feedback]
    folders += [course.report / kind for kind in ("flags", "repaired", "verdicts", "hand_marks")]
    return [*(folder / student for folder in folders), course.report / "graded" / f"{student}.json"]


def _is_in_gradebook(course: Course, student: str) -> bool:
    if not course.gradebook.exists():
        return False
    with Gradebook(course.db_url) as gradebook:
        try:
            gradebook.find_student(student)
        except MissingEntry:
            return False
    return True


def _new_folder(path: Path) -> Path:
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{path.name.rpartition('~')[0] or path.name}~{number}")
    path.mkdir(parents=True)
    return path
