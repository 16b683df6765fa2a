"""The first cells of every notebook, the same in all: stamped in by the release.

The author of a text writes a cell with the grade id `setup`; what it holds is replaced. The cell
before it, with the grade id `setup-note`, is made here too.
"""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.course import Course
from helpers.first_cell import DISTRIBUTION, OLDEST_PYTHON

NOTE = """\
{badge}## Before you start

Run the cell below first, then work from top to bottom. It makes the notebook run anywhere: on Colab
it installs the course (about half a minute, once), on your own machine it uses what is there.

After a break the kernel may be a new one, which knows no names: run the cells above again (in
JupyterLab *Run → Run All Above Selected Cell*, on Colab *Runtime → Run before*)."""

BADGE = (
    "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/{slug}/blob/main/notebooks/{assignment}/{name}.ipynb)"
    "\n\n"
)

SETUP = """\
import glob
import importlib.util
import os
import subprocess
import sys

# Where the course is installed from: LAB_COURSE, else a wheel that lies beside the notebook or
# was uploaded to Colab, else the address of the course.
WHEELS = glob.glob("{wheel}") + glob.glob("/content/{wheel}")
COURSE = os.environ.get("LAB_COURSE") or max(WHEELS, key=os.path.getmtime, default="{course}")

if sys.version_info < {python}:
    raise RuntimeError(
        f"This is Python {{sys.version.split()[0]}} ({{sys.executable}}); the course needs "
        "{needs} or later. Choose another one under Kernel > Change Kernel."
    )
if importlib.util.find_spec("{package}") is None:
    if not COURSE:
        raise RuntimeError(
            f"The course is not installed for this Python ({{sys.executable}}). If you have "
            "installed it, choose its Python under Kernel > Change Kernel. If not, put the file "
            "{wheel} of the course beside the notebook (on Colab upload it: the folder at the "
            "left edge), open the notebook with `make lab`, or ask your instructor for the link."
        )
    print(f"Installing the course from {{COURSE}} ...")
    command = [sys.executable, "-m", "pip", "install", "--quiet", {beside}COURSE]
    pip = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if pip.returncode:
        print(pip.stdout[-1500:])
        raise RuntimeError(
            "The course could not be installed; the lines above say why. See that there is a "
            "network, and room on the disk, then run this cell again."
        )
    importlib.invalidate_caches()

from helpers import first_steps

first_steps(version="{version}"{name})"""


def stamp(notebook: NotebookNode, course: Course, name: str) -> None:
    """Fill in the setup cell of a notebook and the note above it."""
    is_other = course.name != DISTRIBUTION  # then the wheel of the checker lies beside its own
    slug = course.repository.removeprefix("https://github.com/").strip("/")
    badge = BADGE.format(slug=slug, assignment=course.assignment, name=name) if slug else ""
    source = f"git+{course.repository}" if course.repository else ""
    for number, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "setup":
            cell.source = SETUP.format(
                course=source,
                wheel=f"{course.name.replace('-', '_')}-*-any.whl",
                package=course.package.partition(".")[0],
                beside='"--find-links", os.path.dirname(COURSE) or ".", ' if is_other else "",
                name=f', course="{course.name}"' if is_other else "",
                version=course.version,
                python=OLDEST_PYTHON,
                needs=".".join(map(str, OLDEST_PYTHON)),
            )
            note = new_markdown_cell(NOTE.format(badge=badge))
            note.metadata["nbgrader"] = {
                **cell.metadata["nbgrader"],
                "grade_id": "setup-note",
                "locked": True,
            }
            notebook.cells.insert(number, note)
            return
