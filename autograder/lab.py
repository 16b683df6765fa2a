"""`autograder lab`: JupyterLab on the students' notebooks, on every system."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.course import find_course
from autograder.errors import AutograderError
from helpers.runtime import cache_folder

SETTINGS = Path(__file__).parent / "templates" / "jupyter"
START = "START_HERE.md"


def open_lab(folder: Path | None = None, options: Sequence[str] = ()) -> int:
    """Run JupyterLab, with its own options, on a folder of notebooks; returns its exit code.

    Without a folder: that of the course, of the working directory, or of the zip in it. It opens
    at the start page, a saved workspace that comes back at every start.

    Raises AutograderError if there are no notebooks, or no JupyterLab.
    """
    folder = folder or _notebooks()
    if not folder.is_dir():
        raise AutograderError(f"{folder} is no folder: name the one with the notebooks")
    if importlib.util.find_spec("jupyterlab") is None:
        raise AutograderError(
            f"JupyterLab is not installed for this Python ({sys.executable}): "
            f'run "{sys.executable}" -m pip install jupyterlab'
        )
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_PATH": str(SETTINGS),
        "JUPYTERLAB_WORKSPACES_DIR": str(cache_folder() / "workspaces"),
    }
    jupyter_lab = [sys.executable, "-m", "jupyterlab"]
    own = [f"--ServerApp.root_dir={folder.resolve()}"]
    if (folder / START).is_file():
        start = [*jupyter_lab, "workspaces", "import", str(SETTINGS / "start.jupyterlab-workspace")]
        subprocess.run(start, env=environment, capture_output=True)
        own.append("--LabApp.default_url=/lab/workspaces/start")
    if os.name == "posix":
        own += ["--allow-root"] if os.geteuid() == 0 else []
        os.execve(sys.executable, [*jupyter_lab, *own, *options], environment)
    server = subprocess.Popen([*jupyter_lab, *own, *options], env=environment)
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:  # the server hears it too, and asks whether to stop
            continue


def _notebooks() -> Path:
    here = Path.cwd()
    try:
        course = find_course(here)
        places = [course.released, here]
    except AutograderError:
        places = [here, *(page.parent for page in sorted(here.glob(f"*/{START}")))]
    for place in places:
        if any(place.glob("*.ipynb")):
            return place
    raise AutograderError(
        f"no notebooks in {here}: unpack the zip of the course and run this in its folder, "
        "or name the folder with --folder"
    )
