"""A small nbgrader course in a temporary folder: a few tasks, any number of students.

It uses plain asserts, so that the grader is tested apart from the lab's own checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from autograder.course import Course, find_course
from tests.patience import PATIENCE

CONFIG = """
import os, sys
from autograder.grading.native import AUTOGRADE_PREPROCESSORS
from pathlib import Path
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
c = get_config()
root = Path({root!r})
c.CourseDirectory.course_id = "toy"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.db_url = f"sqlite:///{{root / 'grading' / 'gradebook.db'}}"
c.Autograde.autograde_preprocessors = AUTOGRADE_PREPROCESSORS
c.SandboxedExecute.limits = {limits!r}
{imports}
c.SandboxedExecute.report_folder = str(root / "grading" / "report")
"""
PYPROJECT = '[project]\nname = "toy"\nversion = "1"\n[tool.lab]\nassignment = "lab6"\n'
LIMITS = {
    "cell_seconds": PATIENCE,
    "notebook_seconds": PATIENCE,
    "memory_mib": 1024,
    "cpu_seconds": 30,
}


def answer(grade_id: str, solution: str, *, points: int = 0) -> NotebookNode:
    """An answer cell; with points it is graded by hand."""
    mark = {"grade": points > 0, "solution": True, "locked": False, "task": False}
    if points:
        mark["points"] = points
    source = f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {**mark, "grade_id": grade_id, "schema_version": 3}
    return cell


def written(grade_id: str, points: int) -> NotebookNode:
    cell = new_markdown_cell("### BEGIN SOLUTION\nBecause.\n### END SOLUTION")
    mark = {"grade": True, "solution": True, "locked": False, "task": False, "points": points}
    cell.metadata["nbgrader"] = {**mark, "grade_id": grade_id, "schema_version": 3}
    return cell


def graded(grade_id: str, visible: str, hidden: str, points: int) -> NotebookNode:
    """A test cell."""
    source = f"{visible}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    cell = new_code_cell(source)
    mark = {"grade": True, "solution": False, "locked": True, "task": False, "points": points}
    cell.metadata["nbgrader"] = {**mark, "grade_id": grade_id, "schema_version": 3}
    return cell


SQUARE = "def square(x):\n    return x * x"
DOUBLE = "def double(x):\n    return 2 * x"
MEAN = "def mean(numbers):\n    return sum(numbers) / len(numbers)"
ANSWERS = {"square": SQUARE, "double": DOUBLE, "mean": MEAN}
POINTS = {"square": 3, "double": 2, "mean": 4}


STEP = "def alpha_next(alpha, lr, eigenvalue):\n    return (1 - lr * eigenvalue) * alpha"


def locked(grade_id: str, source: str) -> NotebookNode:
    cell = new_code_cell(source)
    mark = {"grade": False, "solution": False, "locked": True, "task": False}
    cell.metadata["nbgrader"] = {**mark, "grade_id": grade_id, "schema_version": 3}
    return cell


HESSIAN = "H = sp.Matrix([[lambda_1, 0], [0, lambda_2]])"
FUNCTION = """
class Function:
    def __init__(self, lambda_1, lambda_2):
        self.curvatures = torch.tensor([lambda_1, lambda_2])

    def __call__(self, x):
        return (self.curvatures * x**2).sum(1) / 2

    def grad(self, x):
        return self.curvatures * x
""".strip()
CHECKED = {"ex3-step": (STEP, 2), "ex3-hessian": (HESSIAN, 2), "ex4-gradient": (FUNCTION, 3)}


def checked_notebook() -> NotebookNode:
    """A notebook with some of the lab's own checks."""
    imports = "import sympy as sp\nimport torch\nfrom autograder.checks import check, passed"
    imports += "\nlambda_1, lambda_2 = sp.symbols('lambda_1 lambda_2', positive=True)"
    cells = [locked("imports", imports)]
    for task, (solution, points) in CHECKED.items():
        visible, hidden = f'check("{task}", globals())', f'check("{task}", globals(), hidden=41)'
        cells += [answer(task, solution), graded(f"{task}-test", visible, hidden, points)]
    return new_notebook(cells=cells)


def notebooks(checked: bool = False) -> dict[str, NotebookNode]:
    first = new_notebook(
        cells=[
            new_markdown_cell("# First"),
            answer("square", SQUARE),
            graded("square-test", "assert square(3) == 9", "assert square(-7) == 49", 3),
            answer("double", DOUBLE),
            graded("double-test", "assert double(3) == 6", "assert double(19) == 38", 2),
        ]
    )
    second = new_notebook(
        cells=[
            answer("mean", MEAN),
            graded("mean-test", "assert mean([1, 3]) == 2", "assert mean([5, 6, 7, 8]) == 6.5", 4),
            written("why", 5),
        ]
    )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    result = {"1_first": first, "2_second": second}
    if checked:
        result["3_checked"] = checked_notebook()
    for notebook in result.values():
        notebook.metadata["kernelspec"] = kernel
    return result


def make_course(
    root: Path,
    limits: Mapping = LIMITS,
    checked: bool = False,
    made: Mapping[str, NotebookNode] | None = None,
) -> Course:
    """Write the course, release it, and return it.

    made: its notebooks by name, where they are not those of `notebooks`.
    """
    (root / "grading" / "submitted").mkdir(parents=True)
    (root / "solutions" / "lab6").mkdir(parents=True)
    (root / "solutions" / "text").mkdir()
    # A quick start for a course without torch.
    imports = "" if checked else 'c.SandboxedExecute.imports = ["IPython"]'
    config = CONFIG.format(root=str(root), limits=dict(limits), imports=imports)
    (root / "nbgrader_config.py").write_text(config)
    (root / "pyproject.toml").write_text(PYPROJECT)
    for name, notebook in (made or notebooks(checked)).items():
        nbformat.write(notebook, root / "solutions" / "lab6" / f"{name}.ipynb")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    result = NbGraderAPI(config=config).generate_assignment("lab6")
    assert result["success"], result["log"]
    return find_course(root)


def submit(
    course: Course,
    student: str,
    answers: Mapping[str, str],
    files: Mapping[str, bytes] | None = None,
    extra: Mapping[str, list[str]] | None = None,
    only: tuple[str, ...] = (),
) -> Path:
    """Hand in the release with these answers (task -> code); others stay open.

    extra: notebook -> sources of cells that come first in it.
    only:  the notebooks to hand in; all if empty.
    """
    folder = course.submitted / student / course.assignment
    folder.mkdir(parents=True, exist_ok=True)
    for path in course.released.glob("*.ipynb"):
        if only and path.stem not in only:
            continue
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            mark = cell.metadata.get("nbgrader", {})
            if mark.get("solution") and mark["grade_id"] in answers:
                cell.source = answers[mark["grade_id"]]
        for source in reversed((extra or {}).get(path.stem, [])):
            notebook.cells.insert(0, new_code_cell(source))
        nbformat.write(notebook, folder / path.name)
    for name, data in (files or {}).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def scores(course: Course) -> dict[str, dict[str, float | None]]:
    """student -> grade id of the test cell -> points given by the grader."""
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        return {
            submission.student.id: {
                grade.name: grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions("lab6")
        }


def contents(course: Course) -> dict:
    """What the gradebook says, without its random keys: to compare two gradebooks."""
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        return {
            (submission.student.id, notebook.name): (
                sorted(
                    (g.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
                    for g in notebook.grades
                ),
                sorted((c.name, c.auto_comment, c.manual_comment) for c in notebook.comments),
            )
            for submission in gradebook.assignment_submissions("lab6")
            for notebook in submission.notebooks
        }
