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
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import labs
from autograder.errors import AutograderError
from autograder.files import replaced
from autograder.intake.archive import Refusal, entries
from autograder.intake.receipts import Receipt, sha256
from autograder.mending.cell_text import CODE_STUB, TEXT_STUB, defined, is_stub, names_of
from autograder.mending.repair import repair_notebook
from autograder.mending.submitted_notebook import (
    NotANotebook,
    SubmittedNotebook,
    read_submitted,
    which_notebook,
)
from helpers.runtime import someone_watches

ZIP = "hand-in.zip"
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
        return f"{self.id:<24} {self.points:>3g} points  {'open' if self.is_open else answered}"


@dataclass
class _Copy:
    """A file that is a copy of a released notebook."""

    path: Path
    data: bytes
    tasks: list[TaskState]
    faults: list[str]
    is_readable: bool = True

    @property
    def rank(self) -> tuple:
        """As `collect` chooses: no blank or unreadable one over work, then the one saved last."""
        has_work = any(not task.is_open for task in self.tasks)
        return self.is_readable, has_work, self.path.stat().st_mtime


@dataclass
class HandIn:
    """What was packed. faults: what to put right, a line each, with what to do."""

    zip: Path
    receipt: Receipt
    receipt_file: Path
    tasks: list[TaskState] = field(default_factory=list)
    packed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """All that there is to say, a line each."""
        faults = ["", "Look at this:", *(f"  {fault}" for fault in self.faults)]
        return [
            f"Packed in {self.zip}:",
            *(f"  {line}" for line in self.packed),
            "",
            *map(str, self.tasks),
            *(faults if self.faults else []),
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
        from google.colab import files

        files.download(str(packed.zip))


def pack(folder: Path) -> HandIn:
    """Pack the notebooks in a folder, beside them, and write the receipt.

    Raises AutograderError if there is none of this course.
    """
    if not folder.is_dir():
        raise AutograderError(f"{folder} is no folder: name the one with your notebooks")
    courses = _skeletons()
    copies, faults = _copies(folder, {k: v for course in courses for k, v in course.items()})
    if not copies:
        below = sorted({path.parent.name for path in folder.glob("*/*.ipynb")})
        hint = f"; there are notebooks in {', '.join(below[:5])}" if below else ""
        why = "".join(f"\n{fault}" for fault in faults)
        raise AutograderError(
            f"no notebook of this course in {folder.resolve()}: name its folder{hint}{why}"
        )
    zipped, notebooks, tasks, packed = folder.resolve() / ZIP, {}, [], []
    with replaced(zipped) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(copies):
            *others, taken = sorted(copies[name], key=lambda c: (*c.rank, c.path.stem == name))
            archive.writestr(f"{name}.ipynb", taken.data)
            notebooks[f"{name}.ipynb"] = sha256(taken.data)
            saved = datetime.fromtimestamp(taken.path.stat().st_mtime)
            packed.append(f"{taken.path.name}, last saved {saved:%Y-%m-%d %H:%M:%S}")
            tasks += taken.tasks
            faults += taken.faults
            faults += [
                f"{other.path.name} is a copy of {name}, too, and was left out: if it is the right "
                f"one, move {taken.path.name} to another folder and run this again"
                for other in others
                if other.data != taken.data
            ]
    faults += [
        f"{name} is not in this folder: if you have worked on it, put it here and run this again"
        for course in courses
        for name in course
        if copies.keys() & course.keys() and name not in copies
    ]
    faults += [
        f"{refused.name} would not be taken ({refused.reason}): clear its outputs (Edit > Clear "
        "Outputs of All Cells), save it and run this again"
        for refused in entries(zipped)
        if isinstance(refused, Refusal)
    ]
    still_open = tuple(task.id for task in tasks if task.is_open)
    receipt = Receipt(notebooks, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}", still_open)
    receipt_file = zipped.with_name(f"receipt-{receipt.digest[:8]}.txt")
    receipt_file.write_text(receipt.text(), encoding="utf-8", newline="\n")
    return HandIn(zipped, receipt, receipt_file, tasks, packed, faults)


def _skeletons() -> list[dict[str, NotebookNode]]:
    """For each lab here, its notebooks by name: the cells of their tasks alone, all open.

    A student has no release to compare with; `tasks.json` comes with the course.
    """
    courses = []
    for lab in labs.known():
        notebooks: dict[str, NotebookNode] = {}
        text = lab.tasks_file.read_text(encoding="utf-8") if lab.tasks_file.exists() else "[]"
        for entry in json.loads(text):
            notebook = notebooks.setdefault(entry["notebook"], new_notebook(metadata={"tasks": {}}))
            notebook.metadata.tasks[entry["id"]] = entry["points"]
            notebook.cells += _open_task(entry["id"], "names" in entry)
        courses.append(notebooks)
    return courses


def _open_task(task: str, is_checked: bool) -> list[NotebookNode]:
    mark = {"grade": not is_checked, "solution": True, "locked": False, "grade_id": task}
    if not is_checked:
        return [new_markdown_cell(TEXT_STUB.format(task), id=task, metadata={"nbgrader": mark})]
    answer = new_code_cell(CODE_STUB.format(task), id=task, metadata={"nbgrader": mark})
    mark = {"grade": True, "solution": False, "locked": True, "grade_id": f"{task}-test"}
    call = f'from autograder.checks import check\n\ncheck("{task}", globals())'
    return [answer, new_code_cell(call, id=mark["grade_id"], metadata={"nbgrader": mark})]


def _copies(
    folder: Path, skeletons: dict[str, NotebookNode]
) -> tuple[dict[str, list[_Copy]], list[str]]:
    """Name of a released notebook -> its copies in a folder; and what cannot be used, and why."""
    copies: dict[str, list[_Copy]] = {}
    faults = []
    for path in sorted(folder.iterdir()):
        if not re.search(r"\.ipynb(\.json|\.txt)?$", path.name, re.IGNORECASE):
            continue
        if not path.is_file():
            faults.append(f"{path.name} is no file: move it away")
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            faults.append(f"{path.name} cannot be read ({error.strerror}): allow it, or copy it")
            continue
        submitted, problem = None, ""
        try:
            submitted = read_submitted(data)
        except NotANotebook as error:
            problem = str(error)
        name = which_notebook(path.name, submitted, skeletons)
        if name is None:
            faults.append(f"{path.name} is like no notebook of this course, and was left out")
            continue
        copies.setdefault(name, []).append(
            _look_at(path, data, submitted, skeletons[name], problem)
        )
    return copies, faults


def _look_at(
    path: Path,
    data: bytes,
    submitted: SubmittedNotebook | None,
    skeleton: NotebookNode,
    problem: str,
) -> _Copy:
    """A copy of a notebook, its tasks, and what is wrong with it."""
    repaired = repair_notebook(data, skeleton, problem=problem)
    faults = []
    if submitted is None:
        faults.append(
            f"{path.name} cannot be read, and is packed as it is: {problem}. Open it in Jupyter, "
            "save it and run this again; if it does not open, take an earlier copy of yours"
        )
    saving = "; open it in Jupyter, look whether all is there, save it and run this again"
    faults += [f"{path.name}: {c.detail}{saving}" for c in repaired.changes if c.kind == "file"]
    missing = [
        change.cell
        for change in repaired.changes
        if change.kind == "restored" and change.cell in skeleton.metadata.tasks
    ]
    if missing:
        faults.append(
            f"{path.name}: the cell of {', '.join(missing)} is missing: copy it with its check "
            "from a fresh copy of the notebook, answer there, save it and run this again"
        )
    cells = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in repaired.notebook.cells}
    own = [c for c in submitted.cells if not c.grade_id] if submitted else []
    elsewhere = set().union(*(defined(cell.source) for cell in own if cell.kind == "code"))
    said, tasks = dict(_said(data)), []
    for task, points in skeleton.metadata.tasks.items():
        source, names = cells[task].source, set(names_of(task))
        by_hand = bool(cells[task].metadata.nbgrader.grade)
        is_whole = by_hand or not is_stub(source)
        made = elsewhere | (defined(source) if is_whole else set())
        left = not is_whole or (TEXT_STUB if by_hand else CODE_STUB).format(task) in source
        is_open = (left or not source.strip()) and not (names and names <= made)
        tasks.append(TaskState(task, points, is_open, by_hand, said.get(task)))
    return _Copy(path, data, tasks, faults, submitted is not None)


def _said(data: bytes) -> Iterator[tuple[str, bool]]:
    """(task, whether it passed) of each check, as the outputs of a notebook have it."""
    try:
        text = data.decode(json.detect_encoding(data))
        cells = nbformat.reads(text, as_version=4).cells
    except Exception:  # damaged: there is nothing to say
        return
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        printed = output.get("text") or output.get("evalue") or ""
        for mark, task in re.findall(r"^([✓✗]) ([\w-]+): ", printed, re.MULTILINE):
            yield task, mark == "✓"
