"""Grading complete submissions, against plain nbgrader on the same ones, in turn.

    python -m benchmarks.grading --students 12 --native 2 --rounds 3

Plain nbgrader is `nbgrader autograde` as any course has it: no sandbox, one notebook after another.
Each round grades the class once with `autograder grade` and some of the same students natively.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from autograder.course import CONFIG, Course
from autograder.grading.grade import Settings, grade
from benchmarks import generated_class

PLAIN = """
from nbgrader.preprocessors import Execute

chain = c.Autograde.autograde_preprocessors
c.Autograde.autograde_preprocessors = [
    Execute if issubclass(step, Execute) else step for step in chain
]
"""


def seconds_a_student(course: Course, students: int, jobs: int) -> float:
    """By `autograder grade`, everything from the start of the command's work to its end."""
    started = time.monotonic()
    progress = grade(course, Settings(jobs=jobs, force=True))
    if progress.failed or progress.done != students:
        raise SystemExit(f"not graded: {progress.failed}")
    return (time.monotonic() - started) / students


def seconds_a_student_plain(course: Course, students: int) -> float:
    """By plain nbgrader, one call for all of them."""
    started = time.monotonic()
    generated_class.autograde_natively(course)
    return (time.monotonic() - started) / students


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--students", type=int, default=12)
    options.add_argument("--native", type=int, default=2, help="students for plain nbgrader")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--jobs", type=int, default=2)
    given = options.parse_args()
    ours, plain = [], []
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        course = generated_class.copy_of_course(Path(folder) / "ours")
        students = generated_class.generate(course, given.students, seed=6, kind="complete")
        native = generated_class.copy_of_course(Path(folder) / "plain")
        for student in students[: given.native]:
            shutil.copytree(course.submitted / student.name, native.submitted / student.name)
        with (native.root / CONFIG).open("a", encoding="utf-8") as config:
            config.write(PLAIN)
        for number in range(given.rounds):
            ours.append(seconds_a_student(course, given.students, given.jobs))
            plain.append(seconds_a_student_plain(native, given.native))
            print(
                f"round {number + 1}: {ours[-1]:.2f} s a student, plain nbgrader {plain[-1]:.1f} s"
            )
        wrong = generated_class.differences(course, students)
        wrong += generated_class.differences(native, students[: given.native])
    ratios = [theirs / mine for mine, theirs in zip(ours, plain, strict=True)]
    print(
        f"{given.students} complete students, {given.jobs} workers, sandbox on: "
        f"{statistics.median(ours):.2f} s a student ({min(ours):.2f} to {max(ours):.2f})"
    )
    print(f"plain nbgrader, no sandbox: {statistics.median(plain):.1f} s a student")
    print(f"ratio {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")
    print(*wrong, f"{len(wrong)} scores are not as expected", sep="\n")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
