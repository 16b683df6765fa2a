"""What students may not get: lines of solutions, hidden tests, their seeds, marking schemes."""

from __future__ import annotations

import functools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from autograder.course import Course
from autograder.verdict import SOLUTIONS

REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)\n(.*?)### END \1", re.DOTALL)
SEED = re.compile(r"\bhidden=(\d+)")
BLOCK = 4  # lines of a solution in a row that no package has by chance
LINE = 20  # characters of a line that tells something


def leaks(course: Course, folder: Path | None = None) -> list[str]:
    """A line for each thing in a folder of notebooks, by default the release, that gives something
    away. Files beside the notebooks count, and what is in a wheel."""
    found = []
    secrets = _Secrets(course)
    names = (course.name, course.package.partition(".")[0], "helpers", "autograder", "pytorch-lab")
    packages = "|".join(name.replace("-", "_") for name in names)
    for path in sorted((folder or course.released).rglob("*")):
        if path.suffix == ".ipynb":
            found += [f"{path.stem}, {what}" for what in _in_notebook(course, path)]
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                for name in wheel.namelist():
                    text = wheel.read(name).decode(errors="replace")
                    found += [f"{path.name}, {name}: {what}" for what in secrets.in_text(text)]
                    if not re.match(rf"({packages})(-[^/]*\.dist-info)?/", name):
                        found.append(f"{path.name}, {name}: no file of the course's packages")
        elif path.is_file() and path.name != SOLUTIONS:  # which are given out on purpose
            text = path.read_bytes().decode(errors="replace")
            found += [f"{path.name}: {what}" for what in secrets.in_text(text)]
    return found


def _in_notebook(course: Course, path: Path) -> Iterator[str]:
    """A line that the solution notebook gives anyway, outside every region, is no leak."""
    given, secret = set(), set()
    for _, outside, regions in _cells(course, path.stem):
        given |= _lines(outside)
        secret |= {line for _, text in regions for line in _lines(text)}
    for cell in nbformat.read(path, as_version=4).cells:
        text = cell.source + "".join(str(output) for output in cell.get("outputs", []))
        for line in sorted(_lines(text) & (secret - given)):
            yield f"cell {cell.id}: {line}"
        if re.search(r"### BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)", text):
            yield f"cell {cell.id}: a marker of a region"


class _Secrets:
    """What no file may hold, wherever it stands in it."""

    def __init__(self, course: Course):
        self.seeds, self.lines, self.blocks = set(), set(), set()
        for name in course.names:
            given: set[str] = set()
            for _, outside, regions in _cells(course, name):
                given |= _lines(outside)
                for kind, text in regions:
                    lines = [line.strip() for line in text.splitlines() if line.strip()]
                    if kind == "SOLUTION":
                        plain = REGION.sub("", text)
                        self.blocks |= set(_blocks(plain))
                    else:
                        self.seeds |= set(SEED.findall(text))
                        self.lines |= {line for line in lines if len(line) >= LINE}
            self.lines -= given
        self.lines |= {*course.reasons.values()}

    def in_text(self, text: str) -> Iterator[str]:
        for seed in sorted(self.seeds):
            if re.search(rf"\b{seed}\b", text):
                yield f"the seed {seed} of a hidden test"
        for line in sorted(self.lines):
            if line in text:
                yield line
        for block in sorted(self.blocks & set(_blocks(text))):
            yield f"lines of a solution: {block.splitlines()[0]}"


def _blocks(text: str) -> Iterator[str]:
    """Every few lines in a row of a text that are long enough to say something."""
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    for start in range(len(lines) - BLOCK + 1):
        few = lines[start : start + BLOCK]
        if sum(map(len, few)) >= BLOCK * LINE:
            yield "\n".join(few)


@functools.lru_cache(maxsize=8)
def _read(path: Path, changed: float) -> tuple[str, ...]:
    return tuple(cell.source for cell in nbformat.read(path, as_version=4).cells)


def _cells(course: Course, name: str) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """(source, what of it is in no region, [(kind, text) of each region]) of a solution's cells."""
    path = course.solutions / f"{name}.ipynb"
    for source in _read(path, path.stat().st_mtime):
        found = REGION.findall(source)
        # A marking scheme may stand inside a solution.
        found += [inner for _, text in found for inner in REGION.findall(text)]
        yield source, REGION.sub("", source), found


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}
