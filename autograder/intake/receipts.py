"""The receipt of a hand-in: what was packed, as a short text, and what it fits.

It is made of SHA-256 sums of the notebooks, so zipping them again changes nothing. Its time is that
of the student's own clock, and it has no signature: it tells what was packed, not when.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.intake.archive import Entry, entries
from autograder.intake.submission_folder import Unreadable, read_folder, students_with_folder
from autograder.mending.submitted_notebook import plain_name

_LINE = re.compile(r"^([0-9a-f]{64})  ([\w. -]+\.ipynb)\s*$", re.MULTILINE)  # as sha256sum has it
_DIGEST = re.compile(r"^SHA-256: +([0-9a-f]{64})\b", re.MULTILINE)
SAME, DIFFERS, MISSING = "the same", "differs", "is missing"


@dataclass(frozen=True)
class Receipt:
    """Name of each notebook -> its SHA-256; when it was packed, in UTC; the tasks still open."""

    notebooks: Mapping[str, str] = field(default_factory=dict)
    when: str = ""
    still_open: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the lines with the notebooks."""
        return sha256(self._lines().encode())

    def text(self) -> str:
        tasks = ", ".join(self.still_open) or "none"
        head = f"Receipt of a hand-in\npacked:  {self.when} UTC\nSHA-256: {self.digest}\n"
        return f"{head}open:    {tasks}\n\n{self._lines()}"

    def _lines(self) -> str:
        return "".join(f"{digest}  {name}\n" for name, digest in sorted(self.notebooks.items()))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_receipt(path: Path) -> Receipt:
    """The receipt in a file. Raises AutograderError where it is none, or has been changed."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise AutograderError(f"cannot read {path}: {error.strerror}") from None
    receipt = Receipt({name: digest for digest, name in _LINE.findall(text)})
    said = _DIGEST.search(text)
    if not said or not receipt.notebooks:
        raise AutograderError(
            f"{path} is no receipt: `autograder submit-check` writes receipt-*.txt"
        )
    if said[1] != receipt.digest:
        raise AutograderError(f"{path} was changed: its own SHA-256 does not fit its lines")
    return receipt


def compared(receipt: Receipt, found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Notebook of the receipt -> SAME, DIFFERS or MISSING, among (path, SHA-256) of what is there.

    Equal bytes count under any name.
    """
    found = list(found)
    digests = {digest for _, digest in found}
    names = {plain_name(Path(path).name) for path, _ in found}
    return {
        name: SAME if digest in digests else DIFFERS if plain_name(name) in names else MISSING
        for name, digest in receipt.notebooks.items()
    }


def notebooks_in(source: Path) -> list[tuple[str, str]]:
    """(path, SHA-256) of the notebooks in a zip or folder. Raises AutograderError if it is none."""
    found = []
    for entry in entries(source):
        if isinstance(entry, Entry) and ".ipynb" in entry.path.name.lower():
            with contextlib.suppress(Exception):  # what cannot be read fits nothing
                found.append((entry.name, sha256(entry.read())))
    return found


def best_fit(course: Course, receipt: Receipt) -> tuple[list[str], dict[str, str]]:
    """The students whose hand-in the receipt fits best, and how it does.

    Raises AutograderError if nobody has any of its notebooks.
    """
    fits: dict[str, dict[str, str]] = {}
    for student in students_with_folder(course):
        with contextlib.suppress(OSError, Unreadable):
            found = read_folder(course.submitted / student / course.assignment).notebooks
            sums = ((inside, sha256(path.read_bytes())) for inside, path in found.items())
            fits[student] = compared(receipt, sums)
    count = {student: list(fit.values()).count(SAME) for student, fit in fits.items()}
    best = max(count.values(), default=0)
    if not best:
        raise AutograderError(f"no hand-in in {course.submitted} has a notebook of this receipt")
    students = [student for student, same in count.items() if same == best]
    return students, fits[students[0]]
