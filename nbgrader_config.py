"""Makes the root of this repository an nbgrader course: every nbgrader command works here."""

import os
from pathlib import Path

from autograder.authoring.release import PREPROCESSORS
from autograder.grading.late_days import LateDays
from autograder.grading.native import AUTOGRADE_PREPROCESSORS
from autograder.intake.literal_names import take_names_literally
from autograder.reporting import feedback
from autograder.reporting.formgrader import QuietExchangeList

c = get_config()  # noqa: F821  (given by traitlets)

root = Path(__file__).resolve().parent
# Where a class is graded; another folder, for a course that nobody may write to, by this variable.
grading = Path(os.environ.get("AUTOGRADER_GRADING") or root / "grading").resolve()
grading.mkdir(
    parents=True, exist_ok=True
)  # the gradebook lives here; SQLite does not create folders

c.CourseDirectory.course_id = "pytorch-lab"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.submitted_directory = str(grading / "submitted")
c.CourseDirectory.autograded_directory = str(grading / "autograded")
c.CourseDirectory.feedback_directory = str(grading / "feedback")
c.CourseDirectory.db_url = f"sqlite:///{grading / 'gradebook.db'}"

take_names_literally()  # also with brackets in them
c.ExchangeFactory.list = QuietExchangeList  # a course without an exchange is no error

# The release: each open task says in its stub which task it is.
c.GenerateAssignment.preprocessors = PREPROCESSORS

# Submissions run in the sandbox, whichever command grades them.
c.Autograde.autograde_preprocessors = AUTOGRADE_PREPROCESSORS
c.SandboxedExecute.sandbox = "bwrap"  # "none": with your own rights, where bubblewrap is missing
c.SandboxedExecute.limits = {"cell_seconds": 60, "notebook_seconds": 300, "memory_mib": 2048}
c.SandboxedExecute.demos = False  # True also runs the cells that only show something
c.SandboxedExecute.pictures = False  # True draws the plots of submissions, in twice the time
c.SandboxedExecute.report_folder = str(grading / "report")

# Late days; points are taken off anew whenever `autograder grade` or `autograder report` runs.
c.AssignLatePenalties.plugin_class = LateDays
c.LateDays.due_date = ""  # "2026-12-01 23:59", this machine's time; "": as the gradebook has it
c.LateDays.grace_days = 0  # after the due date, that cost nothing
c.LateDays.penalty_per_day = 0.0  # share of the points for each day begun: 0.1 is a tenth
c.LateDays.extensions = str(grading / "extensions.csv")  # columns student and days; may be missing

# Feedback shows nothing of hidden tests, and nothing that students wrote can run in it.
feedback.configure(c, grading)
