"""Which submitted cell belongs to which cell of the release.

By grade id first; then by equal text, by the notebook's own cell ids, by the names that a task
asks for where only one cell defines them, by likeness in the right place, and by the place between
neighbours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode

from autograder.cells import marks_of
from autograder.mending.cell_text import compiles, defined, likeness, names_of, plain, unfenced
from autograder.mending.merged_answers import cut_answers
from autograder.mending.submitted_notebook import SubmittedCell

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


@dataclass
class Slot:
    """One cell of the release and the submitted cells that belong in it."""

    number: int
    cell: NotebookNode
    pieces: list[SubmittedCell] = field(default_factory=list)
    found_by: str = ""

    @property
    def mark(self) -> dict:
        return marks_of(self.cell)

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

    @property
    def is_open(self) -> bool:
        """Whether the cells found for it, if any, leave the task as it was released."""
        stub = plain(self.cell.source)
        return all(plain(piece.source) in ("", stub) for piece in self.pieces)

    def change(self, kind: str, detail: str) -> Change:
        return Change(kind, self.name, detail)


class Matching:
    """The slots of a release with the cells of one submission in them.

    slots:   in the order of the release, each with its pieces.
    pieces:  all submitted cells in their order.
    slot_of: index of a piece -> its slot; a piece without one is the student's own cell.
    changes: what was found on the way.
    """

    def __init__(self, release: NotebookNode, cells: Iterable[SubmittedCell]):
        self.slots = [Slot(number, cell) for number, cell in enumerate(release.cells)]
        self.changes: list[Change] = []
        self.pieces = self._cut_answers(self._cut_merged(cells))
        self.slot_of: dict[int, Slot] = {}
        self._names_of_piece: dict[int, set[str]] = {}
        self._match_by_grade_id()
        self._match_same_text()
        self._match_by_cell_id()
        self._match_answers_by_names(sure=True)
        self._match_alike()
        self._match_answers_by_place()
        self._match_answers_by_names()
        self._note_matches()
        self._note_moves()

    def _cut_merged(self, cells: Iterable[SubmittedCell]) -> list[SubmittedCell]:
        """Cut cells around the text of a locked cell that stands nowhere by itself."""
        locked = [(s, plain(s.cell.source)) for s in self.slots if s.is_locked]
        locked = [(slot, text) for slot, text in locked if len(text) > 15]
        cells = list(cells)
        whole = {plain(cell.source) for cell in cells}
        claims = {cell.grade_id: cell for cell in cells}
        pieces: list[SubmittedCell] = []
        for cell in cells:
            parts = [cell]
            for slot, text in locked:
                present = text in whole or claims.get(slot.grade_id, cell) is not cell
                if cell.kind == slot.cell.cell_type and text in cell.source and not present:
                    parts = [cut for part in parts for cut in self._cut(part, slot, text)]
            pieces += parts
        return [replace(piece, index=place) for place, piece in enumerate(pieces)]

    def _cut(self, cell: SubmittedCell, slot: Slot, text: str) -> list[SubmittedCell]:
        whole = plain(cell.source)
        before, found, after = f"\n{whole}\n".partition(f"\n{text}\n")
        if not found or whole == text:
            return [cell]
        own = cell.grade_id == slot.grade_id
        detail = "had been added to" if own else "had been merged with another cell"
        self.changes.append(slot.change("edited" if own else "joined", f"{detail}; cut apart"))
        cuts = [
            replace(cell, source=before.strip("\n"), mark={} if own else cell.mark),
            replace(cell, source=text, mark=cell.mark if own else slot.mark),
            replace(cell, source=after.strip("\n"), mark={}),
        ]
        return [cut for cut in cuts if cut.source.strip()]

    def _cut_answers(self, cells: list[SubmittedCell]) -> list[SubmittedCell]:
        """Cut cells apart that answer tasks besides their own."""
        pieces, moved = cut_answers(self.slots, cells)
        for number, index in moved.items():
            detail = f"its answer stood in cell {index + 1}; put in its place"
            self.changes.append(self.slots[number].change("moved", detail))
        return pieces

    def _free(self) -> list[SubmittedCell]:
        return [piece for piece in self.pieces if piece.index not in self.slot_of]

    def _give(self, piece: SubmittedCell, slot: Slot, found_by: str) -> None:
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
            for piece in self._own_of(slot, pieces, claims):
                self._give(piece, slot, "grade id")

    def _own_of(
        self, slot: Slot, pieces: list[SubmittedCell], claims: dict[str, list[SubmittedCell]]
    ) -> list[SubmittedCell]:
        """Which of the cells that claim the same grade id belong to its task."""
        if len(pieces) == 1:
            return pieces
        if slot.is_locked:
            return [max(pieces, key=lambda piece: likeness(piece.source, slot.cell.source))]
        # Copies below the task's own test are later experiments: they stay where they are.
        tests = [p.index for p in claims.get(f"{slot.grade_id}-test", [])]
        above = [p for p in pieces if p.index < max(tests, default=len(self.pieces))]
        stub = plain(slot.cell.source)
        return above if any(plain(p.source) not in ("", stub) for p in above) else pieces

    def _match_same_text(self) -> None:
        """Cells that are word for word a cell of the release, in order first."""
        slots = [slot for slot in self.slots if not slot.pieces]
        free = self._free()
        matcher = difflib.SequenceMatcher(
            None,
            [plain(slot.cell.source) for slot in slots],
            [plain(piece.source) for piece in free],
            autojunk=False,
        )
        for block in matcher.get_matching_blocks():
            for step in range(block.size):
                self._give(free[block.b + step], slots[block.a + step], "text")
        waiting = {plain(slot.cell.source): slot for slot in slots if not slot.pieces}
        for piece in self._free():
            slot = waiting.pop(plain(piece.source), None)
            if slot:
                self._give(piece, slot, "text")

    def _match_by_cell_id(self) -> None:
        """Cells that lost nbgrader's mark, or never had one, and kept the notebook's own id."""
        waiting = {slot.cell.get("id"): slot for slot in self.slots if not slot.pieces}
        for piece in self._free():
            slot = waiting.get(piece.cell_id)
            if slot is None or slot.pieces or piece.grade_id or piece.kind != slot.cell.cell_type:
                continue
            if not slot.is_answer or piece.kind != "code" or compiles(piece.source):
                self._give(piece, slot, "cell id")

    def _match_alike(self) -> None:
        """Cells that the course gives and the student edited; answers come later."""
        for slot in self.slots:
            if slot.pieces or slot.is_answer:
                continue
            nearby = {piece.index for piece in self._gap(slot)}
            best, most = None, 0.0
            for piece in self._free():
                if piece.grade_id or (piece.kind != slot.cell.cell_type and not slot.is_locked):
                    continue
                needed = ALIKE if piece.index in nearby else ALIKE_ANYWHERE
                found = likeness(piece.source, slot.cell.source, needed)
                if found > most:
                    best, most = piece, found
            if best:
                self._give(best, slot, "likeness")

    def _gap(self, slot: Slot) -> list[SubmittedCell]:
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
            if not slot.is_answer or not slot.is_open:
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

    def _rivals(self, slot: Slot, gap: list[SubmittedCell]) -> list[Slot]:
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
        self, slot: Slot, rivals: list[Slot], gap: list[SubmittedCell]
    ) -> list[SubmittedCell]:
        """The cells of a gap that belong to this slot rather than to its rivals: those that define
        its names; without any, the one whose turn it is, where numbers agree."""
        names = {s.number: set(names_of(s.grade_id)) for s in [slot, *rivals]}
        naming = [piece for piece in gap if self._names(piece) & names[slot.number]]
        if naming:
            return naming
        found = set().union(*(self._names(piece) for piece in gap))
        taken = set().union(*(names[rival.number] for rival in rivals))
        unnamed = [piece for piece in gap if not self._names(piece) & taken]
        turns = sorted([slot, *rivals], key=lambda s: s.number)
        turns = [s for s in turns if not found & names[s.number]]
        return [unnamed[turns.index(slot)]] if len(unnamed) == len(turns) else []

    def _names(self, piece: SubmittedCell) -> set[str]:
        """The names that a cell defines, read from its code once."""
        if piece.index not in self._names_of_piece:
            self._names_of_piece[piece.index] = defined(unfenced(piece.source))
        return self._names_of_piece[piece.index]

    def _answer_among(self, slot: Slot, candidates: list[SubmittedCell]) -> list[SubmittedCell]:
        """The cells that make up the answer; the others stay the student's own cells."""
        if slot.cell.cell_type != "code":
            return [piece for piece in candidates if piece.kind != "code"]
        code = [p for p in candidates if p.kind == "code"]
        code = code or [p for p in candidates if compiles(unfenced(p.source))]
        if len(code) <= 1 or not all(compiles(piece.source) for piece in code):
            return code
        wanted = set(names_of(slot.grade_id))
        naming = [piece for piece in code if self._names(piece) & wanted]
        return naming or [max(code, key=lambda piece: len(piece.source))]

    def _match_answers_by_names(self, sure: bool = False) -> None:
        """Answers that ended up anywhere, found by all the names that their task defines.

        sure: only where a single cell defines them, and is whole.
        """
        for slot in self.slots:
            if slot.pieces or not slot.is_answer or slot.cell.cell_type != "code":
                continue
            free = [piece for piece in self._free() if not piece.grade_id and piece.source.strip()]
            wanted = set(names_of(slot.grade_id)) if free else set()
            found = [piece for piece in free if wanted and wanted <= self._names(piece)]
            if sure and (len(found) != 1 or not compiles(unfenced(found[0].source))):
                continue
            if found:
                self._give(found[0], slot, "names")

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
            self.changes.append(slot.change("matched", detail))

    def _note_moves(self) -> None:
        """Name the fewest cells whose move explains the order found."""
        order = [slot for slot in self.slots if slot.pieces]
        places = [slot.pieces[0].index for slot in order]
        stayed = longest_rising(places)
        for number, slot in enumerate(order):
            if number not in stayed:
                self.changes.append(slot.change("moved", "had been moved; put back in its place"))


def longest_rising(numbers: Sequence[int]) -> set[int]:
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
