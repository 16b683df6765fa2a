"""Grade a class: nbgrader's autograde with the execution moved out to workers.

This process, and only this one, opens the gradebook. For every student it makes a clean copy of
what was handed in, lets nbgrader sanitise it, sends each notebook as bytes to a worker, and lets
nbgrader save what comes back. Workers are processes here or, with a scheduler, a Dask cluster.

A student counts as graded once a record of it lies in `grading/report/graded/`, written last. So
whatever stops a run, the next one does over what was not finished, and the gradebook ends the same.
"""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
import hashlib
import logging
import multiprocessing
import os
import shutil
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

import nbformat
from nbconvert.writers import FilesWriter
from nbgrader.api import Assignment, Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.grading import late_days
from autograder.running import sandbox
from autograder.mending.cell_matching import Change
from autograder.grading.changes import MarkChange, recorded
from autograder.cells import is_test, marks_of, raised
from autograder.course import CONFIG, Course
from autograder.errors import AutograderError
from autograder.grading.fast_nbgrader import fast_nbgrader
from autograder.files import FULL, is_disk_full
from autograder.grading.flags import printable
from autograder.running.job import Job, Outcome
from autograder.kept import keep, keep_graded, kept, load_graded
from autograder.grading.native import SandboxedExecute
from autograder.grading.one_run import one_run
from autograder.mending.repair import (
    NOTHING_HANDED_IN,
    load_notes,
    repair_notebook,
    save_notes,
)
from autograder.running.sandbox import Limits
from autograder.intake.submission_folder import (
    TIMESTAMP,
    SubmissionFolder,
    Unreadable,
    read_folder,
    students_with_folder,
)
from autograder.mending.submitted_notebook import NotANotebook
from autograder.grading.what_decides import course_key, notebook_key
from autograder.running.worker import begin_worker, run_notebook

TRIES = 2  # of a notebook whose worker died


@dataclass(frozen=True)
class Settings:
    """What to grade, and how."""

    jobs: int = 2
    scheduler: str | None = None
    students: tuple[str, ...] = ()  # all if empty
    notebooks: tuple[str, ...] = ()
    sandbox: str | None = None  # as in the course's configuration if None
    limits: dict[str, float] = field(default_factory=dict)  # over the configuration's
    force: bool = False
    repair: bool = True


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


class GradeError(AutograderError):
    """Grading cannot start; the message says what to do."""


def read_limits(texts: list[str]) -> dict[str, float]:
    """`["cell_seconds=30"]` as a dict. Raises GradeError for a text of another form."""
    limits = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            limits[name.strip()] = float(number)
        except ValueError:
            raise GradeError(f"not a limit: {text!r}; write NAME=NUMBER") from None
    return limits


def load_config(course: Course) -> Config:
    """The settings of nbgrader_config.py, for the folders of this course."""
    config = PyFileConfigLoader(CONFIG, path=str(course.root)).load_config()
    config.CourseDirectory.submitted_directory = str(course.submitted)
    config.CourseDirectory.autograded_directory = str(course.autograded)
    config.CourseDirectory.feedback_directory = str(course.feedback)
    config.CourseDirectory.db_url = course.db_url
    config.SandboxedExecute.report_folder = str(course.report)
    return config


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
            with _pool(settings) as pool:
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
            self._require_agreement(assignment)
            in_force = (self.limits.as_dict(), self.kind, self.settings.repair)
            self.course_key = course_key(course, self.converter, *in_force)
            self.keys = {name: notebook_key(assignment, self.releases, name) for name in names}
        wanted = self.settings.notebooks
        unknown = sorted(set(wanted) - set(names))
        if unknown:
            known = ", ".join(names)
            raise GradeError(f"no notebook {unknown[0]!r} in {course.assignment}: it has {known}")
        self.names = [name for name in names if not wanted or name in wanted]

    def _require_agreement(self, assignment: Assignment) -> None:
        """Graded by cells that the gradebook does not know, everybody would fail or lose points."""
        for notebook in assignment.notebooks:
            if notebook.name not in self.releases:
                continue
            marks = map(marks_of, self.releases[notebook.name].cells)
            kinds = ("grade", "solution", "locked", "task")  # of cells that nbgrader keeps
            released = {
                mark["grade_id"]: float(mark.get("points") or 0)
                for mark in marks
                if any(mark.get(kind) for kind in kinds)
            }
            known = dict.fromkeys((cell.name for cell in notebook.source_cells), 0.0)
            known |= {cell.name: cell.max_score for cell in notebook.grade_cells}
            known |= {cell.name: cell.max_score for cell in notebook.task_cells}
            differ = sorted(released.items() ^ known.items())
            if differ:
                raise GradeError(
                    f"the released {notebook.name} and the gradebook disagree about "
                    f"{differ[0][0]} (cells added or removed, or other points). Nobody was "
                    "graded: run `autograder release`, or `autograder release --migrate`, which "
                    "keeps all marks of tasks that stay"
                )

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

    def everyone(self, pool: _Pool) -> None:
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

    def _to_grade(self, students: list[str], pool: _Pool) -> Iterator[_Student]:
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
                    self._try_reference(pool)
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
        keys = {
            name: hashlib.sha256(
                f"{self.course_key}{self.keys[name]}".encode() + handed_in
            ).hexdigest()
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

    def _try_reference(self, pool: _Pool) -> None:
        """Run the solutions first: what fails them would give a whole class zero points.

        Done once for each state of the solutions and of what they are graded by.
        """
        solutions = [self.course.solutions / f"{name}.ipynb" for name in self.names]
        key = hashlib.sha256(self.course_key.encode())
        for path in solutions:
            key.update(
                f"{path.stem} {self.keys[path.stem]}\n".encode()
                + (path.read_bytes() if path.is_file() else b"")
            )
        stamp = self.course.report / "reference-passed"
        if stamp.is_file() and stamp.read_text() == key.hexdigest():
            return
        running = {}
        for path in solutions:
            if path.is_file():
                notebook = nbformat.writes(nbformat.read(path, as_version=4)).encode()
                job = replace(self.execute.job(notebook, path.parent), pictures=False)
                running[path.stem] = pool.submit(job)
        for name, future in running.items():
            try:
                executed = nbformat.reads(future.result().notebook.decode(), as_version=4)
            except Exception as error:
                raise GradeError(f"{name} cannot be run: {_one_line(error)}") from None
            for cell in executed.cells:
                failed = raised(cell) if is_test(cell) else None
                if failed:
                    raise GradeError(
                        f"the solution of {name} itself fails {marks_of(cell)['grade_id']}: "
                        f"{_shortened(failed.evalue, 200)} Nobody was graded."
                    )
        if set(self.names) == set(running):
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(key.hexdigest())

    def _prepare(self, name: str, folder: SubmissionFolder, due: dict[str, str]) -> _Student:
        """Stage, sanitise, and say which notebooks are to be run."""
        student = _Student(name, due)
        staged = self.staging / name / self.course.assignment
        unread = self._stage(name, folder, staged, due)
        student.failed = "; ".join(unread.values())
        names = [notebook for notebook in due if notebook not in unread]
        with contextlib.suppress(OSError):
            # From here on they are not graded, until the record is written again.
            self._record(name, dict.fromkeys(names, ""))
        for notebook, path in self.converter.sanitise(name, names).items():
            job = self.execute.job(Path(path).read_bytes(), Path(path).parent, name)
            student.waiting[notebook] = _Sanitised(path, job)
        shutil.rmtree(self.staging / name, ignore_errors=True)
        return student

    def _stage(
        self, student: str, folder: SubmissionFolder, staged: Path, due: dict[str, str]
    ) -> dict[str, str]:
        """A copy of what can be used, its due notebooks repaired; returns those that this machine
        cannot read, and why: they stay as they were graded before."""
        staged.mkdir(parents=True)
        unread = {}
        for inside, path in folder.files.items():
            target = staged / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target, follow_symlinks=False)
        if folder.handed_in:
            (staged / TIMESTAMP).write_text(f"{folder.handed_in:%Y-%m-%d %H:%M:%S.%f} UTC")
        for name in due:
            try:
                data, problem = folder.notebook(name), ""
            except NotANotebook as error:
                data, problem = b"", str(error)
            except Unreadable as error:
                unread[name] = str(error)
                continue
            if self.settings.repair and name in self.releases:
                repaired = repair_notebook(data, self.releases[name], problem=problem)
                odd = [printable(line) for line in folder.notes([name])]
                repaired.changes[:0] = [Change("file", "the folder", line) for line in odd]
                save_notes(self.course.report / "repaired", student, name, repaired)
                if data is not None:
                    nbformat.write(repaired.notebook, staged / f"{name}.ipynb")
            elif data is not None:
                (staged / f"{name}.ipynb").write_bytes(data)
        for name in [
            *(self.keys.keys() - due),
            *unread,
        ]:  # nbgrader gives zero for what is not there
            (staged / f"{name}.ipynb").touch()
        return unread

    def _take(self, pool, student: _Student, name: str, future) -> futures.Future | None:
        """Save what a worker sent back; returns a new future if its worker died."""
        sanitised = student.waiting[name]
        try:
            outcome = future.result()
        except Exception as error:
            sanitised.tries += 1
            if pool.died(error) and sanitised.tries < TRIES:
                return pool.submit(sanitised.job)
            student.failed = f"{name}: {_one_line(error)}"
        else:
            try:
                student.flagged |= self.converter.finish(student.name, name, sanitised, outcome)
            except Exception as error:
                self._require_space(error)
                student.failed = f"{name}: {_one_line(error)}"
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


class StagedAutograde(Autograde):
    """nbgrader's converter in two halves, with the execution between them."""

    hand_marks: Path  # where finished hand marks are kept while a student is graded

    @classmethod
    def for_course(cls, course: Course, config: Config, staging: Path) -> StagedAutograde:
        coursedir = CourseDirectory(config=config)
        coursedir.assignment_id = course.assignment
        coursedir.submitted_directory = str(staging)
        converter = cls(coursedir=coursedir, config=config)
        converter.log = logging.getLogger("autograder.nbgrader")
        converter.hand_marks = course.report / "hand_marks"
        converter.writer = FilesWriter(parent=converter, config=converter.config)
        converter.exporter = converter.exporter_class(parent=converter, config=converter.config)
        converter.exporter.optimistic_validation = True  # once at the end, not after every step
        converter.exporter.log = converter.writer.log = converter.log
        return converter

    @contextlib.contextmanager
    def _in_course(self) -> Iterator[None]:
        before = Path.cwd()
        os.chdir(self.coursedir.root)
        try:
            yield
        finally:
            os.chdir(before)

    def sanitise(self, student: str, names: list[str]) -> dict[str, str]:
        """Copy and sanitise a student's notebooks; returns name -> path of those to run."""
        assignment = self.coursedir.assignment_id
        self.coursedir.student_id = student
        with self._in_course():
            source = Path(self._format_source(assignment, student))
            target = Path(self._format_dest(assignment, student))
            self._note_hand_marks(student, names, target)
            _clear(target, names)
            submitted = [source / f"{name}.ipynb" for name in names]
            self.notebooks = [str(path) for path in submitted if path.is_file()]
            if not self.notebooks:
                self._nothing_handed_in(assignment, student, source, names)
                return {}
            self.init_assignment(assignment, student)
            found = {}
            for path in list(self.notebooks):
                self._sanitizing = True
                self._init_preprocessors()
                super(Autograde, self).convert_single_notebook(path)
                found[Path(path).stem] = str(target / Path(path).name)
            return found

    def _note_hand_marks(self, student: str, names: list[str], graded: Path) -> None:
        """Keep which hand marks are finished, and for what answer, until this is graded again.

        A run that was killed in between has kept it already, before it replaced anything.
        """
        noted = {name for (_, name), _ in kept(self.hand_marks, student)}
        for name, grades in self._finished(student).items():
            if name in names and name not in noted:
                answers = _answers(graded / f"{name}.ipynb")
                given = {task: [answers.get(task), score] for task, score in grades.items()}
                keep(self.hand_marks, student, name, given)

    def _finished(self, student: str) -> dict[str, dict[str, float]]:
        """Notebook -> grade id of what a person has marked for good -> points by its test."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                submission = gradebook.find_submission(self.coursedir.assignment_id, student)
            except MissingEntry:
                return {}
            return {
                notebook.name: {
                    grade.name: grade.auto_score
                    for grade in notebook.grades
                    if grade.manual_score is not None and not grade.needs_manual_grade
                }
                for notebook in submission.notebooks
            }

    def _ask_again(self, student: str, name: str, graded: Path) -> None:
        """nbgrader asks to look at every hand mark again; here only where something changed."""
        noted = dict(kept(self.hand_marks, student)).get((student, name), {})
        if noted:
            answers = _answers(graded)
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                for grade in gradebook.find_submission_notebook(
                    name, self.coursedir.assignment_id, student
                ).grades:
                    if grade.name in noted:
                        now = [answers.get(grade.name), grade.auto_score]
                        grade.needs_manual_grade = now != noted[grade.name]
                gradebook.db.commit()

    def _nothing_handed_in(
        self, assignment: str, student: str, source: Path, names: list[str]
    ) -> None:
        """Zero for every chosen notebook, as nbgrader gives for one that is missing."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            gradebook.update_or_create_student(student)
            timestamp = self.coursedir.get_existing_timestamp(str(source))
            given = {"timestamp": timestamp} if timestamp else {}
            submission = gradebook.update_or_create_submission(assignment, student, **given)
            for notebook in submission.notebooks:
                for grade in notebook.grades if notebook.name in names else []:
                    grade.auto_score, grade.needs_manual_grade = 0, False
            gradebook.db.commit()

    def finish(self, student: str, name: str, sanitised: _Sanitised, outcome: Outcome) -> bool:
        """Run the rest of nbgrader's preprocessors and save; returns whether flags were raised."""
        self.coursedir.student_id = student
        execute = _Executed(outcome, parent=self)
        with self._in_course():
            self._sanitizing = False
            self.exporter._preprocessors = []
            for preprocessor in self.autograde_preprocessors:
                ours = isinstance(preprocessor, type) and issubclass(preprocessor, Execute)
                self.exporter.register_preprocessor(execute if ours else preprocessor)
            try:
                super(Autograde, self).convert_single_notebook(sanitised.path)
            finally:
                self._sanitizing = True
            self._ask_again(student, name, Path(sanitised.path))
        return execute.flagged

    def close(self, student: str, names: list[str]) -> None:
        """These notebooks of a student are saved."""
        for name in names:
            keep(self.hand_marks, student, name, {})
        with self._in_course():
            self.set_permissions(self.coursedir.assignment_id, student)


def _answers(path: Path) -> dict[str, str]:
    """Grade id -> the answer that its mark is for: a written one itself, for a test all code."""
    try:
        cells = nbformat.read(path, as_version=4).cells
    except Exception:  # not there, or no notebook: nothing that a mark could still be for
        return {}
    marked = [(cell, marks_of(cell)) for cell in cells]
    code = "\n".join(
        cell.source
        for cell, mark in marked
        if cell.cell_type == "code" and not (mark.get("locked") or mark.get("grade"))
    )
    return {
        mark["grade_id"]: cell.source if mark.get("solution") else code
        for cell, mark in marked
        if mark.get("grade")
    }


def _clear(folder: Path, names: list[str]) -> None:
    """Take out what an earlier grading left: these notebooks, and all files beside notebooks."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.suffix != ".ipynb" or path.stem in names:
            path.unlink()


class _Executed(SandboxedExecute):
    """Stands where nbgrader executes: takes what a worker has executed already."""

    def __init__(self, outcome: Outcome, **settings):
        super().__init__(**settings)
        self.outcome = outcome
        self.flagged = False

    def preprocess(self, nb, resources, km=None):
        nb, resources = self.take(nb, resources, self.outcome)
        self.flagged = bool(self.flags_raised)
        return nb, resources


class _Pool:
    """Where notebooks run: processes on this machine."""

    def __init__(self, jobs: int):
        self.width = jobs
        self.others = set(multiprocessing.active_children())
        self.executor = self._new()

    def _new(self) -> futures.Executor:
        executor = futures.ProcessPoolExecutor(
            self.width,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=begin_worker,
            initargs=(os.getpid(),),
        )
        _closes_once(executor._call_queue._reader)  # type: ignore[attr-defined]
        return executor

    def submit(self, job: Job) -> futures.Future:
        try:
            return self.executor.submit(run_notebook, job)
        except futures.BrokenExecutor:
            # One dead process breaks the whole pool; a new one goes on with the same work.
            queue = self.executor._call_queue  # type: ignore[attr-defined]
            self.executor.shutdown(wait=False, cancel_futures=True)
            _no_more_readers(queue)
            self.executor = self._new()
            return self.executor.submit(run_notebook, job)

    def died(self, error: Exception) -> bool:
        """Whether the worker is to blame, not the notebook."""
        return isinstance(error, futures.BrokenExecutor | futures.CancelledError)

    def stop(self) -> None:
        """End the workers: either all work is done, or the run was stopped and does it again."""
        queue = self.executor._call_queue  # type: ignore[attr-defined]
        self.executor.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - self.others:
            process.kill()
        _no_more_readers(queue)


def _no_more_readers(queue: multiprocessing.Queue) -> None:
    """The workers are gone. Else a thread goes on writing to them, and this process never ends:
    https://github.com/python/cpython/issues/94777"""
    queue._reader.close()  # type: ignore[attr-defined]


def _closes_once(reader: Connection) -> None:
    """Whoever closes it second finds it closed, also at the same moment.

    The queue's own thread closes it too. If its close fails, that thread waits for ever.
    """
    lock = threading.Lock()

    def close() -> None:
        with lock:
            handle, reader._handle = reader._handle, None  # type: ignore[attr-defined]
        if handle is not None:
            os.close(handle)

    reader._close = close  # type: ignore[attr-defined]


class _Cluster(_Pool):
    """Where notebooks run: the workers of a Dask scheduler. Bytes go there, bytes come back."""

    def __init__(self, address: str):
        try:
            import distributed
        except ImportError:
            raise GradeError(
                "--scheduler needs the package distributed: pip install 'pytorch-lab[grade]'"
            ) from None
        try:
            self.client = distributed.Client(address, timeout=10)
        except (OSError, TimeoutError, ValueError) as error:
            raise GradeError(f"no scheduler answers at {address}: {_one_line(error)}") from None
        self.executor = self.client.get_executor()
        self.lost = distributed.scheduler.KilledWorker
        threads = sum(self.client.nthreads().values())
        if not threads:
            raise GradeError(f"the scheduler at {address} has no workers yet")
        self.width = threads

    def submit(self, job: Job) -> futures.Future:
        return self.executor.submit(run_notebook, job)

    def died(self, error: Exception) -> bool:
        return isinstance(error, self.lost | futures.CancelledError)

    def stop(self) -> None:
        self.executor.shutdown(wait=False)
        self.client.close()


@contextlib.contextmanager
def _pool(settings: Settings) -> Iterator[_Pool]:
    pool = _Cluster(settings.scheduler) if settings.scheduler else _Pool(settings.jobs)
    try:
        yield pool
    finally:
        pool.stop()


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


def _one_line(error: BaseException) -> str:
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return _shortened(text, 300)


def _shortened(text: str, most: int) -> str:
    """On one line, with at most so many characters, cut between words."""
    text = printable(" ".join(text.split()))
    return text if len(text) <= most else f"{text[: most - 2].rsplit(' ', 1)[0]} …"
