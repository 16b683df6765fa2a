"""The course as one file that pip installs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.authoring.leaks import UNSEEN
from autograder.errors import AutograderError
from autograder.files import copy_folder
from autograder.verdict import TASKS_FILE

PACKAGES = ("helpers", "autograder")
_SOURCES = ("pyproject.toml", "README.md", "LICENSE", *PACKAGES)


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the wheel of the course at `root` into `folder`; raises AutograderError if pip fails.

    It is built from a copy, so that no file of an earlier build can slip in, and without what
    `tasks.json` tells of solutions.
    """
    with tempfile.TemporaryDirectory() as copy:
        for name in _SOURCES:
            source, target = root / name, Path(copy) / "course" / name
            if source.is_dir():
                copy_folder(source, target, "__pycache__")
            else:
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(source, target)
        _leave_out_reasons(Path(copy) / "course" / "autograder" / TASKS_FILE.name)
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


def _leave_out_reasons(tasks: Path) -> None:
    if tasks.exists():
        entries = json.loads(tasks.read_text(encoding="utf-8"))
        kept = [{k: v for k, v in entry.items() if k != UNSEEN} for entry in entries]
        tasks.write_text(json.dumps(kept, ensure_ascii=False, indent=0), encoding="utf-8")
