"""With variants, the grader says whose numbers count; a notebook cannot choose them."""

from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from autograder.authoring import variants
from autograder.authoring.example_class import PREFIX
from autograder.cells import STUDENT_ID
from autograder.grading.flags import load_flags
from autograder.grading.grade import Settings, _Grading
from autograder.grading.native import SandboxedExecute
from autograder.grading.whose_numbers import typed_id, whose_numbers
from autograder.intake.submission_folder import read_folder
from autograder.kept import load_verdicts
from helpers.variants import numbers_of

TASK = "ex4-max-learning-rate"
BY_NAME = "max_learning_rate = 2 / my.quad[1] + shift"
PATH = """
from helpers.quadratics import descend
start = torch.full((2,), my.start, dtype=torch.float64)
hist_max = descend(start, torch.diag(torch.tensor(my.quad).double()), max_learning_rate, 10)
"""


def cell(source, grade_id, **marks):
    mark = {"grade": False, "solution": False, "locked": True, "task": False, "schema_version": 3}
    return new_code_cell(source, metadata={"nbgrader": {**mark, "grade_id": grade_id, **marks}})


def notebook(typed: str, answer: str):
    test = f'from autograder.checks import check\n\ncheck("{TASK}", globals())'
    cells = [
        cell(f'shift = 0\nstudent_id = "{typed}"  # mine', STUDENT_ID, locked=False),
        cell(variants.LOOK_UP, "my-numbers"),
        cell(f"import torch\n{answer}{PATH}", TASK, locked=False, solution=True),
        cell(test, f"{TASK}-test", grade=True, points=3),
    ]
    return new_notebook(cells=cells)


def graded(report, student: str, typed: str, answer: str) -> str:
    """The mistake that grading finds; "" if none. What is kept lies in `report` then."""
    config = Config({"SandboxedExecute": {"report_folder": str(report), "variants": True}})
    names = {"nbgrader": {"student": student, "notebook": "n"}, "metadata": {"path": str(report)}}
    made, _ = SandboxedExecute(config=config).preprocess(notebook(typed, answer), names)
    assert f"The numbers of {student}: {numbers_of(student)}" in made.cells[1].outputs[0].text
    return load_verdicts(report, student)[student, "n"][-1].mistake


@pytest.mark.usefixtures("sandboxes_can_be_made")
def test_the_numbers_of_the_folder_count_and_another_id_is_flagged(tmp_path):
    report = tmp_path / "report"
    report.mkdir()
    assert numbers_of("ada") != numbers_of("ben")
    theirs = f"max_learning_rate = {2 / numbers_of('ben').quad[1]}"
    assert graded(report, "ada", "ada", BY_NAME) == ""
    assert not load_flags(report / "flags")
    assert graded(report, "ada", "ben", BY_NAME) == ""
    (flag,) = load_flags(report / "flags")["ada", "n"]
    assert str(flag) == (
        "student-id: graded with the numbers of ada, and not of the id typed here: ben"
    )
    assert graded(report, "ada", "ben", theirs) == "bound/of-another-variant"


@pytest.mark.parametrize(
    "typed, student, counts",
    [
        ("ada", "ada", "ada"),
        ("Ada@uni.edu", "ada", "Ada@uni.edu"),  # another way to write it
        ("ben", "ada", "ada"),
        ("", "ada", "ada"),
        ("cleo", "dan", "cleo"),  # of the same group
        ("Red", "dan", "Red"),
        ("ada", "dan", "dan"),
        ("ada", "participant-4711", "ada"),  # the grader knows nobody's
        ("ada", "anon-b2", "ada"),
        ("", "participant-4711", "participant-4711"),
    ],
)
def test_whose_numbers_count(typed, student, counts):
    assert whose_numbers(typed, student, {"cleo": "red", "dan": "red", "ada": "blue"}) == counts


@pytest.mark.parametrize("variants", [True, False])
def test_whose_group_says_so_later_is_graded_anew_where_numbers_depend_on_it(tmp_path, variants):
    settings = {"report_folder": str(tmp_path / "report"), "variants": variants}
    execute = SandboxedExecute(config=Config({"SandboxedExecute": settings}))
    run = SimpleNamespace(execute=execute, keys={"n": ""}, names=["n"], settings=Settings())
    run.course = SimpleNamespace(report=tmp_path / "report")
    (tmp_path / "ada").mkdir()
    folder = read_folder(tmp_path / "ada")
    before = _Grading._due(run, "ada", folder)
    (tmp_path / "groups.csv").write_text("student,group\nada,red\nben,red\n")
    assert (_Grading._due(run, "ada", folder) != before) == variants


@pytest.mark.parametrize(
    "source, typed",
    [('student_id = " ada "', "ada"), ("student_id = 4711", "4711"), ("student_id = x()", "")],
)
def test_the_id_is_read_and_not_run(source, typed):
    assert typed_id(new_notebook(cells=[cell(source, STUDENT_ID)])) == typed


@pytest.mark.parametrize(
    "own, elsewhere, typed",
    [
        ('name = "Ada L."\nstudent_id = "ada"', "", "ada"),
        ('student_id = ""\nstudent_id: str = "ada"', "", "ada"),
        ('student_id = ""', 'student_id = "ada"', "ada"),
        ('student_id = "ada"', 'student_id = "ben"', "ada"),
        (f"student_id = 0x{'f' * 5000}", "", ""),
    ],
)
def test_the_id_is_what_student_id_gets_in_its_cell_or_else_elsewhere(own, elsewhere, typed):
    cells = [cell(own, STUDENT_ID), new_code_cell(elsewhere)]
    assert typed_id(new_notebook(cells=cells)) == typed


@pytest.mark.parametrize(
    "typed", ["àda", "ＡDA", "adá", "ad\u0301a", "ada@x", "а-da", "adа", "ada²"]
)
def test_no_way_to_write_an_id_gets_another_set_of_numbers(typed):
    assert numbers_of(whose_numbers(typed, "ada", {})) == numbers_of("ada")


def test_the_example_class_shows_two_sets():
    assert numbers_of(f"{PREFIX}complete") != numbers_of(f"{PREFIX}other-numbers")
