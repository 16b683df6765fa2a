"""Answers that share a cell, or stand in the cell of another task, go to their own tasks.

A task takes part if it asks for names and no cell of its own answers it. Statements go with the
names that they define; those that need each other stay together, and run where the first is due.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.cells import lines_of
from autograder.mending.cell_text import bound, defined, likeness, names_of, parsed, plain
from autograder.mending.submitted_notebook import SubmittedCell

ALIKE = 85  # likeness in percent from which a cell without a mark is one that the course gives
READ_CHARACTERS = 500_000  # of a notebook; answers have a few thousand
STATEMENTS = 200  # a cell with more is left whole


@dataclass
class _Part:
    """Statements next to each other in a cell, and the place of the task that they answer."""

    text: str
    binds: set[str]
    uses: set[str]
    place: Any = None  # an int, once it is known


def cut_answers(slots: Sequence, cells: Sequence[SubmittedCell]) -> tuple[list, dict[int, int]]:
    """The cells, with answers of several tasks cut apart and marked with their tasks.

    Also returns place of the task in `slots` -> index of the cell in which its answer stood.
    """
    tasks = {
        number: set(names_of(slot.grade_id))
        for number, slot in enumerate(slots)
        if slot.is_answer and slot.cell.cell_type == "code" and names_of(slot.grade_id)
    }
    given = {plain(slot.cell.source) for slot in slots}
    written: dict[int, set[str]] = {}
    left = READ_CHARACTERS
    for cell in cells:
        if cell.kind == "code" and plain(cell.source) not in given and len(cell.source) <= left:
            left -= len(cell.source)
            written[cell.index] = defined(cell.source)
    place_of = {slot.grade_id: number for number, slot in enumerate(slots) if slot.grade_id}
    result: list[SubmittedCell] = []
    moved: dict[int, int] = {}
    for cell in cells:
        names = written.get(cell.index, set())
        own = place_of.get(cell.grade_id)
        strange = {
            number
            for number, wanted in tasks.items()
            if wanted <= names
            and number != own
            and not any(wanted <= others for i, others in written.items() if i != cell.index)
        }
        if own is None and strange:
            given_cells = (slot.cell.source for slot in slots if slot.is_locked)
            is_given = any(likeness(cell.source, source, ALIKE) for source in given_cells)
            is_moved = len(strange) > 1 or _is_out_of_place(min(strange), slots, cell, cells)
            strange = strange if is_moved and not is_given else set()
        places = strange | ({own} if own in tasks else set())
        groups = _groups(cell.source, {n: tasks[n] for n in places}, own) if strange else None
        if not groups:
            result.append(cell)
            continue
        for number, text in groups:
            mark = cell.mark if number == own else slots[number].mark
            result.append(replace(cell, source=text, mark=mark, cell_id=""))
            if number != own:
                moved[number] = cell.index
    return [replace(cell, index=place) for place, cell in enumerate(result)], moved


def _is_out_of_place(number: int, slots: Sequence, cell: SubmittedCell, cells: Sequence) -> bool:
    """Whether a cell of the student's own answers a task whose open cell is still there, and the
    answer would be overwritten by it or come too late."""
    slot = slots[number]
    test = next((s for s in slots if s.grade_id == f"{slot.grade_id}-test"), None)
    stubs = [c.index for c in cells if plain(c.source) == plain(slot.cell.source)]
    tests = [c.index for c in cells if test and plain(c.source) == plain(test.cell.source)]
    return bool(stubs) and not min(stubs) < cell.index < min(tests, default=len(cells))


def _groups(
    source: str, tasks: dict[int, set[str]], own: int | None
) -> list[tuple[int, str]] | None:
    """Place of a task -> the statements for it, in the order of the cell; None to leave it whole.

    own: the place of the task whose cell it is, if it is one's.
    """
    tree = parsed(source)
    if tree is None or len(tree.body) > STATEMENTS:
        return None
    if own is not None and not _is_plain(tree, tasks.get(own, set())):
        return None
    parts = _parts(source, tree, tasks)
    if parts is None:
        return None
    needs = [
        (user, used)
        for user in parts
        for used in parts
        if user is not used and user.uses & used.binds
    ]
    while late := [(user, used) for user, used in needs if used.place > user.place]:
        for user, used in late:
            used.place = min(used.place, user.place)
    groups: dict[int, list[str]] = {}
    for part in parts:
        groups.setdefault(part.place, []).append(part.text)
    return [(number, "\n".join(texts).strip("\n")) for number, texts in groups.items()]


def _is_plain(tree: ast.Module, names: set[str]) -> bool:
    """Whether it is sure which tasks a cell answers: it binds all names of its own, or consists of
    definitions alone, none of them for its own task."""
    found = set().union(*(bound(statement) for statement in tree.body))
    if names and names <= found:
        return True
    simple = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    is_simple = all(isinstance(statement, simple) for statement in tree.body)
    return bool(names) and is_simple and not names & found and "*" not in found


def _parts(source: str, tree: ast.Module, tasks: dict[int, set[str]]) -> list[_Part] | None:
    """One part for each statement; None where one statement answers two tasks."""
    lines = lines_of(source)
    parts: list[_Part] = []
    start = 0
    for statement in tree.body:
        if statement.lineno <= start:  # two statements on one line
            return None
        text = "\n".join(lines[start : statement.end_lineno])
        start = statement.end_lineno or start
        while start < len(lines) and lines[start].lstrip().startswith("#"):
            text, start = f"{text}\n{lines[start]}", start + 1
        binds = bound(statement)
        owners = [number for number, wanted in tasks.items() if wanted & binds]
        if len(owners) > 1:
            return None
        parts.append(_Part(text, binds, _used(statement) - binds, owners[0] if owners else None))
    if not parts:
        return None
    parts[-1].text = "\n".join([parts[-1].text, *lines[start:]])
    for i, part in enumerate(parts):
        if part.place is not None:
            continue
        before = [p.place for p in parts[:i] if p.place is not None and p.binds & part.uses]
        after = [p.place for p in parts[i + 1 :] if p.place is not None]
        until = next((j for j in range(i + 1, len(parts)) if parts[j].place is not None), i)
        leads_on = not any(p.text.startswith("\n") for p in parts[i + 1 : until + 1])
        choice = (
            [*after[:1], *before[-1:]] if part.binds or leads_on else [*before[-1:], *after[:1]]
        )
        earlier = [p.place for p in parts[:i] if p.place is not None]
        part.place = (choice or earlier[-1:] or [None])[0]
    return parts if all(part.place is not None for part in parts) else None


def _used(node: ast.AST) -> set[str]:
    """The names that a statement uses, without those that its functions have for themselves."""
    if isinstance(node, ast.Name):
        return {node.id}
    names = set().union(*(_used(child) for child in ast.iter_child_nodes(node)))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        inner = list(ast.walk(node))
        names -= {n.arg for n in inner if isinstance(n, ast.arg)}
        names -= {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names
