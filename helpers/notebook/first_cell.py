"""What the first cell of each notebook looks at: the version of the course, Python, the GPU."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version

from helpers.notebook.first_aid import first_aid
from helpers.notebook.picture_text import describe_pictures

OLDEST_PYTHON = (3, 11)  # pyproject.toml's, for a course that is not installed
DISTRIBUTION = "pytorch-lab"


def first_steps(version: str, course: str = DISTRIBUTION) -> None:
    """Say what stands in the way of a good first hour, one line each, then "Ready.".

    It also sees to it that pictures carry a text for screen readers, and errors some advice.

    version: the version of the course that the notebook was made for.
    course:  what pip calls the course.
    """
    for line in [*_python(), *_course(version, course), *_gpu()]:
        print(line)
    describe_pictures()
    first_aid()
    print("Ready.")


def _python() -> list[str]:
    if sys.version_info >= OLDEST_PYTHON:
        return []
    wanted, found = (".".join(map(str, v)) for v in (OLDEST_PYTHON, sys.version_info[:2]))
    return [f"This is Python {found}; the course needs {wanted} or later: choose a newer kernel."]


def _course(version: str, course: str) -> list[str]:
    installed = _installed(course)
    loaded = LOADED.setdefault(course, installed)
    if installed != loaded:
        return [
            f"Course version {installed} is installed, but this kernel still uses {loaded}: "
            "restart the kernel (Kernel > Restart Kernel), then run from the top."
        ]
    if installed in (version, None):
        return []
    return [
        f"This notebook is of course version {version}, installed is {installed}. Get the two from "
        "the same place: download the notebook again, or install the course again."
    ]


def _installed(course: str) -> str | None:
    """The version of the course; None where it is imported from a folder, not installed."""
    try:
        return installed_version(course)
    except PackageNotFoundError:
        return None


LOADED = {DISTRIBUTION: _installed(DISTRIBUTION)}
"""The versions of the code in this kernel: those installed when it was first asked for."""


def _gpu() -> list[str]:
    """A hint on Colab only, where a GPU is one click away."""
    if "google.colab" not in sys.modules:
        return []
    import torch

    if torch.cuda.is_available():
        return []
    return [
        "There is a GPU to turn on: Runtime > Change runtime type > GPU, then run this cell again."
    ]
