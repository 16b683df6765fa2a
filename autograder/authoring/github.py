"""A repository for students on GitHub, by hand or through GitHub Classroom, that checks each push.

It runs the public checks, `autograder check`. Hidden tests are not in it.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from autograder.authoring.publish import lay_out_repository, refuse_leaks, students_folder
from autograder.authoring.release import out_of_date
from autograder.course import Course
from autograder.errors import AutograderError

WORKFLOW = Path(".github", "workflows", "check.yml")
HEAD = """\
# Runs the checks that stand under the tasks at every push. Grading tries other inputs as well.
name: check
on: [push, workflow_dispatch]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Install the course
        run: python -m pip install WHEELS
"""
STEP = """\
      - name: NAME
        if: ${{ !cancelled() }}
        run: autograder check PATH
"""


def export(course: Course, target: Path) -> Path:
    """Write the repository into a folder, which may be a clone of it; returns the workflow's path.

    Raises AutograderError as `publish` does, and where other things lie in the folder.
    """
    others = [path for path in target.iterdir() if path.name != ".git"] if target.is_dir() else []
    if others and not (target / WORKFLOW).is_file():
        raise AutograderError(f"other files lie in {target}: name an empty folder with --to")
    if stale := out_of_date(course):
        raise AutograderError("\n".join(stale))
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        lay_out_repository(course, students_folder(course, Path(folder)), tree)
        wheels = [path.relative_to(tree).as_posix() for path in sorted(tree.rglob("*.whl"))]
        if not wheels:
            raise AutograderError(f"no wheel can be built: {course.root} carries no package")
        lab = [f'"{name}[lab]"' if "pytorch_lab-" in name else f'"{name}"' for name in wheels]
        text = HEAD.replace("WHEELS", " ".join(lab))
        for path in sorted(tree.rglob("*.ipynb")):
            inside = path.relative_to(tree).as_posix()
            text += STEP.replace("NAME", path.stem).replace("PATH", f'"{inside}"')
        (tree / WORKFLOW).parent.mkdir(parents=True)
        (tree / WORKFLOW).write_text(text, encoding="utf-8", newline="\n")
        refuse_leaks(course, tree)
        shutil.copytree(tree, target, dirs_exist_ok=True)
    return target / WORKFLOW
