"""What everybody was given, and what each student answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from autograder.cells import GUESS, is_solution, marks_of
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.intake.submission_folder import read_folder, students_with_folder
from autograder.kept import load_verdicts
from autograder.mending.cell_text import plain
from autograder.mending.repair import NOTHING_HANDED_IN, repair_notebook
from autograder.mending.submitted_notebook import NotANotebook, read_releases
from autograder.safe_html import plain_text
from autograder.similarity.traces import Trace, Traces, imported, of_code, of_prose, quoted
from autograder.verdict import of_task


@dataclass
class HandIn:
    """What one student answered, by task; of the traces, those that may be evidence."""

    student: str
    texts: dict[str, str] = field(default_factory=dict)
    traces: dict[str, set[Trace]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass
class Given:
    """What is nobody's own: the release, the solutions, the bank.

    tasks:   to be compared: task -> (notebook, its cell in the release).
    known:   names that the release imports.
    traces:  of the release, the solutions and the right answers of the bank.
    writers: how many wrong answers of the bank have a trace; `bank`: how many there are for a task.
    """

    course: Course
    releases: dict[str, NotebookNode]
    tasks: dict[str, tuple[str, NotebookNode]]
    known: frozenset[str]
    traces: set[Trace] = field(default_factory=set)
    writers: Counter[Trace] = field(default_factory=Counter)
    bank: int = 0

    def of(self, cell: NotebookNode, text: str) -> Traces:
        return of_code(text, self.known) if cell.cell_type == "code" else of_prose(text)


def read_given(course: Course, notebook: str = "", task: str = "") -> Given:
    """Raises AutograderError where there is no such notebook, or no such task in it."""
    releases = read_releases(course.released)
    cells = [(name, cell) for name, node in releases.items() for cell in node.cells]
    if notebook and notebook not in releases:
        raise AutograderError(f"no notebook {notebook!r}: there is {', '.join(releases)}")
    asked = [(name, cell) for name, cell in cells if notebook in ("", name) and is_solution(cell)]
    there = {marks_of(cell)["grade_id"]: (name, cell) for name, cell in asked}
    there = {one: place for one, place in there.items() if not one.startswith(GUESS)}
    if task and task not in there:
        raise AutograderError(f"no task {task!r}: there is {', '.join(there)}")
    tasks = {task: there[task]} if task else there
    known = imported(cell.source for _, cell in cells if cell.cell_type == "code")
    given = Given(course, releases, tasks, known)
    for name in releases:
        if (solved := course.solutions / f"{name}.ipynb").exists():
            cells += [(name, cell) for cell in nbformat.read(solved, as_version=4).cells]
    for _, cell in cells:
        given.traces |= given.of(cell, cell.source).keys() | quoted(cell.source)
    for one in tasks:
        answers = sorted((course.root / "bank" / one).glob("*.py"))
        wrong = [path for path in answers if path.name.startswith("wrong_")]
        given.bank = max(given.bank, len(wrong))
        for path in answers:
            traces = of_code(path.read_text("utf-8", "replace"), known).keys()
            given.writers.update(traces if path in wrong else ())
            given.traces |= traces if path not in wrong else set()
    return given


def read_hand_in(student: str, given: Given) -> HandIn:
    """The answers of one student, mended as for grading; what is wrong with them is their line."""
    found = HandIn(student)
    try:
        if not student.isprintable():
            raise AutograderError("its name cannot be shown: rename the folder")
        folder = read_folder(given.course.submitted / student / given.course.assignment)
        for name in dict.fromkeys(name for name, _ in given.tasks.values()):
            try:
                data, problem = folder.notebook(name), ""
            except NotANotebook as error:
                data, problem = b"", str(error)
            repaired = repair_notebook(data, given.releases[name], problem=problem)
            if repaired.problem not in ("", NOTHING_HANDED_IN):
                found.problems.append(f"{name}: {repaired.problem}")
            for cell in filter(is_solution, repaired.notebook.cells):
                task, text = marks_of(cell)["grade_id"], plain_text(cell.source)
                if task in given.tasks and text.strip() != plain(given.tasks[task][1].source):
                    found.texts[task] = text
                    found.traces[task] = given.of(cell, text).keys() - given.traces
    except Exception as error:  # whatever it is, it is this student's
        kind = "" if isinstance(error, AutograderError) else f"{type(error).__name__}: "
        found.problems.append(f"{kind}{error}")
    return found


def read_class(given: Given, advance: Callable[[], object] = lambda: None) -> dict[str, HandIn]:
    """All who handed in, with the mistakes that grading kept; `advance` is called after each.

    Raises AutograderError if nobody did.
    """
    found: dict[str, HandIn] = {}
    students = students_with_folder(given.course)
    if not students:
        folder = given.course.submitted
        raise AutograderError(f"nothing to compare in {folder}: `autograder collect` fills it")
    for student in students:
        found[student] = read_hand_in(student, given)
        advance()
    for (student, notebook), verdicts in load_verdicts(given.course.report).items():
        for task, (name, _) in given.tasks.items():
            verdict = of_task(verdicts, task) if name == notebook and student in found else None
            if verdict and verdict.state == "failed" and verdict.mistake:
                trace = Trace("mistake", f"{task} {verdict.mistake}")
                found[student].traces.setdefault(task, set()).add(trace)
    return found
