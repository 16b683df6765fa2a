"""The course as one file that pip installs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import copy_folder

PACKAGES = ("helpers", "autograder")


def build_wheels(course: Course, folder: Path) -> list[Path]:
    """Build what students install into `folder`: the wheel of the course, and that of the checker
    where it is another one whose source is here. None where the course carries no package.

    Raises AutograderError if pip fails.
    """
    home, top = course.home or course.root, course.package.partition(".")[0]
    if top == PACKAGES[1]:
        is_here = all((home / name).is_dir() for name in PACKAGES)
        return [build_wheel(home, folder)] if is_here else []
    checker = Path(__file__).parents[2]
    wheels = [build_wheel(home, folder, (top,))]
    return wheels + ([build_wheel(checker, folder)] if (checker / "LICENSE").exists() else [])


def build_wheel(root: Path, folder: Path, packages: tuple[str, ...] = PACKAGES) -> Path:
    """Build the wheel of the packages at `root` into `folder`; raises AutograderError if pip fails.

    It is built from a copy, so that no file of an earlier build can slip in.
    """
    with tempfile.TemporaryDirectory() as copy:
        for name in ("pyproject.toml", "README.md", "LICENSE", *packages):
            source, target = root / name, Path(copy) / "course" / name
            if source.is_dir():
                copy_folder(source, target, "__pycache__")
            elif source.exists():
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(source, target)
        built = Path(copy) / "wheel"
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--wheel-dir", str(built), str(Path(copy) / "course")]
        pip = subprocess.run(command, capture_output=True, text=True)
        if pip.returncode:
            said = (pip.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise AutograderError(
                f"the wheel of the course could not be built: {said}; "
                "see that there is a network, then run this again"
            )
        (wheel,) = built.glob("*.whl")
        return Path(shutil.copy(wheel, folder))
