"""The first cells of every notebook, the same in all: stamped in by the release.

The author of a text writes a cell with the grade id `setup`; what it holds is replaced. The cell
before it, with the grade id `setup-note`, is made here too.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.cells import marks_of
from autograder.course import Course
from autograder.errors import AutograderError
from helpers.notebook.first_cell import DISTRIBUTION, OLDEST_PYTHON

STAMPED = ("setup", "setup-note")  # the grade ids of these cells

NOTE = """\
{badge}## Before you start

Run the cell below first, then work from top to bottom. It makes the notebook run anywhere: on Colab
it installs the course (about half a minute, once), on your own machine it uses what is there.

After a break the kernel may be a new one, which knows no names: run the cells above again (in
JupyterLab *Run → Run All Above Selected Cell*, on Colab *Runtime → Run before*). A task that is
open or wrong stops no such run.

Stuck? `hint("{task}")`, in a cell of your own, gives a hint for that task, a step at a time. When
its check has passed and the solutions are given out, `solution("{task}")` shows the course's own
and the reason for it.

**If you agree**, write `keep_log = True` in a cell of your own, below the first. Each check then
prints a log of its task: which mistakes it named, how often, since when, and when it passed;
nothing of your code or text. It stays in your notebook. Your instructor gets it with what you hand
in, to see where a class gets stuck; no mark depends on it. What you clear is not handed in."""

SETUP = """\
import glob, importlib.util, os, subprocess, sys

# The course: as it is installed, or LAB_COURSE, a wheel beside the notebook, or its address.
wheels = glob.glob("{wheel}") + glob.glob("/content/{wheel}")
course = os.environ.get("LAB_COURSE") or max(wheels, key=os.path.getmtime, default="{course}")
if importlib.util.find_spec("{package}") is None:
    change = "under Kernel > Change Kernel"
    assert sys.version_info >= {python}, (
        f"This is Python {{sys.version.split()[0]}} ({{sys.executable}}); the course needs "
        f"{needs} or later. Choose another one {{change}}."
    )
    assert course, (
        f"The course is not installed for this Python ({{sys.executable}}). If it is for another, "
        f"choose its Python {{change}}. If not, put the file {wheel} of the "
        "course beside the notebook (on Colab upload it), or ask your instructor for the link."
    )
    print(f"Installing the course from {{course}} ...")
    command = [sys.executable, "-m", "pip", "install", "--quiet", {beside}course]
    pip = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert not pip.returncode, pip.stdout[-1500:] + (
        "The course could not be installed: the lines above say why. See that there is a network, "
        "and room on the disk, then run this cell again."
    )
    importlib.invalidate_caches()

from helpers import first_steps

first_steps(version="{version}"{name})
from autograder.checks import hint, solution

keep_log = False  # the log of your checks, see above: kept only if you say True"""


def without_address(source: str) -> str:
    """A setup cell as it is where the course has no address and no log is kept; any other cell as
    it is."""
    if not source.startswith(SETUP[:40]):
        return source
    return _KEEP_LOG.sub("keep_log = False", _ADDRESS.sub('default="")', source))


_ADDRESS = re.compile(r'default="[^"\n]*"\)')
_KEEP_LOG = re.compile("^keep_log = True", re.MULTILINE)


def wheel_name(course: Course) -> str:
    return f"{course.name.replace('-', '_')}-{course.version}-py3-none-any.whl"


def _in_repository(course: Course, file: str) -> str:
    return f"{course.path}/{file}" if course.path else file


def _badge(course: Course, name: str) -> str:
    if not (course.repository and course.badge):
        return ""
    address = urlsplit(course.repository)
    try:
        return course.badge.format(
            slug=address.path.strip("/"),
            file=quote(_in_repository(course, f"{name}.ipynb")),
            repository=course.repository,
            branch=course.branch,
        )
    except (KeyError, IndexError, ValueError) as error:
        raise AutograderError(
            f"`badge` in [tool.lab] of pyproject.toml cannot be filled in ({error}): it knows "
            "{slug}, {file}, {repository} and {branch}"
        ) from None


def _course_address(course: Course) -> str:
    """Where pip finds the wheel: beside the notebooks, as GitHub serves files."""
    if not course.repository:
        return ""
    file = quote(_in_repository(course, wheel_name(course)))
    return f"{course.repository}/raw/{course.branch}/{file}"


def stamp(notebook: NotebookNode, course: Course, name: str) -> None:
    """Fill in the setup cell of a notebook and the note above it."""
    is_other = course.name != DISTRIBUTION  # then the wheel of the checker lies beside its own
    badge = _badge(course, name)
    for number, cell in enumerate(notebook.cells):
        if marks_of(cell).get("grade_id") == "setup":
            cell.source = SETUP.format(
                course=_course_address(course),
                wheel=f"{course.name.replace('-', '_')}-*-any.whl",
                package=course.package.partition(".")[0],
                beside='"--find-links", os.path.dirname(course) or ".", ' if is_other else "",
                name=f', course="{course.name}"' if is_other else "",
                version=course.version,
                python=OLDEST_PYTHON,
                needs=".".join(map(str, OLDEST_PYTHON)),
            )
            note = new_markdown_cell(
                NOTE.format(badge=badge and f"{badge}\n\n", task=_first_task(notebook))
            )
            note.metadata["nbgrader"] = {
                **cell.metadata["nbgrader"],
                "grade_id": "setup-note",
                "locked": True,
            }
            notebook.cells.insert(number, note)
            return


def _first_task(notebook: NotebookNode) -> str:
    """The grade id of the first task that has a check."""
    marks = map(marks_of, notebook.cells)
    tests = (m["grade_id"] for m in marks if m.get("grade") and m["grade_id"].endswith("-test"))
    return next(tests, "").removesuffix("-test")
