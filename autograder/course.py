"""Where everything of the course lives."""

from __future__ import annotations

import os
import sysconfig
import tomllib
from dataclasses import dataclass
from pathlib import Path

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
    repository: str = ""
    version: str = ""
    hidden_seed: int = 0  # the seeds of all hidden tests are made from it
    grading_elsewhere: Path | None = None

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
    def names(self) -> list[str]:
        """Names of the notebooks, in order."""
        return sorted(path.stem for path in self.text.glob("*.py"))


def find_course(start: Path | None = None) -> Course:
    """The course that `start` (by default the working directory) lies in.

    Raises AutograderError if there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file() and (folder / "solutions").is_dir():
            settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
            lab = settings.get("tool", {}).get("lab", {})
            elsewhere = os.environ.get(GRADING)
            return Course(
                folder,
                assignment=lab.get("assignment", "lab6"),
                repository=lab.get("repository", ""),
                version=settings["project"]["version"],
                hidden_seed=lab.get("hidden_seed", 0),
                grading_elsewhere=Path(elsewhere).resolve() if elsewhere else None,
            )
    raise AutograderError(
        f"no course here: {start} and the folders above it hold no {CONFIG}. Run it in the course."
    )
