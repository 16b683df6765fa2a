"""What is flagged in the code of a submission, and what is not."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import find_course
from autograder.grading.flags import (
    Flag,
    load_flags,
    look_at,
    look_at_modules,
    printable,
    save_flags,
)


def flags_of(source: str) -> list[tuple[int, str]]:
    return [(flag.line, flag.what) for flag in look_at(new_notebook(cells=[new_code_cell(source)]))]


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("x = 1\nimport ctypes", 2, "ctypes"),
        ("from sys import _getframe", 1, "frames"),
        ("import sys\nsys._getframe(1)", 2, "frames"),
        ("try:\n    1/0\nexcept Exception as e:\n    f = e.__traceback__.tb_frame", 4, "frames"),
        ("import os\nos._exit(0)", 2, "ends the kernel"),
        ('x = "one\u2028two"\nimport ctypes', 2, "ctypes"),
        ("exit()", 1, "ends the kernel"),
        ("import os\nif os.environ.get('NBGRADER_EXECUTION'):\n    pass", 2, "being graded"),
        ("print(In[-1])", 1, "history"),
        ("def check(*args):\n    pass", 1, "replaces check"),
        ("check = print", 1, "replaces check"),
        ("globals()['check'] = print", 1, "reaches check"),
        ("from autograder.checks import framework", 1, "inside of autograder"),
        ("import autograder.checks.framework as f", 1, "inside of autograder"),
        ("import helpers.stand_ins as st\nst.refuse = print", 1, "ready-made"),
        ("from helpers import training", 1, "ready-made"),
        ("from helpers.notebook.training_record import last_calls", 1, "record of training"),
        ("import torch\ntorch.allclose = print", 2, "replaces torch.allclose"),
        ("import torch\nsetattr(torch, 'equal', print)", 2, "replaces a part of torch"),
        ("get_ipython().ast_transformers.append(1)", 1, "changes code before it runs"),
        ("get_ipython().events.register('pre_run_cell', print)", 1, "hooks into"),
        ("get_ipython().showtraceback = print", 1, "hides errors"),
        ("class A:\n    def __eq__(self, other):\n        return True", 2, "comparison"),
        ("print('✓ ex1-tokenize: passed')", 1, "message of a check"),
        ("!ls /", 1, "shell command"),
        ("%%javascript\nalert(1)", 1, "active content"),
        ("eval('1')", 1, "runs code from text"),
        ("getattr(x, 'a' + 'b')", 1, "computed name"),
        ("f.__code__ = g.__code__", 1, "code of functions"),
        ("open('/proc/self/maps')", 1, "processes"),
        ("from operator import attrgetter\nattrgetter('__closure__')(f)", 2, "code of functions"),
        ("import helpers.ready_made as r", 1, "ready-made"),
        ("import timeit", 1, "from text"),
    ],
)
def test_tampering_is_flagged_with_its_line(source, line, what):
    found = flags_of(source)
    assert any(number == line and what in text for number, text in found), found


def test_honest_code_is_not_flagged():
    source = """
import math, random, string
from collections import Counter
import torch
from torch import nn
from autograder.checks import check, hint, passed, solution
from IPython.display import display

class Function:
    def __init__(self, lambda_1, lambda_2):
        self.lambda_1, self.lambda_2 = lambda_1, lambda_2
    def __call__(self, x):
        return 0.5 * (self.lambda_1 * x[:, 0] ** 2 + self.lambda_2 * x[:, 1] ** 2)

model = nn.Sequential(nn.Linear(3, 1), nn.Sigmoid())
model.eval()
for parameter in model.parameters():
    parameter.grad = None
print(getattr(model, "training"))
%matplotlib inline
"""
    assert flags_of(source) == []


def test_code_that_is_no_python_is_looked_at_line_by_line():
    assert flags_of("def f(:\n!cat /etc/passwd") == [(2, "runs a shell command")]


def test_the_courses_own_cells_are_not_looked_at():
    locked = new_code_cell("import ctypes")
    locked.metadata["nbgrader"] = {"locked": True, "solution": False, "grade": False}
    assert look_at(new_notebook(cells=[locked])) == []


def test_the_reference_answers_are_not_flagged():
    course = find_course()
    for path in sorted(course.solutions.glob("*.ipynb")):
        assert look_at(nbformat.read(path, as_version=4)) == [], path.name


def test_flags_are_kept_and_read_again(tmp_path):
    flags = [Flag("ex1-model", 3, "x", "y")]
    save_flags(tmp_path, "ada", "1_first", flags)
    assert load_flags(tmp_path) == {("ada", "1_first"): flags}
    save_flags(tmp_path, "ada", "1_first", [])
    assert load_flags(tmp_path) == {}


def test_nothing_printed_can_steer_a_terminal():
    assert printable("a\x1b[2J\u202eb\n") == "a·[2J·b·"


def test_modules_beside_the_notebook_are_looked_at_where_it_uses_them():
    notebook = new_notebook(cells=[new_code_cell("from tools import f")])
    files = {
        "tools.py": b"x = 1\nimport inner.deep",
        "inner/deep.py": b"import ctypes",
        "1_exported.py": b"get_ipython().run_line_magic('x', '')",
        "data.csv": b"import ctypes",
    }
    found = look_at_modules(notebook, files)
    assert [(flag.cell, flag.line, flag.code) for flag in found] == [
        ("inner/deep.py", 1, "import ctypes")
    ]
