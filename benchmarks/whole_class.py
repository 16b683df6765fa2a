"""A made class through everything that an instructor does: how long each command takes, and how
much memory the process that was called.

    python -m benchmarks.whole_class --students 500 --workers 4

Hand-ins come as Moodle's zip with its worksheet, and are graded by a Dask cluster on this machine.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from distributed import LocalCluster

from autograder.course import Course
from autograder.reading.desk import Desk
from benchmarks import generated_class
from benchmarks.reading import STEPS, turns

WORKSHEET = "Identifier", "Full name", "ID number", "Status", "Grade", "Maximum Grade"


def hand_in(course: Course, folder: Path, students: list[generated_class.Student]) -> list[Path]:
    """Moodle's two files for what the students have written; their folders are gone then."""
    submissions, worksheet = folder / "submissions.zip", folder / "worksheet.csv"
    with (
        zipfile.ZipFile(submissions, "w", zipfile.ZIP_DEFLATED) as bundle,
        worksheet.open("w", newline="", encoding="utf-8") as file,
    ):
        rows = csv.writer(file)
        rows.writerow(WORKSHEET)
        for number, student in enumerate(students, 1001):
            full_name = student.name.replace("student-", "Student ")
            rows.writerow([f"Participant {number}", full_name, student.name, "", "", "100.00"])
            for path in sorted((course.submitted / student.name).rglob("*.ipynb")):
                bundle.write(path, f"{full_name}_{number}_assignsubmission_file_/{path.name}")
    shutil.rmtree(course.submitted)
    return [submissions, worksheet]


def run(course: Course, *command: object) -> None:
    """One command of `autograder`, and a line on it."""
    started, called = time.monotonic(), [*map(str, command)]
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder", *called],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    print(
        f"autograder {called[0]:8} {time.monotonic() - started:7.1f} s, "
        f"{used.ru_utime + used.ru_stime:6.1f} s of CPU, {used.ru_maxrss / 1024:5.0f} MiB",
        flush=True,
    )
    if status:
        raise SystemExit(f"{' '.join(called)}:\n{said}")


def read(course: Course) -> None:
    """The first answers of each question, as `autograder read` gives them to a reader."""
    started = time.monotonic()
    desk = Desk(course)
    list(desk.load())
    start = time.monotonic() - started
    waited = [
        sum(pair) for name in desk.questions for pair in zip(*turns(desk, name, STEPS), strict=True)
    ]
    print(
        f"autograder read     {start:7.1f} s to start, "
        f"{statistics.median(waited):.2f} s an answer (at most {max(waited):.2f})"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--students", type=int, default=20)
    options.add_argument("--workers", type=int, default=4)
    options.add_argument("--seed", type=int, default=6)
    options.add_argument("--cell-seconds", type=float, default=20)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        course = generated_class.copy_of_course(Path(folder) / "course")
        students = generated_class.generate(course, given.students, given.seed)
        submissions, worksheet = hand_in(course, Path(folder), students)
        run(course, "collect", submissions, "--roster", worksheet)
        with LocalCluster(
            n_workers=given.workers, threads_per_worker=1, dashboard_address=None
        ) as cluster:
            limit = f"cell_seconds={given.cell_seconds}"
            run(course, "grade", "--scheduler", cluster.scheduler_address, "--limit", limit)
        wrong = generated_class.differences(course, students)
        print(*wrong, f"{len(wrong)} scores are not as expected", sep="\n", flush=True)
        read(course)
        run(course, "similar")
        run(course, "report")
        for path in sorted(course.report.rglob("*")):
            if path.suffix in (".csv", ".zip", ".html"):
                print(f"  {path.relative_to(course.root)}: {path.stat().st_size:,} bytes")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
