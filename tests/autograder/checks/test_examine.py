"""A new task is its inputs, its right function and its table; the engine does the rest."""

import itertools
import types

import numpy
import pytest
import sympy
import torch

from autograder import verdict
from autograder.answering.values import show
from autograder.checks import CheckFailed, check, framework
from autograder.checks.examine import NUMBER, Slip, compared, examine
from autograder.checks.framework import task

ID = "ex0-area"


@pytest.fixture(autouse=True)
def area():
    @task(
        ID,
        points=2,
        defines=("area",),
        mistakes={
            "sum": ("the sides are added", "How many squares of side 1 fit in?"),
            "half": ("half of the area", "That is the triangle. What of the other one?"),
            "edge": ("the length of the edge", "Do you measure what is inside?"),
            "wrong-result": ("not the area", "Draw it for sides of 2 and 3, and count."),
        },
    )
    def check_area(answer):
        draw = answer.random
        examine(
            answer,
            "area",
            [(draw.randint(2, 9), draw.randint(10, 99)) for _ in range(5)],
            lambda width, height: width * height,
            NUMBER,
            slips=[
                Slip("sum", lambda w, h: w + h),
                Slip("half", lambda w, h: w * h / 2),
                Slip("edge", lambda w, h: 2 * (w + h)),
            ],
        )

    yield
    framework.TASKS.pop(ID)
    for key in [key for key in verdict.mistakes() if key.startswith(f"{ID}/")]:
        del verdict.mistakes()[key]


def said(function, hidden=None) -> framework.CheckFailed:
    with pytest.raises(CheckFailed) as failure:
        check(ID, {"area": function}, hidden=hidden)
    return failure.value


@pytest.mark.parametrize(
    "right",
    [
        lambda width, height: width * height,
        lambda *sides: sides[0] * sides[1],
        lambda width, height: torch.tensor(width * height),
        lambda width, height: numpy.float64(width * height),
        lambda width, height: sympy.Integer(width) * height,
        lambda width, height: [print("…")] and float(width * height),
    ],
)
@pytest.mark.parametrize("hidden", [None, 11])
def test_a_right_answer_passes_in_any_type(right, hidden):
    check(ID, {"area": right}, hidden=hidden)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (lambda width, height: width + height, f"{ID}/sum"),
        (lambda width, height: width * height / 2, f"{ID}/half"),
        (lambda width, height: 2 * width + 2 * height, f"{ID}/edge"),
        (lambda width, height: width * height + 1, f"{ID}/wrong-result"),
        (lambda width, height: None, "any/none"),
        (lambda width, height: "12", "any/not-a-number"),
        (lambda width, height: [width, height], "any/several-values"),
        (lambda width, height: float("nan"), "any/not-finite"),
        (lambda width, height: sympy.Symbol("w") * height, "any/symbol"),
        (lambda width, height: 12, "any/same-for-all"),
        (lambda width, height: round(width * height, -1), "any/wrong-result"),
        (lambda width, height: 5 * height, "any/fixed-argument"),
        (lambda width: width, "any/parameters"),
        (lambda width, height: width / 0, "any/error"),
        (7, "any/not-a-function"),
        (int, "any/not-a-function"),
        (types.SimpleNamespace(a=1), "any/not-a-function"),
    ],
)
def test_each_mistake_is_named(wrong, key):
    found = said(wrong).verdict
    assert found.mistake.split("/")[1] == key.split("/")[1]
    assert found.label and found.hint


def test_an_answer_that_counts_its_calls_is_named():
    calls = itertools.count()
    assert said(lambda width, height: width * height + next(calls)).verdict.mistake == (
        "any/remembers"
    )


def test_a_hidden_verdict_has_no_value_and_its_message_no_number():
    failure = said(lambda width, height: 1 / 0, hidden=5)
    assert failure.verdict.part == "hidden" and not failure.verdict.values
    assert not any(c.isdigit() for c in str(failure).replace(ID, ""))


def test_a_value_that_the_tables_cannot_take_is_left_out_of_the_message():
    strange = type("Odd name!\n" + "x" * 200, (Exception,), {})

    def area(width, height):
        raise strange("no")

    failure = said(area)
    assert failure.verdict.mistake == "any/error"
    assert len(str(failure).splitlines()[0]) < 200


def test_results_that_look_alike_are_told_apart_by_their_difference():
    assert "largest difference is 0.0002" in str(compared(lambda value: "1", 1.0002, 1.0))
    assert "alike" not in compared(show, [1.0, 2.0], [1.0, 3.0])
