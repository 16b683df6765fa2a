"""How many points a task gives stands in `tasks.json`; the release writes it where people read it.

That is in a text the heading of the task, the marks of its graded cell and the totals, and in the
README the table of notebooks. Who changes a number there, and not in `tasks.json`, is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.authoring.text_notebook import grade_id, read_text
from autograder.cells import is_test, marks_of, split_hidden
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import replaced
from autograder.verdict import TASKS_FILE

_NUMBER = r"\d+(?:\.\d+)?"
HEADING = re.compile(rf"^(# #+ Task ([\w-]+))(?: \(({_NUMBER}) points?(.*)\))?$", re.MULTILINE)
MARKER = re.compile(r'^# %%.*"grade": true.*$', re.MULTILINE)
POINTS = re.compile(rf'"points": ({_NUMBER}), ')
TOTAL = re.compile(rf"(?:\b(\w+) tasks with )?\b{_NUMBER} points in all\b")
BY_HAND = re.compile(rf"\bby_hand={_NUMBER}")
EACH = re.compile(rf"\b({_NUMBER}) points each\b")
SCHEME_ROW = re.compile(rf"^# \| ({_NUMBER}) \|", re.MULTILINE)
WORDS = "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
WORDS = (WORDS + "fifteen sixteen seventeen eighteen nineteen twenty").split()


def tasks_file(course: Course) -> Path:
    """The table of tasks of a course that carries the package; there is none in another one."""
    return course.root / "autograder" / TASKS_FILE.name


def read_entries(course: Course) -> dict[str, dict]:
    """What people have written of each task, by grade id.

    Raises AutograderError where it cannot be read.
    """
    path = tasks_file(course)
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {entry["id"]: entry for entry in entries}
    except (ValueError, KeyError, TypeError) as error:
        raise AutograderError(f"{path} is no list of tasks with an id each: {error}") from None


def write_points(course: Course) -> list[str]:
    """Write the points into the texts and the README; returns the names of the files changed.

    Raises AutograderError, and changes nothing, where a task is in one place only or a number in a
    text is another one than `tasks.json` has and the last release had.
    """
    files = _files(course)
    for path, text in files.items():
        with replaced(path) as part:
            part.write_text(text, encoding="utf-8")
    return [path.name for path in files]


def out_of_date(course: Course) -> list[str]:
    """A line for each file with other points than `tasks.json`, and for each disagreement."""
    try:
        changed = [path.name for path in _files(course)]
    except AutograderError as error:
        return str(error).splitlines()
    return [f"{name} has other points than tasks.json: run `make release`" for name in changed]


@dataclass(frozen=True)
class GradedCell:
    """What a text says of one task."""

    notebook: str
    task: str
    asks_check: bool  # one of the course's; else plain asserts, or a person reads the answer


def graded_cells(course: Course) -> Iterator[GradedCell]:
    """All tasks, in the order of the texts."""
    for name in course.names:
        for cell in read_text(course, name).cells:
            if marks_of(cell).get("grade"):
                asks = is_test(cell) and any("check(" in t for t, _ in split_hidden(cell.source))
                yield GradedCell(name, grade_id(cell).removesuffix("-test"), asks)


def find_check(task: str):
    """The check of a task; None if there is none."""
    from autograder.checks import framework  # needs torch

    try:
        return framework.load(task)
    except KeyError:
        return None


def _files(course: Course) -> dict[Path, str]:
    """The files that have to change -> what they should be."""
    if not tasks_file(course).exists():
        return {}
    entries, cells = read_entries(course), list(graded_cells(course))
    faults = _missing(entries, cells)
    if faults:
        raise AutograderError("\n".join(faults))
    by_hand = {cell.task for cell in cells if not cell.asks_check}
    readme = course.root / "README.md"
    overview = readme.read_text(encoding="utf-8") if readme.exists() else ""
    found = {}
    for name in course.names:
        path = course.text / f"{name}.py"
        points = {task: e["points"] for task, e in entries.items() if e["notebook"] == name}
        text = _Text(name, path.read_text(encoding="utf-8"), points, _released(course, name))
        found[path] = text.filled(by_hand)
        faults += text.faults
        row = re.compile(rf"^(\| `{name}` \|.*\| ){_NUMBER}( \|)$", re.MULTILINE)
        overview = row.sub(rf"\g<1>{sum(points.values()):g}\g<2>", overview)
    if faults:
        raise AutograderError("\n".join(faults))
    if overview:
        found[readme] = overview
    return {p: text for p, text in found.items() if text != p.read_text(encoding="utf-8")}


@dataclass
class _Text:
    """The text of one notebook, and what is wrong with its points."""

    name: str
    text: str
    points: dict[str, float]  # as `tasks.json` has them
    released: dict[str, float]  # as the last release has them
    faults: list[str] = field(default_factory=list)

    def filled(self, by_hand: set[str]) -> str:
        """With all points as `tasks.json` has them; `faults` says where that may not be done."""
        text = HEADING.sub(self._heading, self.text)
        text = MARKER.sub(self._marker, text)
        text = TOTAL.sub(self._totals, text)
        self._compare_schemes()
        self._compare_prose({self.points[task] for task in by_hand & self.points.keys()})
        read = sum(points for task, points in self.points.items() if task in by_hand)
        return BY_HAND.sub(f"by_hand={read:g}", text)

    def _heading(self, found: re.Match) -> str:
        start, task, number, rest = found.groups()
        if task not in self.points:
            self.faults.append(
                f"{self.name}.py has a heading for {task}, and no graded cell of this name: write "
                f"below its answer\n{TEST_CELL.format(task=task)}"
            )
            return found[0]
        points = self._agreed(task, number)
        return f"{start} ({points:g} {'point' if points == 1 else 'points'}{rest or ''})"

    def _marker(self, found: re.Match) -> str:
        task = re.search(r'"grade_id": "([\w-]+)"', found[0])[1].removesuffix("-test")
        number = POINTS.search(found[0])
        points = f'"points": {self._agreed(task, number and number[1]):g}, '
        if number:
            return POINTS.sub(points, found[0])
        return found[0].replace('"schema_version"', f'{points}"schema_version"')

    def _totals(self, found: re.Match) -> str:
        count = str(len(self.points)) if len(self.points) > 20 else WORDS[len(self.points)]
        total = f"{sum(self.points.values()):g} points in all"
        if found[1] is None:
            return total
        return f"{count.capitalize() if found[1][0].isupper() else count} tasks with {total}"

    def _agreed(self, task: str, number: str | None) -> float:
        """The points of a task, once it is clear that nobody wants others."""
        points = self.points[task]
        if number is not None and float(number) not in (points, self.released.get(task)):
            fault = f"{self.name}.py gives {task} {number} points, autograder/tasks.json {points:g}"
            self.faults.append(f"{fault}: change them there, and the release writes them here")
        return points

    def _compare_prose(self, by_hand: set[float]) -> None:
        """A sentence may say of all written answers how many points each gives."""
        for number in EACH.findall(self.text):
            if by_hand != {float(number)}:
                self.faults.append(
                    f'{self.name}.py says "{number} points each" of its written answers, which is '
                    "not so in autograder/tasks.json: write another sentence"
                )

    def _compare_schemes(self) -> None:
        """The rows of a marking scheme add up to the points of its task."""
        for cell in re.split(r"^(?=# %%)", self.text, flags=re.MULTILINE):
            task = re.search(r'"grade_id": "([\w-]+)"', cell.partition("\n")[0])
            scheme = cell.partition("### BEGIN MARK SCHEME")[2]
            rows = [float(n) for n in SCHEME_ROW.findall(scheme.partition("### END")[0])]
            if rows and task and task[1] in self.points and sum(rows) != self.points[task[1]]:
                self.faults.append(
                    f"the marking scheme of {task[1]} in {self.name}.py adds up to {sum(rows):g} "
                    f"points, autograder/tasks.json has {self.points[task[1]]:g}"
                )


def _released(course: Course, name: str) -> dict[str, float]:
    """What the last release gave for each task of a notebook."""
    path = course.solutions / f"{name}.ipynb"
    if not path.exists():
        return {}
    marks = [marks_of(cell) for cell in nbformat.read(path, as_version=4).cells]
    return {m["grade_id"].removesuffix("-test"): m.get("points") for m in marks if m.get("grade")}


TEST_CELL = """\
# %% nbgrader={{"grade": true, "grade_id": "{task}-test", "locked": true, "schema_version": 3, \
"solution": false, "task": false}}
from autograder.checks import check

check("{task}", globals())"""
CHECK = """\
@task("{task}", defines=("NAME",))
def check_{function}(answer):
    examine(answer, "NAME", [(INPUT,), (ANOTHER,)], RIGHT_FUNCTION, NUMBER)"""


def _missing(entries: dict[str, dict], cells: list[GradedCell]) -> list[str]:
    """What is to be written, and where, for each task that does not stand everywhere."""
    faults = []
    for cell in cells:
        task, entry = cell.task, entries.get(cell.task)
        if entry is None:
            line = json.dumps({"id": task, "notebook": cell.notebook, "points": 1})
            place = "write in autograder/tasks.json, with its points"
            faults.append(f"{cell.notebook}.py has a new task {task}: {place}\n{line}")
        elif entry.get("notebook") != cell.notebook or not _is_number(entry.get("points")):
            needs = f'"notebook": "{cell.notebook}" and "points"'
            faults.append(f"{task} needs {needs} in autograder/tasks.json")
        check = find_check(task) if cell.asks_check else None
        if check and entry and check.points not in (None, entry.get("points")):
            faults.append(
                f"{task} has {entry.get('points')} points in autograder/tasks.json and "
                f"{check.points:g} in its check: take them out of the check"
            )
        if cell.asks_check and check is None:
            section, _, rest = task.partition("-")
            lines = CHECK.format(task=task, function=rest.replace("-", "_"))
            table = f"autograder/checks/mistakes/{section}.toml"
            place = f"write in {_module(task)}, and what it can say in {table}"
            faults.append(f"{task} has no check: {place}\n{lines}")
    known = {cell.task for cell in cells}
    return faults + [
        f"autograder/tasks.json has {task}, and no text has a graded cell for it: take it out"
        for task in entries
        if task not in known
    ]


def _is_number(points: object) -> bool:
    return isinstance(points, int | float) and not isinstance(points, bool) and points >= 0


def _module(task: str) -> str:
    from autograder.checks import framework

    module = framework.MODULES.get(task.split("-")[0], "autograder.checks.NAME")
    new = "" if module != "autograder.checks.NAME" else " (a new one, named in framework.MODULES)"
    return f"{module.replace('.', '/')}.py{new}"
