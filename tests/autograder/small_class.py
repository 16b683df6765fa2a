"""A graded class on the small lab: gradebook, autograded notebooks, flags and repair notes.

Cells run in this process, without a kernel: the code is this file's own.
"""

from __future__ import annotations

import contextlib
import functools
import io
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ComputeChecksums, LockCells, SaveAutoGrades, SaveCells
from traitlets.config import Config

from autograder.authoring.release import NameOpenTask
from autograder.course import Course
from autograder.kept import keep_verdicts
from autograder.mending.cell_text import is_stub
from autograder.reporting import feedback
from autograder.verdict import Verdict
from tests.autograder.small_lab import cell_of, releases, source_notebooks


def config_of(course: Course) -> Config:
    """The settings that nbgrader_config.py gives to the real course."""
    config = Config()
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.course_id = "small"
    config.CourseDirectory.submitted_directory = "grading/submitted"
    config.CourseDirectory.autograded_directory = "grading/autograded"
    config.CourseDirectory.feedback_directory = "grading/feedback"
    config.CourseDirectory.db_url = f"sqlite:///{course.gradebook}"
    feedback.configure(config, course.grading)
    return config


def new_course(root: Path) -> Course:
    """A released course with an empty gradebook."""
    shutil.copytree(_made_once().name, root, dirs_exist_ok=True)
    return Course(root)


@functools.cache
def _made_once() -> tempfile.TemporaryDirectory:
    """nbgrader starts another program to make a gradebook, so tests copy one."""
    folder = tempfile.TemporaryDirectory()
    course = Course(Path(folder.name))
    course.grading.mkdir(parents=True)
    course.released.mkdir(parents=True)
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.add_assignment(course.assignment)
    for name, notebook in source_notebooks().items():
        for step in (LockCells, NameOpenTask, ComputeChecksums, SaveCells):
            notebook, _ = step().preprocess(notebook, _names(course, "", name))
        nbformat.write(releases()[name], course.released / f"{name}.ipynb")
    return folder


def grade(course: Course, student: str, submission: NotebookNode, name: str) -> NotebookNode:
    """Run a submission with its hidden tests, save the grades and the autograded notebook."""
    notebook = nbformat.from_dict(submission)
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(course.assignment, student)
        for source in gradebook.find_notebook(name, course.assignment).source_cells:
            cell = cell_of(notebook, source.name)
            cell.metadata.nbgrader.checksum = source.checksum
            if source.locked:
                cell.source = source.source
    keep_verdicts(course.report, student, name, run(notebook))
    SaveAutoGrades().preprocess(notebook, _names(course, student, name))
    path = course.autograded / student / course.assignment / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return notebook


def run(notebook: NotebookNode) -> list[Verdict]:
    """Execute the code cells here and store what they print and raise; what the tests said."""
    names: dict = {}
    verdicts = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        printed, cell.outputs = io.StringIO(), []
        mark = cell.metadata.get("nbgrader", {})
        try:
            with contextlib.redirect_stdout(printed):
                hidden = False
                for source in cell.source.split("### BEGIN HIDDEN TESTS"):
                    exec(compile(source, f"cell {number}", "exec"), names)
                    hidden = True
        except BaseException as error:
            text = f"{type(error).__name__}: {error}"
            raised = new_output(
                "error", ename=type(error).__name__, evalue=str(error), traceback=[text]
            )
            raised.traceback += cell.source.splitlines()  # as IPython shows the code around
            cell.outputs.append(raised)
            task = mark.get("grade_id", "").removesuffix("-test")
            if mark.get("grade") and is_stub(cell_of(notebook, task).source):
                verdicts.append(Verdict(task, "visible", "open", "any/open"))
            elif mark.get("grade"):
                verdicts.append(_verdict(task, error, hidden=hidden))
        if printed.getvalue():
            cell.outputs.append(new_output("stream", name="stdout", text=printed.getvalue()))
    return verdicts


def _verdict(task: str, error: BaseException, hidden: bool) -> Verdict:
    """What the sandbox says of a test cell that ended so."""
    if hidden:
        return Verdict(task, "hidden", "failed", "any/hidden-test")
    if isinstance(error, AssertionError):
        return Verdict(task, "visible", "failed", "any/assertion", {"text": str(error)[:120]})
    return Verdict(task, "visible", "failed", "any/error", {"error": type(error).__name__})


def _names(course: Course, student: str, name: str) -> dict:
    return {
        "nbgrader": {
            "student": student,
            "assignment": course.assignment,
            "notebook": name,
            "db_url": f"sqlite:///{course.gradebook}",
        }
    }
