"""The copy of a student's folder that nbgrader gets to see, its notebooks repaired."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course import Course
from autograder.grading.flags import printable
from autograder.intake.submission_folder import TIMESTAMP, SubmissionFolder, Unreadable
from autograder.mending.cell_matching import Change
from autograder.mending.repair import repair_notebook, save_notes
from autograder.mending.submitted_notebook import NotANotebook


def stage(
    course: Course,
    student: str,
    folder: SubmissionFolder,
    due: Iterable[str],
    releases: Mapping[str, NotebookNode],
    staged: Path,
) -> dict[str, str]:
    """Copy what can be used to `staged`, the notebooks that are due put back on their releases.

    Returns those that this machine cannot read, and why: they stay as they were graded before.
    """
    staged.mkdir(parents=True)
    unread = {}
    for inside, path in folder.files.items():
        target = staged / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target, follow_symlinks=False)
    if folder.handed_in:
        (staged / TIMESTAMP).write_text(f"{folder.handed_in:%Y-%m-%d %H:%M:%S.%f} UTC")
    for name in due:
        try:
            data, problem = folder.notebook(name), ""
        except NotANotebook as error:
            data, problem = b"", str(error)
        except Unreadable as error:
            unread[name] = str(error)
            continue
        if name in releases:
            repaired = repair_notebook(data, releases[name], problem=problem)
            odd = [printable(line) for line in folder.notes([name])]
            repaired.changes[:0] = [Change("file", "the folder", line) for line in odd]
            save_notes(course.report / "repaired", student, name, repaired)
            if data is not None:
                nbformat.write(repaired.notebook, staged / f"{name}.ipynb")
        elif data is not None:
            (staged / f"{name}.ipynb").write_bytes(data)
    return unread
