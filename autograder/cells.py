"""What a cell of a notebook is to nbgrader and to the grader, and what its test asks."""

from __future__ import annotations

import ast
import io
import json
import re
from pathlib import Path

from nbformat import NotebookNode

STUDENT_ID = "student-id"  # the cell of a student's id, where there are variants
MY_NUMBERS = "my-numbers"  # the cell below it, which looks the numbers up
GUESS = "guess-"  # a cell with such a grade id asks for a guess: no task, no points
HIDDEN_BEGIN, HIDDEN_END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def split_hidden(source: str) -> list[tuple[str, bool]]:
    """A test cell as [(visible part, False), (hidden part, True)]; empty parts are left out.

    Where the parts do not stand alone as Python, the whole cell counts as one visible part.
    """
    visible: list[str] = []
    hidden: list[str] = []
    inside = False
    for line in source.splitlines():
        if line.strip() == HIDDEN_BEGIN:
            inside = True
        elif line.strip() == HIDDEN_END:
            inside = False
        else:
            (hidden if inside else visible).append(line)
    parts = [("\n".join(visible), False), ("\n".join(hidden), True)]
    parts = [(text, is_hidden) for text, is_hidden in parts if text.strip()]
    try:
        for text, _ in parts:
            ast.parse(text)
    except SyntaxError:
        return [(source, False)]
    return parts


_CALL = re.compile(r"""check\(\s*["']([\w-]+)["'],\s*globals\(\)(?:,\s*hidden=(\d+))?\s*\)""")
_BESIDE = re.compile(r"(from autograder\.checks import [\w, ]+|#.*)?")


def judged(source: str) -> dict | None:
    """What a part of a test asks of the judge, {"task": grade id, "hidden": seed or None}: it is
    one call of `check`. None for plain asserts."""
    lines = [line.strip() for line in source.splitlines()]
    calls = [line for line in lines if not _BESIDE.fullmatch(line)]
    found = _CALL.fullmatch(calls[0]) if len(calls) == 1 else None
    if found is None:
        return None
    return {"task": found[1], "hidden": None if found[2] is None else int(found[2])}


def lines_of(source: str) -> list[str]:
    """The lines of code as Python counts them; `str.splitlines` ends one at U+2028, too."""
    return [line.rstrip("\r\n") for line in io.StringIO(source, newline="")]


def marks_of(cell: NotebookNode | dict) -> dict:
    """What nbgrader says of the cell; empty for one of the student's own."""
    return cell["metadata"].get("nbgrader", {})


def cells_in(path: Path) -> dict[str, dict]:
    """Grade id, or place, -> cell of a file, in order and as it stands there; empty for what is no
    notebook. In a hundredth of the time that nbformat takes."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return {str(marks_of(cell).get("grade_id") or n): cell for n, cell in enumerate(cells)}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def cell_name(notebook: NotebookNode, index: int) -> str:
    """The grade id of a cell, or "cell 7"."""
    if not 0 <= index < len(notebook.cells):
        return "the notebook"
    return str(marks_of(notebook.cells[index]).get("grade_id") or f"cell {index + 1}")


def is_solution(cell: NotebookNode) -> bool:
    return bool(marks_of(cell).get("solution"))


def is_test(cell: NotebookNode) -> bool:
    """Whether the cell is graded by what it does: nbgrader's autograder tests."""
    return bool(marks_of(cell).get("grade")) and not is_solution(cell)


def is_students(cell: NotebookNode) -> bool:
    """Whether the student may have written the cell."""
    return not (marks_of(cell).get("locked") or is_test(cell)) or is_solution(cell)


def raised(cell: NotebookNode) -> NotebookNode | None:
    """The output with the error that the cell ended in; None if it did not."""
    return next((output for output in cell.outputs if output.output_type == "error"), None)
