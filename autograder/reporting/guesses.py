"""What a class guessed: read from the cells of guesses, which are never run for it."""

from __future__ import annotations

import ast
import json
import math
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from autograder.cells import GUESS
from autograder.course import Course

READ_CHARACTERS = 2_000  # of a cell: a guess is a line
SHOWN_CHARACTERS = 40  # of a guess that is a word
BINS = 8  # where numbers are too many to be counted one by one
LARGEST = 1e9  # a number beyond it is a joke


@dataclass
class GuessLine:
    """One guess over the class."""

    name: str  # grade id without its `guess-`
    notebook: str
    numbers: list[float] = field(default_factory=list)
    words: Counter = field(default_factory=Counter)
    silent: int = 0  # who handed in the notebook and did not guess

    def count(self, guess: float | str | None) -> None:
        if guess is None:
            self.silent += 1
        elif isinstance(guess, str):
            self.words[guess] += 1
        else:
            self.numbers.append(guess)

    @property
    def groups(self) -> list[tuple[str, int]]:
        """What was guessed and how often: numbers in their order, then words."""
        counts = Counter(self.numbers)
        shown = [(f"{number:g}", counts[number]) for number in sorted(counts)]
        if len(counts) > BINS:
            low, width = min(counts), (max(counts) - min(counts)) / BINS
            places = [min(int((n - low) / width), BINS - 1) for n in self.numbers]
            ends = [f"{low + width * k:.3g} – {low + width * (k + 1):.3g}" for k in range(BINS)]
            shown = [(end, places.count(k)) for k, end in enumerate(ends)]
        return shown + self.words.most_common(BINS)


def read_guesses(course: Course) -> list[GuessLine]:
    """A line for each guess that a released notebook asks for, in its order."""
    lines = {
        (name, grade_id): GuessLine(grade_id.removeprefix(GUESS), name)
        for name in course.names
        for grade_id in _sources(course.released / f"{name}.ipynb")
    }
    names = {name for name, _ in lines}
    for path in sorted(course.autograded.glob(f"*/{course.assignment}/*.ipynb")):
        for grade_id, source in _sources(path).items() if path.stem in names else ():
            if (path.stem, grade_id) in lines:
                lines[path.stem, grade_id].count(guess_in(source))
    return list(lines.values())


def _sources(path: Path) -> dict[str, str]:
    """Grade id -> source of the cells of guesses in a notebook."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        marks = [(cell["metadata"].get("nbgrader", {}), cell["source"]) for cell in cells]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}
    return {
        mark["grade_id"]: "".join(source)
        for mark, source in marks
        if str(mark.get("grade_id", "")).startswith(GUESS)
    }


def guess_in(source: str) -> float | str | None:
    """The number or the word that a cell gives to its name `guess_…`; None if neither."""
    if len(source) > READ_CHARACTERS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            given = [
                statement.value
                for statement in ast.parse(source).body
                if isinstance(statement, ast.Assign)
                for target in statement.targets
                if isinstance(target, ast.Name) and target.id.startswith("guess_")
            ]
            value = ast.literal_eval(given[-1]) if given else None
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    if isinstance(value, str):
        return " ".join(value.split())[:SHOWN_CHARACTERS] or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) <= LARGEST:
        return float(value)
    return None
