"""Read the text of a notebook: the source of everything else in the course.

A text is a script with cells (jupytext's percent format). The header of a cell has what an author
decides, and no more:

    # %% contour                       a cell that students do not change; contour is its id
    # %% about-data [markdown]         the same, with prose
    # %% contour demo                  it only shows something: left out while grading
    # %% own-review yours              students may change it; it has no points
    # %% guess-onset                   a guess of the students, without points
    # %% ex1-tokenize 3 points         an answer; the cell with its tests is made here
    # %% ex3-minimum 4 points [markdown]     an answer in prose, read by an instructor
    # %% nbgrader={...}                any other cell of nbgrader's, with its own metadata

That is the one place of a task's points. A heading `### Task ex1-tokenize` gets them, and the
minutes and the difficulty that stand in `tasks.json`; in a sentence, `{tasks} tasks with {points}
points` gets the sums of the notebook. Seeds of hidden tests are made from the one in pyproject.toml
(`[tool.lab]`), which no student gets.
"""

from __future__ import annotations

import hashlib
import json
import re

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.authoring.variants import vary
from autograder.cells import GUESS, marks_of
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.setup_cell import stamp

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
HEADER = re.compile(r"(?P<id>\S+)(?: (?P<points>\d+(?:\.\d+)?) points?| (?P<word>demo|yours))?")
HEADING = re.compile(r"^(#+ Task ([\w-]+))$", re.MULTILINE)
SUMS = "{tasks} tasks with {points} points"
DIFFICULTY = {1: "easy", 2: "medium", 3: "hard"}
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve"
TESTS = """\
from autograder.checks import check

check("{task}", globals())
### BEGIN HIDDEN TESTS
check("{task}", globals(), hidden={seed})
### END HIDDEN TESTS"""


def read_text(course: Course, name: str) -> NotebookNode:
    """The notebook that the text of `name` stands for, without outputs, with stable cell ids.

    Raises AutograderError naming the notebooks that there are.
    """
    path = course.text / f"{name}.py"
    try:
        notebook = jupytext.read(path, fmt="py:percent")
    except FileNotFoundError:
        raise AutograderError(
            f"no text {path}; the notebooks are: {', '.join(course.names)}"
        ) from None
    if course.variants:
        vary(notebook, course, name)
    notebook.cells = [whole for cell in notebook.cells for whole in _expanded(cell, course, name)]
    _fill_in(notebook, course, name)
    stamp(notebook, course, name)
    for number, cell in enumerate(notebook.cells):
        cell.id = grade_id(cell) or f"cell-{number:02d}"
    notebook.metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def grade_id(cell: NotebookNode) -> str:
    """The grade id of a cell; empty if it has none."""
    return marks_of(cell).get("grade_id", "")


def seed_of(course: Course, task: str) -> int:
    """The seed of the hidden test of a task."""
    digest = hashlib.sha256(f"{course.hidden_seed} {task}".encode()).digest()
    return int.from_bytes(digest[:3])


def written_of(course: Course) -> dict[str, dict]:
    """What `tasks.json` has of each task, by grade id: by hand minutes, difficulty, hints.

    Raises AutograderError where it cannot be read.
    """
    path = course.tasks_file
    try:
        entries = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        return {entry["id"]: entry for entry in entries}
    except (ValueError, KeyError, TypeError) as error:
        raise AutograderError(f"{path} is no list of tasks with an id each: {error}") from None


def _fill_in(notebook: NotebookNode, course: Course, name: str) -> None:
    """Points, minutes and difficulty into headings, and the sums of the notebook."""
    graded = {
        grade_id(cell).removesuffix("-test"): cell
        for cell in notebook.cells
        if marks_of(cell).get("grade")
    }
    points = {task: marks_of(cell)["points"] for task, cell in graded.items()}
    written = written_of(course)

    def heading(found: re.Match) -> str:
        task = found[2]
        if task not in graded:
            raise AutograderError(
                f"solutions/text/{name}.py has a heading for {task}, and no cell for its answer: "
                f"write one below, with the header `# %% {task} 3 points`"
            )
        how = f"{points[task]:g} point{'' if points[task] == 1 else 's'}"
        how += ", a written proof" if graded[task].cell_type == "markdown" else ""
        entry = written.get(task, {})
        minutes, difficulty = entry.get("minutes"), DIFFICULTY.get(entry.get("difficulty", 0))
        takes = f"\n\nAbout {minutes} minutes · {difficulty}" if minutes and difficulty else ""
        return f"{found[1]} ({how}){takes}"

    words = dict(enumerate(NUMBERS.split()))
    count = words.get(len(points), str(len(points)))
    sums = SUMS.format(tasks=count, points=f"{sum(points.values()):g}")
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not marks_of(cell).get("solution"):
            cell.source = HEADING.sub(heading, cell.source).replace(SUMS, sums)


def _expanded(cell: NotebookNode, course: Course, name: str) -> list[NotebookNode]:
    """The cell with nbgrader's marks, and after an answer in code the cell that tests it."""
    title = cell.metadata.get("title")
    if title is None:
        return [cell]
    header = HEADER.fullmatch(title)
    if header is None:
        raise AutograderError(
            f"solutions/text/{name}.py: {title!r} is no header of a cell; write an id, and "
            'after it "3 points", "demo", "yours" or nothing'
        )
    task, word = header["id"], header["word"]
    points = float(header["points"]) if header["points"] else None
    points = int(points) if points and points.is_integer() else points
    is_answer = points is not None or task.startswith(GUESS)
    in_prose = cell.cell_type == "markdown" and points is not None
    mark = _mark(
        task,
        points=points if in_prose else None,
        locked=not is_answer and word != "yours",
        solution=is_answer,
    )
    tags = [*(["demo"] if word == "demo" else []), *cell.metadata.get("tags", [])]
    cell.metadata = {"nbgrader": mark, **({"tags": tags} if tags else {})}
    if points is None or in_prose:
        return [cell]
    tests = new_code_cell(TESTS.format(task=task, seed=seed_of(course, task)))
    tests.metadata["nbgrader"] = _mark(f"{task}-test", points, locked=True, solution=False)
    return [cell, tests]


def _mark(grade_id: str, points: float | None, locked: bool, solution: bool) -> dict:
    """nbgrader's metadata of a cell."""
    return {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": locked,
        **({} if points is None else {"points": points}),
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
