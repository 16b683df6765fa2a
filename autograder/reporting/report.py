"""What the instructor sees of a graded class: one page, and the marks for the learning platform.

Everything is read from what grading left behind: the gradebook, the autograded notebooks, flags and
repair notes. Nothing is graded or changed here.
"""

from __future__ import annotations

import re
import statistics
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import replaced, write_csv, write_text
from autograder.grading.flags import Flag, load_flags
from autograder.grading.marks import Mark, StudentMarks, read_marks
from autograder.intake.remembered import kept_worksheet, load_senders
from autograder.intake.roster import COMMENTS, MAXIMUM, WORKSHEET, Table, number_in
from autograder.intake.submission_folder import students_with_folder
from autograder.mending.repair import Repaired, load_notes
from autograder.reporting.feedback import TEMPLATES, page_of, two_digits
from autograder.reporting.guesses import GuessLine, read_guesses
from autograder.reporting.stuck import FEWEST, StuckLine, read_logs
from autograder.safe_html import csv_cell, no_formula, plain_text, words_html

FEEDBACK_ZIP = "feedback_for_moodle.zip"
BINS = 10  # of the distribution of scores
SHOWN_MISTAKES = 5  # of each task
SHOWN_LINES = 12  # of flags or notes of one notebook


@dataclass
class TaskLine:
    """One task over the class."""

    grade_id: str
    notebook: str
    points: float
    passed: int = 0
    part: int = 0
    failed: int = 0
    open: int = 0
    waiting: int = 0
    mistakes: Counter = field(default_factory=Counter)

    def count(self, mark: Mark) -> None:
        """Add what one student got for this task."""
        if mark.waits:
            self.waiting += 1
        elif mark.passed:
            self.passed += 1
        elif mark.is_open:
            self.open += 1
        else:
            self.part += mark.score > 0
            self.failed += mark.score <= 0
            if mark.mistake:
                self.mistakes[mark.mistake] += 1

    @property
    def graded(self) -> int:
        return self.passed + self.part + self.failed + self.open

    @property
    def rate(self) -> float:
        """Share of the graded answers that got all points, in percent."""
        return 100 * self.passed / self.graded if self.graded else 0.0


@dataclass
class StudentLine(StudentMarks):
    """One student over all notebooks, with what lies beside the marks."""

    sent_as: str = ""  # the name that the platform gives
    lms: str = ""  # "moodle", "canvas", or "" if that is not known
    pages: dict[str, str] = field(default_factory=dict)  # notebook -> address from the report
    flags: dict[str, list[Flag]] = field(default_factory=dict)
    notes: dict[str, Repaired] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return super().name or self.sent_as


@dataclass
class ClassReport:
    """All that the page and the files of marks say."""

    assignment: str
    students: list[StudentLine]
    tasks: list[TaskLine]
    not_graded: list[str]  # handed in, but not in the gradebook yet
    nothing_from: list[str]  # in the class, but nothing was handed in
    max_score: float
    guesses: list[GuessLine] = field(default_factory=list)
    stuck: list[StuckLine] = field(default_factory=list)

    @cached_property
    def scores(self) -> list[float]:
        """Of those whose grading is finished."""
        return [student.total for student in self.students if not student.not_graded]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.scores) if self.scores else 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.scores) if self.scores else 0.0

    @property
    def waiting(self) -> int:
        return sum(len(s.waiting) for s in self.students if not s.hand_in_of)

    @property
    def unconfirmed(self) -> int:
        return sum(len(s.unconfirmed) for s in self.students if not s.hand_in_of)

    @property
    def flagged(self) -> list[StudentLine]:
        return [student for student in self.students if student.flags]

    @property
    def repaired(self) -> list[StudentLine]:
        return [student for student in self.students if student.notes]

    @property
    def with_moodle_pages(self) -> list[StudentLine]:
        """Students whom Moodle sent and who have feedback pages."""
        return [s for s in self.students if s.lms == "moodle" and s.lms_id and s.pages]

    @property
    def bins(self) -> list[tuple[str, int]]:
        """How many students have a score in each tenth of the points; the last has its end too."""
        counts = [0] * BINS
        for score in self.scores:
            place = int(BINS * score / self.max_score) if self.max_score else 0
            counts[min(max(place, 0), BINS - 1)] += 1
        width = self.max_score / BINS
        return [
            (f"{two_digits(width * number)}–{two_digits(width * (number + 1))}", count)
            for number, count in enumerate(counts)
        ]


def gather(course: Course, advance: Callable[[str], None] = lambda _: None) -> ClassReport:
    """Read what grading left. Raises AutograderError if nothing is graded yet."""
    marks = read_marks(course, advance)
    if not marks.students:
        raise AutograderError("nobody is graded yet: run `autograder grade` first")
    tasks = {
        key: TaskLine(key[1].removesuffix("-test"), key[0], points)
        for key, points in marks.points.items()
    }
    senders = load_senders(course.report)
    students = {}
    for graded in marks.students:
        lms = senders.get(graded.hand_in_of, {}).get("lms", "")
        sender = senders.get(graded.id, {"lms": lms})
        students[graded.id] = _student_line(graded, sender)
        for mark in filter(lambda mark: mark.graded, graded.marks):
            tasks[mark.notebook, mark.grade_id].count(mark)
    _add_papers(course, students)
    submitted = set(students_with_folder(course))
    return ClassReport(
        course.assignment,
        list(students.values()),
        list(tasks.values()),
        sorted(submitted - set(students) | {s.id for s in students.values() if s.not_graded}),
        sorted(marks.whole_class - submitted - set(students)),
        marks.max_score,
        read_guesses(course),
        read_logs(course),
    )


def _student_line(graded: StudentMarks, sender: dict) -> StudentLine:
    line = StudentLine(**vars(graded), sent_as=sender.get("name", ""), lms=sender.get("lms", ""))
    line.email = line.email or sender.get("email", "")
    line.lms_id = number_in(sender.get("id") or line.lms_id)
    return line


def _add_papers(course: Course, students: dict[str, StudentLine]) -> None:
    """Links to pages, flags and repair notes of each student."""
    for (student, notebook), flags in load_flags(course.report / "flags").items():
        if student in students:
            students[student].flags[notebook] = flags
    for (student, notebook), notes in load_notes(course.report / "repaired").items():
        if student in students:
            students[student].notes[notebook] = notes
    for line in students.values():
        for notebook in line.by_notebook:
            path = page_of(course, line.id, notebook)
            if path.exists():
                address = path.relative_to(course.grading).as_posix()
                line.pages[notebook] = f"../{quote(address)}"


def summary(report: ClassReport) -> str:
    """The report in one line."""
    parts = [
        f"{len(report.students)} students",
        f"mean {two_digits(report.mean)} of {two_digits(report.max_score)}",
        f"{report.waiting} answers to be read by hand",
        f"{len(report.flagged)} flagged",
    ]
    if report.unconfirmed:
        parts[2] += f" ({report.unconfirmed} marked before they changed)"
    if report.not_graded:
        parts.append(f"{len(report.not_graded)} not graded yet")
    return ", ".join(parts)


def write(course: Course, report: ClassReport) -> Path:
    """Write index.html and the files of marks to grading/report; returns the page."""
    page = course.report / "index.html"
    write_text(page, _html(report, scaling(course, report)))
    worksheet = kept_worksheet(course)
    moodle = filled_in(worksheet, report) if worksheet else None
    for name, rows in (("moodle", moodle or moodle_rows(report)), ("canvas", canvas_rows(report))):
        write_csv(course.report / f"{name}.csv", rows)
    write_feedback_zip(course, report)
    return page


def scaling(course: Course, report: ClassReport) -> str:
    """What is done to the marks for Moodle, in a line; "" if they go there as they are."""
    worksheet = kept_worksheet(course)
    maximum = worksheet_maximum(worksheet, report) if worksheet else report.max_score
    if maximum == report.max_score:
        return ""
    return (
        f"marks for Moodle are scaled: {two_digits(report.max_score)} points are "
        f"{two_digits(maximum)} there, the maximum grade of its worksheet"
    )


def write_feedback_zip(course: Course, report: ClassReport) -> None:
    """The pages of all whom Moodle sent, named as its upload of feedback files wants them."""
    path = course.report / FEEDBACK_ZIP
    if not report.with_moodle_pages:
        path.unlink(missing_ok=True)
        return
    with replaced(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for student in report.with_moodle_pages:
            name = re.sub(r"[^\w .-]|_", " ", student.name or student.id).strip(" .")
            for notebook in student.pages:
                member = f"{name}_{student.lms_id}_assignsubmission_file_{notebook}.html"
                archive.write(page_of(course, student.id, notebook), member)


def moodle_rows(report: ClassReport) -> Iterator[list[str]]:
    """Moodle's grading worksheet. Students whom Moodle did not send have no identifier there."""
    grade = ["Grade", "Maximum Grade", "Last modified (grade)"]
    yield ["Identifier", "Full name", "Email address", *grade, "Feedback comments"]
    for student in report.students:
        known = student.lms_id and student.lms != "canvas"
        identifier = f"Participant {student.lms_id}" if known else ""
        name = csv_cell(student.name or student.id)
        marks = [_score(student), two_digits(report.max_score)]
        yield [identifier, name, csv_cell(student.email), *marks, "-", _comment(student)]


def filled_in(worksheet: Table, report: ClassReport) -> Iterator[list[str]]:
    """Moodle's own grading worksheet, in the language it came in, with the marks in its rows.

    They are scaled to its maximum: Moodle skips a mark above that without a word.
    """
    share = worksheet_maximum(worksheet, report) / (report.max_score or 1)
    identifier, grade = (worksheet.column(WORKSHEET[n]) or 0 for n in ("identifier", "grade"))
    comments = worksheet.column(COMMENTS)
    students = {student.lms_id: student for student in report.students if student.lms_id}
    yield worksheet.header
    for cells in worksheet.rows:
        row = [no_formula(cell) for cell in cells]
        student = students.get(number_in(row[identifier])) if len(row) > grade else None
        if student:
            row[grade] = _score(student, share)
        if student and comments is not None and len(row) > comments:
            row[comments] = _comment(student)
            if share != 1 and not student.not_graded:
                points = f"{two_digits(student.total)} of {two_digits(report.max_score)} points"
                row[comments] = f"{points}; {row[comments]}"
        yield row


def worksheet_maximum(worksheet: Table, report: ClassReport) -> float:
    """The maximum grade of the assignment in Moodle; that of the course where it does not say."""
    place = worksheet.column(MAXIMUM)
    for row in worksheet.rows:
        number = "" if place is None or place >= len(row) else row[place].replace(",", ".")
        if re.fullmatch(r"\d+(\.\d+)?", number) and float(number):
            return float(number)
    return report.max_score


def canvas_rows(report: ClassReport) -> Iterator[list[str]]:
    """Canvas's gradebook, with its line of points possible."""
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", report.assignment]
    yield ["    Points Possible", "", "", "", "", two_digits(report.max_score)]
    for student in report.students:
        both = student.first_name and student.last_name
        name = f"{student.last_name}, {student.first_name}" if both else student.name or student.id
        number = student.lms_id if student.lms != "moodle" else ""
        yield [csv_cell(name), number, "", csv_cell(student.id), "", _score(student)]


def _score(student: StudentLine, share: float = 1.0) -> str:
    """Nothing for one whose grading is not finished: the platform would take a zero for a mark."""
    return "" if student.not_graded else two_digits(student.total * share)


def _comment(student: StudentLine) -> str:
    if student.not_graded:
        return f"not graded yet: {', '.join(student.not_graded)}"
    parts = (f"{name}: {two_digits(score)}" for name, score in sorted(student.by_notebook.items()))
    text = "; ".join(parts)
    again = len(student.unconfirmed)
    if new := len(student.waiting) - again:
        text += f"; {new} {'answer' if new == 1 else 'answers'} still to be read"
    if again:
        text += f"; {again} marked before it changed, to be read again"
    return text


def environment() -> jinja2.Environment:
    """For the pages of instructors: what they show is escaped, and steers no terminal."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_plain,
    )
    made.filters |= {"number": two_digits, "words_html": words_html}
    made.globals |= {
        "style": (TEMPLATES / "page.css").read_text(encoding="utf-8"),
        "today": datetime.now().astimezone().strftime("%d %B %Y, %H:%M"),
    }
    return made


def _html(report: ClassReport, scaling: str = "") -> str:
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            scaling=scaling,
            shown_mistakes=SHOWN_MISTAKES,
            shown_lines=SHOWN_LINES,
            fewest_logs=FEWEST,
            notebooks=sorted({task.notebook for task in report.tasks}),
        )
    )


def _plain(value: object) -> object:
    """What the template shows, without characters that steer a terminal; escaped after this."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return plain_text(value)
    return value
