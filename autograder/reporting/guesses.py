"""What a class guessed: read from the cells of guesses, which are never run for it."""

from __future__ import annotations

import ast
import math
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from autograder.cells import GUESS, cells_in
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
    asks: str = ""  # what the cell says of it
    numbers: list[float] = field(default_factory=list)
    words: Counter = field(default_factory=Counter)
    silent: int = 0  # who handed in the notebook and did not guess

    def count(self, guess: float | str | None) -> None:
        if guess is None:
            self.silent += 1
        elif isinstance(guess, str):
            self.words[guess.lower()] += 1
        else:
            self.numbers.append(guess)

    @property
    def groups(self) -> list[tuple[str, int]]:
        """What was guessed and how often: numbers in their order, then words."""
        counts = Counter(self.numbers)
        shown = [(f"{number:g}", counts[number]) for number in sorted(counts)]
        if len(counts) > BINS:
            shown = _in_ranges(self.numbers)
        return shown + self.words.most_common(BINS)


def _in_ranges(numbers: list[float]) -> list[tuple[str, int]]:
    """How many numbers lie in each of BINS ranges at most. A range holds its lower end.

    The outermost tenths do not stretch them: one joke would press all others into one range.
    """
    ordered, tenth = sorted(numbers), len(numbers) // 10
    low, high = ordered[tenth], ordered[-1 - tenth]
    ten = 10 ** math.floor(math.log10(((high - low) or abs(high) or 1) / BINS))

    def place(number: float, width: float) -> int:
        return math.floor(number / width + 1e-9)

    widths = (ten * factor for factor in (1, 2, 5, 10, 20))
    width = next(w for w in widths if place(high, w) - place(low, w) < BINS - 2)
    first, last = place(low, width), place(high, width)
    counts = Counter(min(max(place(n, width), first - 1), last + 1) for n in numbers)
    ends = {k: f"{k * width:g} – {(k + 1) * width:g}" for k in range(first, last + 1)}
    if counts[first - 1]:
        ends = {first - 1: f"below {first * width:g}"} | ends
    if counts[last + 1]:
        ends[last + 1] = f"{(last + 1) * width:g} and more"
    return [(end, counts[k]) for k, end in ends.items()]


def read_guesses(course: Course) -> list[GuessLine]:
    """A line for each guess that a released notebook asks for, in its order."""
    lines = {
        (name, grade_id): GuessLine(
            grade_id.removeprefix(GUESS), name, source.partition("#")[2].strip()
        )
        for name in course.names
        for grade_id, source in _sources(course.released / f"{name}.ipynb").items()
    }
    names = {name for name, _ in lines}
    for path in sorted(course.autograded.glob(f"*/{course.assignment}/*.ipynb")):
        for grade_id, source in _sources(path).items() if path.stem in names else ():
            if (path.stem, grade_id) in lines:
                lines[path.stem, grade_id].count(guess_in(source))
    return list(lines.values())


def _sources(path: Path) -> dict[str, str]:
    """Grade id -> source of the cells of guesses in a notebook."""
    return {
        grade_id: "".join(cell.get("source", ""))
        for grade_id, cell in cells_in(path).items()
        if grade_id.startswith(GUESS)
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
