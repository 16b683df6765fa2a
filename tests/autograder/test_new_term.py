"""The end of a term: all of it is put away, and the next class begins with nothing."""

import pytest

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading.marks import read_marks
from autograder.grading.new_term import new_term
from tests.autograder.small_class import grade, new_course
from tests.autograder.small_lab import releases


@pytest.fixture
def course(tmp_path) -> Course:
    course = new_course(tmp_path)
    name, notebook = next(iter(releases().items()))
    grade(course, "ada", notebook, name)
    return course


def everything(folder) -> dict:
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_old_term_is_put_away_whole_and_can_be_opened_again(course):
    before = everything(course.grading)
    archive = new_term(course, "2026-spring")
    assert archive == course.grading / "terms" / "2026-spring"
    assert everything(archive) == before
    assert [path.name for path in course.grading.iterdir()] == ["terms"]
    old = Course(course.root, grading_elsewhere=archive)
    assert [student.id for student in read_marks(old).students] == ["ada"]


def test_one_that_was_stopped_in_between_is_gone_on_with(course):
    before = everything(course.grading)
    archive = course.grading / "terms" / "2026"
    archive.mkdir(parents=True)
    course.report.rename(archive / "report")
    assert new_term(course, "2026") == archive
    assert everything(archive) == before


def test_an_old_term_is_never_overwritten(course):
    new_term(course, "2026")
    course.gradebook.write_bytes(b"of the next class")
    with pytest.raises(AutograderError, match=r"holds a gradebook\.db already"):
        new_term(course, "2026")
    assert course.gradebook.read_bytes() == b"of the next class"


@pytest.mark.parametrize("name", ["../away", "a/b", ".hidden", ".."])
def test_a_term_has_a_plain_name(course, name):
    with pytest.raises(AutograderError, match="is no name for a folder"):
        new_term(course, name)


def test_nothing_to_put_away_is_one_line(course):
    new_term(course)
    with pytest.raises(AutograderError, match="there is nothing in"):
        new_term(course)
