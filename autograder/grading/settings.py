"""What a run of grading is told, and the course's own settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course import CONFIG, Course
from autograder.errors import AutograderError
from autograder.grading.flags import printable


class GradeError(AutograderError):
    """Grading cannot start; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """What to grade, and how."""

    jobs: int = 2
    scheduler: str | None = None
    students: tuple[str, ...] = ()  # all if empty
    notebooks: tuple[str, ...] = ()
    sandbox: str | None = None  # as in the course's configuration if None
    limits: dict[str, float] = field(default_factory=dict)  # over the configuration's
    force: bool = False


def read_limits(texts: list[str]) -> dict[str, float]:
    """`["cell_seconds=30"]` as a dict. Raises GradeError for a text of another form."""
    limits = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            limits[name.strip()] = float(number)
        except ValueError:
            raise GradeError(f"not a limit: {text!r}; write NAME=NUMBER") from None
    return limits


def load_config(course: Course) -> Config:
    """The settings of nbgrader_config.py, for the folders of this course."""
    config = PyFileConfigLoader(CONFIG, path=str(course.root)).load_config()
    config.CourseDirectory.submitted_directory = str(course.submitted)
    config.CourseDirectory.autograded_directory = str(course.autograded)
    config.CourseDirectory.feedback_directory = str(course.feedback)
    config.CourseDirectory.db_url = course.db_url
    config.SandboxedExecute.report_folder = str(course.report)
    return config


def one_line(error: BaseException) -> str:
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return shortened(text, 300)


def shortened(text: str, most: int) -> str:
    """On one line, with at most so many characters, cut between words."""
    text = printable(" ".join(text.split()))
    return text if len(text) <= most else f"{text[: most - 2].rsplit(' ', 1)[0]} …"
