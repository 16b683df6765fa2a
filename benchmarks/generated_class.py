"""A class of any size, mixed by a seed, whose every score is known beforehand; and its grading.

    python -m benchmarks.generated_class --students 100 --jobs 2

Five kinds of students: complete, partial (the first tasks of each notebook), wrong (the same, and
the next answer is a wrong one of the bank), damaged (complete, but an editor or a download spoiled
the files) and hostile (complete, with a cell in front that attacks the machine).
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from autograder.authoring import release
from autograder.authoring.example_class import reference_answers, wrong_answers
from autograder.course import Course, find_course
from autograder.grading.grade import Settings, grade

ROOT = Path(__file__).resolve().parents[1]
MIX = {"complete": 40, "partial": 25, "wrong": 15, "damaged": 10, "hostile": 10}  # per cent
ATTACKS = {
    "leaves": "import os\nos._exit(0)",
    "loops": "while True:\n    pass",
    "floods": "for _ in range(20_000):\n    print('x' * 1000)",
    "eats memory": "kept = [bytearray(1 << 28) for _ in range(40)]",
    "silences errors": "get_ipython().showtraceback = lambda *args, **kwargs: None",
    "cheats the checker": "import autograder.checks as checks\n"
    "checks.check = lambda *args, **kwargs: None",
}


@dataclass
class Student:
    """One generated submission."""

    name: str
    kind: str
    detail: str = ""
    expected: dict[str, float] = field(default_factory=dict)  # test cell -> points


@dataclass(frozen=True)
class Notebook:
    """One released notebook, its tests in order, and the points of each."""

    name: str
    node: NotebookNode
    points: dict[str, float]  # test cell -> points


def copy_of_course(root: Path) -> Course:
    """The course without its grading folder, so that a real class is not touched."""
    for name in ("solutions", "notebooks", "bank"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    course = find_course(root)
    release.generate(course)
    return course


def notebooks_of(course: Course) -> list[Notebook]:
    found = []
    for path in sorted(course.released.glob("*.ipynb")):
        node = nbformat.read(path, as_version=4)
        points = {
            cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
            for cell in node.cells
            if _mark(cell).get("grade") and not _mark(cell).get("solution")
        }
        found.append(Notebook(path.stem, node, points))
    return found


def generate(course: Course, count: int, seed: int, kind: str = "") -> list[Student]:
    """Write `count` submissions, all of one kind or mixed; the same ones for the same seed."""
    chance = random.Random(seed)
    right, wrong = reference_answers(course), wrong_answers(course)
    notebooks = notebooks_of(course)
    kinds = [kind] * count if kind else chance.choices(list(MIX), list(MIX.values()), k=count)
    students = []
    for number, drawn in enumerate(kinds):
        student = Student(f"student-{number:04}", drawn)
        folder = course.submitted / student.name / course.assignment
        folder.mkdir(parents=True)
        for notebook in notebooks:
            _write(student, folder, notebook, right, wrong, chance)
        students.append(student)
    return students


def _write(student, folder: Path, notebook: Notebook, right, wrong, chance) -> None:
    tests = list(notebook.points)
    done = len(tests)
    if student.kind in ("partial", "wrong"):
        done = chance.randrange(len(tests))
    answered = [test.removesuffix("-test") for test in tests[:done]]
    answers = {grade_id: right[grade_id] for grade_id in answered}
    if done == len(tests):
        answers = dict(right)  # the written ones too
    elif student.kind == "wrong":
        next_task = tests[done].removesuffix("-test")
        if next_task in wrong:
            answers[next_task] = wrong[next_task]
    earned = set(tests[:done])
    node = nbformat.from_dict(notebook.node)
    for cell in node.cells:
        grade_id = _mark(cell).get("grade_id")
        if _mark(cell).get("solution") and grade_id in answers:
            cell.source = answers[grade_id]
    path = folder / f"{notebook.name}.ipynb"
    text = nbformat.writes(node)
    if student.kind == "hostile":
        student.detail = chance.choice(list(ATTACKS))
        node.cells.insert(0, new_code_cell(ATTACKS[student.detail]))
        text = nbformat.writes(node)
    elif student.kind == "damaged":
        text, lost = _damaged(node, chance)
        if lost:
            earned = set()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    student.expected.update({t: p if t in earned else 0.0 for t, p in notebook.points.items()})


def _damaged(node: NotebookNode, chance: random.Random) -> tuple[str | None, bool]:
    """The text of a damaged file, or None for no file; and whether nothing can be saved of it."""
    what = chance.choice(["no marks", "no tests", "tests edited", "empty", "missing", "not JSON"])
    if what == "no marks":
        for cell in node.cells:
            cell.metadata.pop("nbgrader", None)
            cell.pop("id", None)
        node.nbformat_minor = 4
    elif what == "no tests":
        node.cells = [cell for cell in node.cells if not _is_test(cell)]
    elif what == "tests edited":
        for cell in node.cells:
            if _is_test(cell):
                cell.source = "assert True"
    elif what == "empty":
        return "", True
    elif what == "missing":
        return None, True
    else:
        return "<html><body>Sign in to continue</body></html>", True
    return nbformat.writes(node), False


def _mark(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader", {})


def _is_test(cell: NotebookNode) -> bool:
    return bool(_mark(cell).get("grade")) and not _mark(cell).get("solution")


def autograde_natively(course: Course) -> None:
    """Grade the class with nbgrader's own command, as the course is configured."""
    command = [sys.executable, "-m", "nbgrader", "autograde", course.assignment, "--force"]
    ran = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(ran.stderr)


def differences(course: Course, students: list[Student]) -> list[str]:
    """Every score that is not as expected, a line each."""
    found = []
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        given = {
            submission.student.id: {
                grade.name: grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(course.assignment)
        }
    for student in students:
        for test, points in student.expected.items():
            got = given.get(student.name, {}).get(test)
            if got != points:
                found.append(
                    f"{student.name} ({student.kind} {student.detail}) {test}: "
                    f"{got} instead of {points}"
                )
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--students", type=int, default=20)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--seed", type=int, default=6)
    options.add_argument("--kind", choices=list(MIX), default="", help="only this kind")
    options.add_argument("--cell-seconds", type=float, default=20)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        course = copy_of_course(Path(folder) / "course")
        students = generate(course, given.students, given.seed, given.kind)
        started, cpu = time.monotonic(), time.process_time()
        settings = Settings(jobs=given.jobs, limits={"cell_seconds": given.cell_seconds})
        progress = grade(course, settings)
        seconds, cpu = time.monotonic() - started, time.process_time() - cpu
        wrong = differences(course, students)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kinds = Counter(student.kind for student in students)
    print(f"{len(students)} students ({', '.join(f'{n} {k}' for k, n in kinds.items())})")
    print(f"{seconds:.0f} s, {60 * len(students) / seconds:.1f} students a minute, ")
    print(f"{seconds / len(students):.2f} s a student with {given.jobs} workers")
    print(f"parent: {cpu / len(students):.2f} s of CPU a student, at most {memory:.0f} MiB")
    print(f"flagged: {progress.flagged}, failed: {len(progress.failed)}")
    for name, why in progress.failed.items():
        print(f"  {name}: {why}")
    for line in wrong:
        print(f"  {line}")
    print(f"{len(wrong)} scores are not as expected")
    raise SystemExit(bool(wrong or progress.failed))


if __name__ == "__main__":
    main()
