"""One notebook in the sandbox: what runs, what is seen, what is stopped and how that reads."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder import labs
from autograder.cells import split_hidden
from autograder.running import sandbox
from autograder.running.job import Job
from autograder.running.sandbox import Limits, SandboxError
from autograder.running.worker import run_notebook
from autograder.verdict import of_task
from tests.autograder.toy_course import answer, graded, locked
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("sandboxes_can_be_made")

# Nothing here may fail because others keep the machine busy: time is short only where it is tested.
SMALL = Limits(cell_seconds=PATIENCE, notebook_seconds=PATIENCE, memory_mib=900, output_kib=64)
SHORT = {"cell_seconds": 3}


def run(*cells, limits=SMALL, **job):
    """The executed notebook and its verdicts. Cells are code or notebook cells."""
    made = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    data = nbformat.writes(new_notebook(cells=made)).encode()
    outcome = run_notebook(Job(data, limits=limits, **job))
    return nbformat.reads(outcome.notebook.decode(), as_version=4), outcome.verdicts


def printed(cell) -> str:
    return "".join(o.text for o in cell.outputs if o.output_type == "stream")


def errors(cell) -> str:
    return "\n".join(f"{o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error")


def test_cells_run_in_order_in_one_kernel():
    notebook, _ = run("x = 20", "print(x + 1)", "x * 2")
    assert printed(notebook.cells[1]) == "21\n"
    assert notebook.cells[2].outputs[0].data["text/plain"] == "40"
    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3]


def test_a_plot_comes_back_as_a_picture():
    notebook, _ = run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
    assert set(notebook.cells[0].outputs[-1].data) == {"image/png", "text/plain"}


def test_plots_can_be_left_undrawn():
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    notebook, _ = run(code, pictures=False)
    assert set(notebook.cells[0].outputs[-1].data) == {"text/plain"}


def test_an_error_costs_its_own_cell_only():
    notebook, _ = run("1 / 0", "print('on')")
    assert "ZeroDivisionError" in errors(notebook.cells[0])
    assert printed(notebook.cells[1]) == "on\n"


def test_the_submission_finds_its_own_files_and_may_write():
    code = (
        "print(open('data/a.txt').read())\n"
        "open('b.txt', 'w').write('b')\nprint(open('b.txt').read())"
    )
    notebook, _ = run(code, files={"data/a.txt": b"hello"})
    assert printed(notebook.cells[0]) == "hello\nb\n"


def test_two_notebooks_share_nothing():
    run("open('/tmp/trace', 'w').write('x')\nimport math\nmath.trace = 1")
    notebook, _ = run(
        "import os, math\nprint(os.path.exists('/tmp/trace'), hasattr(math, 'trace'))"
    )
    assert printed(notebook.cells[0]) == "False False\n"


def test_file_names_that_lead_outside_are_refused():
    for name in ("../x", "/x", ""):
        with pytest.raises(ValueError, match="not a file name"):
            run("1", files={name: b""})


def test_it_runs_as_nobody_with_no_rights_and_no_neighbours():
    notebook, _ = run(
        "import os, re\nstatus = open('/proc/self/status').read()\n"
        "print(os.getuid() != 0, re.findall(r'Cap(?:Eff|Prm|Bnd|Inh|Amb):\\s*(\\w+)', status),\n"
        "      re.findall(r'(?:NoNewPrivs|Seccomp):\\s*(\\d)', status))\n"
        "print(sorted(p for p in os.listdir('/proc') if p.isdigit()))\n"
        "print(open('/proc/net/dev').read().count(':'))"
    )
    first, processes, interfaces = printed(notebook.cells[0]).splitlines()
    assert first == f"True {['0' * 16] * 5} ['1', '2']"
    assert processes == "['1', '2']"
    assert interfaces == "1"  # loopback, which is down


def test_it_sees_helpers_but_neither_checks_nor_grader():
    notebook, _ = run(
        "import helpers, autograder.answering\nprint('public')",
        "import autograder.grading.grade",
        "import autograder.kernel.app",
        "import autograder.checks.framework",
        "import autograder.checks.judge",
        "import os\nprint(os.listdir('/opt/lab'), sorted(os.listdir('/opt/lab/autograder')))",
    )
    assert printed(notebook.cells[0]) == "public\n"
    assert all("ModuleNotFoundError" in errors(cell) for cell in notebook.cells[1:5])
    seen = printed(notebook.cells[5])
    assert all(name not in seen for name in ("grade.py", "judge.py", "'checks'"))


def test_labs_below_a_folder_of_the_system_are_hidden_too(monkeypatch):
    inside = Path("/usr/lib").resolve() / "labs"
    monkeypatch.setattr(labs, "folders", lambda: {inside})
    assert f"--tmpfs {inside}" in " ".join(sandbox.command(["true"]))


def test_labs_are_hidden_by_every_path_that_leads_to_them(monkeypatch, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.setattr(sandbox, "_python_folders", lambda: [tmp_path / "link", tmp_path / "real"])
    monkeypatch.setattr(labs, "folders", lambda: {(tmp_path / "real" / "lab")})
    command = " ".join(sandbox.command(["true"]))
    assert all(f"--tmpfs {tmp_path / name / 'lab'}" in command for name in ("link", "real"))


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("import time\ntime.sleep(600)", "cell_seconds"),
        ("kept = [bytearray(1 << 26) for _ in range(30)]", "memory_mib"),
        ("import torch\ntorch.ones(1 << 29)", "memory_mib"),
        ("open('x', 'wb').write(b'0' * (40 << 20))", "file_mib"),
        ("for n in range(9): open(f'{n}', 'wb').write(b'0' * (9 << 20))", "disk_mib"),
        ("print('x' * 100_000)", "output_kib"),
        ("import threading, time\nfor _ in range(90):\n"
         "    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()", "processes"),
    ],
)  # fmt: skip
def test_an_error_names_the_limit_that_caused_it(code, limit):
    limits = SMALL.changed(**{name: SHORT[name] for name in SHORT if name == limit})
    notebook, _ = run(code, "print('on')", limits=limits)
    value = getattr(limits, limit)
    assert f"limit {limit}" in errors(notebook.cells[0])
    assert f"{value:g}" in errors(notebook.cells[0])
    assert printed(notebook.cells[1]) == "on\n"


@pytest.mark.parametrize(
    "code",
    [
        "import mmap\nm = mmap.mmap(-1, 1400 << 20)\n"
        "for place in range(0, len(m), 4096): m[place] = 1\n"
        "m.madvise(mmap.MADV_DONTNEED)",  # it still holds its pages, and no process has them
        "import mmap, os\nfor _ in range(3):\n    if not os.fork():\n"
        "        m = mmap.mmap(-1, 500 << 20)\n        m.write(b'x' * len(m))\n        break",
    ],
    ids=["out of sight", "of several processes"],
)
def test_memory_that_processes_share_is_counted(code):
    notebook, _ = run(f"{code}\nimport time\ntime.sleep(600)", "print('on')", limits=SMALL)
    assert "limit memory_mib" in errors(notebook.cells[0])
    assert printed(notebook.cells[1]) == "on\n"


def test_memory_that_belongs_to_no_process_is_refused():
    notebook, _ = run(
        "import ctypes, os\nprint(ctypes.CDLL(None).shmget(0, 1 << 20, 0o1600))\n"
        "os.memfd_create('x')"
    )
    assert printed(notebook.cells[0]) == "-1\n"
    assert "PermissionError" in errors(notebook.cells[0])


def test_cpu_time_is_counted_over_all_processes():
    code = (
        "import os\nfor _ in range(3):\n    if os.fork() == 0:\n        while True: pass\n"
        "while True: pass"
    )
    notebook, _ = run(code, limits=SMALL.changed(cpu_seconds=1.5))
    assert "limit cpu_seconds" in errors(notebook.cells[0])


def test_the_notebook_as_a_whole_has_a_limit():
    limits = SMALL.changed(notebook_seconds=3)
    notebook, _ = run(*["import time\ntime.sleep(1.2)"] * 4, limits=limits)
    assert "limit notebook_seconds" in errors(notebook.cells[3])


def test_after_a_dead_kernel_the_rest_runs_in_a_new_one():
    notebook, _ = run("x = 5", "import os\nos._exit(3)", "print(x)")
    assert "The kernel ended" in errors(notebook.cells[1])
    assert printed(notebook.cells[2]) == "5\n"


def test_a_kernel_that_dies_all_the_time_is_given_up():
    limits = SMALL.changed(restarts=1)
    notebook, _ = run(*["import os\nos._exit(3)"] * 3, limits=limits)
    assert "limit restarts" in errors(notebook.cells[2])


def test_memory_that_a_cell_keeps_costs_no_task_its_points():
    """The pages of a mapped region are no process's own: only the sum over all shows them."""
    hoard = (
        "import mmap, threading, time\n"
        "def fill():\n    time.sleep(1)\n    for _ in range(13):\n"
        "        kept.append(mmap.mmap(-1, 64 << 20))\n        kept[-1].write(b'x' * (64 << 20))\n"
        "kept = []\nthreading.Thread(target=fill, daemon=True).start()"
    )
    slow = graded("t", "import time\ntime.sleep(2)\nassert f(1) == 2", "assert f(70) == 140", 3)
    limits = SMALL.changed(memory_mib=512)
    notebook, _ = run(hoard, answer("f", "def f(x):\n    return 2 * x"), slow, limits=limits)
    assert errors(notebook.cells[2]) == ""


def test_an_answer_after_a_cell_that_used_up_the_memory_keeps_its_points():
    hoard = (
        "kept = []\nfor size in (1 << 20, 5000, 500):\n    try:\n        while True:\n"
        "            kept.append(bytearray(size))\n    except MemoryError:\n        pass\n"
        "kept.append(bytearray(1 << 20))"
    )
    notebook, _ = run(
        hoard,
        answer("double", "def double(x):\n    return 2 * x"),
        graded("double-test", "assert double(3) == 6", "assert double(19) == 38", 2),
        limits=SMALL.changed(memory_mib=300),
        imports=("IPython",),
    )
    assert "limit memory_mib" in errors(notebook.cells[0])
    assert not errors(notebook.cells[1]) and not errors(notebook.cells[2])


def test_a_silenced_error_still_shows():
    notebook, _ = run("get_ipython()._showtraceback = lambda *args: None\n1 / 0")
    assert "ZeroDivisionError" in errors(notebook.cells[0])


TEST = graded("t", "assert f(1) == 2", "assert f(70) == 140", 3)


def test_a_right_answer_passes_without_output():
    notebook, _ = run("def f(x):\n    return 2 * x", TEST)
    assert notebook.cells[1].outputs == []


def test_a_failed_hidden_test_shows_neither_source_nor_values():
    notebook, _ = run("def f(x):\n    print('I got', x)\n    return 2", TEST)
    shown = str(notebook.cells[1].outputs)
    assert "HiddenTestFailed" in shown
    assert "70" not in shown and "140" not in shown


def test_a_visible_failure_shows_the_line():
    notebook, _ = run("def f(x):\n    return 7", TEST)
    assert "AssertionError" in errors(notebook.cells[1])


def test_hidden_tests_leave_nothing_in_the_kernel():
    notebook, _ = run(
        "seen = []\ndef f(x):\n    seen.append(x)\n    return 2 * x", TEST, "print(seen, len(In))"
    )
    assert printed(notebook.cells[2]) == "[1] 4\n"  # nothing, the answer, its visible test, this


FILES_AND_WORKERS = {
    "a file": "Path('log.csv').write_text('1')",
    "a file below /tmp": "Path('/tmp/log.csv').write_text('1')",
    "a file that is open": "log.write('1'); log.flush()",
    "a checkpoint": "torch.save(torch.ones(3), 'best.pt')",
    "a figure": "plt.figure(); plt.plot([1, 2]); plt.savefig('curve.png'); plt.close()",
    "workers": "assert len(list(DataLoader(torch.ones(6), batch_size=2, num_workers=2))) == 3",
    "a pool": "with multiprocessing.Pool(2) as pool: assert pool.map(abs, [-1, 2]) == [1, 2]",
    "shared memory": "torch.ones(3).share_memory_()",
    "a line in the log": "logging.warning('%s', x)",
}


@pytest.mark.parametrize("work", FILES_AND_WORKERS.values(), ids=FILES_AND_WORKERS)
def test_an_answer_may_do_in_a_hidden_test_what_it_may_in_the_notebook(work):
    imports = "import logging, multiprocessing, torch\nfrom pathlib import Path\n"
    imports += "import matplotlib.pyplot as plt\n"
    imports += "from torch.utils.data import DataLoader\nlog = open('log.txt', 'w')\n"
    notebook, _ = run(imports + f"def f(x):\n    {work}\n    return 2 * x", TEST)
    assert [errors(cell) for cell in notebook.cells] == ["", ""]


@pytest.mark.parametrize(
    "line", ["set_default_dtype(torch.float64)", "set_default_tensor_type(torch.DoubleTensor)"]
)
def test_another_default_type_of_numbers_is_no_tampering(line):
    notebook, _ = run(f"import torch\ntorch.{line}\ndef f(x):\n    return 2 * x", TEST)
    assert errors(notebook.cells[1]) == ""


def test_a_hidden_test_sees_the_notebook_as_it_was_at_its_place():
    notebook, _ = run(
        "def f(x):\n    return 2 * x",
        TEST,
        "def f(x):\n    return 0\nopen('done', 'w')",
        graded("at-the-end", "assert f(1) == 0", "assert f(5) == 0", 1),
    )
    assert [errors(cell) for cell in notebook.cells] == [""] * 4


def test_a_hidden_test_counts_though_a_later_cell_ends_the_kernel():
    notebook, _ = run("def f(x):\n    return 2 * x", TEST, "import os\nos._exit(0)")
    assert errors(notebook.cells[1]) == ""
    wrong, _ = run("def f(x):\n    return 2 if x == 1 else 0", TEST, "import os\nos._exit(0)")
    assert "HiddenTestFailed" in errors(wrong.cells[1])


def test_the_last_value_of_a_test_is_partial_credit():
    notebook, _ = run("x = 1", graded("t", "0.5 * x", "pass", 3))
    assert notebook.cells[1].outputs[0].data["text/plain"] == "0.5"


@pytest.mark.parametrize("ready", [None, ("torch",)], ids=["default", "without the checks"])
def test_the_checks_of_the_lab_remember_what_passed(ready):
    imports = locked("imports", "from autograder.checks import check, passed")
    step = "def alpha_next(alpha, lr, eigenvalue):\n    return (1 - lr * eigenvalue) * alpha"
    test = graded("t", 'check("ex3-step", globals())', 'check("ex3-step", globals(), hidden=5)', 2)
    after = "print(passed('ex3-step'))"
    notebook, _ = run(imports, step, test, after, imports=ready)
    assert printed(notebook.cells[2]) == "✓ ex3-step: passed\n"
    assert printed(notebook.cells[3]) == "True\n"


def test_the_parts_of_a_test_cell():
    source = "a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc"
    assert split_hidden(source) == [("a\nc", False), ("b", True)]
    loop = "for x in y:\n    a\n    ### BEGIN HIDDEN TESTS\n    b\n    ### END HIDDEN TESTS"
    assert split_hidden(loop) == [(loop, False)]


def test_without_a_sandbox_the_same_notebook_gives_the_same():
    cells = ("def f(x):\n    return 2 * x", TEST, "import os\nprint(os.path.exists('a'))")
    notebook, _ = run(*cells, sandbox="none", files={"a": b""})
    assert notebook.cells[1].outputs == []
    assert printed(notebook.cells[2]) == "True\n"


def test_limits_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match="no limit 'celll'"):
        Limits().changed(celll=3)
    with pytest.raises(ValueError, match="cell_seconds must be a positive number"):
        Limits(cell_seconds=0)


def test_without_bubblewrap_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setattr(sandbox, "bubblewrap", lambda: None)
    with pytest.raises(SandboxError, match=re.escape("--sandbox none")):
        sandbox.require()


FORMER_STUB = 'raise NotImplementedError("Task t is still open")'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x):\n    return 2 * x", ("hidden", "passed", "")),
        ("def f(x):\n    return 2", ("hidden", "failed", "any/hidden-test")),
        ("def f(x):\n    return 7", ("visible", "failed", "any/assertion")),
        ("def f(x):\n    return y", ("visible", "failed", "any/error")),
        ("while True:\n    pass", ("cell", "stopped", "limit/cell_seconds")),
        ("print('x' * 100_000)", ("cell", "stopped", "limit/output_kib")),
        ("import os\nos._exit(3)", ("cell", "stopped", "limit/kernel")),
        (FORMER_STUB, ("cell", "open", "any/open")),
        ("def f(x):\n    ...  # Task f is still open", ("visible", "open", "any/open")),
        ("...  # Task f is still open", ("visible", "open", "any/open")),
    ],
    ids=lambda value: value.splitlines()[-1].strip() if isinstance(value, str) else value[1],
)
def test_every_end_of_a_task_is_a_verdict(source, expected):
    test = graded("f-test", "assert f(1) == 2, 'twice 1 is 2'", "assert f(70) == 140", 3)
    data = nbformat.writes(new_notebook(cells=[answer("f", source), test])).encode()
    limits = SMALL.changed(cell_seconds=3) if "while" in source else SMALL
    verdicts = run_notebook(Job(data, limits=limits, imports=("IPython",))).verdicts
    found = of_task(verdicts, "f")
    assert (found.part, found.state, found.mistake) == expected
    assert found.part != "hidden" or not found.values
    assert bool(found.label) == (found.state != "passed")
    if found.part == "cell" and "seconds" in found.mistake:
        assert "3 s" in found.hint


def test_a_check_of_the_lab_ends_in_a_verdict():
    imports = locked("imports", "from autograder.checks import check, passed")
    test = graded(
        "ex3-step-test",
        'check("ex3-step", globals())',
        'check("ex3-step", globals(), hidden=41)',
        2,
    )
    wrong = "def alpha_next(alpha, lr, eigenvalue):\n    return alpha + lr * eigenvalue * alpha"
    data = nbformat.writes(new_notebook(cells=[imports, answer("ex3-step", wrong), test])).encode()
    found = of_task(run_notebook(Job(data, limits=SMALL)).verdicts, "ex3-step")
    assert (found.part, found.state) == ("visible", "failed")
    assert found.mistake == "theory/ascent"
    assert found.label == "the sign: gradient ascent"


def test_an_answer_that_fails_its_check_is_no_attack():
    """The check reads the frames of an error for the student's line: that is no flag."""
    imports = locked("imports", "from autograder.checks import check, passed")
    test = graded(
        "ex3-step-test", 'check("ex3-step", globals())', 'check("ex3-step", globals(), hidden=4)', 2
    )
    wrong = "def alpha_next(alpha, lr, eigenvalue):\n    return alpha / (lr - lr)"
    data = nbformat.writes(new_notebook(cells=[imports, answer("ex3-step", wrong), test])).encode()
    outcome = run_notebook(Job(data, limits=SMALL))
    assert of_task(outcome.verdicts, "ex3-step").values == {"error": "ZeroDivisionError"}
