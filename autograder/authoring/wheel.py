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
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
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
    target = course.released.with_suffix(".zip")
    with tempfile.TemporaryDirectory() as folder:
        wheels = build_wheels(course, Path(folder))
        if not wheels:
            return None
        files = sorted(path for path in course.released.rglob("*") if path.is_file())
        with replaced(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                inside = path.relative_to(course.released)
                if not any(name.startswith(".") for name in inside.parts):  # checkpoints
                    archive.write(path, Path(course.assignment) / inside)
            for wheel in wheels:
                archive.write(wheel, Path(course.assignment) / wheel.name)
    return target
