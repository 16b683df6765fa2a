"""What the machinery has to know of a lab, in one object, and which lab is at work.

A lab is a package. Its checks lie in its folder `checks/`, their words in `checks/mistakes/*.toml`;
`autograder release` writes its `tasks.json`. Its pyproject.toml names it, in the entry points
`autograder.labs`: ASSIGNMENT = "MODULE:NAME" of its `Lab`. By these an installed lab is found; the
lab at work is that of the course at work (`autograder.course.find_course`).
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

GROUP = "autograder.labs"
OWN = "autograder.lab6:LAB"
AT_WORK = "AUTOGRADER_LAB"  # a variable, for all processes that this one starts


@dataclass(frozen=True, eq=False)
class Lab:
    """What is a lab's own. While a submission is graded, its process sees the package without
    `checks/`, and that of the judge sees all of it.

    package:  its package, or a package in one that several labs share.
    checks:   first part of a grade id ("ex1" of "ex1-train") -> module with the checks.
    imports:  what its notebooks import, to have it ready; "name.*" with the modules of a package.
    versions: distributions whose versions decide marks.
    prepare:  makes, once and outside of the sandbox, what belongs into the cache folder.
    warm_up:  called once in each process from which kernels, or judges, are forked.
    """

    package: str
    checks: Mapping[str, str]
    imports: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    prepare: Callable[[], object] | None = None
    warm_up: Callable[[], object] | None = None

    @property
    def folder(self) -> Path:
        return _folder(self.package)

    @property
    def top(self) -> Path:
        """The folder of the package of the top level."""
        return _folder(self.package.partition(".")[0])

    @property
    def entries(self) -> list[dict]:
        """What its `tasks.json` says of each task; there is none before a release."""
        path = self.folder / "tasks.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []

    @property
    def tables(self) -> Path:
        """The folder with the tables of mistakes."""
        return self.folder / "checks" / "mistakes"


def use(reference: str, home: Path | None = None) -> None:
    """Let a lab be the one at work, here and in processes started from here.

    home: the folder that its package lies in; it need not be installed then.
    """
    os.environ[AT_WORK] = reference
    if home is not None:
        sys.path[:] = dict.fromkeys([str(home), *sys.path])
        paths = [str(home), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))


def at_work() -> str:
    """ "MODULE:NAME" of the lab at work."""
    return os.environ.get(AT_WORK, OWN)


def current() -> Lab:
    """The lab at work. Raises as `load` does."""
    return load(at_work())[0]


def known() -> tuple[Lab, ...]:
    """The labs that have checks here: our own, and the one at work or all that are installed."""
    return load(OWN, *([at_work()] if AT_WORK in os.environ else _installed()))


@functools.cache
def load(*references: str) -> tuple[Lab, ...]:
    """The labs of these names, each once. Raises ImportError or AttributeError where there is none,
    and ValueError if two have tasks that begin alike."""
    labs = tuple(pkgutil.resolve_name(reference) for reference in dict.fromkeys(references))
    owners: dict[str, Lab] = {}
    for lab in labs:
        for first in lab.checks:
            if owners.setdefault(first, lab) is not lab:
                raise ValueError(
                    f"{owners[first].package} has tasks that begin with {first}-, too: choose "
                    f"another beginning for those of {lab.package}"
                )
    return labs


def import_checks(grade_id: str) -> None:
    """Import the module with the check of a task, if there is one."""
    for lab in known():
        if module := lab.checks.get(grade_id.partition("-")[0]):
            importlib.import_module(module)


def folders() -> set[Path]:
    """The folders of all packages that hold labs, at work or not."""
    return {_folder(re.split("[.:]", name)[0]) for name in (OWN, at_work(), *_installed())}


@functools.cache  # looking through all that is installed takes milliseconds
def _installed() -> list[str]:
    references = [point.value for point in entry_points(group=GROUP)]
    return [name for name in references if find_spec(re.split("[.:]", name)[0])]


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"no package {package!r}")
    return Path(spec.submodule_search_locations[0]).resolve()
