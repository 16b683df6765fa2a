"""The judge at the other end of a pipe: what an answer may do to its own process costs its own
test only, and what comes over the pipe is held for hostile."""

import socket
import threading

import pytest
import torch
from nbformat.v4 import new_code_cell

from autograder import verdict
from autograder.answering import wire
from autograder.checks import framework, judge
from autograder.verdict import of_task
from tests.autograder.test_sandbox import SMALL, errors, graded, locked, printed, run

IMPORTS = locked(
    "imports", "import os, sys, time, torch\nfrom autograder.checks import check, passed"
)
TEST = graded(
    "ex3-step-test", 'check("ex3-step", globals())', 'check("ex3-step", globals(), hidden=5)', 2
)
RIGHT = "    return (1 - lr * eigenvalue) * alpha"
DEFINED = "calls = []\ndef alpha_next(alpha, lr, eigenvalue):\n    calls.append(1)\n"


def judged(body: str, limits=SMALL):
    """The verdicts on an answer that does this first; the notebook goes on in the same kernel."""
    step = f"{DEFINED}    {body}\n{RIGHT}"
    notebook, verdicts = run(IMPORTS, "alive = os.getpid()", step, TEST,
                             "print(alive == os.getpid(), calls)", limits=limits)  # fmt: skip
    assert printed(notebook.cells[4]) == "True []\n"
    return [(v.part, v.state, v.mistake) for v in verdicts], errors(notebook.cells[3])


def test_a_right_answer_passes_and_leaves_no_trace():
    assert judged("pass")[0] == [("visible", "passed", ""), ("hidden", "passed", "")]


@pytest.mark.parametrize(
    ("body", "state", "mistake"),
    [
        ("os._exit(0)", "stopped", "limit/kernel"),
        ("os.kill(os.getpid(), 9)", "stopped", "limit/kernel"),
        ("sys.exit()", "failed", "any/exits"),
        ("kept = [bytearray(1 << 26) for _ in range(60)]", "failed", "any/out-of-memory"),
        ("torch.ones(1 << 30)", "failed", "any/out-of-memory"),
        ("os.fork()", "failed", "any/strange"),
    ],
)
def test_what_ends_the_process_of_a_test_ends_nothing_else(body, state, mistake):
    assert judged(body)[0] == [("visible", state, mistake)]


def test_a_test_that_only_waits_is_stopped_by_the_clock():
    found, shown = judged("time.sleep(600)", SMALL.changed(cell_seconds=4))
    assert found == [("visible", "stopped", "limit/cell_seconds")]
    assert "limit cell_seconds" in shown


def answered(replies) -> dict:
    """What the judge says of ex3-step when these are the answers, in turn; functions get the
    question."""
    near, far = socket.socketpair()

    def answer():
        try:
            wire.receive(far)
            for reply in replies:
                question = wire.receive(far)
                reply = reply(question) if callable(reply) else reply
                far.sendall(reply if isinstance(reply, bytes) else wire.encode(reply))
            far.close()
        except (EOFError, OSError):
            pass

    other = threading.Thread(target=answer)
    other.start()
    with near:
        said = judge.verdict({"task": "ex3-step", "hidden": 3}, near)
    other.join()
    return said


def says(value: object):
    """An answer, under the right number, that is the same to every question."""
    return lambda question: [question[0], value]


LIES = {
    "yes to everything": says({"answer": True}),
    "nothing": says({"answer": None}),
    "no names are missing, then one number": lambda q: [q[0], {"answer": [] if q[0] == 1 else 0.5}],
    "an answer in a list": says([{"answer": True}]),
    "two answers": says({"answer": 1, "passed": True}),
    "passed": says({"passed": True}),
    "a verdict": says({"record": {"state": "passed"}}),
    "another number": lambda q: [q[0] + 1, {"answer": []}],
    "a mistake that nobody knows": says({"mistake": ["any/none", "", {}]}),
    "a mistake without a name": says({"mistake": [None, None, {"a": []}]}),
    "a mistake of another form": says({"mistake": 3}),
    "an error of no type": says({"raised": []}),
    "no message": b"\xff" * 100,
    "half a message": b"\x10\x00\x00\x00\x00\x00\x00\x00[",
    "a huge message": b"\xff\xff\xff\xff\x00\x00\x00\x00",
    "deep": b"\x40\x0d\x03\x00\x00\x00\x00\x00" + b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_nothing_that_comes_over_the_pipe_passes(lie, monkeypatch):
    monkeypatch.setattr(judge, "WAITING", 0.05)
    monkeypatch.setattr(judge, "_ALLOWANCE", 0.2)
    said = answered([lie] * 200)
    assert said.get("record", {}).get("state") != "passed"
    assert "ended" in said or said["record"]["part"] == "hidden"
    assert said.get("record", {}).get("values", {}) == {}


class Liar:
    """Answers every question in one way."""

    def __init__(self, reply):
        self.reply = reply

    def ask(self, name, *values):
        if name == "missing":
            return []
        return self.reply(name, values)


ANSWERS = {
    "True": lambda *_: True,
    "None": lambda *_: None,
    "a number": lambda *_: 0.5,
    "one": lambda *_: 1,
    "an empty list": lambda *_: [],
    "an empty dictionary": lambda *_: {},
    "a reply of None": lambda *_: (None, {}),
    "a reply of a number": lambda *_: (0.0, {}),
    "zeros": lambda *_: torch.zeros(3, 1),
    "not a number": lambda *_: (float("nan"), {}),
    "the question": lambda name, values: list(values),
    "its arguments": lambda name, values: (values[1][0] if name == "call" else values, {}),
    "its last value": lambda name, values: values[-1] if values else None,
}


@pytest.mark.parametrize("task", verdict.tasks())
def test_no_task_is_passed_by_saying_the_same_to_everything(task, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")  # the small sample
    for name, reply in ANSWERS.items():
        for hidden in (None, 7):
            liar = Liar(reply)
            failure = framework.judge(task, liar, hidden, lambda liar=liar: liar)
            assert failure is not None and not failure.verdict.partial_credit, name


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        ("def alpha_next(alpha, lr, eigenvalue) return 1", "any/error-syntax"),
        ("import a_module_of_mine", "any/error-import"),
        ("torch.ones(1).to('cuda')", "any/error-no-gpu"),
    ],
)
def test_a_task_whose_answer_cell_raised_is_named_by_it(answer, mistake):
    cell = new_code_cell(answer)
    mark = {"grade": False, "solution": True, "locked": False, "task": False, "schema_version": 3}
    cell.metadata["nbgrader"] = {**mark, "grade_id": "ex3-step"}
    notebook, verdicts = run(IMPORTS, cell, TEST)
    assert [(v.part, v.state, v.mistake) for v in verdicts] == [
        ("cell", "failed", mistake),
        ("visible", "failed", mistake),
    ]
    assert of_task(verdicts, "ex3-step").mistake == mistake
    assert "ended in an error" in errors(notebook.cells[2])
