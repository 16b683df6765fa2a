"""What a collection did, and how the terminal tells it."""

from __future__ import annotations

from dataclasses import dataclass, field

import rich.table
from rich.console import Console

from autograder.intake.archive import Refusal


@dataclass(frozen=True)
class Placed:
    """A notebook of a student and what became of it.

    state: new, replaced, same (was there already), or kept (another one is there). Of copies that
           were not taken: same, older, or rival (it may as well have been meant).
    """

    student: str
    notebook: str
    source: str
    state: str


@dataclass
class Collection:
    """What a collection did."""

    placed: list[Placed] = field(default_factory=list)
    older: list[Placed] = field(default_factory=list)  # copies that another one was preferred to
    unmatched: list[Refusal] = field(default_factory=list)  # of nobody in the class
    refused: list[Refusal] = field(default_factory=list)  # dangerous or unreadable
    unlike: list[Refusal] = field(default_factory=list)  # like no notebook of the assignment
    ignored: list[Refusal] = field(default_factory=list)  # other files
    missing: list[str] = field(default_factory=list)  # students of the roster without any notebook
    untimed: list[str] = field(default_factory=list)  # of whom nobody says when they handed in
    late: list[str] = field(default_factory=list)  # late as Canvas says, but nobody knows for what
    left: list[str] = field(default_factory=list)  # in the gradebook, but not in the new roster

    @property
    def students(self) -> list[str]:
        return sorted({placed.student for placed in self.placed})

    @property
    def needs_a_look(self) -> bool:
        faults = (self.unmatched, self.refused, self.unlike, self.rivals, self.count("kept"))
        return any(faults) or not self.placed

    @property
    def rivals(self) -> list[Placed]:
        return [placed for placed in self.older if placed.state == "rival"]

    def count(self, state: str) -> int:
        return sum(placed.state == state for placed in self.placed)


def print_summary(collection: Collection) -> None:
    """A table of what came in, then a line for each file that needs a look."""
    console = Console(highlight=False)
    table = rich.table.Table("notebook", "new", "replaced", "unchanged", "kept", "older copies")
    for notebook in sorted({placed.notebook for placed in collection.placed}):
        states = [placed.state for placed in collection.placed if placed.notebook == notebook]
        older = sum(placed.notebook == notebook for placed in collection.older)
        counts = [states.count(state) for state in ("new", "replaced", "same", "kept")]
        table.add_row(notebook, *map(str, counts), str(older))
    if collection.placed:
        console.print(table)
    console.print(f"students: {len(collection.students)}, notebooks: {len(collection.placed)}")
    if not collection.placed:
        _print_line(console, "nothing", "no notebook of a student was found in it")
    taken = {(p.student, p.notebook): p.source for p in collection.placed}
    for rival in collection.rivals:
        whose = f"{rival.student}/{rival.notebook}"
        kept = taken.get((rival.student, rival.notebook), "none")
        line = f"{whose}: {kept} was taken, and {rival.source} has other answers; look at both"
        _print_line(console, "rivals", line)
    for placed in collection.placed:
        if placed.state == "kept":
            line = f"{placed.student}/{placed.notebook} differs from the one that is there"
            _print_line(console, "kept", f"{line}; --force replaces it")
    for word, files in (
        ("no student", collection.unmatched),
        ("refused", collection.refused),
        ("unknown", collection.unlike),
        ("left out", collection.ignored),
    ):
        for file in files:
            _print_line(console, word, f"{file.name}: {file.reason}")
    if collection.missing:
        _print_line(console, "nothing from", ", ".join(collection.missing))
    if collection.left:
        line = "no longer in the roster; `autograder drop STUDENT` takes them out of the class"
        _print_line(console, ", ".join(collection.left), line)
    if collection.late:
        line = "; set a due date and collect again, or they count as in time"
        _print_line(console, "late, as Canvas says", ", ".join(collection.late) + line)
    if collection.untimed:
        line = f"of {len(collection.untimed)} students, so nobody of them counts as late"
        moodle = "Moodle's grading worksheet says it (--roster), a zip has the time of the download"
        _print_line(console, "not known when handed in", f"{line}; {moodle}")


def _print_line(console: Console, word: str, text: str) -> None:
    text = "".join(c if c.isprintable() else "·" for c in text)
    console.print(f"{word}: {text}", markup=False, soft_wrap=True)
