"""Variants: the numbers of a notebook follow from the student's id, where the course wants that.

`solutions/variants.toml` says what its text says otherwise then: for each notebook, in all code or
in one cell, what stands in place of what. Two cells below the first one ask for the id and look its
numbers up, as `my` (see `helpers.variants`).
"""

from __future__ import annotations

import tomllib

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.cells import MY_NUMBERS, STUDENT_ID
from autograder.course import Course
from autograder.errors import AutograderError

FILE = "variants.toml"
ASK = 'student_id = ""  # your id, as the course knows you: your numbers follow from it'
LOOK_UP = """\
from helpers.variants import numbers_of

my = numbers_of(student_id)
print(f"The numbers of {student_id or 'the example'}: {my}")"""


def vary(notebook: NotebookNode, course: Course, name: str) -> None:
    """Make the text of a notebook, its cells with their headers, one with variants.

    Raises AutograderError where the text lacks what the table replaces.
    """
    path = course.text.parent / FILE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get(name, {})
    except (OSError, ValueError) as error:
        raise AutograderError(f"`variants = true` needs a table in {path}: {error}") from None
    for key, value in table.items():
        where, pairs = (key, value) if isinstance(value, dict) else ("", {key: value})
        for old, new in pairs.items():
            cells = [cell for cell in notebook.cells if old in cell.source and _is(cell, where)]
            if not cells:
                raise AutograderError(
                    f"{path}: {where or 'the code'} of {name} has no {old!r}, which it replaces"
                )
            for cell in cells:
                cell.source = cell.source.replace(old, new)
    first = next(n for n, cell in enumerate(notebook.cells) if _is(cell, "setup"))
    ask = new_code_cell(ASK, metadata={"title": f"{STUDENT_ID} yours"})
    look_up = new_code_cell(LOOK_UP, metadata={"title": MY_NUMBERS})
    notebook.cells[first + 1 : first + 1] = [ask, look_up]


def _is(cell: NotebookNode, where: str) -> bool:
    """Whether it is the cell with this id, or code where none is named."""
    if where:
        return cell.metadata.get("title", "").split(" ")[0] == where
    return cell.cell_type == "code"
