"""What `nbgrader_config.py` of every course has in common."""

from __future__ import annotations

from pathlib import Path

from traitlets.config import Config

from autograder.authoring.release import PREPROCESSORS
from autograder.course import find_course
from autograder.grading.late_days import LateDays
from autograder.grading.native import AUTOGRADE_PREPROCESSORS
from autograder.intake.literal_names import take_names_literally
from autograder.reporting import feedback
from autograder.reporting.formgrader import QuietExchangeList


def configure(c: Config, root: Path) -> None:
    """Make the folder `root` an nbgrader course: every nbgrader command works there.

    A class is graded in its folder `grading`, or in the one that AUTOGRADER_GRADING names, for a
    course that nobody may write to.
    """
    course = find_course(root)
    course.grading.mkdir(parents=True, exist_ok=True)  # SQLite makes no folder for the gradebook
    c.CourseDirectory.course_id = course.name
    c.CourseDirectory.root = str(course.root)
    c.CourseDirectory.source_directory = "solutions"
    c.CourseDirectory.release_directory = "notebooks"
    c.CourseDirectory.submitted_directory = str(course.submitted)
    c.CourseDirectory.autograded_directory = str(course.autograded)
    c.CourseDirectory.feedback_directory = str(course.feedback)
    c.CourseDirectory.db_url = course.db_url
    take_names_literally()  # also with brackets in them
    c.ExchangeFactory.list = QuietExchangeList  # a course without an exchange is no error
    # The release: each open task says in its stub which task it is.
    c.GenerateAssignment.preprocessors = PREPROCESSORS
    # Submissions run in the sandbox, whichever command grades them.
    c.Autograde.autograde_preprocessors = AUTOGRADE_PREPROCESSORS
    c.SandboxedExecute.report_folder = str(course.report)
    c.SandboxedExecute.variants = course.variants
    c.AssignLatePenalties.plugin_class = LateDays
    c.LateDays.extensions = str(course.grading / "extensions.csv")  # columns student and days
    # Feedback shows nothing of hidden tests, and nothing that students wrote can run in it.
    feedback.configure(c, course.grading)
