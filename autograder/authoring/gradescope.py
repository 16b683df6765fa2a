"""The same grader on Gradescope: the zip that it builds an image from, and one run in that image.

The form of zip and results: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat

from autograder.authoring.release import out_of_date, register
from autograder.authoring.wheel import build_wheel, build_wheels
from autograder.cells import is_test, marks_of, split_hidden
from autograder.course import CONFIG, Course
from autograder.errors import AutograderError
from autograder.files import copy_folder, write_json, write_zip
from autograder.grading.flags import printable
from autograder.grading.grade import Settings, grade
from autograder.grading.marks import read_marks
from autograder.intake.collect import collect
from autograder.intake.roster import Roster, Student
from autograder.kept import load_verdicts
from autograder.mending.repair import load_notes
from autograder.verdict import Verdict, of_task

STUDENT = "submission"
SHOWN_NOTES = 10  # lines of each notebook
SETUP = """\
#!/usr/bin/env bash
# Installs the course and its grader, once, when Gradescope builds the image.
set -euo pipefail
source="${GRADESCOPE_ROOT:-/autograder}/source"
apt-get update
apt-get install -y bubblewrap python3-venv
python=python3
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  apt-get install -y python3.11 python3.11-venv  # Ubuntu 22.04, the default image, has 3.10
  python=python3.11
}
"$python" -m venv "$source/venv"
cd "$source"
"$source/venv/bin/python" -m pip install WHEELS
# The gradebook, the data and a run of the solutions, so that no submission waits for them.
bash "$source/run_autograder" --prepare || echo "not prepared: see above; submissions try again"
"""
RUN = """\
#!/usr/bin/env bash
# Grades what lies in submission/, and writes results/results.json.
root="${GRADESCOPE_ROOT:-/autograder}"
cd "$root/source/course" || exit 2
exec "$root/source/venv/bin/python" -m autograder gradescope "$root" OPTIONS "$@"
"""


def export(
    course: Course,
    target: Path,
    visibility: str = "after_due_date",
    sandbox: str | None = None,
    notebooks: Sequence[str] = (),
) -> Path:
    """Write the zip for Gradescope into a folder. It holds the hidden tests and the solutions.

    visibility: of the tests on hidden inputs: after_due_date, after_published or visible.
    sandbox:    bwrap or none; by default as in the course's configuration.
    notebooks:  those to grade; all if empty.

    Raises AutograderError if the release is out of date, or the course cannot be built.
    """
    if unknown := sorted({*notebooks} - {path.stem for path in course.released.glob("*.ipynb")}):
        raise AutograderError(f"there is no notebook {unknown[0]!r} in {course.released}")
    if stale := out_of_date(course):
        raise AutograderError("\n".join(stale))
    options = ["--hidden", visibility, *(["--sandbox", sandbox] if sandbox else [])]
    options += [word for name in notebooks for word in ("--notebook", name)]
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder)
        inside = source / "course"
        for part in (course.text, course.solutions, course.released):
            copy_folder(part, inside / part.relative_to(course.root), ".*")
        shutil.copy(course.root / CONFIG, inside)
        shutil.copy((course.home or course.root) / "pyproject.toml", inside)
        wheels = build_wheels(course, source) or [build_wheel(Path(__file__).parents[2], source)]
        grader = next((w for w in wheels if w.name.startswith("pytorch_lab-")), wheels[0])
        install = [f"./{w.name}[grade]" if w == grader else f"./{w.name}" for w in wheels]
        constraints = (course.home or course.root) / "constraints.txt"
        if constraints.is_file():
            shutil.copy(constraints, source)
            install += ["-c", constraints.name]
        setup = SETUP.replace("WHEELS", " ".join(f'"{word}"' for word in install))
        run = RUN.replace("OPTIONS", shlex.join(options))
        for name, text in (("setup.sh", setup), ("run_autograder", run)):
            (source / name).write_text(text, encoding="utf-8", newline="\n")
            (source / name).chmod(0o755)
        zipped = target / f"gradescope-{course.assignment}.zip"
        write_zip(zipped, source)
    return zipped


def prepare(course: Course, settings: Settings) -> None:
    """What every run needs, made once: the gradebook, the data, a run of the solutions."""
    register(course)
    _graded(course, course.released, settings, "prepared")


def run(course: Course, root: Path, settings: Settings, visibility: str) -> Path:
    """Grade `root`/submission and write `root`/results/results.json, as Gradescope reads it.

    visibility: of the tests on hidden inputs.
    Raises AutograderError if it cannot be graded; then there are no results.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        fresh = replace(course, grading_elsewhere=Path(folder) / "grading")
        if course.grading.is_dir():  # what was prepared stays as it is
            shutil.copytree(course.grading, fresh.grading)
        register(fresh)
        notes = _graded(fresh, root / "submission", settings)
        results = _results(fresh, settings.notebooks, notes, visibility)
    results["execution_time"] = round(time.monotonic() - began)
    path = root / "results" / "results.json"
    write_json(path, results)
    return path


def _graded(
    course: Course, submission: Path, settings: Settings, student: str = STUDENT
) -> list[str]:
    """Grade a folder as that of a student; what there is to say of its files, a line each."""
    shutil.rmtree(course.submitted, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(submission, Path(folder) / student, symlinks=True)
        collected = collect(course, Path(folder), roster=Roster([Student(student)]), force=True)
    (course.submitted / student / course.assignment).mkdir(parents=True, exist_ok=True)
    progress = grade(course, settings)
    if progress.failed:
        raise AutograderError("; ".join(progress.failed.values()))
    files = [*collected.refused, *collected.unlike]
    rivals = [f"{rival.source} has other answers, and was left out" for rival in collected.rivals]
    return [f"{file.name}: {file.reason}" for file in files] + rivals


def _results(course: Course, wanted: Sequence[str], notes: list[str], visibility: str) -> dict:
    names = wanted or sorted(path.stem for path in course.released.glob("*.ipynb"))
    (student,) = (s for s in read_marks(course).students if s.id == STUDENT)
    by_cell = {(mark.notebook, mark.grade_id): mark for mark in student.marks}
    said = load_verdicts(course.report, STUDENT)
    tests, by_hand = [], []
    for name, grade_id, is_hand_graded, is_hidden in _graded_cells(course, names):
        mark = by_cell[name, grade_id]
        if is_hand_graded:
            by_hand.append(f"{mark.task} ({mark.points:g} points)")
            continue
        own = [verdict for verdict in said.get((STUDENT, name), []) if verdict.task == mark.task]
        points = {"score": mark.score, "max_score": mark.points}
        visible = of_task([v for v in own if v.part != "hidden"], mark.task)
        hidden = of_task([v for v in own if v.part == "hidden"], mark.task)
        shown = _test(mark.task, visible, visible is not None and visible.state == "passed")
        tests.append(shown | {"visibility": "visible"} | ({} if is_hidden else points))
        if is_hidden:
            more = _test(f"{mark.task}, on other inputs", hidden or visible, mark.passed)
            tests.append(more | {"visibility": visibility} | points)
    for (_, name), repaired in load_notes(course.report / "repaired", STUDENT).items():
        if name in names:
            notes += [f"{name}: {line}" for line in repaired.lines()[:SHOWN_NOTES]]
    if by_hand:
        notes.append(f"Graded by hand, and not in this score: {', '.join(by_hand)}.")
    score = sum(test.get("score", 0) for test in tests)
    output = "\n".join(map(printable, notes))
    return {"score": score, "output": output, "output_format": "text", "tests": tests}


def _graded_cells(course: Course, names: Sequence[str]) -> Iterator[tuple[str, str, bool, bool]]:
    """(notebook, grade id, whether a person grades it, whether it has a hidden test), in order."""
    for name in names:
        for cell in nbformat.read(course.solutions / f"{name}.ipynb", as_version=4).cells:
            if marks_of(cell).get("grade"):
                is_hidden = is_test(cell) and any(part for _, part in split_hidden(cell.source))
                yield name, marks_of(cell)["grade_id"], not is_test(cell), is_hidden


def _test(name: str, verdict: Verdict | None, passed: bool) -> dict:
    """One test of the results, without points."""
    words = [verdict.label, verdict.hint] if verdict else ["Nothing was handed in for it."]
    output = "" if passed else "\n".join(filter(None, words))
    status = "passed" if passed else "failed"
    return {"name": name, "status": status, "output": output, "output_format": "text"}
