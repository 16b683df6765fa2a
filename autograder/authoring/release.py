"""From the text that people edit to the notebooks that students get.

solutions/text/NAME.py      jupytext: what people edit
  | build
solutions/LAB/NAME.ipynb    executed, outputs stored
  | generate
notebooks/LAB/NAME.ipynb    nbgrader's release: no answers, no hidden tests
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    IncludeHeaderFooter,
    LockCells,
    SaveCells,
)

from autograder.authoring import points
from autograder.authoring.solutions import write_solutions
from autograder.authoring.text_notebook import read_text
from autograder.cells import GUESS, marks_of
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import replaced
from autograder.grading.changes import remember
from autograder.grading.gradebook import copy_gradebook
from autograder.grading.migrate import ask_again, migrated, not_graded_yet, points_of
from autograder.mending.cell_text import CODE_STUB, TEXT_STUB
from autograder.setup_cell import without_address

# What is to do where marks stand in the way of a change.
MIGRATE = (
    "`autograder release --migrate` keeps the marks of all tasks that stay; "
    "or take the change of tasks back"
)
CELL_SECONDS = 1200  # longest that a cell of a solution may run, on a slow laptop


class NameOpenTask(ClearSolutions):
    """nbgrader's ClearSolutions with a stub that says which task is still open.

    The stub raises nothing, and cells of a student's own code are tagged, so that a run of all
    cells goes on behind them. A guess is the student's own, too, and has nothing to clear.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        mark = marks_of(cell)
        grade_id = mark.get("grade_id", "this task")
        if cell.cell_type == "code" and (mark.get("solution") or mark.get("grade")):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]
        if grade_id.startswith(GUESS):
            return cell, resources
        self.code_stub = {"python": CODE_STUB.format(grade_id)}
        self.text_stub = TEXT_STUB.format(grade_id)
        return super().preprocess_cell(cell, resources, cell_index)


# nbgrader's own list for `generate_assignment`, with our stub. InstantiateTests is left out: it
# serves auto-generated tests, which this course does not use.
PREPROCESSORS = [
    IncludeHeaderFooter,
    LockCells,
    NameOpenTask,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]


def _content(notebook: NotebookNode) -> list[tuple]:
    """What the text decides in a notebook: everything but outputs and counts."""
    marks = [(dict(marks_of(cell)), list(cell.metadata.get("tags", []))) for cell in notebook.cells]
    sources = [(cell.id, cell.cell_type, cell.source) for cell in notebook.cells]
    return [*zip(sources, marks, strict=True)]


def _code(notebook: NotebookNode) -> list[str]:
    """What decides the outputs of a notebook."""
    return [without_address(cell.source) for cell in notebook.cells if cell.cell_type == "code"]


def build(course: Course, name: str, always_execute: bool = False) -> str:
    """Bring solutions/ in line with the text of one notebook; says what was done.

    Executes the notebook when its code differs from what is stored; prose, marks and the address
    of the course decide no output. Raises AutograderError naming the cell that fails.
    """
    notebook = read_text(course, name)
    target = course.solutions / f"{name}.ipynb"
    if target.exists() and not always_execute:
        stored = nbformat.read(target, as_version=4)
        if _content(stored) == _content(notebook):
            return "unchanged"
        if _code(stored) == _code(notebook):
            ran = [cell for cell in stored.cells if cell.cell_type == "code"]
            texts = [cell for cell in notebook.cells if cell.cell_type == "code"]
            for cell, text in zip(ran, texts, strict=True):
                text.outputs, text.execution_count = cell.outputs, cell.execution_count
            with replaced(target) as part:
                nbformat.write(notebook, part)
            return "written anew, its outputs kept"
    execute(notebook, course.solutions)
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
    return "executed"


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run a solution from top to bottom and keep its outputs, on the packaged reviews."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "LAB_SOURCE": "packaged", "LAB_DEVICE": "cpu", "LAB_STRICT": "1"}
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # the warnings of a kernel's start are no news here
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute(env=environment)
    except CellExecutionError as error:
        raise AutograderError(f"a solution fails when it runs:\n{strip_ansi(str(error))}") from None
    notebook.metadata["language_info"] = {"name": "python"}  # not the version of this machine


def register(course: Course) -> None:
    """Tell the gradebook of the assignment, where it does not know it yet; nothing else changes."""
    course.grading.mkdir(exist_ok=True)
    if course.gradebook.exists():
        with Gradebook(course.db_url) as gradebook:
            try:
                gradebook.find_assignment(course.assignment)
                return
            except MissingEntry:
                pass
    with _generated(course):
        pass


def generate(course: Course, migrate: bool = False) -> str:
    """Generate the students' notebooks, and tell the gradebook of their cells.

    migrate: also where tasks changed that somebody has marks for; these are kept, and a copy of the
             gradebook as it was. Returns what became of them, or "".

    Whatever fails, the release and the gradebook that were there are there still.
    """
    course.released.parent.mkdir(parents=True, exist_ok=True)
    for left in course.released.parent.glob(".release-*"):  # of a run that was killed
        shutil.rmtree(left)
    if migrate and course.gradebook.exists() and points_of(course.gradebook, course.assignment):
        with _migrated(course, course.released.parent) as (fresh, said):
            _move_files(fresh, course.released)
        return said
    with _generated(course, course.released.parent) as fresh:
        _move_files(fresh, course.released)
    return ""


@contextlib.contextmanager
def _migrated(course: Course, where: Path) -> Iterator[tuple[Path, str]]:
    """As `_generated`, with the marks of the class put into the new assignment."""
    trial = course.grading / ".gradebook-trial.db"
    trial.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=where, prefix=".release-") as folder:
        try:
            copy_gradebook(course.gradebook, trial)
            with migrated(trial, course.assignment) as result:
                _run_nbgrader(course, folder, trial)
            kept = course.grading / f"gradebook-before-{datetime.now():%Y-%m-%d-%H%M%S}.db"
            copy_gradebook(course.gradebook, kept)
            remember(course)
            not_graded_yet(course, result)
            trial.replace(course.gradebook)
        finally:
            trial.unlink(missing_ok=True)
        said = f"{result}; the gradebook as it was is kept in {kept}; run `autograder grade` now"
        yield Path(folder) / course.assignment, said


@contextlib.contextmanager
def _generated(course: Course, where: Path | None = None) -> Iterator[Path]:
    """A folder, made in `where`, with the students' notebooks, once the gradebook knows them.

    nbgrader writes notebook by notebook, and stops in the middle. So it is tried first on a copy of
    the gradebook; what can go wrong does so there.
    """
    course.grading.mkdir(exist_ok=True)
    trial = course.grading / ".gradebook-trial.db"
    trial.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=where, prefix=".release-") as folder:
        try:
            if course.gradebook.exists():
                before = points_of(course.gradebook, course.assignment)
                copy_gradebook(course.gradebook, trial)
                _run_nbgrader(course, folder, trial)
                _run_nbgrader(course, folder, course.gradebook)
                ask_again(course.gradebook, course.assignment, before)
            else:
                _run_nbgrader(course, folder, trial)
                trial.replace(course.gradebook)
        finally:
            trial.unlink(missing_ok=True)
        yield Path(folder) / course.assignment


def _run_nbgrader(course: Course, folder: str, gradebook: Path, *options: str) -> None:
    """Run nbgrader's own command, into a folder and a gradebook of our choice."""
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", course.assignment]
    places = [
        f"--CourseDirectory.release_directory={folder}",
        f"--CourseDirectory.db_url=sqlite:///{gradebook}",
    ]
    run = subprocess.run(
        [*command, "--force", *places, *options], cwd=course.root, capture_output=True, text=True
    )
    if "there are submissions associated with" in run.stderr:
        raise AutograderError(
            "tasks or notebooks were added or removed, but the gradebook holds marks for this "
            f"assignment. Release and gradebook are as they were: {MIGRATE}"
        )
    if run.returncode:
        raise AutograderError(
            "nbgrader generate_assignment failed; release and gradebook are as they were:\n"
            + run.stderr[-2000:]
        )
    write_solutions(course, Path(folder) / course.assignment)


def _move_files(fresh: Path, released: Path) -> None:
    """One file after the other, each at once: at no moment is one missing that was there."""
    names = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
    for name in sorted(names):
        (released / name).parent.mkdir(parents=True, exist_ok=True)
        (fresh / name).replace(released / name)
    for path in list(released.rglob("*")):
        if path.is_file() and path.relative_to(released) not in names:
            path.unlink()


def out_of_date(course: Course) -> list[str]:
    """What `make release` would change, one line each; empty when all is up to date."""
    stale = []
    for name in course.names:
        target = course.solutions / f"{name}.ipynb"
        if not target.exists():
            stale.append(f"{target.name} is missing in solutions/: run `make release`")
            continue
        stored = nbformat.read(target, as_version=4)
        if _content(stored) != _content(read_text(course, name)):
            stale.append(f"text and notebook of {name} disagree: run `make release`")
        if any(c.cell_type == "code" and c.execution_count is None for c in stored.cells):
            stale.append(f"{name} has cells that were not executed: run `make release`")
    stale += points.out_of_date(course)
    if stale:
        return stale
    with tempfile.TemporaryDirectory() as folder:
        _run_nbgrader(course, folder, Path(folder) / "unused.db", "--no-db")
        fresh = {p.name: p for p in (Path(folder) / course.assignment).iterdir() if p.is_file()}
        committed = {p.name: p for p in course.released.iterdir() if p.is_file()}
        for file in sorted(fresh.keys() | committed.keys()):
            if file not in fresh or file not in committed:
                stale.append(f"notebooks/{course.assignment}/{file} is missing or left over")
            elif fresh[file].read_bytes() != committed[file].read_bytes():
                stale.append(f"notebooks/{course.assignment}/{file} is out of date")
    return stale
