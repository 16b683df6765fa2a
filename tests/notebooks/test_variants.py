"""With variants, what notebooks say is true of every set of numbers, and only its answers count."""

from dataclasses import replace

import nbformat
import pytest
import torch

from autograder.answering.given import Surface
from autograder.authoring.text_notebook import grade_id, read_text
from autograder.cells import STUDENT_ID, marks_of
from autograder.checks import CheckFailed, check
from autograder.checks.descents import Run
from autograder.course import find_course
from autograder.errors import AutograderError
from helpers.regularization import recorded_runs
from helpers.variants import SETS, STANDARD, NoStudentId, numbers_of
from tests.autograder.conftest import ROOT
from tests.notebooks import test_gradient_descent_theory as theory
from tests.notebooks import test_momentum_playground as playground

OFF = find_course(ROOT)
ON = replace(OFF, variants=True)
STUDENTS = {numbers_of(n): str(n) for n in range(99)}  # one for each set
SOME = [SETS[0], SETS[4], SETS[7]]
no_screen = playground.no_screen
HISTORIES = ("hist_slow", "hist_fast", "hist_max", "hist_stiff", "hist_momentum")


def varied(name: str, student: str = ""):
    notebook = read_text(ON, name)
    for cell in notebook.cells:
        if marks_of(cell).get("grade_id") == STUDENT_ID:
            cell.source = f"student_id = {student!r}"
    return notebook


def run_playground(monkeypatch, numbers, **replaced):
    cells = varied("4_momentum_playground", STUDENTS[numbers]).cells
    monkeypatch.setattr(playground, "cells", lambda: cells)
    return playground.run({"title": "", **replaced})  # without the long cells


@pytest.fixture(scope="module")
def standard() -> dict:
    return playground.run({"title": ""})[0]


def test_without_variants_nothing_of_them_is_in_a_notebook():
    for name in OFF.names:
        text = " ".join(cell.source for cell in read_text(OFF, name).cells)
        text += (OFF.released / f"{name}.ipynb").read_text(encoding="utf-8")
        assert not any(word in text for word in ("student_id", "numbers_of", "my."))
        released = nbformat.read(OFF.released / f"{name}.ipynb", as_version=4)
        given = {cell.id: cell.source for cell in released.cells}
        texts = {cell.id: cell.source for cell in read_text(OFF, name).cells}
        kept = {id for id in texts if "### BEGIN" not in texts[id]}  # of answers and hidden tests
        assert given.keys() == texts.keys() and {i: given[i] for i in kept} == {
            i: texts[i] for i in kept
        }


def test_a_switch_is_on_or_off(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "nbgrader_config.py").touch()
    project = '[project]\nname = "n"\nversion = "1"\n[tool.lab]\nvariants = "on"\n'
    (tmp_path / "pyproject.toml").write_text(project)
    with pytest.raises(AutograderError, match="is true or false, not 'on'"):
        find_course(tmp_path)


@pytest.mark.parametrize("numbers", SOME, ids=str)
def test_the_paths_of_notebook_4_are_the_same_but_for_their_size(numbers, standard, monkeypatch):
    names, raised = run_playground(monkeypatch, numbers)
    assert not raised and names["my"] == numbers
    size = numbers.start / STANDARD.start
    for name in HISTORIES:
        assert torch.allclose(names[name], size * standard[name], rtol=1e-4, atol=1e-4), name
    assert names["ends"] == pytest.approx({b: size * e for b, e in standard["ends"].items()}, 1e-3)
    for cell in ("condition-numbers", "momentum-scan"):
        assert names["printed"][cell] == standard["printed"][cell]
    answer = {grade_id(cell): cell.source for cell in varied("4_momentum_playground").cells}
    exec(answer["ex4-momentum-choice"], names)  # once more, after a run of all cells
    check("ex4-momentum-choice", names)
    assert f"The numbers of {STUDENTS[numbers]}: {numbers}" in names["printed"]["my-numbers"]


@pytest.mark.parametrize("missing", [*playground.WRONG_BUT_USED, "ex4-momentum-choice"])
def test_a_missing_answer_costs_its_own_points_only(missing, monkeypatch):
    _, raised = run_playground(monkeypatch, SETS[7], **{missing: "raise SyntaxError"})
    assert set(raised) == {missing, f"{missing}-test"}


@pytest.mark.parametrize("numbers", SOME, ids=str)
def test_notebook_3_says_what_is_true(numbers, standard):
    names, raised, printed = theory.run(varied("3_gradient_descent_theory", STUDENTS[numbers]))
    assert not raised and "True" in printed["trajectory-confirmed"]
    formula, step = (line.split(":")[1] for line in printed["step-confirmed"].splitlines())
    after = [0.85 * numbers.start, -0.5 * numbers.start]  # the factors that the text finds
    assert formula.split() == step.split() and eval(formula) == pytest.approx(after)
    assert names["bound"] == pytest.approx(2 / numbers.quad[1])


def test_no_text_names_a_number_that_is_not_the_students():
    examples = {"ex4-gradient-task", "ex4-gradient-descent-task", "ex4-momentum-task"}
    named = {
        marks_of(cell)["grade_id"]
        for cell in varied("4_momentum_playground").cells
        if cell.cell_type == "markdown" and any(n in cell.source for n in ("1, 10)", "1, 30)"))
    }
    assert named == examples  # of functions that take any surface
    said = " ".join(cell.source for cell in varied("2_regularization").cells)
    assert said.count("In nearly every run") == 2  # of one run of any seed no more can be said


def test_every_id_has_a_set_and_every_set_is_apart_from_the_others():
    assert STUDENTS.keys() == set(SETS)
    assert numbers_of("Ada Lovelace@uni.edu") == numbers_of("ada-lovelace")
    starts = [numbers.start for numbers in (STANDARD, *SETS)]
    assert len(set(starts)) == len(starts)
    tried = recorded_runs()["about"]["seeds"]  # each is held to the text of notebook 2
    assert {numbers.seed for numbers in SETS} <= set(tried)


def test_without_an_id_only_grading_goes_on(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    with pytest.raises(NoStudentId, match="write yours between the quotation marks"):
        numbers_of("")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert numbers_of("") == STANDARD


TASKS = {
    "ex4-max-learning-rate": ("quad", "max_learning_rate", "hist_max"),
    "ex4-condition-number": ("stiff", "stiff_max_learning_rate", "hist_stiff"),
}


def answer(which: str, rate: str, history: str, numbers) -> dict:
    surface = Surface(*getattr(numbers, which))
    bound = 2 / surface.lambda_2
    return {rate: bound, history: Run(surface, bound, start=numbers.start).path()}


@pytest.mark.parametrize("hidden", [None, 5])
@pytest.mark.parametrize("task", TASKS)
def test_a_set_is_right_for_its_own_students_and_named_for_all_others(task, hidden):
    _, rate, history = TASKS[task]
    for own in SETS:
        right = {"my": own, **answer(*TASKS[task], own)}
        check(task, right, hidden=hidden)
        for other in {STANDARD, *SETS} - {own}:
            theirs = answer(*TASKS[task], other)
            for name, key in ((rate, "bound"), (history, "history")):
                with pytest.raises(CheckFailed, match="numbers of another variant") as found:
                    check(task, right | {name: theirs[name]}, hidden=hidden)
                assert found.value.verdict.mistake.endswith(f"{key}/of-another-variant")


def test_momentum_of_another_set_is_named():
    own, other = SETS[2], SETS[5]
    for numbers in (own, other):
        run = Run(Surface(*numbers.stiff), 2 / numbers.stiff[1], 0.6, numbers.start)
        names = {"my": own, "momentum": 0.6, "hist_momentum": run.path()}
        names["stiff_max_learning_rate"] = 2 / own.stiff[1]
        if numbers == own:
            check("ex4-momentum-choice", names)
            continue
        with pytest.raises(CheckFailed, match="numbers of another variant"):
            check("ex4-momentum-choice", names)


def test_without_variants_no_number_is_called_another_students():
    with pytest.raises(CheckFailed, match="too small"):
        check("ex4-max-learning-rate", answer(*TASKS["ex4-max-learning-rate"], SETS[0]))


def test_a_text_that_has_changed_is_named(tmp_path):
    course = replace(ON, root=tmp_path)
    course.text.mkdir(parents=True)
    (course.text / "n.py").write_text("# %% setup\n# setup\n# %% a\nx = 1\n")
    table = tmp_path / "solutions" / "variants.toml"
    for text, said in ((None, "needs a table"), ("[n.a]\n'x = 2' = 'y'", "a of n has no 'x = 2'")):
        if text:
            table.write_text(text)
        with pytest.raises(AutograderError, match=said):
            read_text(course, "n")
