"""The marks of a class as the gradebook and the verdicts have them: the one reader of both.

The table of `autograder grade`, the class report and the files for the learning platform are all
drawn from this, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from rich.markup import escape
from rich.table import Table
from sqlalchemy import and_
from sqlalchemy.orm import aliased

from autograder.cells import cells_in
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading.flags import printable
from autograder.intake.groups import read_groups, sharing
from autograder.kept import load_verdicts, unfinished
from autograder.safe_html import plain_text
from autograder.verdict import Verdict, of_task

KNOWN = ("first_name", "last_name", "email", "lms_id")  # of a student, besides the id
UNCONFIRMED = "with marks by hand for answers that have changed since: confirm them"


@dataclass(frozen=True)
class Mark:
    """One task of one student."""

    notebook: str
    grade_id: str  # of the graded cell
    score: float
    points: float  # the most that it can give
    waits: bool  # for a person to read it, or to read it again
    by_hand: bool  # a person has given the score
    graded: bool = True
    verdict: Verdict | None = None

    @property
    def task(self) -> str:
        return self.grade_id.removesuffix("-test")

    @property
    def is_unconfirmed(self) -> bool:
        """A person has given the score, for an answer that has changed since."""
        return self.waits and self.by_hand

    @property
    def passed(self) -> bool:
        return not self.waits and self.score >= self.points

    @property
    def is_open(self) -> bool:
        """No answer: neither did a person mark it nor was there anything to test."""
        unanswered = self.verdict.state == "open" if self.verdict else self.grade_id == self.task
        return unanswered and not (self.waits or self.by_hand or self.score)

    @property
    def mistake(self) -> str:
        """What was wrong, in a few words; "" if nothing was, or nobody knows."""
        if self.passed or self.waits or self.is_open:
            return ""
        if self.verdict:
            return plain_text(self.verdict.label, 120)
        return "not handed in"


@dataclass
class StudentMarks:
    """One student over all notebooks."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    penalty: float = 0.0  # taken off for handing in late
    hand_in_of: str = ""  # the member of the group who has handed in; "" if it is their own
    marks: list[Mark] = field(default_factory=list)
    handed_in: set[str] = field(default_factory=set)  # notebooks

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name)))

    @property
    def not_graded(self) -> list[str]:
        """Notebooks that no grading has finished: what they say so far is no mark."""
        return sorted({mark.notebook for mark in self.marks if not mark.graded})

    @property
    def total(self) -> float:
        return max(0.0, sum(mark.score for mark in self.marks) - self.penalty)

    @property
    def waiting(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.waits]

    @property
    def unconfirmed(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.is_unconfirmed]

    @property
    def by_notebook(self) -> dict[str, float]:
        """Points by notebook, before a penalty."""
        points: dict[str, float] = {}
        for mark in self.marks:
            points[mark.notebook] = points.get(mark.notebook, 0.0) + mark.score
        return points


@dataclass
class ClassMarks:
    """Everyone with a submission, and the most points of each task: (notebook, grade id) -> points,
    in the order of the release."""

    students: list[StudentMarks]
    points: dict[tuple[str, str], float]
    whole_class: set[str]  # student ids, with or without a submission

    @property
    def max_score(self) -> float:
        return sum(self.points.values())


def read_marks(course: Course, advance: Callable[[str], None] = lambda _: None) -> ClassMarks:
    """All marks of the assignment. Raises AutograderError if nothing is graded yet."""
    course.require_gradebook()
    with Gradebook(course.db_url) as gradebook:
        try:
            assignment = gradebook.find_assignment(course.assignment)
        except MissingEntry:
            raise AutograderError("nobody is graded yet: run `autograder grade` first") from None
        points = {
            (cell.notebook.name, cell.name): float(cell.max_score)
            for notebook in assignment.notebooks
            for cell in notebook.grade_cells
        }
        students = {student.id: student for student in _students(gradebook, assignment.id)}
        for student, mark in _marks(gradebook, assignment.id, course, students, advance):
            students[student].marks.append(mark)
        people = {student.id: _known(student) for student in gradebook.students}
    for member, one in sharing(read_groups(course), students).items():
        known: dict = dict.fromkeys(KNOWN, "") | dict(
            zip(KNOWN, people.get(member, ()), strict=False)
        )
        students[member] = replace(students[one], id=member, hand_in_of=one, **known)
    ordered = _in_order(course, points)
    by_name = sorted(students.values(), key=lambda student: student.id)
    return ClassMarks(by_name, ordered, {*people, *students})


@dataclass(frozen=True)
class WrittenAnswer:
    """One answer to a question that a person reads, and what a person has said of it."""

    grade: str  # key of its grade in the gradebook, which says nothing of the student
    student: str
    path: Path
    score: float | None
    comment: str
    waits: bool
    key: str = ""  # the same for equal answers


def read_answers(course: Course, notebook: str, grade_id: str) -> list[WrittenAnswer]:
    """Every answer to a question: handed in, graded to the end, and not left as released.

    A group's hand-in is one answer. Raises AutograderError if there is no gradebook yet.
    """
    course.require_gradebook()
    solution = aliased(SolutionCell, flat=True)
    with Gradebook(course.db_url) as gradebook:
        rows = (
            gradebook.db.query(Grade, SubmittedAssignment.student_id, Comment.manual_comment)
            .join(GradeCell, Grade.cell_id == GradeCell.id)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .join(solution, solution.notebook_id == Notebook.id)
            .outerjoin(
                Comment,
                and_(Comment.cell_id == solution.id, Comment.notebook_id == Grade.notebook_id),
            )
            .filter(Assignment.name == course.assignment, Notebook.name == notebook)
            .filter(GradeCell.name == grade_id, solution.name == grade_id)
            .all()
        )
    answers = []
    for grade, student, comment in rows:
        path = course.autograded / student / course.assignment / f"{notebook}.ipynb"
        manual, needs = grade.manual_score, bool(grade.needs_manual_grade)
        is_left = grade.auto_score is not None and manual is None and not needs
        if not is_left and path.exists() and notebook not in unfinished(course.report, student):
            answers.append(WrittenAnswer(grade.id, student, path, manual, comment or "", needs))
    return answers


def _students(gradebook: Gradebook, assignment: str) -> Iterator[StudentMarks]:
    rows = (
        gradebook.db.query(Student, SubmittedAssignment.late_submission_penalty)
        .join(SubmittedAssignment, SubmittedAssignment.student_id == Student.id)
        .filter(SubmittedAssignment.assignment_id == assignment)
    )
    for student, penalty in rows:
        yield StudentMarks(student.id, *_known(student), penalty=float(penalty or 0.0))


def _known(student: Student) -> tuple[str, str, str, str]:
    """What the gradebook knows of a student, in the order of KNOWN."""
    names = (student.first_name or "", student.last_name or "")
    return *names, student.email or "", student.lms_user_id or ""


def _marks(
    gradebook: Gradebook, assignment: str, course: Course, students: dict, advance: Callable
) -> Iterator[tuple[str, Mark]]:
    rows = (
        gradebook.db.query(
            SubmittedAssignment.student_id,
            Notebook.name,
            GradeCell.name,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
            GradeCell.max_score,
        )
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(GradeCell, Grade.cell_id == GradeCell.id)
        .filter(SubmittedAssignment.assignment_id == assignment)
        .order_by(SubmittedAssignment.student_id, Notebook.name)
    )
    verdicts = load_verdicts(course.report)
    for (student, notebook), group in groupby(rows, key=lambda row: (row[0], row[1])):
        there = (course.autograded / student / course.assignment / f"{notebook}.ipynb").exists()
        if there:
            students[student].handed_in.add(notebook)
        said = verdicts.get((student, notebook), [])
        finished = notebook not in unfinished(course.report, student)
        for _, _, grade_id, auto, manual, extra, needs, points in group:
            score = float((manual if manual is not None else auto) or 0.0) + float(extra or 0.0)
            waits = bool(needs) and there
            verdict = of_task(said, grade_id.removesuffix("-test"))
            yield (
                student,
                Mark(
                    notebook,
                    grade_id,
                    score,
                    float(points),
                    waits,
                    by_hand=manual is not None,
                    graded=finished and (auto is not None or manual is not None or there),
                    verdict=verdict,
                ),
            )
        advance(f"{student}/{notebook}")


def _in_order(course: Course, points: dict) -> dict[tuple[str, str], float]:
    """Tasks in the order in which they stand in the released notebooks."""
    places: dict[tuple[str, str], int] = {}
    for notebook in {notebook for notebook, _ in points}:
        for number, grade_id in enumerate(cells_in(course.released / f"{notebook}.ipynb")):
            places[notebook, grade_id] = number
    order = sorted(points, key=lambda key: (key[0], places.get(key, len(places)), key[1]))
    return {key: points[key] for key in order}


def marks_table(marks: ClassMarks) -> Table:
    """A row a student, a column a notebook, the total, and the points that wait for a person."""
    most: dict[str, float] = {}
    for (notebook, _), points in marks.points.items():
        most[notebook] = most.get(notebook, 0.0) + points
    table = Table(title="Scores", caption=", ".join(most), caption_justify="left")
    table.add_column("student", no_wrap=True)
    for name, points in most.items():  # narrow, so that all fit on a screen; the caption has names
        table.add_column(f"{name.split('_')[0]}\n/ {points:g}", justify="right")
    late = any(student.penalty for student in marks.students)
    if late:
        table.add_column("late", justify="right")
    table.add_column(f"total\n/ {marks.max_score:g}", justify="right")
    table.add_column("to grade\nby hand", justify="right")
    for student in marks.students:
        reached = student.by_notebook
        cells = [_points_cell(student, name, reached.get(name, 0.0)) for name in most]
        cells += [f"−{student.penalty:g}" if student.penalty else ""] if late else []
        waiting = sum(mark.points for mark in student.waiting)
        total = f"{student.total:g}" + "*" * bool(student.unconfirmed)
        table.add_row(escape(printable(student.id)), *cells, total, f"{waiting:g}")
    if any(student.unconfirmed for student in marks.students):
        table.caption = f"{table.caption}\n* {UNCONFIRMED}"
    return table


def _points_cell(student: StudentMarks, notebook: str, points: float) -> str:
    if notebook in student.not_graded:
        return "?"
    return f"{points:g}" if notebook in student.handed_in else "—"
