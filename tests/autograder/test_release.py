"""The release: from text to executed solution to a student's notebook without answers."""

import nbformat
import pytest

from autograder import release
from autograder.course import find_course
from autograder.errors import AutograderError
from tests.autograder.conftest import ROOT

NAME = "1_imdb_classifier"


@pytest.fixture
def released(released_course):
    return released_course


def test_a_release_is_complete_and_up_to_date(released):
    assert release.out_of_date(released) == []
    assert release.leaks(released) == []
    assert release.build(released, NAME) == "unchanged"


def test_the_solution_is_stored_with_its_outputs(released):
    cells = nbformat.read(released.solutions / f"{NAME}.ipynb", as_version=4).cells
    printed = "".join(o.get("text", "") for c in cells for o in c.get("outputs", []))
    assert "['One', 'two', 'three']" in printed
    assert "✓ ex1-tokenize: passed" in printed


def test_a_student_gets_a_stub_that_names_the_task_and_no_answer(released):
    text = (released.released / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert "Task ex1-tokenize is still open" in text
    for secret in ("maketrans", "48817", "never negative", "word square", "BEGIN"):
        assert secret not in text


def test_every_cell_keeps_its_id_from_one_build_to_the_next(released):
    first = release.read_text(released, NAME)
    assert [c.id for c in first.cells] == [c.id for c in release.read_text(released, NAME).cells]
    assert "ex1-tokenize" in [c.id for c in first.cells]


def test_an_edited_text_is_found_out_of_date(released):
    path = released.text / f"{NAME}.py"
    path.write_text(path.read_text().replace("One, two", "Four, two"))
    assert any("disagree" in line for line in release.out_of_date(released))


def test_a_hand_edited_student_notebook_is_found_out_of_date(released):
    path = released.released / f"{NAME}.ipynb"
    path.write_text(path.read_text().replace("A notebook of one task", "A notebook"))
    assert release.out_of_date(released) == [f"notebooks/lab6/{NAME}.ipynb is out of date"]


def test_a_leaked_solution_line_is_found(released):
    path = released.released / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += '\ntable = str.maketrans("", "", string.punctuation)'
    nbformat.write(notebook, path)
    assert any("maketrans" in line for line in release.leaks(released))


def test_a_solution_that_fails_is_named(toy_course):
    path = toy_course.text / f"{NAME}.py"
    path.write_text(path.read_text().replace("table = str", "table = strr"))
    with pytest.raises(AutograderError, match="a solution fails"):
        release.build(toy_course, NAME)
    assert not (toy_course.solutions / f"{NAME}.ipynb").exists()


def test_the_address_of_the_course_is_stamped_into_badge_and_first_cell(toy_course):
    path = toy_course.root / "pyproject.toml"
    path.write_text(
        path.read_text().replace('repository = ""', 'repository = "https://github.com/ab/cd"')
    )
    cells = release.read_text(find_course(toy_course.root), NAME).cells
    by_id = {cell.id: cell.source for cell in cells}
    assert "github/ab/cd/blob/main/notebooks/lab6/1_imdb_classifier.ipynb" in by_id["setup-note"]
    assert '"git+https://github.com/ab/cd"' in by_id["setup"]


def test_without_an_address_there_is_no_badge(toy_course):
    by_id = {cell.id: cell.source for cell in release.read_text(toy_course, NAME).cells}
    assert "colab-badge" not in by_id["setup-note"]


# --- the course itself ----------------------------------------------------------------------------


def test_no_released_notebook_of_the_course_holds_an_answer():
    assert release.leaks(find_course(ROOT)) == []


def test_the_notebooks_of_the_course_are_up_to_date():
    assert release.out_of_date(find_course(ROOT)) == []
