"""`autograder submit-check`, and `hand_in()` in a notebook: pack what is to be handed in.

The notebooks of a folder are read as `autograder collect` and grading will read them. No cell runs,
no file of the student's is changed, and nothing is sent anywhere.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import labs
from autograder.cells import marks_of
from autograder.errors import AutograderError
from autograder.files import replaced
from autograder.intake.archive import Refusal, entries
from autograder.intake.receipts import Receipt, sha256
from autograder.mending.cell_text import CODE_STUB, TEXT_STUB, defined, is_stub, names_of
from autograder.mending.repair import repair_notebook
from autograder.mending.submitted_notebook import (
    NotANotebook,
    SubmittedCell,
    read_submitted,
    which_notebook,
)
from helpers.runtime import someone_watches

ZIP = "hand-in.zip"
AGAIN = "run this again"
ON_COLAB = (
    "Colab keeps the notebook that you see on Drive, not on this machine: File > Download > "
    "Download .ipynb, for each notebook, and hand in those files."
)


@dataclass(frozen=True)
class TaskState:
    """One task as it is packed. passed: what its check said when it last ran; None: it has not."""

    id: str
    points: float
    is_open: bool
    by_hand: bool = False
    passed: bool | None = None

    def __str__(self) -> str:
        checked = {None: "has not run", True: "passed", False: "says: not yet"}
        word = f"its check {checked[self.passed]}"
        answered = f"answered, {'graded by hand' if self.by_hand else word}"
        unit = "point " if self.points == 1 else "points"
        return f"{self.id:<24} {self.points:>3g} {unit}  {'open' if self.is_open else answered}"


@dataclass
class HandIn:
    """What was packed. faults: what to put right, a line each, with what to do."""

    zip: Path
    receipt: Receipt
    receipt_file: Path
    copies: list[_Copy]
    faults: list[str]

    @property
    def tasks(self) -> list[TaskState]:
        return [task for copy in self.copies for task in copy.tasks]

    def lines(self) -> list[str]:
        """All that there is to say, a line each."""
        times = ((c.path.name, datetime.fromtimestamp(c.saved)) for c in self.copies)
        return [
            f"Packed in {self.zip}:",
            *(f"  {name}, last saved {saved:%Y-%m-%d %H:%M:%S}" for name, saved in times),
            "",
            *map(str, self.tasks),
            *(["", "Look at this:"] if self.faults else []),
            *(f"  {fault}" for fault in self.faults),
            "",
            *self.receipt.text().splitlines()[:4],
            f"The receipt is kept in {self.receipt_file.name}. Nothing has been sent: upload "
            f"{self.zip.name} where your instructor asks for it.",
        ]


def hand_in(folder: str | Path = ".") -> None:
    """Pack the notebooks of this folder into hand-in.zip, say what is open, and give a receipt.

    For the last cell of a notebook. What stands in the way is a line; nothing is raised. Where
    nobody watches, while a notebook is built, checked or graded, nothing is packed.
    """
    if not someone_watches():
        print("Nothing is packed while nobody watches: run this cell yourself.")
        return
    on_colab = "google.colab" in sys.modules
    try:
        packed = pack(Path(folder))
    except (AutograderError, OSError) as error:
        print(f"Nothing is packed: {ON_COLAB if on_colab else error}")
        return
    print(*packed.lines(), sep="\n")
    if on_colab:
        print(f"This is what lies on this machine. {ON_COLAB}")
        import_module("google.colab.files").download(str(packed.zip))


def pack(folder: Path) -> HandIn:
    """Pack the notebooks in a folder, beside them, and write the receipt.

    Raises AutograderError if there is none of this course.
    """
    if not folder.is_dir():
        raise AutograderError(f"{folder} is no folder: name the one with your notebooks")
    skeletons = _skeletons()
    found, faults = _found(folder, skeletons)
    if not found:
        below = sorted({path.parent.name for path in folder.glob("*/*.ipynb")})
        hint = f"; there are notebooks in {', '.join(below[:5])}" if below else ""
        line = f"no notebook of this course in {folder.resolve()}: name its folder{hint}"
        raise AutograderError("\n".join([line, *faults]))
    taken = {name: copies[-1] for name, copies in sorted(found.items())}
    faults += [fault for copy in taken.values() for fault in copy.faults]
    for name, copies in found.items():
        for other in (copy.path.name for copy in copies[:-1] if copy.data != copies[-1].data):
            faults.append(
                f"{other} is a copy of {name}, too, and was left out: if it is the right one, move "
                f"{taken[name].path.name} to another folder and run this again"
            )
    here = {skeletons[name].metadata.lab for name in found}
    for name in (n for n, s in skeletons.items() if s.metadata.lab in here and n not in found):
        faults.append(
            f"{name} is not in this folder: put it here, if you worked on it, and {AGAIN}"
        )
    zipped = folder.resolve() / ZIP
    with replaced(zipped) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, copy in taken.items():
            archive.writestr(f"{name}.ipynb", copy.data)
    for refused in (entry for entry in entries(zipped) if isinstance(entry, Refusal)):
        clear = f"clear its outputs (Edit > Clear Outputs of All Cells), save it and {AGAIN}"
        faults.append(f"{refused.name} would not be taken ({refused.reason}): {clear}")
    receipt = Receipt(
        {f"{name}.ipynb": sha256(copy.data) for name, copy in taken.items()},
        f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        tuple(task.id for copy in taken.values() for task in copy.tasks if task.is_open),
    )
    receipt_file = zipped.with_name(f"receipt-{receipt.digest[:8]}.txt")
    receipt_file.write_text(receipt.text(), encoding="utf-8", newline="\n")
    return HandIn(zipped, receipt, receipt_file, [*taken.values()], faults)


def _skeletons() -> dict[str, NotebookNode]:
    """The notebooks of the labs here by name: the cells of their tasks alone, all open.

    A student has no release to compare with; `tasks.json` comes with the course.
    """
    notebooks: dict[str, NotebookNode] = {}
    for lab in labs.known():
        for entry in lab.entries:
            new = new_notebook(metadata={"lab": lab.package, "tasks": {}})
            notebook = notebooks.setdefault(entry["notebook"], new)
            notebook.metadata.tasks[entry["id"]] = entry["points"]
            notebook.cells += _open_task(entry["id"], "names" in entry)
    return notebooks


def _open_task(task: str, is_checked: bool) -> list[NotebookNode]:
    mark = {"grade": not is_checked, "solution": True, "locked": False, "grade_id": task}
    if not is_checked:
        return [new_markdown_cell(TEXT_STUB.format(task), id=task, metadata={"nbgrader": mark})]
    answer = new_code_cell(CODE_STUB.format(task), id=task, metadata={"nbgrader": mark})
    mark = {"grade": True, "solution": False, "locked": True, "grade_id": f"{task}-test"}
    call = f'from autograder.checks import check\n\ncheck("{task}", globals())'
    return [answer, new_code_cell(call, id=mark["grade_id"], metadata={"nbgrader": mark})]


def _found(
    folder: Path, skeletons: dict[str, NotebookNode]
) -> tuple[dict[str, list[_Copy]], list[str]]:
    """Name of a released notebook -> its copies in a folder, the one to take last; and a line for
    each file that is left out. `collect` chooses in the same way."""
    found: dict[str, list[_Copy]] = {}
    faults = []
    for path in sorted(folder.iterdir()):
        if not re.search(r"\.ipynb(\.json|\.txt)?$", path.name, re.IGNORECASE):
            continue
        try:
            copy = _Copy(path, path.read_bytes(), path.stat().st_mtime)
        except OSError as error:
            faults.append(f"{path.name} cannot be read: {error.strerror}; put it right and {AGAIN}")
            continue
        name = copy.look_at(skeletons)
        if name is None:
            faults.append(f"{path.name} is like no notebook of this course, and was left out")
        else:
            found.setdefault(name, []).append(copy)
    for name, copies in found.items():
        copies.sort(key=lambda copy: (*copy.rank, copy.path.stem == name))
    return found, faults


@dataclass
class _Copy:
    """A file that is a copy of a released notebook, its tasks, and what is wrong with it."""

    path: Path
    data: bytes
    saved: float
    tasks: list[TaskState] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    is_readable: bool = True

    @property
    def rank(self) -> tuple:
        """No blank or unreadable copy before one with work; else the one that was saved last."""
        return self.is_readable, any(not task.is_open for task in self.tasks), self.saved

    def look_at(self, skeletons: dict[str, NotebookNode]) -> str | None:
        """Find out what is in it; the name of the released notebook, None if it is like none."""
        cells: tuple[SubmittedCell, ...] = ()
        submitted, problem, file = None, "", self.path.name
        try:
            submitted = read_submitted(self.data)
            cells = submitted.cells
        except NotANotebook as error:
            problem, self.is_readable = str(error), False
            self.faults.append(
                f"{file} cannot be read, and is packed as it is: {problem}. Open it in Jupyter, "
                f"save it and {AGAIN}; if it does not open, take an earlier copy of yours"
            )
        name = which_notebook(file, submitted, skeletons)
        if name is None:
            return None
        repaired = repair_notebook(self.data, skeletons[name], problem=problem)
        tasks, missing = skeletons[name].metadata.tasks, []
        for change in repaired.changes:
            if change.kind == "file":
                look = f"open it in Jupyter, see whether all is there, save it and {AGAIN}"
                self.faults.append(f"{file}: {change.detail}; {look}")
            elif change.kind == "restored" and change.cell in tasks:
                missing.append(change.cell)
        if missing and not problem:
            self.faults.append(
                f"{file}: the cell of {', '.join(missing)} is missing: copy it with its check from "
                f"a fresh copy of the notebook, answer there, save it and {AGAIN}"
            )
        own = (cell.source for cell in cells if cell.kind == "code" and not cell.grade_id)
        elsewhere = set().union(*map(defined, own))
        by_id = {marks_of(cell).get("grade_id"): cell for cell in repaired.notebook.cells}
        said = dict(_said(self.data))
        for task, points in tasks.items():
            by_hand, source = bool(marks_of(by_id[task])["grade"]), by_id[task].source
            is_open = _is_open(task, source, by_hand, elsewhere)
            self.tasks.append(TaskState(task, points, is_open, by_hand, said.get(task)))
        return name


def _is_open(task: str, source: str, by_hand: bool, elsewhere: set[str]) -> bool:
    """Whether a cell leaves its task open, where these names are defined in cells of one's own."""
    names = set(names_of(task))
    is_whole = by_hand or not is_stub(source)
    made = elsewhere | (defined(source) if is_whole else set())
    left = not is_whole or (TEXT_STUB if by_hand else CODE_STUB).format(task) in source
    return (left or not source.strip()) and not (names and names <= made)


def _said(data: bytes) -> Iterator[tuple[str, bool]]:
    """(task, whether it passed) of each check, as the outputs of a notebook have it."""
    try:
        cells = json.loads(data.decode(json.detect_encoding(data)))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        printed = "\n".join("".join(o.get("text") or o.get("evalue") or "") for o in outputs)
    except Exception:  # damaged: there is nothing to say
        return
    for mark, task in re.findall(r"^([✓✗]) ([\w-]+): ", printed, re.MULTILINE):
        yield task, mark == "✓"
