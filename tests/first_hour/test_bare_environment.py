"""A student on Colab: one notebook file, an empty folder, an environment without the course.

The environment holds what Colab has of what the course needs, in Colab's versions: torch, numpy,
matplotlib, pandas, a kernel. The first cell installs the course from the wheel of the students'
zip; the reviews load, and the notebook runs to its end with torch as it was.

`pytest -s` shows how long it took to the course, the reviews and the first trained model; see
docs/first_hour.md. `LAB_COLAB_PYTHON=python3.13` makes the environment with Colab's Python and its
torch, which is a download of gigabytes.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from autograder.authoring.example_class import reference_answers
from autograder.authoring.publish import students_folder
from autograder.course import Course, find_course
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
COLAB_PYTHON = os.environ.get("LAB_COLAB_PYTHON", "")
# Of Colab's runtime 2026.08; torch is that of the course unless the Python is Colab's too.
ON_COLAB = (
    "ipykernel==6.17.1",
    "ipython==7.34.0",
    "ipywidgets==7.7.1",
    "matplotlib==3.10.*",
    "numpy==2.1.3",
    "pandas",
    "torch==2.11.0" if COLAB_PYTHON else "torch==2.13.0",
)
NAME = "1_imdb_classifier"
# Cells after which something is reached, and what that is.
MILESTONES = {
    "setup": "course installed",
    "datasets": "reviews ready",
    "train-run": "model trained",
}
START = "import os, time; _began = time.monotonic(), sum(os.times()[:4])"
REACHED = (
    "print(f'{what}: {{time.monotonic() - _began[0]:.0f}} s,"
    " {{sum(os.times()[:4]) - _began[1]:.0f}} s of CPU')"
)


def pip(python: Path, *arguments: object) -> None:
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """The folder that students unpack: what `autograder publish` zips, of a copy of the course."""
    copy, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("helpers", "autograder", "notebooks/lab6"):
        shutil.copytree(ROOT / name, copy / name)
    (copy / "build" / "lib" / "autograder").mkdir(parents=True)
    (copy / "build" / "lib" / "autograder" / "of_an_earlier_build.py").touch()
    return students_folder(Course(copy), home)


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([COLAB_PYTHON or sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    pip(python, "install", "--no-compile", *ON_COLAB)  # what is imported is compiled then
    return python


def torch_files(python: Path) -> list[str]:
    """What identifies the installed torch: its record of files."""
    code = (
        "import importlib.metadata as m, json;"
        "print(json.dumps([m.version('torch'), m.distribution('torch').read_text('RECORD')]))"
    )
    return json.loads(subprocess.check_output([python, "-c", code], text=True))


def answered(path: Path) -> nbformat.NotebookNode:
    """The student's notebook with every task answered."""
    answers = reference_answers(find_course(ROOT))
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    return notebook


def with_clock(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with a line at each milestone: the time since it was opened."""
    cells = [nbformat.v4.new_code_cell(START)]
    for cell in notebook.cells:
        cells.append(cell)
        what = MILESTONES.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if what:
            cells.append(nbformat.v4.new_code_cell(REACHED.format(what=what)))
    notebook.cells = cells
    return notebook


class BareSpecs(KernelSpecManager):
    """Knows one kernel: that of the bare environment."""

    python: Path

    def get_kernel_spec(self, kernel_name):
        spec = super().get_kernel_spec("python3")
        spec.argv = [str(self.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return spec


def run(notebook, python: Path, folder: Path, **environment: str) -> str:
    """Run a notebook with the kernel of another Python; returns all that it printed."""
    specs = BareSpecs()
    specs.python = python
    client = NotebookClient(
        notebook,
        timeout=PATIENCE,
        km=AsyncKernelManager(kernel_spec_manager=specs),
        resources={"metadata": {"path": str(folder)}},
    )
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "NBGRADER_EXECUTION")}
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}  # and kept
    client.execute(env={**kept, **compiled, "LAB_SOURCE": "packaged", **environment})
    return "".join(o.get("text", "") for c in notebook.cells for o in c.get("outputs", []))


def test_without_an_address_the_first_cell_says_what_to_do(bare_python, tmp_path):
    notebook = nbformat.read(ROOT / "notebooks" / "lab6" / f"{NAME}.ipynb", as_version=4)
    notebook.cells = [c for c in notebook.cells if c.id == "setup"]
    with pytest.raises(Exception, match="ask your instructor for the link"):
        run(notebook, bare_python, tmp_path)


def test_the_zip_holds_the_notebooks_and_a_wheel_of_the_sources(unpacked):
    released = {path.name for path in (ROOT / "notebooks" / "lab6").iterdir() if path.is_file()}
    (wheel,) = unpacked.glob("*.whl")
    assert {path.name for path in unpacked.iterdir()} == {*released, wheel.name}
    names = zipfile.ZipFile(wheel).namelist()
    assert "helpers/playground/playground.js" in names
    assert "autograder/checks/mistakes/any.toml" in names
    assert "autograder/reading/page.js" in names
    assert not [name for name in names if "earlier_build" in name or "__pycache__" in name]


def test_the_notebook_runs_to_its_end_after_its_first_cell(bare_python, unpacked, tmp_path):
    torch_before = torch_files(bare_python)
    notebook = with_clock(answered(unpacked / f"{NAME}.ipynb"))
    printed = run(notebook, bare_python, unpacked, LAB_CACHE=str(tmp_path / "cache"))
    assert "Installing the course from pytorch_lab-" in printed
    assert "The visible checks give 30 of 30 points." in printed
    assert torch_files(bare_python) == torch_before
    print("", *re.findall(r".+ s of CPU", printed), sep="\n")
