"""nbgrader's autograde of one student in two halves, with the execution between them."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from nbconvert.writers import FilesWriter
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from autograder.course import Course
from autograder.grading.hand_marks import HandMarks
from autograder.grading.native import SandboxedExecute
from autograder.running.job import Outcome


class StagedAutograde(Autograde):
    """nbgrader's converter in two halves, with the execution between them."""

    hand_marks: HandMarks

    @classmethod
    def for_course(cls, course: Course, config: Config, staging: Path) -> StagedAutograde:
        coursedir = CourseDirectory(config=config)
        coursedir.assignment_id = course.assignment
        coursedir.submitted_directory = str(staging)
        converter = cls(coursedir=coursedir, config=config)
        converter.log = logging.getLogger("autograder.nbgrader")
        converter.hand_marks = HandMarks(course, course.report / "hand_marks")
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
            self.hand_marks.note(student, names, target)
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

    def finish(self, student: str, name: str, path: str, outcome: Outcome) -> bool:
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
                super(Autograde, self).convert_single_notebook(path)
            finally:
                self._sanitizing = True
            self.hand_marks.ask_again(student, name, Path(path))
        return bool(execute.flags_raised)

    def close(self, student: str, names: list[str]) -> None:
        """These notebooks of a student are saved."""
        self.hand_marks.forget(student, names)
        with self._in_course():
            self.set_permissions(self.coursedir.assignment_id, student)


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

    def preprocess(self, nb, resources, km=None):
        return self.take(nb, resources, self.outcome)
