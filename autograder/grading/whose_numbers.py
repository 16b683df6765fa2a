"""Whose numbers a hand-in is held against, where the course has variants.

The grader says it, not the notebook: the name of the folder, or any name of the student's group.
The id that the notebook has counts as long as it is another way to write one of these, or where the
platform hides names, so that the grader knows nobody's.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from nbformat import NotebookNode

from autograder.cells import STUDENT_ID, marks_of
from autograder.intake.roster import key
from autograder.mending.cell_text import parsed

HIDDEN = re.compile(r"(participant-\d+|anon-\w+|submission)?")  # the last one is on Gradescope
LONGEST = 100


def typed_id(notebook: NotebookNode) -> str:
    """The id that the notebook gives to `student_id`; "" if none."""
    for cell in notebook.cells:
        if marks_of(cell).get("grade_id") != STUDENT_ID:
            continue
        for statement in getattr(parsed(cell.source), "body", []):
            value = statement.value if isinstance(statement, ast.Assign) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str | int):
                return str(value.value).strip()[:LONGEST]
    return ""


def whose_numbers(typed: str, student: str, groups: Mapping[str, str]) -> str:
    """The id that counts. student: the name of the folder. groups: student -> group."""
    group = groups.get(student)
    own = {student} | ({group, *(s for s in groups if groups[s] == group)} if group else set())
    is_own = _key(typed) in map(_key, own)
    return typed if is_own or (typed and HIDDEN.fullmatch(student)) else student


def _key(student: str) -> str:
    return key(student.partition("@")[0])
