"""The table of tasks, and the points of a notebook where the README says them.

Points stand in the header of an answer, in `solutions/text`. What is told of a task, minutes,
difficulty and hints, people write in `tasks.json`; the rest of that file is written here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

from autograder import labs
from autograder.authoring.text_notebook import grade_id, read_text, written_of
from autograder.cells import is_test, marks_of, split_hidden
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.files import write_text

CHECK = """\
@task("{task}", defines=("NAME",))
def check_{function}(answer):
    examine(answer, "NAME", [(INPUT,), (ANOTHER,)], RIGHT_FUNCTION, NUMBER)"""


def task_table(course: Course) -> list[dict]:
    """`tasks.json`: what people wrote there, with points of the texts and what the checks say.

    Seeds of hidden tests are not in it: students get this file. Raises AutograderError with what is
    to be written, and where, for a task that does not stand everywhere.
    """
    written, table, faults = written_of(course), [], []
    for name, cell in _graded_cells(course):
        task = grade_id(cell).removesuffix("-test")
        entry = {**written.pop(task, {}), "id": task, "notebook": name}
        entry["points"] = marks_of(cell)["points"]
        if is_test(cell) and any("check(" in text for text, _ in split_hidden(cell.source)):
            check = _check_of(task)
            if check is None:
                section, _, rest = task.partition("-")
                lines = CHECK.format(task=task, function=rest.replace("-", "_"))
                place = f"{_module_of(task)}, and what it can say in mistakes/{section}.toml"
                faults.append(f"{task} has no check: write in {place}\n{lines}")
                continue
            faults += _faults_of_criteria(entry, check.criteria)
            entry |= {"names": list(check.defines), "seconds": check.seconds}
        table.append(entry)
    told = [task for task, entry in written.items() if entry.get("hints")]
    faults += [f"tasks.json tells of {task}, which no text has: take it out" for task in told]
    if faults:
        raise AutograderError("\n".join(faults))
    return table


def _faults_of_criteria(entry: dict, named: tuple[str, ...]) -> list[str]:
    """Where the criteria of a task are not those of its check, or their points not its own."""
    told, task, most = entry.get("criteria", {}), entry["id"], entry["points"]
    alike = isinstance(told, dict) and sorted(told) == sorted(named)
    if not alike or not all(
        type(points) in (int, float) and points > 0 for points in told.values()
    ):
        names = ", ".join(named) or "none"
        return [f"{task}: its check has the criteria {names}: give points to these in tasks.json"]
    if told and sum(told.values()) != most:
        total = f"{sum(told.values()):g} points, and the task has {most:g}"
        return [f"{task}: its criteria in tasks.json sum up to {total}"]
    return []


def write_tasks(course: Course) -> None:
    """Write the table into the package, where the course is the one that carries it, and the sums
    into the README, if there is one."""
    path, table = course.tasks_file, task_table(course)
    if path.parent.is_dir() and list(written_of(course).values()) != table:
        write_text(path, json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    now, wanted = _overview(course, table)
    if now != wanted:
        write_text(course.root / "README.md", wanted)


def out_of_date(course: Course) -> list[str]:
    """What `write_tasks` would change, a line each."""
    try:
        table = task_table(course)
    except AutograderError as error:
        return str(error).splitlines()
    stale = []
    if course.tasks_file.exists() and list(written_of(course).values()) != table:
        stale.append("tasks.json is not that of the texts and checks: run `make release`")
    now, wanted = _overview(course, table)
    if now != wanted:
        stale.append("README.md has other points than the texts: run `make release`")
    return stale


def _overview(course: Course, table: list[dict]) -> tuple[str, str]:
    """The README as it is, and with the points of each notebook; "" where there is none."""
    readme = course.root / "README.md"
    now = text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    sums: Counter[str] = Counter()
    for entry in table:
        sums[entry["notebook"]] += entry["points"]
    for name, points in sums.items():
        row = re.compile(rf"^(\| `{name}` \|.*\| )[\d.]+( \|)$", re.MULTILINE)
        text = row.sub(rf"\g<1>{points:g}\2", text)
    return now, text


def _graded_cells(course: Course) -> Iterator[tuple[str, NotebookNode]]:
    """(notebook, cell) of every task, in the order of the texts."""
    for name in course.names:
        for cell in read_text(course, name).cells:
            if marks_of(cell).get("grade"):
                yield name, cell


def _check_of(task: str):
    """The check of a task; None if there is none."""
    from autograder.checks import framework  # needs torch

    try:
        return framework.load(task)
    except KeyError:
        return None


def _module_of(task: str) -> str:
    lab = labs.current()
    return lab.checks.get(task.split("-")[0], f"a new module of {lab.package}.checks")
