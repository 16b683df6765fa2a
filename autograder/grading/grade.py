"""Grade a class: nbgrader's autograde with the execution moved out to workers.

This process, and only this one, opens the gradebook. For every student it makes a clean copy of
what was handed in (`staging.py`), lets nbgrader sanitise it (`staged_autograde.py`), sends each
notebook as bytes to a worker (`pool.py`), and lets nbgrader save what comes back.

A student counts as graded once a record of it lies in `grading/report/graded/`, written last. So
whatever stops a run, the next one does over what was not finished, and the gradebook ends the same.
"""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
import hashlib
import logging
import shutil
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SAWarning

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import FULL, is_disk_full
from autograder.grading import late_days
from autograder.grading.before_grading import require_agreement, try_reference
from autograder.grading.changes import MarkChange, recorded
from autograder.grading.fast_nbgrader import fast_nbgrader
from autograder.grading.flags import printable
from autograder.grading.native import SandboxedExecute
from autograder.grading.one_run import one_run
from autograder.grading.pool import Pool, open_pool
from autograder.grading.settings import GradeError, Settings, load_config, one_line
from autograder.grading.staged_autograde import StagedAutograde
from autograder.grading.staging import stage
from autograder.grading.what_decides import course_key, notebook_key
from autograder.intake.submission_folder import SubmissionFolder, read_folder, students_with_folder
from autograder.kept import keep_graded, load_graded
from autograder.mending.repair import NOTHING_HANDED_IN, load_notes
from autograder.running import sandbox
from autograder.running.job import Job
from autograder.running.sandbox import Limits

TRIES = 2  # of a notebook whose worker died


@dataclass
class Progress:
    """Where a run stands; given to the display after every change."""

    total: int = 0  # students
    skipped: int = 0  # graded by an earlier run
    done: int = 0
    flagged: int = 0
    failed: dict[str, str] = field(default_factory=dict)  # student -> why
    notes: dict[str, list[str]] = field(default_factory=dict)  # student -> what was odd, each run
    running: dict[str, float] = field(default_factory=dict)  # student -> since when
    started: float = field(default_factory=time.monotonic)
    changes: list[MarkChange] = field(default_factory=list)  # of earlier marks; known at the end

    @property
    def per_minute(self) -> float:
        passed = time.monotonic() - self.started
        return 60 * self.done / passed if passed > 0 and self.done else 0.0

    @property
    def seconds_left(self) -> float | None:
        left = self.total - self.skipped - self.done - len(self.failed)
        return 60 * left / self.per_minute if self.per_minute else None


@dataclass
class _Student:
    """A student whose notebooks are on their way."""

    name: str
    due: dict[str, str]  # notebook -> what it is graded by
    waiting: dict[str, _Sanitised] = field(default_factory=dict)  # notebook -> what was sent
    flagged: bool = False
    failed: str = ""


@dataclass
class _Sanitised:
    path: str  # of the sanitised notebook
    job: Job
    tries: int = 0


def grade(
    course: Course, settings: Settings, show: Callable[[Progress], None] = lambda _: None
) -> Progress:
    """Grade the submissions in grading/submitted; returns how it went.

    Raises GradeError if it cannot start, KeyboardInterrupt if it was stopped. What was graded until
    then is kept in both cases.
    """
    config = load_config(course)
    kind = settings.sandbox or config.SandboxedExecute.get("sandbox", "bwrap")
    if kind not in ("bwrap", "none"):
        raise GradeError(f"there is no sandbox {kind!r}: choose bwrap or none")
    if settings.scheduler is None and kind == "bwrap":
        try:
            sandbox.require()
        except sandbox.SandboxError as error:
            raise GradeError(str(error)) from None
    try:
        limits = Limits().changed(
            **{**config.SandboxedExecute.get("limits", {}), **settings.limits}
        )
    except ValueError as error:
        raise GradeError(str(error)) from None
    with one_run(course.grading, "grade"), _quiet_nbgrader(), fast_nbgrader():
        run = _Grading(course, config, settings, limits, kind, show)
        with recorded(course) as run.progress.changes:
            late_days.settle(course, config)
            with open_pool(settings) as pool:
                run.everyone(pool)
            late_days.settle(course, config)
    return run.progress


class _Grading:
    """One run over the class."""

    def __init__(self, course, config, settings: Settings, limits, kind: str, show):
        self.course, self.settings, self.limits, self.kind = course, settings, limits, kind
        self.show = show
        self.execute = SandboxedExecute(config=config, limits=limits.as_dict(), sandbox=kind)
        self.progress = Progress()
        self.staging = course.grading / ".staging"
        shutil.rmtree(self.staging, ignore_errors=True)
        self.converter = StagedAutograde.for_course(course, config, self.staging)
        self.releases = {
            path.stem: nbformat.read(path, as_version=4)
            for path in sorted(course.released.glob("*.ipynb"))
        }
        self._read_gradebook()

    def _read_gradebook(self) -> None:
        """What is to be graded, and all that decides the marks of everybody."""
        course = self.course
        with Gradebook(self.converter.coursedir.db_url) as gradebook:
            try:
                assignment = gradebook.find_assignment(course.assignment)
            except MissingEntry:
                raise GradeError(
                    f"the gradebook knows no assignment {course.assignment}: "
                    "run `autograder release` first"
                ) from None
            names = sorted(notebook.name for notebook in assignment.notebooks)
            require_agreement(assignment, self.releases)
            for_all = course_key(course, self.converter, self.limits.as_dict(), self.kind)
            self.keys = {
                name: for_all + notebook_key(assignment, self.releases, name) for name in names
            }
        wanted = self.settings.notebooks
        unknown = sorted(set(wanted) - set(names))
        if unknown:
            known = ", ".join(names)
            raise GradeError(f"no notebook {unknown[0]!r} in {course.assignment}: it has {known}")
        self.names = [name for name in names if not wanted or name in wanted]

    def students(self) -> list[str]:
        """Everyone who handed in a folder for this assignment, in order of name."""
        folder = self.course.submitted
        found = students_with_folder(self.course)
        if self.settings.students:
            missing = sorted(set(self.settings.students) - set(found))
            if missing:
                raise GradeError(
                    f"no submission of {missing[0]!r} for {self.course.assignment} in {folder}"
                )
            found = [name for name in found if name in self.settings.students]
        if not found:
            raise GradeError(
                f"nothing to grade: {folder} holds no STUDENT/{self.course.assignment} folder; "
                "`autograder collect` fills it"
            )
        return found

    def everyone(self, pool: Pool) -> None:
        students = self.students()
        self.progress.total = len(students)
        self.show(self.progress)
        todo = self._to_grade(students, pool)
        pending: dict[futures.Future, tuple[_Student, str]] = {}
        exhausted = False
        # A window, not a queue of the whole class: memory stays flat however large the class is.
        window = pool.width + max(2, pool.width // 2)
        while pending or not exhausted:
            while not exhausted and len(pending) < window:
                student = next(todo, None)
                if student is None:
                    exhausted = True
                    break
                for name in student.waiting:
                    pending[pool.submit(student.waiting[name].job)] = (student, name)
                if not student.waiting:
                    self._close(student)
            self.show(self.progress)
            if not pending:
                continue
            done, _ = futures.wait(pending, timeout=0.5, return_when=futures.FIRST_COMPLETED)
            for future in done:
                student, name = pending.pop(future)
                again = self._take(pool, student, name, future)
                if again is not None:
                    pending[again] = (student, name)
        shutil.rmtree(self.staging, ignore_errors=True)

    def _to_grade(self, students: list[str], pool: Pool) -> Iterator[_Student]:
        nobody_yet = True
        for name in students:
            with self._one_student(name):
                if not name.isprintable():
                    raise AutograderError("its name cannot be shown: rename the folder")
                folder = read_folder(self.course.submitted / name / self.course.assignment)
                due = self._due(name, folder)
                if not due:
                    self.progress.skipped += 1
                    self._note(name, folder)
                    continue
                if nobody_yet:
                    keys = {name: self.keys[name] for name in self.names}
                    try_reference(self.course, keys, self.execute, pool)
                    self.progress.started = time.monotonic()
                    nobody_yet = False
                self.progress.running[name] = time.monotonic()
                student = self._prepare(name, folder, due)
                self._note(name, folder)
                yield student

    @contextlib.contextmanager
    def _one_student(self, name: str) -> Iterator[None]:
        """All that is done for one student: whatever goes wrong is their line, not the class's."""
        try:
            yield
        except GradeError:  # grading itself cannot go on
            raise
        except AutograderError as error:
            self._fail(name, str(error))
        except Exception as error:
            self._require_space(error)
            self._fail(name, f"{type(error).__name__}: {error}")

    def _require_space(self, error: Exception) -> None:
        """A full disk is no student's line: nobody after this one could be graded either."""
        if is_disk_full(error):
            raise GradeError(f"the disk with {self.course.grading} is full: {FULL}") from None

    def _due(self, student: str, folder: SubmissionFolder) -> dict[str, str]:
        """A student's notebooks that are to be graded in this run -> what they are graded by."""
        record, handed_in = load_graded(self.course.report, student), folder.digest()
        handed_in += self.execute.decides(student).encode()
        keys = {
            name: hashlib.sha256(self.keys[name].encode() + handed_in).hexdigest()
            for name in self.names
        }
        return {
            name: key
            for name, key in keys.items()
            if self.settings.force or record.get(name) != key
        }

    def _note(self, student: str, folder: SubmissionFolder) -> None:
        """Keep for the screen what was odd about a submission: at every run, graded anew or not."""
        lines = folder.notes(self.names)
        for (_, name), repaired in load_notes(self.course.report / "repaired", student).items():
            if name in self.names and repaired.problem not in ("", NOTHING_HANDED_IN):
                lines.append(f"{name}: nothing could be graded: {repaired.problem}")
        if lines:
            self.progress.notes[student] = [printable(line) for line in lines]

    def _prepare(self, name: str, folder: SubmissionFolder, due: dict[str, str]) -> _Student:
        """Stage, sanitise, and say which notebooks are to be run."""
        student = _Student(name, due)
        staged = self.staging / name / self.course.assignment
        unread = stage(self.course, name, folder, due, self.releases, staged)
        student.failed = "; ".join(unread.values())
        names = [notebook for notebook in due if notebook not in unread]
        for other in self.keys.keys() - names:  # nbgrader gives zero for what is not there
            (staged / f"{other}.ipynb").touch()
        with contextlib.suppress(OSError):
            # From here on they are not graded, until the record is written again.
            self._record(name, dict.fromkeys(names, ""))
        for notebook, path in self.converter.sanitise(name, names).items():
            job = self.execute.job(Path(path).read_bytes(), Path(path).parent, name)
            student.waiting[notebook] = _Sanitised(path, job)
        shutil.rmtree(self.staging / name, ignore_errors=True)
        return student

    def _take(self, pool, student: _Student, name: str, future) -> futures.Future | None:
        """Save what a worker sent back; returns a new future if its worker died."""
        sanitised = student.waiting[name]
        try:
            outcome = future.result()
        except Exception as error:
            sanitised.tries += 1
            if pool.died(error) and sanitised.tries < TRIES:
                return pool.submit(sanitised.job)
            student.failed = f"{name}: {one_line(error)}"
        else:
            try:
                student.flagged |= self.converter.finish(
                    student.name, name, sanitised.path, outcome
                )
            except Exception as error:
                self._require_space(error)
                student.failed = f"{name}: {one_line(error)}"
        del student.waiting[name]
        if not student.waiting:
            self._close(student)
        return None

    def _close(self, student: _Student) -> None:
        with self._one_student(student.name):
            if student.failed:
                raise AutograderError(student.failed)
            self.converter.close(student.name, list(student.due))
            self._record(student.name, student.due)
            self.progress.running.pop(student.name, None)
            self.progress.done += 1
            self.progress.flagged += student.flagged

    def _record(self, student: str, keys: dict[str, str]) -> None:
        record = {**load_graded(self.course.report, student), **keys}
        keep_graded(self.course.report, student, record)

    def _fail(self, student: str, why: str) -> None:
        self.progress.running.pop(student, None)
        self.progress.failed[student] = printable(why)


@contextlib.contextmanager
def _quiet_nbgrader() -> Iterator[None]:
    """nbgrader logs a screenful per notebook; only errors are for the display."""
    for name in ("autograder.nbgrader", "tornado.application"):  # its gradebook uses the second
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own sessions; harmless
        yield
