"""What a class guessed is read, never run, and shown in the report."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.authoring.release import NameOpenTask
from autograder.reporting import report
from autograder.reporting.guesses import GuessLine, guess_in, read_guesses
from tests.autograder.small_class import grade, new_course
from tests.autograder.small_lab import FIRST, answered

ASKED = "guess_factor = None  # a number"


@pytest.mark.parametrize(
    ("source", "guess"),
    [
        (ASKED, None),
        ("guess_factor = 3", 3.0),
        ("guess_factor = -2.5e3\nprint(guess_factor)", -2500.0),
        ("guess_factor = 1\nguess_factor = 2", 2.0),
        ("guess_factor = '  it\\n falls '", "it falls"),
        ("guess_factor = 'x' * 10", None),
        ("guess_factor = True", "yes"),
        ("guess_factor = open('/tmp/ran', 'w')", None),
        ("guess_factor = 9" + "9" * 300, None),
        ("guess_factor = 9" + "9" * 5000, None),
        ("guess_factor = 1e999", None),
        ("guess_factor = [1, 2]", None),
        ("guess_factor = " + "(" * 900 + ")" * 900, None),
        ("guess_factor = (", None),
        ("x = 3", None),
        ("guess_factor = '" + "long" * 50 + "'", "long" * 10),
    ],
)
def test_of_a_cell_only_a_number_or_a_word_is_taken(source, guess):
    assert guess_in(source) == guess


def with_guess(notebook, source: str):
    cell = new_code_cell(source, id="guess-factor")
    mark = {"grade": False, "solution": True, "locked": False, "task": False, "schema_version": 3}
    cell.metadata["nbgrader"] = {**mark, "grade_id": "guess-factor"}
    notebook.cells.insert(1, cell)
    return notebook


@pytest.fixture
def course(tmp_path):
    course = new_course(tmp_path)
    (course.root / "solutions" / "text").mkdir(parents=True, exist_ok=True)
    (course.text / f"{FIRST}.py").touch()
    path = course.released / f"{FIRST}.ipynb"
    nbformat.write(with_guess(nbformat.read(path, as_version=4), ASKED), path)
    guesses = ("guess_factor = 2", "guess_factor = 2.0", "guess_factor = '<b>x</b>'", ASKED)
    for number, source in enumerate(guesses):
        student = f"student-{number}"
        grade(course, student, answered(FIRST), FIRST)
        graded = course.autograded / student / course.assignment / f"{FIRST}.ipynb"
        nbformat.write(with_guess(nbformat.read(graded, as_version=4), source), graded)
    return course


def test_the_guesses_of_a_class_are_counted(course):
    (line,) = read_guesses(course)
    assert (line.name, line.notebook, line.silent) == ("factor", FIRST, 1)
    assert line.groups == [("2", 2), ("<b>x</b>", 1)]


def test_many_numbers_are_counted_in_ranges(course):
    (line,) = read_guesses(course)
    for number in range(1, 21):
        line.count(float(number))
    assert line.groups[:2] == [("0 – 5", 6), ("5 – 10", 5)]
    assert line.groups[-2:] == [("20 and more", 1), ("<b>x</b>", 1)]
    assert sum(count for _, count in line.groups) == 23


@pytest.mark.parametrize(
    ("numbers", "groups"),
    [
        ([0.1 * k for k in range(10)], {"0 – 0.2": 2, "0.2 – 0.4": 2, "0.8 – 1": 2}),
        ([*range(2000, 2020), 10**8], {"2000 – 2005": 5, "2020 and more": 1}),
        ([7.0] * 100 + [*range(-5, 5)], {"below 7": 10, "7 – 7.1": 100}),
        ([-0.5] * 50 + [float(k) for k in range(9)], {"-1 – 0": 50, "4 and more": 5}),
    ],
)
def test_ranges_are_round_and_no_joke_stretches_them(numbers, groups):
    line = GuessLine("factor", FIRST)
    for number in numbers:
        line.count(float(number))
    found = dict(line.groups)
    assert groups == {name: found.get(name, 0) for name in groups} and len(found) <= 8
    assert sum(found.values()) == len(numbers)


def test_words_count_without_regard_to_capitals():
    line = GuessLine("noise", FIRST)
    for word in ("larger", "Larger", "smaller"):
        line.count(word)
    assert line.groups == [("larger", 2), ("smaller", 1)]


def test_the_report_shows_them_safely(course):
    page = report.write(course, report.gather(course)).read_text(encoding="utf-8")
    table = re.search(r'<section id="guesses".*?</section>', page, re.DOTALL)[0]
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="number">(.*?)</td>', table)
    assert rows == [("2", "2"), ("&lt;b&gt;x&lt;/b&gt;", "1")]
    assert "<strong>factor</strong>: a number" in table


def test_a_guess_is_released_as_it_is():
    notebook = with_guess(answered(FIRST), ASKED)
    NameOpenTask().preprocess(notebook, {})
    assert notebook.cells[1].source == ASKED
