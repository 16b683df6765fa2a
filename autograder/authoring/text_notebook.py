"""Read the text of a notebook: the source of everything else in the course."""

from __future__ import annotations

import jupytext
from nbformat import NotebookNode

from autograder.authoring.setup_cell import stamp
from autograder.course import Course
from autograder.errors import AutograderError

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def read_text(course: Course, name: str) -> NotebookNode:
    """The notebook that the text of `name` stands for, without outputs, with stable cell ids.

    Raises AutograderError naming the notebooks that there are.
    """
    path = course.text / f"{name}.py"
    try:
        notebook = jupytext.read(path, fmt="py:percent")
    except FileNotFoundError:
        raise AutograderError(
            f"no text {path}; the notebooks are: {', '.join(course.names)}"
        ) from None
    stamp(notebook, course, name)
    for number, cell in enumerate(notebook.cells):
        cell.id = grade_id(cell) or f"cell-{number:02d}"
    notebook.metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def grade_id(cell: NotebookNode) -> str:
    """The grade id of a cell; empty if it has none."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
