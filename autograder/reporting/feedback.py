"""One HTML page for each notebook of a student: points, what failed, hints, the answers.

nbgrader generates the pages (`nbgrader generate_feedback`, the formgrader, `autograder report`);
`nbgrader_config.py` names the two classes here. What cells printed is not shown: a cell that runs
after a hidden test could print what the test used. Messages are shown if they are the checks' own.
A student's own code is shown as handed in: blotting out a secret in it would confirm a guess.
"""

from __future__ import annotations

import ast
import builtins
import logging
import re
import shutil
import warnings
from collections.abc import Callable
from dataclasses import replace
from errno import EDQUOT, ENOSPC
from functools import partial
from os import strerror
from pathlib import Path

from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor
from traitlets import Unicode, default
from traitlets.config import Config

from autograder.cells import cell_name, marks_of
from autograder.course import Course
from autograder.intake.groups import read_groups, sharing
from autograder.kept import load_verdicts, unfinished
from autograder.mending.repair import Repaired, load_notes
from autograder.safe_html import code_html, code_style, plain_text, safe_markdown, words_html
from autograder.verdict import Verdict, of_task, tasks

TEMPLATES = Path(__file__).parents[1] / "templates"
WORDS = {
    "good": "passed",
    "part": "part of the points",
    "bad": "not passed",
    "open": "still open",
    "wait": "to be read",
    "again": "changed since it was marked, to be read again",
}
NO_ANSWER = "No response."  # nbgrader's own comment


class FeedbackExporter(TemplateExporter):
    """Writes the page from the template `lab_feedback`, which stands on its own."""

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "lab_feedback"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATES)]

    def default_filters(self):
        yield from super().default_filters()
        yield "code_html", code_html
        yield "safe_markdown", safe_markdown
        yield "words_html", words_html


class PrepareFeedback(NbGraderPreprocessor):
    """Gathers what the page says into `resources`; of the notebook itself nothing is left."""

    report_folder = Unicode("", help="Where grading keeps verdicts and repair notes.").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            page = self._page(nb, names, gradebook)
        resources["feedback"] = page
        return NotebookNode(nb, cells=[]), resources

    def _page(self, nb: NotebookNode, names: dict, gradebook: Gradebook) -> dict:
        notebook = gradebook.find_notebook(names["notebook"], names["assignment"])
        verdicts = self._kept(load_verdicts, "", names) or []
        stopped = {v.cell: v.label for v in verdicts if v.state == "stopped"}
        known = {cell.name for cell in notebook.source_cells}
        tasks: dict[str, dict] = {}
        others = []
        for index, cell in enumerate(nb.cells):
            ended = stopped.get(cell_name(nb, index), "")
            mark = marks_of(cell)
            grade_id = mark.get("grade_id", "") if mark.get("grade_id") in known else ""
            is_answer = bool(grade_id and mark.get("solution"))
            is_graded = bool(grade_id and mark.get("grade"))
            if is_answer or is_graded:
                task = tasks.setdefault(grade_id.removesuffix("-test"), _new_task())
                if is_graded:
                    self._add_grade(task, cell, names, gradebook)
                if is_answer:
                    comment = mark.get("comment") or NO_ANSWER
                    task["comments"] += [comment] if comment != NO_ANSWER else []
                    task["open"] |= mark.get("comment") == NO_ANSWER
                    task["answers"].append(_answer(cell, ended))
            elif not grade_id and cell.get("id", "").startswith("own-"):
                others.append(_answer(cell, ended))
        for grade_id, task in tasks.items():
            task["grade_id"] = grade_id
            _say(task, of_task(verdicts, grade_id))
            task["state"] = _state(task)
            task["word"] = WORDS[task["state"]]
            task["score"], task["points"] = two_digits(task["score"]), two_digits(task["points"])
        repaired = self._kept(load_notes, "repaired", names) or Repaired(NotebookNode())
        waiting = sum(task["waiting"] for task in tasks.values())
        style = (TEMPLATES / "page.css").read_text(encoding="utf-8") + code_style()
        return {
            "student": plain_text(_name(gradebook, names["student"]), 100),
            "notebook": plain_text(names["notebook"], 100),
            "score": two_digits(names["score"]),
            "max_score": two_digits(names["max_score"]),
            "late_penalty": two_digits(names["late_penalty"]) if names["late_penalty"] else "",
            "waiting": two_digits(waiting) if waiting else "",
            "tasks": [task for task in tasks.values() if task["graded"]],
            "others": others,
            "problem": plain_text(repaired.problem, 300),
            "notes": [plain_text(line, 300) for line in repaired.put_right()[:50]],
            "style": style,
        }

    def _add_grade(self, task: dict, cell: NotebookNode, names: dict, gradebook: Gradebook) -> None:
        mark = cell.metadata.nbgrader
        task["graded"] = True
        task["score"] += float(mark.get("score") or 0)
        task["points"] += float(mark.get("points") or 0)
        grade = gradebook.find_grade(
            mark.grade_id, names["notebook"], names["assignment"], names["student"]
        )
        if grade.needs_manual_grade and grade.manual_score is None:
            task["waiting"] += float(mark.get("points") or 0)
        task["unconfirmed"] |= grade.needs_manual_grade and grade.manual_score is not None

    def _kept(self, load: Callable, folder: str, names: dict):
        """What grading has kept of this notebook; None if nothing."""
        if not self.report_folder:
            return None
        found = load(Path(self.report_folder) / folder, names["student"])
        return found.get((names["student"], names["notebook"]))


def _say(task: dict, verdict: Verdict | None) -> None:
    """What was wrong with a task, in the words of the tables of mistakes."""
    if verdict is not None and verdict.state != "passed":
        task["open"] = verdict.state == "open"
        task["label"], task["hint"] = verdict.label, verdict.hint
        if verdict.partial_credit == task["score"] > 0:  # it explains the score
            task["criteria"] = [_criterion(verdict, name) for name in verdict.criteria]


def _criterion(verdict: Verdict, name: str) -> dict:
    mistake, points = verdict.criteria[name], tasks()[verdict.task].criteria[name]
    label = replace(verdict, mistake=mistake, values={}).label if mistake else ""
    score = 0 if mistake else points
    return {"name": name, "score": two_digits(score), "points": two_digits(points), "label": label}


def _name(gradebook: Gradebook, student_id: str) -> str:
    """The student's name where the gradebook knows it, and the id."""
    student = gradebook.find_student(student_id)
    name = " ".join(filter(None, (student.first_name, student.last_name)))
    return f"{name} ({student_id})" if name else student_id


def _new_task() -> dict:
    return {
        "graded": False,
        "score": 0.0,
        "points": 0.0,
        "waiting": 0.0,
        "unconfirmed": False,
        "open": False,
        "label": "",
        "hint": "",
        "criteria": [],
        "comments": [],
        "answers": [],
    }


def _state(task: dict) -> str:
    if task["waiting"]:
        return "wait"
    if task["unconfirmed"]:
        return "again"
    if task["score"] >= task["points"]:
        return "good"
    if task["open"] and not task["score"]:
        task["label"] = task["hint"] = ""
        return "open"
    return "part" if task["score"] > 0 else "bad"


def _answer(cell: NotebookNode, stopped: str) -> dict:
    is_code = cell.cell_type == "code"
    return {
        "is_code": is_code,
        "source": cell.source,
        "attachments": cell.get("attachments", {}),
        "error": (stopped or _error(cell)) if is_code else "",
    }


def _error(cell: NotebookNode) -> str:
    """How the cell ended, if in an error: of the text only what cannot carry anything else."""
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    if not errors:
        return ""
    name, text = str(errors[0].ename), str(errors[0].evalue)
    if name in ("SyntaxError", "IndentationError", "TabError"):
        return _syntax_error(cell.source) or name
    if name == "NotImplementedError":
        return "the task is still open"
    missing = re.match(r"name '(\w+)' is not defined", text)
    if name == "NameError" and missing and re.search(rf"\b{missing[1]}\b", cell.source):
        return f"NameError: the name {missing[1]} is not defined"
    kind = getattr(builtins, name, None)
    is_builtin = isinstance(kind, type) and issubclass(kind, BaseException)
    return name if is_builtin else "an error of its own"


def _syntax_error(source: str) -> str:
    """What Python says about the code as written, without running it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        return f"{type(error).__name__} in line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError):
        pass
    return ""


def two_digits(value: float) -> str:
    """A number with two digits at most behind the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def keep_only_pages(grading: Path, assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's hook after pages were written: take out the files that it copies beside them.

    They are the student's own, and may be web pages with scripts. `student` may be "*".
    """
    for folder in (grading / "feedback").glob(f"*/{assignment}"):
        if student not in ("*", folder.parent.name):
            continue
        graded = grading.joinpath("autograded", *folder.parts[-2:])
        for path in sorted(folder.rglob("*"), reverse=True):
            is_page = path.parent == folder and path.suffix == ".html" and not path.is_symlink()
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            elif not is_page or not (graded / f"{path.stem}.ipynb").is_file():
                path.unlink()


def configure(config: Config, course_grading: Path) -> None:
    """The settings of feedback for `nbgrader_config.py`."""
    config.GenerateFeedback.exporter_class = FeedbackExporter
    config.GenerateFeedback.preprocessors = [GetGrades, PrepareFeedback]
    config.GenerateFeedback.post_convert_hook = partial(keep_only_pages, course_grading)
    config.PrepareFeedback.report_folder = str(course_grading / "report")


class _FeedbackOfOne(GenerateFeedback):
    """nbgrader takes names of folders for patterns; `[red]` and `*` are names."""

    def init_notebooks(self) -> None:
        folder = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        self.assignments = {folder: [str(path) for path in sorted(Path(folder).glob("*.ipynb"))]}


def generate(
    course: Course, config: Config, students: list[str], advance: Callable[[str], None]
) -> dict[str, str]:
    """Write the pages of these students anew; returns student -> why there are none."""
    configure(config, course.grading)
    failed = {}
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = course.assignment
    for student in students:
        advance(student)
        if unfinished(course.report, student):  # half new and half old: its page waits
            continue
        coursedir.student_id = student
        converter = _FeedbackOfOne(coursedir=coursedir, config=config)
        converter.force = True
        said = _Said()
        converter.log = said.log
        try:
            converter.start()
        except (Exception, SystemExit) as error:  # one student never stops the class
            if any(text in said.traceback for text in DISK_FULL):
                raise OSError(ENOSPC, strerror(ENOSPC), str(course.feedback)) from None
            failed[student] = said.reason or f"{type(error).__name__}: {error}"
    return failed


def share_pages(course: Course) -> None:
    """Give the pages of a group's hand-in to those of the group who have none of their own."""
    graded = {path.parent.name for path in course.autograded.glob(f"*/{course.assignment}")}
    for student, one in sharing(read_groups(course), graded).items():
        source, target = (course.feedback / name / course.assignment for name in (one, student))
        shutil.rmtree(target, ignore_errors=True)
        if source.is_dir():
            shutil.copytree(source, target)


DISK_FULL = (strerror(ENOSPC), strerror(EDQUOT), "disk is full")


class _Said(logging.Handler):
    """What nbgrader logs: nothing of it is shown, but why a page could not be made is kept."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.traceback = ""  # the last one
        self.log = logging.Logger("autograder.reporting.feedback")
        self.log.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("Traceback"):
            self.traceback = record.getMessage()

    @property
    def reason(self) -> str:
        """The error at its end; "" if there was none."""
        lines = self.traceback.strip().splitlines()
        return next((line for line in reversed(lines) if re.match(r"[\w.]+(:|$)", line)), "")


def page_of(course: Course, student: str, notebook: str) -> Path:
    return course.feedback / student / course.assignment / f"{notebook}.html"


def out_of_date(course: Course) -> list[str]:
    """Students who were graded, or read by hand, since their pages were written."""
    with Gradebook(course.db_url) as gradebook:
        known = {
            submission.student.id
            for submission in gradebook.assignment_submissions(course.assignment)
        }
    graded: dict[str, list[Path]] = {}
    for path in sorted(course.autograded.glob(f"*/{course.assignment}/*.ipynb")):
        if path.parent.parent.name in known:
            graded.setdefault(path.parent.parent.name, []).append(path)
    last_mark = course.gradebook.stat().st_mtime
    return [
        student
        for student, notebooks in graded.items()
        if any(
            not (page := page_of(course, student, path.stem)).exists()
            or page.stat().st_mtime < max(path.stat().st_mtime, last_mark)
            for path in notebooks
        )
    ]
