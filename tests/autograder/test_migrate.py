"""Tasks change in the middle of a term, and no mark of a task that stays is lost."""

import contextlib
import sqlite3
from datetime import datetime, timedelta

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.authoring import release
from autograder.errors import AutograderError
from autograder.grading.grade import GradeError, Settings, grade
from autograder.grading.marks import read_marks
from tests.autograder.toy_course import ANSWERS, make_course, scores, submit, written

SECOND = "2_second"
PROOF = {**ANSWERS, "why": "A proof."}


@pytest.fixture
def course(tmp_path):
    """Ada and Ben, as graded: a proof that was read, a test that was overruled, a comment."""
    course = make_course(tmp_path / "toy")
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        gradebook.update_or_create_assignment("lab6", duedate=datetime(2026, 5, 1))
        for student in ("ada", "ben"):
            gradebook.add_student(student)
            submission = gradebook.add_submission("lab6", student)
            submission.timestamp, submission.extension = datetime(2026, 5, 2), timedelta(days=3)
            for notebook in submission.notebooks:
                notebook.late_submission_penalty = 0.5
                for given in notebook.grades:
                    given.auto_score, given.needs_manual_grade = 0, False
        by_hand(gradebook, "ada", "why", SECOND, 4)
        by_hand(gradebook, "ben", "square-test", "1_first", 2)
        gradebook.find_comment("why", SECOND, "lab6", "ada").manual_comment = "nearly"
        gradebook.db.commit()
    return course


def by_hand(gradebook, student: str, task: str, notebook: str, points: float) -> None:
    given = gradebook.find_grade(task, notebook, "lab6", student)
    given.manual_score, given.needs_manual_grade = points, False


def edit(course, name: str, how) -> None:
    path = course.solutions / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    how(notebook.cells)
    nbformat.write(notebook, path)


def add_task(cells) -> None:
    cells.append(written("why-not", 3))


def kept(course, student: str) -> dict:
    """All that a person or the calendar has put into the gradebook about one student."""
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        submission = gradebook.find_submission("lab6", student)
        return {
            "when": (submission.timestamp, submission.extension, submission.assignment.duedate),
            "late": [notebook.late_submission_penalty for notebook in submission.notebooks],
            "marks": {
                grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            },
            "said": {
                comment.name: comment.manual_comment
                for notebook in submission.notebooks
                for comment in notebook.comments
            },
        }


def dump(path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def test_a_new_task_leaves_every_mark_where_it_was(course):
    before, old = {s: kept(course, s) for s in ("ada", "ben")}, dump(course.gradebook)
    edit(course, SECOND, add_task)
    with pytest.raises(AutograderError, match="release --migrate` keeps the marks"):
        release.generate(course)
    said = release.generate(course, migrate=True)
    assert "kept the marks of 2 students, 2 of them by hand" in said
    for student, expected in before.items():
        now = kept(course, student)
        assert now["marks"].pop("why-not") == (None, None, True)
        assert now["said"].pop("why-not") is None
        assert now == expected
    (copy,) = course.grading.glob("gradebook-before-*.db")
    assert dump(copy) == old
    assert "why-not" in (course.released / f"{SECOND}.ipynb").read_text()


def test_until_it_is_graded_the_new_task_is_no_zero(course):
    edit(course, SECOND, add_task)
    release.generate(course, migrate=True)
    assert [s.not_graded for s in read_marks(course).students] == [[SECOND]] * 2


def test_a_task_that_is_taken_out_is_named_with_the_hand_marks_that_it_had(course):
    edit(course, SECOND, lambda cells: cells.pop())
    said = release.generate(course, migrate=True)
    assert "1 of them by hand; without a task now: ada: why" in said
    assert kept(course, "ben")["marks"]["square-test"] == (0, 2, False)


@pytest.mark.parametrize("migrate", [False, True])
def test_a_hand_mark_on_other_points_asks_to_be_looked_at_again(course, migrate):
    edit(course, SECOND, lambda cells: cells[-1].metadata.nbgrader.update(points=3))
    release.generate(course, migrate=migrate)
    assert kept(course, "ada")["marks"]["why"] == (0, 4, True)
    assert kept(course, "ben")["marks"]["square-test"] == (0, 2, False)


def test_a_migration_that_fails_leaves_release_and_gradebook(course):
    old, released = dump(course.gradebook), (course.released / f"{SECOND}.ipynb").read_bytes()
    edit(course, SECOND, lambda cells: cells.append(cells[-1]))  # the same task twice
    with pytest.raises(AutograderError, match="release and gradebook are as they were"):
        release.generate(course, migrate=True)
    assert dump(course.gradebook) == old
    assert (course.released / f"{SECOND}.ipynb").read_bytes() == released
    assert not list(course.grading.glob("*before*"))


@pytest.mark.usefixtures("sandboxes_can_be_made")
def test_a_class_is_graded_again_after_a_new_task_with_all_that_was_read(tmp_path):
    course = make_course(tmp_path / "toy")
    submit(course, "ada", PROOF)
    grade(course, Settings())
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        by_hand(gradebook, "ada", "why", SECOND, 4)
        gradebook.db.commit()
    before = scores(course)["ada"]
    edit(course, SECOND, add_task)
    release.generate(course, migrate=True)
    assert grade(course, Settings()).done == 1
    now = kept(course, "ada")["marks"]
    assert now["why"] == (before["why"], 4, False)
    assert now["why-not"][1] is None
    assert {task: now[task][0] for task in ("square-test", "double-test", "mean-test")} == {
        "square-test": 3,
        "double-test": 2,
        "mean-test": 4,
    }
    assert read_marks(course).students[0].not_graded == []
    path = course.released / f"{SECOND}.ipynb"
    edited = nbformat.read(path, as_version=4)
    edited.cells.append(written("third", 2))
    nbformat.write(edited, path)
    with pytest.raises(GradeError, match="release --migrate"):
        grade(course, Settings())
