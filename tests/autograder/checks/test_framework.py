"""The frame of the checks, tried on a task of its own: `double(x)` returns 2 x."""

import builtins
import contextlib
import os
import random
import time
from pathlib import Path

import numpy
import pytest
import torch
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

from autograder import verdict
from autograder.answering import keeping
from autograder.answering.mistakes import error_key
from autograder.answering.values import to_float
from autograder.checks import CheckFailed, StillOpen, check, framework, passed, progress
from autograder.checks.framework import MESSAGE_LINES, Mistake, task
from helpers.notebook import first_aid
from helpers.notebook.stubs import is_stub
from tests.patience import PATIENCE

ID = "ex0-double"


@pytest.fixture(autouse=True)
def double_task():
    @task(
        ID,
        points=2,
        defines=("double",),
        seconds=1,
        mistakes={
            "not-doubled": ("not doubled", "Twice is x plus x."),
            "long": ("long", "Why?" + " Why?" * 40),
        },
    )
    def check_double(answer):
        x = answer.random.randrange(1, 1000)
        found = to_float(answer.function("double")(x).value)
        if found != 2 * x:
            raise Mistake("not-doubled", f"  double({x}) gave {found}")

    yield
    for key in ("not-doubled", "long"):
        del verdict.mistakes()[f"{ID}/{key}"]
    framework.TASKS.pop(ID)
    framework.outcomes.pop(ID, None)


def message(double, **options) -> str:
    with pytest.raises(CheckFailed) as failure:
        check(ID, {"double": double}, **options)
    return str(failure.value)


def test_a_right_answer_gets_one_line(capsys):
    check(ID, {"double": lambda x: x + x})
    assert capsys.readouterr().out == "✓ ex0-double: passed\n"


def test_a_missing_answer_is_called_open():
    with pytest.raises(StillOpen, match="`double` is not defined yet"):
        check(ID, {})


def test_a_stub_is_called_open():
    def double(x):
        raise NotImplementedError("Task ex0-double is still open")

    with pytest.raises(StillOpen, match="its stub is still in place"):
        check(ID, {"double": double})


def nothing(x): ...


def documented(x):
    """Twice x."""


class Doubler:
    """Without an answer, or with half of one."""

    def __init__(self): ...

    @property
    def twice(self): ...


@pytest.mark.parametrize("stub", [nothing, documented])
def test_a_stub_that_raises_nothing_is_called_open(stub):
    with pytest.raises(StillOpen, match="its stub is still in place"):
        check(ID, {"double": stub})


def test_the_open_method_of_half_a_class_is_named():
    with pytest.raises(StillOpen, match=r"the stub of `double\.twice` is still in place"):
        check(ID, {"double": Doubler})


class HalfASurface:
    """With an error, and the released stub of the gradient."""

    def __init__(self, lambda_1, lambda_2):
        self.lambdas = torch.tensor([lambda_1, lambda_2])

    def __call__(self, x):
        return (self.lambdas * x**2).sum(dim=1) / 2

    def grad(self, x):
        raise NotImplementedError("Task ex4-gradient is still open")


def test_a_method_that_is_a_released_stub_is_named():
    with pytest.raises(StillOpen, match=r"the stub of `HalfASurface\.grad` is still in place"):
        check("ex4-gradient", {"Function": HalfASurface})


def test_a_method_that_prepares_nothing_is_no_stub():
    class Ready:
        def __init__(self):
            pass

        def double(self, x):
            return 2 * x

    assert not is_stub(Ready) and not is_stub(Ready().double) and not is_stub(3)
    assert not is_stub(lambda x: None)


def in_a_kernel(*sources: str, **environment: str) -> str:
    """What cells print and raise, run one after the other until one stops the run."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3")
    kept = {k: v for k, v in os.environ.items() if k not in ("NBGRADER_EXECUTION", "LAB_STRICT")}
    with contextlib.suppress(CellExecutionError):
        client.execute(env={**kept, **environment})
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return "".join(o.get("text", "") or f"{o.ename}: {o.evalue}\n" for o in outputs)


WRONG = "def alpha_next(alpha, lr, eigenvalue):\n    return alpha + lr"
ASKED = "from autograder.checks import check\ncheck('ex3-step', globals())"


@pytest.mark.slow
def test_in_a_students_notebook_a_failed_check_lets_the_run_go_on_but_a_hidden_test_raises():
    answers = ("alpha_next = 1 / 2", "def alpha_next(a, b, c): ...", WRONG)
    asked = [cell for answer in answers for cell in (answer, ASKED, "print('went on')")]
    hidden = ASKED.replace("()", "(), hidden=3")
    said = in_a_kernel(*asked, hidden, "print('went on')").split("went on\n")
    assert [text.startswith("✗ ex3-step: ") for text in said] == [True, True, True, False]
    assert said[3].startswith("CheckFailed: ✗ ex3-step")


@pytest.mark.slow
@pytest.mark.parametrize(
    "strict",
    [{"NBGRADER_EXECUTION": "autograde"}, {"NBGRADER_EXECUTION": "check"}, {"LAB_STRICT": "1"}],
)
def test_while_grading_and_where_solutions_run_it_stops_there(strict):
    said = in_a_kernel(WRONG, ASKED, "print('went on')", **strict)
    assert said.startswith("CheckFailed: ✗ ex3-step") and "went on" not in said


def test_a_wrong_answer_gets_what_was_seen_and_a_hint():
    lines = message(lambda x: 3 * x).splitlines()
    assert lines[0] == "✗ ex0-double: not doubled"
    assert lines[1].startswith("  double(")
    assert lines[2] == "  Hint: Twice is x plus x."


def test_a_hidden_failure_shows_the_hint_and_no_value():
    seen = {}

    def double(x):
        seen["x"] = x
        return 3 * x

    text = message(double, hidden=4711)
    assert "Twice is x plus x." in text
    assert not any(character.isdigit() for character in text.replace(ID, ""))


def test_visible_inputs_are_always_the_same_and_hidden_ones_are_others():
    seen = []
    double = lambda x: seen.append(x) or 2 * x  # noqa: E731
    for hidden in (None, None, 5, 5, 6):
        check(ID, {"double": double}, hidden=hidden)
    assert seen[0] == seen[1]
    assert seen[2] == seen[3]
    assert len(set(seen)) == 3


def test_an_error_names_its_type_and_the_students_line():
    def double(x):
        return x + "2"

    text = message(double)
    assert "TypeError in your code" in text
    assert 'return x + "2"' in text


def test_an_error_on_a_hidden_input_does_not_give_the_input_away():
    def double(x):
        raise ValueError(f"cannot double {x}")

    assert "cannot double" not in message(double, hidden=1)


@pytest.mark.slow
def test_an_endless_answer_is_stopped_even_if_it_catches_everything_once():
    def double(x):
        while True:
            try:
                while True:
                    pass
            except Exception:
                continue

    assert "no end" in message(double)


def test_an_answer_that_only_waits_is_stopped_too(monkeypatch):
    monkeypatch.setattr(keeping, "WAITING", 1.5)
    text = message(lambda x: time.sleep(PATIENCE))
    assert "still running after 1 seconds of computing or" in text


def test_the_time_of_the_neighbours_is_not_the_answers(monkeypatch):
    """A machine on which this process gets nothing for a while: its clock runs, it does not."""

    def double(x):
        time.sleep(1.2)  # passes the limit of 1 s on the clock
        return 2 * x

    check(ID, {"double": double})


@pytest.mark.slow
def test_what_an_answer_imports_is_not_its_time(monkeypatch, tmp_path):
    busy = "end = time.thread_time() + 1.2\nwhile time.thread_time() < end:\n    pass\n"
    (tmp_path / "slow_to_import.py").write_text(f"import time\n{busy}")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(keeping, "WAITING", PATIENCE)
    plain = builtins.__import__

    def double(x):
        slow = __import__("slow_to_import")

        return 2 * x * bool(slow)

    check(ID, {"double": double})
    assert builtins.__import__ is plain


@pytest.mark.slow
def test_an_import_in_every_round_does_not_hide_a_loop():
    def double(x):
        while True:
            import math

            math.sqrt(x)

    assert "no end" in message(double)


def test_an_answer_that_exits_is_told_not_to():
    assert "ends the program" in message(lambda x: exit())


def test_a_flood_of_text_is_swallowed(capsys):
    check(ID, {"double": lambda x: print("x" * 1_000_000) or 2 * x})
    assert len(capsys.readouterr().out) < 100


@pytest.mark.parametrize(
    "strange", [None, "4", [2], float("nan"), 3j, torch.ones(3), object(), int]
)
def test_an_answer_of_a_strange_type_gets_a_message(strange):
    assert message(lambda x: strange).startswith("✗ ex0-double")


@pytest.mark.parametrize("strange", [3, "double", None, int, object()])
def test_a_name_that_is_no_function_gets_a_message(strange):
    assert message(strange).startswith("✗ ex0-double")


def test_no_message_is_longer_than_it_may_be():
    @task(ID, points=1, defines=())
    def check_long(answer):
        raise Mistake("long", "\n".join(f"  line {n} " + "x" * 500 for n in range(50)))

    text = message(None)
    assert len(text.splitlines()) <= MESSAGE_LINES
    assert max(map(len, text.splitlines())) <= framework.LINE_WIDTH
    assert "Hint" in text


def test_a_check_leaves_random_state_folder_and_settings_alone(tmp_path):
    def double(x):
        random.random()
        numpy.random.rand()
        torch.rand(1)
        os.chdir(tmp_path)
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        return 2 * x

    before = Path.cwd(), random.getstate(), torch.get_rng_state(), numpy.random.get_state()[1]
    assert "gradients are left switched off" in message(double)
    after = Path.cwd(), random.getstate(), torch.get_rng_state(), numpy.random.get_state()[1]
    assert before[:2] == after[:2]
    assert torch.equal(before[2], after[2])
    assert (before[3] == after[3]).all()
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32


def test_passed_says_what_a_cell_waits_for(capsys):
    assert not passed(ID)
    assert capsys.readouterr().out == "This cell waits for task ex0-double.\n"
    check(ID, {"double": lambda x: 2 * x})
    assert passed(ID)
    message(lambda x: x)
    assert not passed(ID)


@pytest.fixture
def in_the_table(monkeypatch):
    """The task stands in `tasks.json`."""
    entry = verdict.TaskEntry(ID, "0_double", 2, ("double",), 1)
    monkeypatch.setattr(verdict, "tasks", lambda: {ID: entry})


def test_progress_counts_the_points_of_what_passed(capsys, in_the_table):
    progress("ex0")
    check(ID, {"double": lambda x: 2 * x})
    progress("ex0")
    out = capsys.readouterr().out
    assert "open" in out
    assert "give 0 of 2 points" in out
    assert "give 2 of 2 points" in out


def test_progress_names_the_points_that_no_check_can_give(capsys, in_the_table):
    progress("ex0", by_hand=8)
    *_, written, total = capsys.readouterr().out.splitlines()
    assert written.split(None, 2) == ["written", "answers", "8 points  ✎ graded by hand"]
    assert total.startswith("The visible checks give ")


def test_an_unknown_task_is_named_with_those_that_exist():
    with pytest.raises(KeyError, match="ex0-double"):
        check("ex0-nothing", {})


def test_an_overwritten_name_is_pointed_out():
    with pytest.raises(CheckFailed, match="overwritten `string`"):
        check(ID, {"double": lambda x: x, "string": "abc"})


def test_common_errors_get_advice_of_their_own():
    def double(x):
        raise RuntimeError("Expected all tensors to be on the same device, but found cpu and cuda")

    assert ".to(device)" in message(double)


def test_the_name_of_an_own_exception_carries_no_hidden_value():
    def double(x):
        raise type(f"Value{x}", (Exception,), {})

    text = message(double, hidden=77)
    assert "an error in your code" in text
    assert "Value" not in text


def test_a_check_says_that_the_cell_before_ended_in_an_error(monkeypatch, capsys):
    monkeypatch.setattr(first_aid, "last_error", "NameError: name 'y' is not defined")
    check(ID, {"double": lambda x: 2 * x})
    assert "ended in NameError: name 'y' is not defined" in capsys.readouterr().out
    second = message(lambda x: x).splitlines()[1]
    assert "ended in NameError" in second, "below the headline, before what is about an earlier run"


@pytest.mark.parametrize(
    ("kind", "text", "key"),
    [
        ("ModuleNotFoundError", "No module named 'google'", "error-colab"),
        ("ModuleNotFoundError", "No module named 'mine'", "error-import"),
        ("SyntaxError", "invalid syntax", "error-syntax"),
        ("AssertionError", "Torch not compiled with CUDA enabled", "error-no-gpu"),
        ("TypeError", "unsupported operand type(s) for ^: 'float' and 'int'", "error-caret"),
        ("TypeError", "'method' object is not iterable", "error-not-iterable"),
        ("TypeError", "torch.nn.modules.ReLU is not a Module subclass", "error-no-call"),
        (
            "ValueError",
            "only one element tensors can be converted to Python scalars",
            "error-not-joined",
        ),
        ("AttributeError", "'Function' object has no attribute 'lambda_1'", "error-attribute"),
        ("AttributeError", "property 'shape' of 'D' object has no setter", "error-setter"),
        ("AttributeError", "'BCELoss' object has no attribute 'backward'", "error-backward"),
        ("TypeError", "'Tensor' object is not callable", "error-called"),
        ("TypeError", "list is not a Module subclass", "error-list-of-layers"),
        ("RuntimeError", "Boolean value of Tensor with more than one value", "error-ambiguous"),
        ("IndexError", "list assignment index out of range", "error-index"),
        ("ZeroDivisionError", "division by zero", "error"),
    ],
)
def test_an_error_that_everybody_meets_has_a_hint_of_its_own(kind, text, key):
    assert error_key(kind, text) == key
    assert verdict.find(ID, key) == f"any/{key}"
