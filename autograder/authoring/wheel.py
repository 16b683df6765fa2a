"""The course as one file that pip installs, and the zip that students get it in."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import replaced

PACKAGES = ("helpers", "autograder")
_SOURCES = ("pyproject.toml", "README.md", "LICENSE", *PACKAGES)


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the wheel of the course at `root` into `folder`; raises AutograderError if pip fails.

    It is built from a copy, so that no file of an earlier build can slip in.
    """
    with tempfile.TemporaryDirectory() as copy:
        for name in _SOURCES:
            source, target = root / name, Path(copy) / "course" / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                target.parent.mkdir(exist_ok=True)
                shutil.copy(source, target)
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


def write_zip(course: Course) -> Path | None:
    """Write `notebooks/ASSIGNMENT.zip`: the released files, and beside them the wheel.

    Who unpacks it, or uploads the wheel to Colab, needs no address of the course. None where the
    course does not carry its packages.
    """
    if not all((course.root / name).is_dir() for name in PACKAGES):
        return None
    target = course.released.with_suffix(".zip")
    with replaced(target) as part, tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(course.root, Path(folder))
        files = sorted(path for path in course.released.rglob("*") if path.is_file())
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                inside = path.relative_to(course.released)
                if not any(name.startswith(".") for name in inside.parts):  # checkpoints
                    archive.write(path, Path(course.assignment) / inside)
            archive.write(wheel, Path(course.assignment) / wheel.name)
    return target
