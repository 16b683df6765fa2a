"""What students get and nothing else: as a folder, a zip, and a branch for a public repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.leaks import leaks
from autograder.authoring.release import out_of_date
from autograder.authoring.wheel import build_wheels
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import copy_folder, write_zip

BRANCH = "public"  # here; what it is called in the public repository is a setting
SHOWN_LEAKS = 10
PRIVATE = ("solutions", "bank", "autograder", "tests")  # never in the history of that branch
README = """\
# {title}

Begin at [START_HERE.md]({path}START_HERE.md).
"""


@dataclass(frozen=True)
class Published:
    """Where what students get lies.

    commit:    of the branch; "" where there is no repository.
    no_branch: why there is one, and no branch was written all the same.
    """

    folder: Path
    zip: Path
    commit: str = ""
    no_branch: str = ""


class GitError(AutograderError):
    """Git refuses; the message has its reason."""


def publish(course: Course, target: Path) -> Published:
    """Write the folder, the zip and the branch anew, once nothing secret is found in them.

    Raises AutograderError, and leaves what was there, if the release is out of date, the wheel
    cannot be built, or a line of a solution, a hidden test or a marking scheme is found.
    """
    stale = out_of_date(course)
    if stale:
        raise AutograderError("\n".join(stale))
    try:
        target.mkdir(parents=True, exist_ok=True)
    except PermissionError:
        raise AutograderError(f"you may not write to {target}: name a folder with --to") from None
    with tempfile.TemporaryDirectory(dir=target, prefix=".publish-") as folder:
        fresh = students_folder(course, Path(folder))
        refuse_leaks(course, fresh)
        commit = no_branch = ""
        try:
            commit = _commit(course, fresh)
        except GitError as error:
            no_branch = str(error)
        place = target / course.assignment
        zipped = target / f"{course.assignment}.zip"
        write_zip(zipped, fresh, inside=fresh.parent)
        if place.exists():
            place.rename(Path(folder) / "old")
        fresh.rename(place)
    return Published(place, zipped, commit, no_branch)


def students_folder(course: Course, where: Path) -> Path:
    """A new folder in `where` with the released files and, beside them, its wheels."""
    folder = where / course.assignment
    copy_folder(course.released, folder, ".*")  # without checkpoints
    build_wheels(course, folder)
    return folder


def refuse_leaks(course: Course, folder: Path) -> None:
    """Raise AutograderError where something in a folder for students gives something away."""
    if found := leaks(course, folder):
        more = len(found) - SHOWN_LEAKS
        lines = found[:SHOWN_LEAKS] + ([f"and {more} more"] if more > 0 else [])
        raise AutograderError("nothing is published, for it would tell:\n" + "\n".join(lines))


def lay_out_repository(course: Course, folder: Path, tree: Path) -> None:
    """Write what a public repository holds: the students' folder, a README, the licence."""
    shutil.copytree(folder, tree / course.path, dirs_exist_ok=True)
    if not (tree / "README.md").exists():
        path = f"{course.path}/" if course.path else ""
        text = README.format(title=course.assignment, path=path)
        (tree / "README.md").write_text(text, encoding="utf-8")
    if (course.root / "LICENSE").is_file():
        shutil.copy(course.root / "LICENSE", tree)


def _commit(course: Course, folder: Path) -> str:
    """Commit the folder to the branch, which shares no history with any other one.

    Nothing is checked out, and nothing is sent anywhere. Returns the commit, the last one if
    nothing changed; "" where the course is in no repository.
    """
    try:
        _git(course, "rev-parse", "--git-dir")
    except GitError as error:
        if "not a git repository" in str(error):
            return ""
        raise
    ref = f"refs/heads/{BRANCH}"
    if _git(course, "branch", "--show-current") == BRANCH:
        raise AutograderError(f"the branch {BRANCH} is checked out: check out another one first")
    before = _git(course, "rev-parse", "--verify", "--quiet", ref, may_fail=True)
    if before and _git(course, "rev-list", "-1", before, "--", *PRIVATE):
        raise AutograderError(
            f"the branch {BRANCH} has a history with solutions in it, which would go along: "
            f"rename it (`git branch -m {BRANCH} NAME`), and a new one is begun"
        )
    with tempfile.TemporaryDirectory() as place:
        tree, index = Path(place) / "tree", Path(place) / "index"
        lay_out_repository(course, folder, tree)
        beside = {"GIT_INDEX_FILE": str(index), "GIT_WORK_TREE": str(tree)}
        _git(course, "add", "--all", "--force", str(tree), beside=beside)
        written = _git(course, "write-tree", beside=beside)
    if before and _git(course, "rev-parse", f"{before}^{{tree}}") == written:
        return before
    parent = ["-p", before] if before else []
    message = f"{course.assignment} {course.version}, for students"
    commit = _git(course, "commit-tree", written, *parent, "-m", message)
    _git(course, "update-ref", ref, commit, before or "0" * len(commit))
    return commit


def _git(
    course: Course, *command: str, may_fail: bool = False, beside: Mapping[str, str] = {}
) -> str:
    """What git says. Raises GitError with its reason."""
    try:
        run = subprocess.run(
            ["git", "-C", str(course.root), *command],
            env={**os.environ, "LC_ALL": "C", **beside},
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    if run.returncode and not may_fail:
        said = [line for line in run.stderr.splitlines() if line.startswith(("fatal:", "error:"))]
        raise GitError((said or ["git gave no reason"])[0])
    return run.stdout.strip() if not run.returncode else ""
