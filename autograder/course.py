"""Where everything of the course lives."""

from __future__ import annotations

import json
import os
import sysconfig
import tomllib
from dataclasses import dataclass
from pathlib import Path

from autograder import labs
from autograder.errors import AutograderError

CONFIG = "nbgrader_config.py"
GRADING = "AUTOGRADER_GRADING"  # variable: a folder to grade in, in place of grading/


def _find_own_programs() -> None:
    """nbgrader starts `alembic` by name: find the one of this environment, activated or not."""
    programs = sysconfig.get_path("scripts")
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])


_find_own_programs()


@dataclass(frozen=True)
class Course:
    """The folders of a course, which nbgrader_config.py names in the same way."""

    root: Path
    assignment: str = "lab6"
    home: Path | None = None  # the folder of its pyproject.toml, if that is not `root`
    name: str = "pytorch-lab"  # what pip calls it
    package: str = "autograder"  # of its lab
    repository: str = ""  # what students see, not this one
    branch: str = "main"
    path: str = ""
    badge: str = ""
    version: str = ""
    hidden_seed: int = 0  # the seeds of all hidden tests are made from it
    variants: bool = False  # numbers follow from the student's id
    grading_elsewhere: Path | None = None

    @property
    def tasks_file(self) -> Path:
        """The table of tasks in the package of its lab, which may lie elsewhere, installed."""
        return (self.home or self.root) / self.package.replace(".", "/") / "tasks.json"

    @property
    def reasons(self) -> dict[str, str]:
        """Task -> why its solution is as it is; for students once solutions are given out."""
        path = self.root / "solutions" / "reasons.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    @property
    def text(self) -> Path:
        return self.root / "solutions" / "text"

    @property
    def solutions(self) -> Path:
        return self.root / "solutions" / self.assignment

    @property
    def released(self) -> Path:
        return self.root / "notebooks" / self.assignment

    @property
    def grading(self) -> Path:
        return self.grading_elsewhere or self.root / "grading"

    @property
    def submitted(self) -> Path:
        return self.grading / "submitted"

    @property
    def autograded(self) -> Path:
        return self.grading / "autograded"

    @property
    def feedback(self) -> Path:
        return self.grading / "feedback"

    @property
    def report(self) -> Path:
        return self.grading / "report"

    @property
    def gradebook(self) -> Path:
        return self.grading / "gradebook.db"

    @property
    def db_url(self) -> str:
        """The gradebook as nbgrader wants it named."""
        return f"sqlite:///{self.gradebook}"

    def require_gradebook(self) -> None:
        """Raises AutograderError while nothing is graded."""
        if not self.gradebook.exists():
            raise AutograderError("there is no gradebook yet: run `autograder grade` first")

    @property
    def names(self) -> list[str]:
        """Names of the notebooks, in order."""
        return sorted(path.stem for path in self.text.glob("*.py"))


def find_course(start: Path | None = None) -> Course:
    """The course that `start` (by default the working directory) lies in; its lab is at work then.

    Its pyproject.toml may lie in a folder above it: several assignments then share a lab.
    Raises AutograderError if there is no course, or no lab of the name that it has.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file() and (folder / "solutions").is_dir():
            above = (f for f in (folder, *folder.parents) if (f / "pyproject.toml").is_file())
            home = next(above, folder)
            settings = tomllib.loads((home / "pyproject.toml").read_text(encoding="utf-8"))
            lab = settings.get("tool", {}).get("lab", {})
            named = settings["project"].get("entry-points", {}).get(labs.GROUP, {})
            only = next(iter(named)) if len(named) == 1 else folder.name
            assignment = lab.get("assignment", only)
            elsewhere = os.environ.get(GRADING)
            return Course(
                folder,
                assignment=assignment,
                home=home,
                name=settings["project"]["name"],
                package=_lab_of(assignment, named, home),
                repository=lab.get("repository", "").rstrip("/"),
                branch=lab.get("branch", "main"),
                path=lab.get("path", "").strip("/"),
                badge=lab.get("badge", ""),
                version=settings["project"]["version"],
                hidden_seed=lab.get("hidden_seed", 0),
                variants=_switch(lab, "variants"),
                grading_elsewhere=Path(elsewhere).resolve() if elsewhere else None,
            )
    raise AutograderError(
        f"no course here: {start} and the folders above it hold no {CONFIG}. Run it in the course."
    )


def _switch(settings: dict, name: str) -> bool:
    """A setting that is on or off. Raises AutograderError for anything else."""
    value = settings.get(name, False)
    if not isinstance(value, bool):
        told = f"`{name}` in [tool.lab] of pyproject.toml"
        raise AutograderError(f"{told} is true or false, not {value!r}")
    return value


def _lab_of(assignment: str, named: dict[str, str], home: Path) -> str:
    """The package of its lab, of those named in pyproject.toml; that lab is at work then."""
    if named and assignment not in named:
        raise AutograderError(
            f"{home / 'pyproject.toml'} names no lab for {assignment} under {labs.GROUP}, "
            f"only for {', '.join(named)}"
        )
    labs.use(named.get(assignment, labs.OWN), home if named else None)
    try:
        labs.load(labs.OWN, *named.values())
    except Exception as error:
        raise AutograderError(
            f"a lab that {home / 'pyproject.toml'} names cannot be used: "
            f"{type(error).__name__}: {error}"
        ) from None
    return labs.current().package
