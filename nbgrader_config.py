"""Makes the root of this repository an nbgrader course: every nbgrader command works here."""

from pathlib import Path

from autograder.release import PREPROCESSORS

c = get_config()  # noqa: F821  (given by traitlets)

root = Path(__file__).resolve().parent
grading = root / "grading"
grading.mkdir(exist_ok=True)  # the gradebook lives here; SQLite does not create folders

c.CourseDirectory.course_id = "pytorch-lab"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.db_url = f"sqlite:///{grading / 'gradebook.db'}"

# The release: each open task says in its stub which task it is.
c.GenerateAssignment.preprocessors = PREPROCESSORS
