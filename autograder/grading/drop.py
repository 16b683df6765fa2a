"""Take a student out of the class; all that was theirs is kept beside."""

from __future__ import annotations

import shutil
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograder.intake.collect import load_senders, save_senders
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading.gradebook import copy_gradebook


def drop(course: Course, student: str) -> Path:
    """Take a student out of the gradebook and the folders of the class; returns where all is kept.

    There lies a whole copy of the gradebook too, with their marks and comments. Raises
    AutograderError if there is nobody of this name.
    """
    theirs = [path for path in _papers(course, student) if path.exists() or path.is_symlink()]
    known = _is_in_gradebook(course, student)
    if not theirs and not known:
        raise AutograderError(f"there is no student {student!r}: give the id as the report has it")
    kept = _new_folder(course.grading / "dropped" / student)
    if known:
        copy_gradebook(course.gradebook, kept / "gradebook.db")
        with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
            gradebook.remove_student(student)
    for path in theirs:
        target = kept / path.relative_to(course.grading)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    senders = load_senders(course.report)
    if senders.pop(student, None) is not None:
        save_senders(course.report, senders)
    return kept


def _papers(course: Course, student: str) -> list[Path]:
    """All places in grading/ that hold something of one student."""
    if not student or "/" in student or student in (".", ".."):
        return []
    folders = [course.submitted, course.autograded, course.feedback]
    folders += [course.report / kind for kind in ("flags", "repaired", "verdicts")]
    return [*(folder / student for folder in folders), course.report / "graded" / f"{student}.json"]


def _is_in_gradebook(course: Course, student: str) -> bool:
    if not course.gradebook.exists():
        return False
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
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
