"""What must hold before anybody is graded: else a whole class would lose points."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Assignment

from autograder.cells import is_test, marks_of, raised
from autograder.course import Course
from autograder.grading.native import SandboxedExecute
from autograder.grading.pool import Pool
from autograder.grading.settings import GradeError, one_line, shortened


def require_agreement(assignment: Assignment, releases: dict[str, NotebookNode]) -> None:
    """Graded by cells that the gradebook does not know, everybody would fail or lose points."""
    for notebook in assignment.notebooks:
        if notebook.name not in releases:
            continue
        kinds = ("grade", "solution", "locked", "task")  # of cells that nbgrader keeps
        released = {
            mark["grade_id"]: float(mark.get("points") or 0)
            for mark in map(marks_of, releases[notebook.name].cells)
            if any(mark.get(kind) for kind in kinds)
        }
        known = dict.fromkeys((cell.name for cell in notebook.source_cells), 0.0)
        known |= {cell.name: cell.max_score for cell in notebook.grade_cells}
        known |= {cell.name: cell.max_score for cell in notebook.task_cells}
        differ = sorted(released.items() ^ known.items())
        if differ:
            raise GradeError(
                f"the released {notebook.name} and the gradebook disagree about "
                f"{differ[0][0]} (cells added or removed, or other points). Nobody was "
                "graded: run `autograder release`, or `autograder release --migrate`, which "
                "keeps all marks of tasks that stay"
            )


def try_reference(
    course: Course, keys: dict[str, str], execute: SandboxedExecute, pool: Pool
) -> None:
    """Run the solutions first: what fails them would give a whole class zero points.

    keys: notebook -> what it is graded by. Done once for each state of the solutions and of these.
    """
    solutions = {name: _read(course.solutions / f"{name}.ipynb") for name in keys}
    stamp, state = course.report / "reference-passed", hashlib.sha256()
    for name, solution in solutions.items():
        state.update(f"{name} {keys[name]}\n".encode() + solution)
    if stamp.is_file() and stamp.read_text() == state.hexdigest():
        return
    running = {}
    for name, solution in solutions.items():
        if solution:
            notebook = nbformat.writes(nbformat.reads(solution.decode(), as_version=4)).encode()
            job = replace(execute.job(notebook, course.solutions), pictures=False)
            running[name] = pool.submit(job)
    for name, future in running.items():
        try:
            executed = nbformat.reads(future.result().notebook.decode(), as_version=4)
        except Exception as error:
            raise GradeError(f"{name} cannot be run: {one_line(error)}") from None
        for cell in executed.cells:
            failed = raised(cell) if is_test(cell) else None
            if failed:
                raise GradeError(
                    f"the solution of {name} itself fails {marks_of(cell)['grade_id']}: "
                    f"{shortened(failed.evalue, 200)} Nobody was graded."
                )
    if len(running) == len(keys):
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(state.hexdigest())


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
