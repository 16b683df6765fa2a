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
from autograder.mending.cell_text import parsed
from helpers.variants import spelled

HIDDEN = re.compile(r"(participant-\d+|anon-\w+|submission)?")  # the last one is on Gradescope
LONGEST = 100


def typed_id(notebook: NotebookNode) -> str:
    """The id that the notebook gives to `student_id`, in its cell or else elsewhere; "" if none."""
    found = ""
    for cell in sorted(notebook.cells, key=lambda c: marks_of(c).get("grade_id") == STUDENT_ID):
        if cell.cell_type == "code" and "student_id" in cell.source:
            for statement in getattr(parsed(cell.source), "body", []):
                found = _given(statement) or found
    return found


def _given(statement: ast.stmt) -> str:
    """What a statement gives to `student_id`; "" if it gives nothing."""
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    value = getattr(getattr(statement, "value", None), "value", None)
    if not any(isinstance(target, ast.Name) and target.id == "student_id" for target in targets):
        return ""
    is_id = isinstance(value, str) or (isinstance(value, int) and abs(value) < 10**LONGEST)
    return str(value).strip()[:LONGEST] if is_id else ""


def own_ids(student: str, groups: Mapping[str, str]) -> set[str]:
    """The id of a student, the name of their group, and its members. groups: student -> group."""
    group = groups.get(student)
    return {student} | ({group, *(s for s in groups if groups[s] == group)} if group else set())


def whose_numbers(typed: str, student: str, groups: Mapping[str, str]) -> str:
    """The id that counts. student: the name of the folder. groups: student -> group."""
    is_own = spelled(typed) in map(spelled, own_ids(student, groups))
    return typed if is_own or (typed and HIDDEN.fullmatch(student)) else student
