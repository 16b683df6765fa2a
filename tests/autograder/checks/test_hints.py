"""`hint` gives one step after the other; `solution` only what is solved, and given out."""

import json

import pytest

from autograder import verdict
from autograder.answering.progress import outcomes
from autograder.checks import hint, hints, solution

ID = "ex0-double"
HINTS = ("What is twice three?", "Add x to itself. " * 20, "To halve x:\n\n    x / 2")
ENTRY = verdict.TaskEntry(ID, "0_double", 2, ("double",), 1, 5, 1, HINTS)


@pytest.fixture(autouse=True)
def at_the_notebook(monkeypatch, tmp_path):
    monkeypatch.setattr(verdict, "tasks", lambda: {ID: ENTRY})
    monkeypatch.chdir(tmp_path)
    yield
    hints._shown.clear()
    outcomes.pop(ID, None)


def said(function, *arguments, capsys) -> str:
    function(*arguments)
    return capsys.readouterr().out


def give_out(tmp_path, **content) -> None:
    (tmp_path / hints.SOLUTIONS).write_text(json.dumps(content), encoding="utf-8")


SOLVED = {ID: {"source": "double = lambda x: x + x", "reason": "Adding is enough."}}


def test_hints_come_one_after_the_other_and_the_last_again(capsys):
    first, second, third, again = [said(hint, ID, capsys=capsys) for _ in range(4)]
    assert first.splitlines()[:2] == ["Hint 1 of 3 for ex0-double:", "What is twice three?"]
    assert 'hint("ex0-double") again' in first and "again" not in third
    assert "Hint 2 of 3" in second and max(map(len, second.splitlines())) <= hints.WIDTH
    assert "\n    x / 2\n" in third and again == third


@pytest.mark.parametrize("unknown", ["ex0-duoble", "", None, 3])
def test_an_unknown_task_is_answered_with_those_that_there_are(capsys, unknown):
    for function in (hint, solution):
        answer = said(function, unknown, capsys=capsys)
        assert "There are: ex0-double." in answer and "a written one has its hints" in answer


@pytest.mark.parametrize("outcome", [None, "open", "failed"])
def test_no_solution_while_the_task_is_open(capsys, tmp_path, outcome):
    give_out(tmp_path, solutions=SOLVED)
    if outcome:
        outcomes[ID] = outcome
    text = said(solution, ID, capsys=capsys)
    assert "First your own" in text and "x + x" not in text


def test_a_solved_task_shows_its_solution_and_the_reason(capsys, tmp_path):
    outcomes[ID] = "passed"
    give_out(tmp_path, **{"from": "2026-12-15"}, solutions=SOLVED)
    assert said(solution, ID, capsys=capsys) == "double = lambda x: x + x\n\nAdding is enough.\n"


def test_before_the_date_it_is_said(capsys, tmp_path):
    outcomes[ID] = "passed"
    give_out(tmp_path, **{"from": "2026-12-15"})
    assert "given out from 2026-12-15 on" in said(solution, ID, capsys=capsys)


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_file_that_is_missing_or_damaged_costs_one_line(capsys, tmp_path, content):
    outcomes[ID] = "passed"
    if content:
        (tmp_path / hints.SOLUTIONS).write_text(content)
    assert "solutions.json to put beside this notebook" in said(solution, ID, capsys=capsys)


def test_a_name_without_its_prefix_and_the_function_itself_lead_to_the_task(capsys, monkeypatch):
    monkeypatch.setattr(verdict, "tasks", lambda: {ID: ENTRY, "ex0-half": ENTRY})

    def double(x): ...

    for meant in ("double", double):
        assert "There are: ex0-double." in said(hint, meant, capsys=capsys)
