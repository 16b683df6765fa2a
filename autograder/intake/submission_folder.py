"""The one reader of a student's folder: what in it can be used, and why the rest cannot.

Nothing in the folder is trusted: names may be no text, files no files, folders endless. Links are
not followed. Whatever is odd is left out by its name, so that the rest can be graded.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from autograder import check_log
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.mending.submitted_notebook import NotANotebook, plain_name

JUNK = {"__MACOSX", ".DS_Store", ".ipynb_checkpoints", "Thumbs.db", "desktop.ini"}
JUNK |= {"solutions.json", check_log.FILE}  # of the course; nothing in grading reads them
TIMESTAMP = "timestamp.txt"  # beside the notebooks: nbgrader reads from it who was late
MAX_FILES = 200  # beside the notebooks
MAX_FILE_BYTES = 16 << 20  # of all of them
MAX_NOTEBOOK_BYTES = 256 << 20
MAX_ENTRIES = 20_000
MAX_DEPTH = 20  # of folders in folders
MAX_NOTES = 10
_NOTEBOOK = re.compile(r"\.ipynb(\.json|\.txt)?\.?$", re.IGNORECASE)


class Unreadable(AutograderError):
    """This machine does not let it be read: nothing that a student could put right."""


@dataclass
class SubmissionFolder:
    """What a student's folder holds; all names are those inside the folder.

    files:     what a notebook may read.
    notebooks: everything that is named like a notebook.
    left_out:  the rest, and why.
    handed_in: when, in UTC without saying so, as nbgrader has it; None if that is not known.
    """

    files: dict[str, Path] = field(default_factory=dict)
    notebooks: dict[str, Path] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    handed_in: datetime | None = None

    def find(self, name: str) -> str:
        """The notebook `name`: in its place, or the only one that is named alike; "" if none."""
        place = f"{name}.ipynb"
        alike = [i for i in self.notebooks if plain_name(Path(i).name.rstrip(".")) == name.lower()]
        return place if place in self.notebooks else alike[0] if len(alike) == 1 else ""

    def notebook(self, name: str) -> bytes | None:
        """The notebook `name` as handed in; None where there is none.

        Raises NotANotebook where something else is in its place, Unreadable.
        """
        inside = self.find(name)
        if not inside:
            what = self.left_out.get(f"{name}.ipynb")
            if what:
                raise NotANotebook(f"{name}.ipynb is {what}")
            return None
        try:
            with _opened(self.notebooks[inside]) as file:
                data = file.read(MAX_NOTEBOOK_BYTES + 1)
        except OSError as error:
            raise Unreadable(f"{inside} cannot be read: {error.strerror}") from None
        if len(data) > MAX_NOTEBOOK_BYTES:
            raise NotANotebook(f"the file has more than {MAX_NOTEBOOK_BYTES >> 20} MiB")
        return data

    def notes(self, names: list[str]) -> list[str]:
        """A line for each thing left out and each of these notebooks that is not in its place."""
        found = {name: self.find(name) for name in names}
        lines = [
            f"{name} was found as {inside}"
            for name, inside in found.items()
            if inside not in ("", f"{name}.ipynb")
        ]
        lines += [f"{inside} was left out: {why}" for inside, why in self.left_out.items()]
        more = len(lines) - MAX_NOTES
        return lines[:MAX_NOTES] + ([f"{more} more were left out"] if more > 0 else [])

    def digest(self) -> bytes:
        """Of all that a mark can depend on."""
        digest = hashlib.sha256(ascii(sorted(self.left_out.items())).encode())
        for inside, path in [*self.files.items(), *self.notebooks.items()]:
            with contextlib.suppress(OSError), _opened(path) as file:
                digest.update(f"{inside}\0{os.fstat(file.fileno()).st_size}\n".encode())
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.digest()


def read_folder(root: Path) -> SubmissionFolder:
    """Look through a student's folder. Raises Unreadable where there is none to look into."""
    found = SubmissionFolder()
    try:
        if not stat.S_ISDIR(root.stat().st_mode):
            raise Unreadable(f"{root.name} is no folder")
        entries = list(_walk(root))
    except OSError as error:
        raise Unreadable(f"{root.name} cannot be read: {error.strerror}") from None
    left = MAX_FILE_BYTES
    for inside, path, size, why in entries:
        if why:
            found.left_out[inside] = why
        elif _NOTEBOOK.search(inside):
            found.notebooks[inside] = path
        elif len(found.files) >= MAX_FILES:
            found.left_out[inside] = f"more than {MAX_FILES} files"
        elif size > left:
            found.left_out[inside] = f"more than {MAX_FILE_BYTES >> 20} MiB of files"
        else:
            left -= size
            found.files[inside] = path
    if os.path.lexists(root / TIMESTAMP):
        found.handed_in = _read_time(root / TIMESTAMP)
        if not found.handed_in:
            found.files.pop(TIMESTAMP, None)
            found.left_out[TIMESTAMP] = "it says no time, so none is known"
    return found


def students_with_folder(course: Course) -> list[str]:
    """Everyone who handed in something for the assignment, readable or not, in order of name."""
    folders = sorted(course.submitted.iterdir()) if course.submitted.is_dir() else []
    return [
        folder.name
        for folder in folders
        if not folder.is_symlink() and _is_there(folder / course.assignment)
    ]


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass  # something is, and grading says why it cannot be read
    return True


def _walk(root: Path) -> Iterator[tuple[str, Path, int, str]]:
    """(name inside, path, size, why it cannot be used or "") of all files, in order of name.

    Without recursion, and no further than allowed; of a folder that is not entered, itself.
    """
    waiting, count = [("", root)], 0
    while waiting:
        above, folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries if entry.name not in JUNK)
        except OSError as error:
            if folder == root:
                raise
            yield above, folder, 0, str(error.strerror)
            continue
        for name in names:
            inside, path = f"{above}/{name}" if above else name, folder / name
            count += 1
            if count > MAX_ENTRIES:
                yield inside, path, 0, f"more than {MAX_ENTRIES:,} files, as all after it"
                return
            try:
                status = path.lstat()
                why = _unusable(inside, path, status.st_mode)
            except OSError as error:
                yield inside, path, 0, str(error.strerror)
                continue
            if why or not stat.S_ISDIR(status.st_mode):
                yield inside, path, status.st_size, why
            else:
                waiting.append((inside, path))


def _unusable(inside: str, path: Path, mode: int) -> str:
    """Why a file or folder cannot be used, or "". Raises OSError if that is the reason."""
    if any("\ud800" <= character <= "\udfff" for character in path.name):
        return "its name is not UTF-8"
    is_notebook = bool(_NOTEBOOK.search(inside))
    if stat.S_ISDIR(mode):
        return "a folder" if is_notebook else "too deep" if inside.count("/") >= MAX_DEPTH else ""
    if not stat.S_ISREG(mode):
        return "a link" if stat.S_ISLNK(mode) else "no file"
    if not is_notebook:  # those are read later, with more to say
        _opened(path).close()
    return ""


def _opened(path: Path) -> BinaryIO:
    """A file for reading bytes: never a link, and never waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    return open(descriptor, "rb")  # noqa: PTH123  (a descriptor, not a path)


def _read_time(path: Path) -> datetime | None:
    from nbgrader.utils import parse_utc  # a student who packs a hand-in has no nbgrader

    try:
        with _opened(path) as file:
            when = parse_utc(file.read(200).decode("utf-8-sig").strip())
        return when if when.year >= 1970 else None
    except Exception:  # of the file, of its letters, or what dateutil makes of them
        return None
