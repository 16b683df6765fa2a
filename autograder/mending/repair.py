"""Put a submission back on the structure of the release, and say what was done.

The result starts from the release: its order, its locked and test cells, its metadata and points.
From the submission come the answers and the student's own cells, and nothing else. So a submission
can gain nothing by its structure, and an honest one loses nothing to the editor that saved it.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from autograder.errors import AutograderError
from autograder.kept import keep, kept
from autograder.mending.cell_matching import Change, Matching, Slot
from autograder.mending.cell_text import (
    added_lines,
    compiles,
    defined,
    imports_and_definitions,
    names_of,
    plain,
    unfenced,
)
from autograder.mending.merged_answers import READ_CHARACTERS
from autograder.mending.submitted_notebook import (
    NotANotebook,
    SubmittedCell,
    read_releases,
    read_submitted,
    which_notebook,
)
from autograder.setup_cell import STAMPED, without_address

NOTHING_HANDED_IN = "no file was handed in"


@dataclass(frozen=True)
class Leftover:
    """Text of the submission that has no place in the release; `kept` says where it is now."""

    cell: str
    text: str
    reason: str
    kept: str


@dataclass
class Repaired:
    """A notebook on the release's structure.

    problem: why nothing could be read; the notebook is then the release itself, all tasks open.
    """

    notebook: NotebookNode
    changes: list[Change] = field(default_factory=list)
    unmatched: list[Leftover] = field(default_factory=list)
    problem: str = ""

    def lines(self) -> list[str]:
        """All that there is to say, a line each."""
        lines = [f"nothing could be graded: {self.problem}"] if self.problem else []
        return lines + self.put_right()

    def put_right(self) -> list[str]:
        """What was done, a line each."""
        lines = [str(change) for change in self.changes]
        return lines + [f"{left.cell}: {left.reason}; {left.kept}" for left in self.unmatched]


def repair_notebook(data: bytes | None, release: NotebookNode, *, problem: str = "") -> Repaired:
    """The notebook handed in as `data` (None: nothing was) on the structure of `release`.

    problem: why there is no use in reading the data, if that is known.
    """
    if problem or data is None:
        return Repaired(copy.deepcopy(release), problem=problem or NOTHING_HANDED_IN)
    try:
        submitted = read_submitted(data)
    except NotANotebook as error:
        return Repaired(copy.deepcopy(release), problem=str(error))
    assembly = _Assembly(release, Matching(release, submitted.cells))
    oddities = [Change("file", "the file", oddity) for oddity in submitted.oddities]
    assembly.changes[:0] = oddities
    return Repaired(assembly.notebook(submitted.fragments), assembly.changes, assembly.unmatched)


def repair_file(path: Path, releases: Path) -> tuple[str, Repaired]:
    """Repair the notebook at `path`; the name of the release it belongs to, and the result.

    Raises AutograderError where no notebook in the folder `releases` is like it.
    """
    known = read_releases(releases)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AutograderError(f"cannot read {path}: {error.strerror}") from None
    try:
        submitted = read_submitted(data)
    except NotANotebook:
        submitted = None
    name = which_notebook(path.name, submitted, known)
    if name is None:
        raise AutograderError(f"{path.name} is like none of: {', '.join(sorted(known))}")
    return name, repair_notebook(data, known[name])


def save_notes(folder: Path, student: str, notebook: str, repaired: Repaired) -> None:
    """Keep what a repair did for the report: `folder`/STUDENT/NOTEBOOK.json, or nothing."""
    notes = {
        "problem": repaired.problem,
        "changes": [asdict(change) for change in repaired.changes],
        "unmatched": [asdict(left) for left in repaired.unmatched],
    }
    keep(folder, student, notebook, notes if repaired.lines() else None)


def load_notes(folder: Path, student: str | None = None) -> dict[tuple[str, str], Repaired]:
    """The notes kept in `folder`, by student and notebook; without their notebooks."""
    return {
        names: Repaired(
            NotebookNode(),
            [Change(**change) for change in notes["changes"]],
            [Leftover(**left) for left in notes["unmatched"]],
            notes["problem"],
        )
        for names, notes in kept(folder, student)
    }


class _Assembly:
    """The notebook put together from the slots, and what was done to each."""

    def __init__(self, release: NotebookNode, matching: Matching):
        self.release = release
        self.slots = matching.slots
        self.pieces = matching.pieces
        self.slot_of = matching.slot_of
        self.slot_by_id = {slot.grade_id: slot for slot in self.slots if slot.grade_id}
        self.changes: list[Change] = list(matching.changes)
        self.unmatched: list[Leftover] = []
        missing = [slot for slot in self.slots if slot.is_answer and not slot.pieces]
        self.missing_kinds = {slot.cell.cell_type for slot in missing}
        self.defined_above: set[str] = set()  # by the student, on the way down
        self.to_read = READ_CHARACTERS

    def notebook(self, fragments: Iterable[str] = ()) -> NotebookNode:
        """The whole; `fragments` are damaged pieces of the file, shown at its end."""
        notebook = copy.deepcopy(self.release)
        notebook.cells = []
        own = self._own_cells_by_anchor()
        self._add_own(notebook, own.get(-1, []))
        for slot in self.slots:
            before, cell, after = self._filled(slot)
            notebook.cells += [*before, cell, *after]
            if slot.is_answer:
                self._note_definitions([*before, cell])
            self._add_own(notebook, own.get(slot.number, []))
        for text in fragments:
            notebook.cells.append(_shown("This is a damaged piece of the file", text))
            self._left("the file", text, "a damaged piece of it", "shown at the end, not run")
        self._number_own_cells(notebook)
        return notebook

    def _number_own_cells(self, notebook: NotebookNode) -> None:
        """Give the student's own cells ids of our making; the release's are as they were."""
        taken = {slot.cell.get("id") for slot in self.slots}
        fresh = (f"own-{n}" for n in itertools.count() if f"own-{n}" not in taken)
        for cell in notebook.cells:
            if cell.metadata.pop("own", False):
                cell["id"] = next(fresh)
            if notebook.nbformat_minor < 5:
                cell.pop("id", None)

    def _own_cells_by_anchor(self) -> dict[int, list[SubmittedCell]]:
        """The student's own cells, by the slot that they follow (-1: above all)."""
        own: dict[int, list[SubmittedCell]] = {}
        anchor = -1
        for piece in self.pieces:
            slot = self.slot_of.get(piece.index)
            if slot:
                anchor = slot.number
            elif piece.source.strip():
                own.setdefault(anchor, []).append(piece)
        return own

    def _add_own(self, notebook: NotebookNode, pieces: list[SubmittedCell]) -> None:
        for piece in pieces:
            slot = self.slot_by_id.get(piece.grade_id)
            if slot and plain(piece.source) == plain(slot.cell.source):
                self._changed("duplicate", slot, "a second, unchanged copy was left out")
                continue
            notebook.cells.append(_own_cell(piece.kind, piece.source, dict(piece.attachments)))
            self._note_definitions(notebook.cells[-1:])
            if slot:
                reason = f"a second cell with the grade id {piece.grade_id}"
            elif piece.grade_id:
                reason = f"its grade id {piece.grade_id[:60]!r} is not in the release"
            elif piece.kind in self.missing_kinds:
                reason = "no task was found for it, and the answer to a task is missing"
            else:
                continue
            self._left(f"cell {piece.index + 1}", piece.source, reason, "kept as a plain cell")

    def _note_definitions(self, cells: list[NotebookNode]) -> None:
        given = {plain(slot.cell.source) for slot in self.slots}
        for cell in cells:
            if len(cell.source) > self.to_read or cell.cell_type != "code":
                continue
            if plain(cell.source) not in given:
                self.to_read -= len(cell.source)
                self.defined_above |= defined(cell.source)

    def _is_answered_above(self, slot: Slot) -> bool:
        """Whether the open task's own cell would overwrite an answer in a cell above it."""
        wanted = set(names_of(slot.grade_id))
        is_stub = slot.is_answer and slot.is_open and slot.cell.cell_type == "code"
        return bool(is_stub and wanted <= self.defined_above and wanted & defined(slot.cell.source))

    def _left(self, cell: str, text: str, reason: str, kept: str) -> None:
        self.unmatched.append(Leftover(cell, text[:1_000], reason, kept))

    def _filled(self, slot: Slot) -> tuple[list, NotebookNode, list]:
        """The cell of a slot, and the plain cells that come before and after it."""
        cell = copy.deepcopy(slot.cell)
        if self._is_answered_above(slot):
            cell.source = "# Answered in a cell above."
            self._changed("moved", slot, "answered in a cell above; the open task was taken out")
            return [], cell, []
        if not slot.pieces:
            kind = "an open task" if slot.is_answer else "the release's cell"
            self._changed("restored", slot, f"was missing; put back as {kind}")
            return [], cell, []
        self._note_metadata(slot)
        if slot.is_locked:
            return self._locked(slot, cell)
        if slot.is_answer:
            return self._answer(slot, cell)
        piece = slot.pieces[0]
        cell.source = piece.source
        if piece.attachments and cell.cell_type == "markdown":
            cell["attachments"] = dict(piece.attachments)
        return [], cell, []

    def _note_metadata(self, slot: Slot) -> None:
        """Say which of nbgrader's settings had been changed; the release's are back already."""
        piece = slot.pieces[0]
        if piece.kind != slot.cell.cell_type:
            detail = f"had been made {piece.kind}; {slot.cell.cell_type} again"
            self._changed("retyped", slot, detail)
        if piece.grade_id != slot.grade_id:
            return
        for setting in ("points", "grade", "solution", "locked", "task"):
            was, now = piece.mark.get(setting), slot.mark.get(setting)
            if setting in slot.mark and was != now:
                detail = f"`{setting}` had been changed from {now} to {_brief(was)}; put back"
                self._changed("metadata", slot, detail)

    def _locked(self, slot: Slot, cell: NotebookNode) -> tuple[list, NotebookNode, list]:
        """The release's cell; imports and definitions that were added to it get their own cell."""
        piece = slot.pieces[0]
        if slot.grade_id in STAMPED and cell.cell_type == "markdown":  # says where the course is
            return [], cell, []
        if plain(without_address(piece.source)) == plain(without_address(cell.source)):
            return [], cell, []
        self._changed("edited", slot, "a locked cell had been edited; the release's is back")
        added = added_lines(cell.source, piece.source)
        if not added:
            return [], cell, []
        answer = self._answer_slot_of(slot)
        if answer and answer.is_open and compiles(added):
            self._changed("moved", answer, "the answer stood in its test cell; put before it")
            return [_own_cell("code", added)], cell, []
        given = cell.cell_type == "code" and not slot.mark.get("grade")
        kept = imports_and_definitions(added) if given else ""
        after = [_own_cell("code", kept)] if kept else []
        if not kept or plain(kept) != plain(added):
            after.append(_shown(f"These lines were in the locked cell `{slot.name}`", added))
            self._left(slot.name, added, "lines added to a locked cell", "shown below it, not run")
        else:
            detail = "imports and definitions added to it moved to a cell of their own"
            self._changed("moved", slot, detail)
        return [], cell, after

    def _answer_slot_of(self, test: Slot) -> Slot | None:
        wanted = test.grade_id.removesuffix("-test")
        if not test.mark.get("grade") or wanted == test.grade_id:
            return None
        return next((slot for slot in self.slots if slot.grade_id == wanted), None)

    def _answer(self, slot: Slot, cell: NotebookNode) -> tuple[list, NotebookNode, list]:
        pieces = sorted(slot.pieces, key=lambda piece: piece.index)
        texts = [piece.source for piece in pieces]
        if cell.cell_type == "code":
            texts = [
                unfenced(piece.source) if piece.kind != "code" else piece.source for piece in pieces
            ]
        earlier, answer = self._combined(slot, texts)
        # An open task is as it was released, whichever release the stub is of.
        cell.source = answer if plain(answer) != plain(cell.source) else cell.source
        pictures = {k: v for piece in pieces for k, v in piece.attachments.items()}
        if pictures and cell.cell_type == "markdown":
            cell["attachments"] = pictures
        return [_own_cell("code", text) for text in earlier], cell, []

    def _combined(self, slot: Slot, texts: list[str]) -> tuple[list[str], str]:
        """One text from several cells that claim a task; and those that run before it as they are.

        Halves of one answer are joined. Attempts that define the same names all run, in order, so
        that the last one counts, as it did for the student.
        """
        stub = plain(slot.cell.source)
        answers: list[str] = []
        for text in texts:
            repeated = plain(text) in {plain(other) for other in answers}
            if len(texts) == 1 or (plain(text) not in ("", stub) and not repeated):
                answers.append(text)
        if not answers:
            return [], slot.cell.source if len(texts) > 1 else texts[0]
        if len(answers) < len(texts):
            self._changed("duplicate", slot, "copies without an answer of their own were left out")
        if len(answers) == 1:
            return [], answers[0]
        if slot.cell.cell_type != "code":
            self._changed("joined", slot, f"{len(answers)} parts of the answer joined")
            return [], "\n\n".join(answers)
        halves = not all(compiles(text) for text in answers)
        names = [defined(text) for text in answers]
        apart = not any(a & b for i, a in enumerate(names) for b in names[i + 1 :])
        if (halves and compiles("\n".join(answers))) or (not halves and apart):
            self._changed("joined", slot, f"{len(answers)} parts of the answer joined")
            return [], ("\n" if halves else "\n\n").join(answers)
        detail = f"{len(answers)} answers with one grade id; they run in order, the last counts"
        self._changed("duplicate", slot, detail)
        return answers[:-1], answers[-1]

    def _changed(self, kind: str, slot: Slot, detail: str) -> None:
        self.changes.append(slot.change(kind, detail))


def _brief(value: object) -> str:
    """What a file claims, for one line: no characters that steer a terminal, no end of it."""
    simple = isinstance(value, str | int | float | None)
    return (repr(value) if isinstance(value, str) else str(value))[:40] if simple else "a list"


def _own_cell(kind: str, source: str, attachments: dict | None = None) -> NotebookNode:
    make: Callable = {"code": new_code_cell, "raw": new_raw_cell}.get(kind, new_markdown_cell)
    cell = make(source)
    cell.metadata["own"] = True  # gets its id when the notebook is complete
    if attachments and kind == "markdown":
        cell["attachments"] = dict(attachments)
    return cell


def _shown(what: str, text: str) -> NotebookNode:
    """A cell that shows code without running it."""
    fence = "`" * (3 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    note = f"*{what}, kept here. It does not run.*"
    return _own_cell("markdown", f"{note}\n\n{fence}python\n{text}\n{fence}")
