"""Put a submission back on the structure of the release, and say what was done.

The result starts from the release: its order, its locked and test cells, its metadata and points.
From the submission come the answers and the student's own cells, and nothing else. So a submission
can gain nothing by its structure, and an honest one loses nothing to the editor that saved it.
"""

from __future__ import annotations

import ast
import copy
import difflib
import json
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from rapidfuzz import fuzz

from autograder.submitted_notebook import (
    MAX_BYTES,
    NotANotebook,
    SubmittedCell,
    read_submitted,
)

PARSED_CHARACTERS = 200_000  # a longer cell is taken as it is
COMPARED_CHARACTERS = 2_000  # of each cell, when likeness decides
ALIKE = 60  # likeness in percent from which a cell is an edited copy of another in its place
ALIKE_ANYWHERE = 85
MANY = 4  # as many cells without their mark are reported in one line


@dataclass(frozen=True)
class Change:
    """One thing that was put right.

    kind: restored, edited, retyped, moved, duplicate, joined, matched, metadata, file.
    """

    kind: str
    cell: str  # grade id, or the place in the notebook
    detail: str

    def __str__(self) -> str:
        return f"{self.cell}: {self.detail}"


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
        """What was done, a line each."""
        lines = [f"nothing could be graded: {self.problem}"] if self.problem else []
        lines += [str(change) for change in self.changes]
        return lines + [f"{left.cell}: {left.reason}; {left.kept}" for left in self.unmatched]


def repair_notebook(
    data: bytes | None, release: NotebookNode, *, max_bytes: int = MAX_BYTES
) -> Repaired:
    """The notebook handed in as `data` (None: nothing was) on the structure of `release`."""
    if data is None:
        return Repaired(copy.deepcopy(release), problem="no file was handed in")
    try:
        submitted = read_submitted(data, max_bytes)
    except NotANotebook as error:
        return Repaired(copy.deepcopy(release), problem=str(error))
    repair = _Repair(release, submitted.cells)
    repair.changes += [Change("file", "the file", oddity) for oddity in submitted.oddities]
    return repair.run()


def save_notes(folder: Path, student: str, notebook: str, repaired: Repaired) -> None:
    """Keep what a repair did for the report: `folder`/STUDENT/NOTEBOOK.json, or nothing."""
    path = folder / student / f"{notebook}.json"
    if not repaired.lines():
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    notes = {
        "problem": repaired.problem,
        "changes": [asdict(change) for change in repaired.changes],
        "unmatched": [asdict(left) for left in repaired.unmatched],
    }
    part = path.with_suffix(".part")
    part.write_text(json.dumps(notes, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(path)


def load_notes(folder: Path) -> dict[tuple[str, str], Repaired]:
    """The notes kept in `folder`, by student and notebook; without their notebooks."""
    found = {}
    for path in sorted(folder.glob("*/*.json")):
        notes = json.loads(path.read_text(encoding="utf-8"))
        found[path.parent.name, path.stem] = Repaired(
            NotebookNode(),
            [Change(**change) for change in notes["changes"]],
            [Leftover(**left) for left in notes["unmatched"]],
            notes["problem"],
        )
    return found


@dataclass
class _Slot:
    """One cell of the release and the submitted cells that belong in it."""

    number: int
    cell: NotebookNode
    pieces: list[SubmittedCell] = field(default_factory=list)
    found_by: str = ""

    @property
    def mark(self) -> dict:
        return self.cell.metadata.get("nbgrader", {})

    @property
    def grade_id(self) -> str:
        return self.mark.get("grade_id", "")

    @property
    def is_answer(self) -> bool:
        return bool(self.mark.get("solution"))

    @property
    def is_locked(self) -> bool:
        return not self.is_answer and bool(self.mark.get("locked") or self.mark.get("grade"))

    @property
    def name(self) -> str:
        return self.grade_id or f"cell {self.number + 1}"


class _Repair:
    """One run: match submitted cells to the slots of the release, then put all together."""

    def __init__(self, release: NotebookNode, cells: Iterable[SubmittedCell]):
        self.release = release
        self.slots = [_Slot(number, cell) for number, cell in enumerate(release.cells)]
        self.changes: list[Change] = []
        self.unmatched: list[Leftover] = []
        self.pieces = self._cut_merged(cells)
        self.slot_of: dict[int, _Slot] = {}  # place of a piece in self.pieces -> its slot

    def run(self) -> Repaired:
        self._match_by_grade_id()
        self._match_same_text()
        self._match_alike()
        self._match_answers_by_place()
        self._match_answers_by_names()
        self._note_matches()
        self._note_moves()
        return Repaired(self._assembled(), self.changes, self.unmatched)

    # --- matching -------------------------------------------------------------------------------

    def _cut_merged(self, cells: Iterable[SubmittedCell]) -> list[SubmittedCell]:
        """Cut cells around the text of a locked cell: merged with others, or added to."""
        locked = [(s, _plain(s.cell.source)) for s in self.slots if s.is_locked]
        locked = [(slot, text) for slot, text in locked if len(text) > 15]
        pieces: list[SubmittedCell] = []
        for cell in cells:
            parts = [cell]
            for slot, text in locked:
                if cell.kind == slot.cell.cell_type and text in cell.source:
                    parts = [cut for part in parts for cut in self._cut(part, slot, text)]
            pieces += parts
        return [replace(piece, index=place) for place, piece in enumerate(pieces)]

    def _cut(self, cell: SubmittedCell, slot: _Slot, text: str) -> list[SubmittedCell]:
        whole = _plain(cell.source)
        before, found, after = f"\n{whole}\n".partition(f"\n{text}\n")
        if not found or whole == text:
            return [cell]
        own = cell.grade_id == slot.grade_id
        detail = "had been added to" if own else "had been merged with another cell"
        self._changed("edited" if own else "joined", slot, f"{detail}; cut apart")
        cuts = [
            replace(cell, source=before.strip("\n"), mark={} if own else cell.mark),
            replace(cell, source=text, mark=cell.mark if own else slot.mark),
            replace(cell, source=after.strip("\n"), mark={}),
        ]
        return [cut for cut in cuts if cut.source.strip()]

    def _free(self) -> list[SubmittedCell]:
        return [piece for piece in self.pieces if piece.index not in self.slot_of]

    def _give(self, piece: SubmittedCell, slot: _Slot, found_by: str) -> None:
        self.slot_of[piece.index] = slot
        slot.pieces.append(piece)
        slot.found_by = slot.found_by or found_by

    def _match_by_grade_id(self) -> None:
        by_id = {slot.grade_id: slot for slot in self.slots if slot.grade_id}
        claims: dict[str, list[SubmittedCell]] = {}
        for piece in self.pieces:
            if piece.grade_id in by_id:
                claims.setdefault(piece.grade_id, []).append(piece)
        for grade_id, pieces in claims.items():
            slot = by_id[grade_id]
            for piece in self._own_of(slot, pieces, by_id, claims):
                self._give(piece, slot, "grade id")

    def _own_of(self, slot, pieces, by_id, claims) -> list[SubmittedCell]:
        """Which of the cells that claim the same grade id belong to its task."""
        if len(pieces) == 1:
            return pieces
        if slot.is_locked:
            return [max(pieces, key=lambda piece: _likeness(piece.source, slot.cell.source))]
        # Copies below the task's own test are later experiments: they stay where they are.
        tests = [p.index for p in claims.get(f"{slot.grade_id}-test", [])]
        above = [p for p in pieces if p.index < max(tests, default=len(self.pieces))]
        return above or pieces

    def _match_same_text(self) -> None:
        """Cells that are word for word a cell of the release, in order first."""
        slots = [slot for slot in self.slots if not slot.pieces]
        free = self._free()
        matcher = difflib.SequenceMatcher(
            None,
            [_plain(slot.cell.source) for slot in slots],
            [_plain(piece.source) for piece in free],
            autojunk=False,
        )
        for block in matcher.get_matching_blocks():
            for step in range(block.size):
                self._give(free[block.b + step], slots[block.a + step], "text")
        waiting = {_plain(slot.cell.source): slot for slot in slots if not slot.pieces}
        for piece in self._free():
            slot = waiting.pop(_plain(piece.source), None)
            if slot:
                self._give(piece, slot, "text")

    def _match_alike(self) -> None:
        """Cells that the course gives and the student edited; answers come later."""
        for slot in self.slots:
            if slot.pieces or slot.is_answer:
                continue
            nearby = {piece.index for piece in self._gap(slot)}
            best, best_likeness = None, 0.0
            for piece in self._free():
                if piece.grade_id or (piece.kind != slot.cell.cell_type and not slot.is_locked):
                    continue
                needed = ALIKE if piece.index in nearby else ALIKE_ANYWHERE
                likeness = _likeness(piece.source, slot.cell.source, needed)
                if likeness > best_likeness:
                    best, best_likeness = piece, likeness
            if best:
                self._give(best, slot, "likeness")

    def _gap(self, slot: _Slot) -> list[SubmittedCell]:
        """The unmatched cells between the nearest matched neighbours of a slot."""
        before = [s for s in self.slots[: slot.number] if s.pieces]
        after = [s for s in self.slots[slot.number + 1 :] if s.pieces]
        start = before[-1].pieces[-1].index if before else -1
        end = after[0].pieces[0].index if after else len(self.pieces)
        if end < start:  # a neighbour was moved: look from the one above up to the next match
            later = [place for place in sorted(self.slot_of) if place > start]
            end = later[0] if later else len(self.pieces)
        return [piece for piece in self._free() if start < piece.index < end]

    def _match_answers_by_place(self) -> None:
        """Answers without their id, from the cells between the neighbours of their slot."""
        for slot in self.slots:
            if not slot.is_answer or not self._is_open(slot):
                continue
            is_code = slot.cell.cell_type == "code"
            if is_code and slot.pieces:
                continue  # an own cell below the open stub runs where it is
            gap = [p for p in self._gap(slot) if not p.grade_id and p.source.strip()]
            rivals = self._rivals(slot, gap)
            if rivals:
                gap = self._in_turn(slot, rivals, [p for p in gap if (p.kind == "code") == is_code])
            for piece in self._answer_among(slot, gap):
                self._give(piece, slot, "place")

    def _rivals(self, slot: _Slot, gap: list[SubmittedCell]) -> list[_Slot]:
        """Other missing answers of the same kind that the same cells could belong to."""
        places = {piece.index for piece in gap}
        return [
            other
            for other in self.slots
            if other is not slot
            and other.is_answer
            and not other.pieces
            and other.cell.cell_type == slot.cell.cell_type
            and places & {piece.index for piece in self._gap(other)}
        ]

    def _in_turn(
        self, slot: _Slot, rivals: list[_Slot], gap: list[SubmittedCell]
    ) -> list[SubmittedCell]:
        """The cells of a gap that belong to this slot rather than to its rivals: those that define
        its names; without any, the one whose turn it is, where numbers agree."""
        names = {s.number: set(_names_of(s.grade_id)) for s in [slot, *rivals]}
        naming = [piece for piece in gap if _defined(piece.source) & names[slot.number]]
        if naming:
            return naming
        taken = set().union(*(names[rival.number] for rival in rivals))
        unnamed = [piece for piece in gap if not _defined(piece.source) & taken]
        turns = sorted([slot, *rivals], key=lambda s: s.number)
        turns = [s for s in turns if not any(_defined(p.source) & names[s.number] for p in gap)]
        return [unnamed[turns.index(slot)]] if len(unnamed) == len(turns) else []

    def _answer_among(self, slot: _Slot, candidates: list[SubmittedCell]) -> list[SubmittedCell]:
        """The cells that make up the answer; the others stay the student's own cells."""
        if slot.cell.cell_type != "code":
            return [piece for piece in candidates if piece.kind != "code"]
        code = [p for p in candidates if p.kind == "code"]
        code = code or [p for p in candidates if _compiles(_unfenced(p.source))]
        if len(code) <= 1 or not all(_compiles(piece.source) for piece in code):
            return code
        wanted = set(_names_of(slot.grade_id))
        naming = [piece for piece in code if _defined(piece.source) & wanted]
        return naming or [max(code, key=lambda piece: len(piece.source))]

    def _match_answers_by_names(self) -> None:
        """Answers that ended up anywhere, found by all the names that their task defines."""
        for slot in self.slots:
            if slot.pieces or not slot.is_answer or slot.cell.cell_type != "code":
                continue
            free = [piece for piece in self._free() if not piece.grade_id and piece.source.strip()]
            wanted = set(_names_of(slot.grade_id)) if free else set()
            for piece in free if wanted else ():
                if wanted <= _defined(_unfenced(piece.source)):
                    self._give(piece, slot, "names")
                    break

    # --- what the report says about the matching --------------------------------------------------

    def _note_matches(self) -> None:
        guessed = [
            slot
            for slot in self.slots
            if slot.grade_id and slot.pieces and slot.found_by != "grade id"
        ]
        if len(guessed) >= MANY:
            detail = f"{len(guessed)} cells had lost nbgrader's mark; matched by text and place"
            self.changes.append(Change("matched", "the notebook", detail))
            return
        for slot in guessed:
            detail = f"had lost nbgrader's mark; matched by its {slot.found_by}"
            self._changed("matched", slot, detail)

    def _note_moves(self) -> None:
        """Name the fewest cells whose move explains the order found."""
        order = [slot for slot in self.slots if slot.pieces]
        places = [slot.pieces[0].index for slot in order]
        stayed = _longest_rising(places)
        for number, slot in enumerate(order):
            if number not in stayed:
                self._changed("moved", slot, "had been moved; put back in its place")

    def _changed(self, kind: str, slot: _Slot, detail: str) -> None:
        self.changes.append(Change(kind, slot.name, detail))

    # --- putting together -------------------------------------------------------------------------

    def _assembled(self) -> NotebookNode:
        notebook = copy.deepcopy(self.release)
        notebook.cells = []
        own = self._own_cells_by_anchor()
        self._add_own(notebook, own.get(-1, []))
        for slot in self.slots:
            before, cell, after = self._filled(slot)
            notebook.cells += [*before, cell, *after]
            self._add_own(notebook, own.get(slot.number, []))
        taken = {slot.cell.get("id") for slot in self.slots}
        number = 0
        for cell in notebook.cells:
            if "own" in cell.metadata:
                del cell.metadata["own"]
                while f"own-{number}" in taken:
                    number += 1
                cell["id"] = f"own-{number}"
                number += 1
        if notebook.nbformat_minor < 5:
            for cell in notebook.cells:
                cell.pop("id", None)
        return notebook

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
        by_id = {slot.grade_id: slot for slot in self.slots if slot.grade_id}
        for piece in pieces:
            slot = by_id.get(piece.grade_id)
            if slot and _plain(piece.source) == _plain(slot.cell.source):
                self._changed("duplicate", slot, "a second, unchanged copy was left out")
                continue
            notebook.cells.append(_own_cell(piece.kind, piece.source, piece.attachments))
            if slot:
                reason = f"a second cell with the grade id {piece.grade_id}"
            elif piece.grade_id:
                reason = f"its grade id {piece.grade_id[:60]!r} is not in the release"
            else:
                continue
            self._left(f"cell {piece.index + 1}", piece.source, reason, "kept as a plain cell")

    def _left(self, cell: str, text: str, reason: str, kept: str) -> None:
        self.unmatched.append(Leftover(cell, text[:1_000], reason, kept))

    def _filled(self, slot: _Slot) -> tuple[list, NotebookNode, list]:
        """The cell of a slot, and the plain cells that come before and after it."""
        cell = copy.deepcopy(slot.cell)
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

    def _note_metadata(self, slot: _Slot) -> None:
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
                detail = f"`{setting}` had been changed from {now} to {str(was)[:40]}; put back"
                self._changed("metadata", slot, detail)

    def _locked(self, slot: _Slot, cell: NotebookNode) -> tuple[list, NotebookNode, list]:
        """The release's cell; imports and definitions that were added to it get their own cell."""
        piece = slot.pieces[0]
        if _plain(piece.source) == _plain(cell.source):
            return [], cell, []
        self._changed("edited", slot, "a locked cell had been edited; the release's is back")
        added = _added_lines(cell.source, piece.source)
        if not added:
            return [], cell, []
        answer = self._answer_slot_of(slot)
        if answer and self._is_open(answer) and _compiles(added):
            self._changed("moved", answer, "the answer stood in its test cell; put before it")
            return [_own_cell("code", added)], cell, []
        given = cell.cell_type == "code" and not slot.mark.get("grade")
        kept = _imports_and_definitions(added) if given else ""
        after = [_own_cell("code", kept)] if kept else []
        if not kept or _plain(kept) != _plain(added):
            after.append(_shown(slot.name, added))
            self._left(slot.name, added, "lines added to a locked cell", "shown below it, not run")
        else:
            detail = "imports and definitions added to it moved to a cell of their own"
            self._changed("moved", slot, detail)
        return [], cell, after

    def _answer_slot_of(self, test: _Slot) -> _Slot | None:
        wanted = test.grade_id.removesuffix("-test")
        if not test.mark.get("grade") or wanted == test.grade_id:
            return None
        return next((slot for slot in self.slots if slot.grade_id == wanted), None)

    def _is_open(self, slot: _Slot) -> bool:
        stub = _plain(slot.cell.source)
        return all(_plain(piece.source) in ("", stub) for piece in slot.pieces)

    def _answer(self, slot: _Slot, cell: NotebookNode) -> tuple[list, NotebookNode, list]:
        pieces = sorted(slot.pieces, key=lambda piece: piece.index)
        texts = [piece.source for piece in pieces]
        if cell.cell_type == "code":
            texts = [
                _unfenced(piece.source) if piece.kind != "code" else piece.source
                for piece in pieces
            ]
        earlier, cell.source = self._combined(slot, texts)
        pictures = {k: v for piece in pieces for k, v in piece.attachments.items()}
        if pictures and cell.cell_type == "markdown":
            cell["attachments"] = pictures
        return [_own_cell("code", text) for text in earlier], cell, []

    def _combined(self, slot: _Slot, texts: list[str]) -> tuple[list[str], str]:
        """One text from several cells that claim a task; and those that run before it as they are.

        Halves of one answer are joined. Attempts that define the same names all run, in order, so
        that the last one counts, as it did for the student.
        """
        stub = _plain(slot.cell.source)
        answers: list[str] = []
        for text in texts:
            repeated = _plain(text) in {_plain(other) for other in answers}
            if len(texts) == 1 or (_plain(text) not in ("", stub) and not repeated):
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
        halves = not all(_compiles(text) for text in answers)
        names = [_defined(text) for text in answers]
        apart = not any(a & b for i, a in enumerate(names) for b in names[i + 1 :])
        if (halves and _compiles("\n".join(answers))) or (not halves and apart):
            self._changed("joined", slot, f"{len(answers)} parts of the answer joined")
            return [], ("\n" if halves else "\n\n").join(answers)
        detail = f"{len(answers)} answers with one grade id; they run in order, the last counts"
        self._changed("duplicate", slot, detail)
        return answers[:-1], answers[-1]


def _plain(text: str) -> str:
    """Text without what editors change: ends of lines, blank lines around it."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def _likeness(a: str, b: str, needed: float = 0) -> float:
    """How alike two cells are, 0 to 100; 0 below `needed`."""
    a, b = a[:COMPARED_CHARACTERS].strip(), b[:COMPARED_CHARACTERS].strip()
    return fuzz.ratio(a, b, score_cutoff=needed) if a and b else 0.0


def _parsed(text: str) -> ast.Module | None:
    """The syntax tree of a cell, with IPython's own lines taken out; None if it has none."""
    if len(text) > PARSED_CHARACTERS:
        return None
    lines = ["" if line.startswith(("%", "!", "?")) else line for line in text.splitlines()]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _compiles(text: str) -> bool:
    return _parsed(text) is not None


def _defined(text: str) -> set[str]:
    """The names that a cell defines at its top level."""
    tree = _parsed(text)
    if tree is None:
        definitions = re.findall(r"(?m)^(?:def|class)\s+(\w+)", text)
        return {*definitions, *re.findall(r"(?m)^(\w+)\s*=[^=]", text)}
    names: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names.add(node.id)
    return names


def _names_of(grade_id: str) -> tuple[str, ...]:
    """The names that a task asks for, from its check. That needs torch: asked only in doubt."""
    try:
        from autograder.checks.framework import load

        return load(grade_id).defines
    except (ImportError, KeyError):
        return ()


def _unfenced(text: str) -> str:
    """Code out of a Markdown cell: the inside of its fence, if it is one fenced block."""
    fence = re.fullmatch(r"\s*(`{3,}|~{3,})[^\n]*\n(.*?)\n?\1\s*", text, flags=re.DOTALL)
    return fence[2] if fence else text


def _added_lines(given: str, found: str) -> str:
    """The lines of `found` that `given` does not have."""
    known = {line.strip() for line in given.splitlines()}
    return "\n".join(line for line in _plain(found).splitlines() if line.strip() not in known)


def _imports_and_definitions(code: str) -> str:
    tree = _parsed(code)
    if tree is None:
        return ""
    wanted = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    parts = [ast.get_source_segment(code, node) for node in tree.body if isinstance(node, wanted)]
    return "\n".join(part for part in parts if part)


def _own_cell(kind: str, source: str, attachments: dict | None = None) -> NotebookNode:
    make: Callable = {"code": new_code_cell, "raw": new_raw_cell}.get(kind, new_markdown_cell)
    cell = make(source)
    cell.metadata["own"] = True  # gets its id when the notebook is complete
    if attachments and kind == "markdown":
        cell["attachments"] = dict(attachments)
    return cell


def _shown(name: str, text: str) -> NotebookNode:
    """A cell that shows code without running it."""
    fence = "`" * (3 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    note = f"*These lines were in the locked cell `{name}`. They are kept here and do not run.*"
    return _own_cell("markdown", f"{note}\n\n{fence}python\n{text}\n{fence}")


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Positions of a longest rising subsequence."""
    best: list[tuple[int, int | None]] = []  # length, position before
    for i, number in enumerate(numbers):
        ends = [(best[j][0], j) for j in range(i) if numbers[j] < number]
        length, before = max(ends, default=(0, None))
        best.append((length + 1, before))
    position = max(range(len(best)), key=lambda i: best[i][0], default=None)
    kept = set()
    while position is not None:
        kept.add(position)
        position = best[position][1]
    return kept
