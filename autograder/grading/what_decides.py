"""What decides a mark besides the submission, as keys: when one changes, marks are given anew.

A report, a page or a table that looks different is not in here, nor is prose in a notebook: they
make nobody due. Too much in a key costs a class some minutes, too little a student points.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Assignment
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import find_all_files

from autograder import labs
from autograder.cells import marks_of
from autograder.course import Course
from autograder.running import sandbox
from autograder.setup_cell import STAMPED, without_address
from autograder.verdict import tasks

CODE = sandbox.PACKAGE.parent
# What runs a submission, puts it back on the release, and checks it: files, or all in a folder.
DECIDING = (
    "helpers",
    "autograder/answering",
    "autograder/checks",
    "autograder/kernel",
    "autograder/mending",
    "autograder/running",
    *("autograder/grading/grade.py", "autograder/grading/native.py"),
    "autograder/grading/whose_numbers.py",
    *("autograder/grading/staging.py", "autograder/grading/staged_autograde.py"),
    *("autograder/intake/submission_folder.py", "autograder/cells.py"),
    *("autograder/verdict.py", "autograder/setup_cell.py"),
    *("autograder/labs.py", "autograder/lab6.py"),
)
PACKAGES = ("torch", "numpy", "sympy", "ipython", "ipykernel", "nbgrader")
# Settings of the sandbox that decide nothing, or that the caller gives as they are in force.
_SET_ASIDE = {"report_folder", "pictures", "limits", "sandbox"}


def course_key(course: Course, converter: Autograde, *in_force: object) -> str:
    """One key for all that decides the marks of everybody, in every notebook.

    in_force: limits, the kind of sandbox, and what else this run was told; plain data.
    """
    chain = [*converter.sanitize_preprocessors, *converter.autograde_preprocessors]
    late = [name for name in chain if _is_late(name)]
    return _digest(
        [
            in_force,
            platform.python_version(),
            [_version(package) for package in (*PACKAGES, *labs.current().versions)],
            list(_files_beside(course, converter)),
            list(_code()),
            [(t.id, t.names, t.seconds, t.criteria) for t in tasks().values()],
            _classes([Autograde, *(c for c in chain if c not in late)], converter),
        ]
    )


def notebook_key(assignment: Assignment, releases: dict[str, NotebookNode], name: str) -> str:
    """One key for what decides the marks in one notebook: its cells and points."""
    release = list(_deciding_cells(releases[name])) if name in releases else None
    return _digest([name, list(_cells_in_gradebook(assignment, name)), release])


def _is_late(preprocessor: object) -> bool:
    return isinstance(preprocessor, type) and issubclass(preprocessor, AssignLatePenalties)


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=_name).encode()).hexdigest()


def _name(thing: object) -> str:
    """A class or function by its name: the place in memory is another one in every run."""
    if hasattr(thing, "__qualname__"):
        return f"{thing.__module__}.{thing.__qualname__}"
    return re.sub(r" at 0x[0-9a-f]+", "", repr(thing))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _cells_in_gradebook(assignment: Assignment, name: str) -> Iterator[tuple]:
    for notebook in (notebook for notebook in assignment.notebooks if notebook.name == name):
        for cell in sorted(notebook.source_cells, key=lambda c: c.name):
            if cell.name in STAMPED:  # as the release has them, but for the address of the course
                continue
            yield cell.name, cell.checksum, cell.cell_type, cell.locked
        for cell in sorted(notebook.grade_cells, key=lambda c: c.name):
            yield cell.name, cell.max_score


def _deciding_cells(notebook: NotebookNode) -> Iterator[tuple]:
    """What repair puts back: code and marked cells. Prose runs nowhere."""
    for cell in notebook.cells:
        if cell.cell_type == "code" or "nbgrader" in cell.metadata:
            if marks_of(cell).get("grade_id") not in STAMPED:
                yield cell.cell_type, cell.source, cell.metadata
            elif cell.cell_type == "code":
                yield cell.cell_type, without_address(cell.source)


def _files_beside(course: Course, converter: Autograde) -> Iterator[tuple[str, str]]:
    """The files that nbgrader lays beside every submission, by name."""
    ignored = [*converter.coursedir.ignore, "*.ipynb"]
    for path in sorted(map(Path, find_all_files(str(course.solutions), ignored))):
        yield str(path.relative_to(course.solutions)), _hash_of(path)


def _code() -> Iterator[tuple[str, str]]:
    lab = labs.current().top
    for path in [*(CODE / name for name in DECIDING), *([lab] if lab != sandbox.PACKAGE else [])]:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            yield str(file.relative_to(path.parent)), _hash_of(file)


def _classes(chain: Iterable[object], converter: Autograde) -> list:
    """Classes that take part: their names, their settings, and the code they are made of."""
    found: list[object] = []
    for member in chain:
        if not isinstance(member, type):
            found.append(_name(member))
            continue
        settings = {
            section: {k: v for k, v in converter.config[section].items() if k not in _SET_ASIDE}
            for section in getattr(member, "section_names", list)()
            if section in converter.config
        }
        found.append([_name(member), settings, _hashes_of_code(member)])
    return found


def _hashes_of_code(member: type) -> list[str]:
    """Of the files that a class is written in; one may be the course's own nbgrader_config.py."""
    functions = (f for base in member.__mro__ for f in vars(base).values())
    files = {f.__code__.co_filename for f in functions if hasattr(f, "__code__")}
    hashes = []
    for file in files:
        with contextlib.suppress(OSError):  # "<string>", code that lies in no file
            hashes.append(_hash_of(Path(file)))
    return sorted(hashes)


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
