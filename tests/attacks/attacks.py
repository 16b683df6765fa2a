"""Submissions that attack the grader, one idea each.

Each is bounded in size and time, so that it does no harm even where the sandbox fails, and talks
to 127.0.0.1 only. `{course}` in the code is the course's folder, `{tcp}` and `{udp}` are the ports
on which the test listens.
"""

# ruff: noqa: E501 - code in strings
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.autograder.toy_course import DOUBLE, HESSIAN, SQUARE

WRONG_SQUARE = "def square(x):\n    return 9"  # right for the visible test only
WRONG_STEP = "def alpha_next(alpha, lr, eigenvalue):\n    return 0.0"


@dataclass(frozen=True)
class Attack:
    """One submission. Points that `earns` does not name must be 0."""

    name: str
    notebook: str = "1_first"
    cells: tuple[str, ...] = ()  # put first in the notebook
    answers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    earns: Mapping[str, float] = field(default_factory=dict)
    flagged: bool = True
    says: str = ""  # a regular expression that some error in the graded notebook must match
    prints: str = ""  # one that what the cells printed must match: the attack was really tried
    spoil: Callable[[NotebookNode], None] | None = None  # changes to the notebook itself


def _harm(name: str, code: str, says: str = "", **more) -> Attack:
    """An attack on the machine. The right answer to another task must still earn its points."""
    more.setdefault("flagged", False)
    earns = more.pop("earns", {"double-test": 2})
    return Attack(name, cells=(code,), answers={"double": DOUBLE}, earns=earns, says=says, **more)


def _try(code: str) -> str:
    """Code that prints what came of every line of `code`, each tried alone."""
    return (
        f"for line in {code.splitlines()!r}:\n"
        "    try:\n"
        "        print('RESULT', eval(line))\n"
        "    except BaseException as error:\n"
        "        print('REFUSED', type(error).__name__, error)\n"
    )


def _checked(name: str, code: str, answer: str = WRONG_STEP, **more) -> Attack:
    """An attack on the lab's own check of one task."""
    return Attack(name, "3_checked", cells=(code,), answers={"ex3-step": answer}, **more)


HARM = [
    _harm("endless loop", "while True:\n    pass", r"limit cell_seconds"),
    _harm("endless loop in C", "sum(iter(int, 1)) if 0 else sum(range(10**11))", "cell_seconds"),
    _harm(
        "endless loop in a thread",
        "import threading, time\nend = time.time() + 30\n"
        "def spin():\n    while time.time() < end:\n        pass\n"
        "threading.Thread(target=spin).start()",
        flagged=True,
    ),
    _harm(
        "endless loop in __del__",
        "import time\nend = time.time() + 30\nclass Tail:\n    def __del__(self):\n"
        "        while time.time() < end:\n            pass\ntail = Tail()\ndel tail",
        "cell_seconds",
        flagged=True,
    ),
    _harm(
        "fork bomb",
        "import os, time\nfor _ in range(300):\n    if os.fork() == 0:\n"
        "        time.sleep(20)\n        os._exit(0)",
        r"limit processes",
        flagged=True,
    ),
    _harm(
        "thread bomb",
        "import threading, time\nfor _ in range(300):\n"
        "    threading.Thread(target=time.sleep, args=(15,), daemon=True).start()",
        r"limit processes",
        flagged=True,
    ),
    _harm(
        "memory bomb",
        "kept = []\nfor _ in range(20):\n    kept.append(bytearray(64 << 20))",
        r"limit memory_mib",
    ),
    _harm(
        "shared memory bomb",
        "import mmap\nkept = []\nfor _ in range(14):\n    part = mmap.mmap(-1, 64 << 20)\n"
        "    part.write(b'x' * (64 << 20))\n    kept.append(part)\nimport time; time.sleep(1.5)",
        r"limit memory_mib",
    ),
    _harm(
        "disk filler",
        "for number in range(30):\n    with open(f'f{number}', 'wb') as file:\n"
        "        file.write(b'x' * (10 << 20))",
        r"limit disk_mib",
    ),
    _harm(
        "one huge file",
        "with open('/tmp/huge', 'wb') as file:\n    file.write(b'x' * (100 << 20))",
        r"limit file_mib",
    ),
    _harm("output flood", "for _ in range(50_000):\n    print('x' * 1000)", r"limit output_kib"),
    _harm("one huge output", "print('x' * (20 << 20))", r"limit output_kib"),
    _harm(
        "flood of displays",
        "from IPython.display import display\nfor n in range(20_000):\n"
        "    display({'text/plain': 'x' * 500}, raw=True)",
        r"limit output_kib",
    ),
    _harm("waits for input", "name = input('who? ')", r"StdinNotImplemented", flagged=True),
    _harm("os._exit", "import os\nos._exit(0)", r"kernel ended", flagged=True),
    _harm("kills its kernel", "import os\nos.kill(os.getpid(), 9)", r"kernel ended", flagged=True),
    _harm("kills everything", "import os\nos.kill(-1, 9)", flagged=True),
    _harm("kills process 1", "import os\nos.kill(1, 9)\nos.kill(1, 15)", flagged=True),
    _harm(
        "refuses to die",
        "import signal, time\nfor number in (2, 15, 1):\n"
        "    signal.signal(number, signal.SIG_IGN)\nend = time.time() + 30\n"
        "while time.time() < end:\n    time.sleep(0.1)",
        r"cell_seconds",
        flagged=True,
    ),
    _harm(
        "swallows every interrupt",
        "import time\nend = time.time() + 30\nwhile time.time() < end:\n    try:\n"
        "        while time.time() < end:\n            pass\n    except BaseException:\n"
        "        pass",
        r"cell_seconds",
    ),
    _harm(
        "leaves by sys.exit", "import sys\nsys.exit(0)", r"SystemExit|kernel ended", flagged=True
    ),
    _harm("shuts its kernel down", "get_ipython().kernel.do_shutdown(False)", flagged=True),
    _harm("crashes in C", "import ctypes\nctypes.string_at(0)", r"kernel ended", flagged=True),
    _harm(
        "overflows the stack",
        "import sys\nsys.setrecursionlimit(10**6)\ndef f(n):\n    return [f(n - 1)] if n else 0\n"
        "f(400_000)",
    ),
    _harm(
        "burns CPU in many processes",
        "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        end = time.time() + 20\n"
        "        while time.time() < end:\n            pass\n        os._exit(0)",
        flagged=True,
    ),
]

NETWORK = [
    _harm(
        "TCP",
        "import socket\nfor host in ('127.0.0.1', '::1'):\n    try:\n"
        "        s = socket.create_connection((host, {tcp}), timeout=1)\n"
        "        s.sendall(b'answers')\n        print('RESULT sent')\n"
        "    except OSError as error:\n        print('REFUSED', error)",
        flagged=True,
        prints="REFUSED",
    ),
    _harm(
        "UDP",
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ntry:\n"
        "    s.sendto(b'answers', ('127.0.0.1', {udp}))\n    print('RESULT sent')\n"
        "except OSError as error:\n    print('REFUSED', error)",
        flagged=True,
        prints="REFUSED",
    ),
    _harm(
        "other kinds of sockets",
        "import socket\nfor family in (40, 17, 29, 38):\n    try:\n"
        "        socket.socket(family, socket.SOCK_RAW).close()\n        print('RESULT', family)\n"
        "    except OSError as error:\n        print('REFUSED', error)",
        flagged=True,
        prints="REFUSED",
    ),
    _harm(
        "HTTP by torch.hub",
        "import torch\ntry:\n"
        "    torch.hub.download_url_to_file('http://127.0.0.1:{tcp}/x', '/tmp/x')\n"
        "    print('RESULT')\nexcept Exception as error:\n    print('REFUSED', error)",
        flagged=True,
        prints="REFUSED",
    ),
]

READING = [
    _harm(
        "reads the gradebook",
        _try("open('{course}/grading/gradebook.db', 'rb').read(99)"),
        flagged=True,
        prints="REFUSED FileNotFound",
    ),
    _harm(
        "reads the solutions",
        _try(
            "open('{course}/solutions/lab6/1_first.ipynb').read()\n"
            "open('../../../../solutions/lab6/1_first.ipynb').read()"
        ),
        flagged=True,
        prints="REFUSED FileNotFound",
    ),
    _harm(
        "looks for the solutions that are given out",
        "import os\nfor folder, inner, names in os.walk('/'):\n"
        "    if folder in ('/proc', '/usr'):\n        inner.clear()\n"
        "    if 'solutions.json' in names:\n        print('RESULT', folder)\n"
        "from autograder.checks import hint, solution\n"
        "hint('ex3-step')\nsolution('ex3-step')\n"
        "print('RESULT' if os.path.exists('solutions.json') else 'searched')",
        files={
            "solutions.json": b'{"solutions": {"ex3-step": {"source": "RESULT", "reason": ""}}}'
        },
        prints="ex3-step: no hints here.\nex3-step: no hints here.\nsearched",
    ),
    _harm(
        "reads another submission",
        _try("open('{course}/grading/submitted/honest-1/lab6/1_first.ipynb').read()"),
        flagged=True,
        prints="REFUSED FileNotFound",
    ),
    _harm(
        "searches the whole disk",
        "import os\nfor folder, inner, names in os.walk('/'):\n"
        "    if folder.endswith('python3.11') or folder in ('/proc', '/usr'):\n"
        "        inner.clear()\n    for name in names:\n"
        "        if name.endswith(('.ipynb', '.db', 'grade.py', 'id_rsa', 'shadow')):\n"
        "            print('RESULT', folder, name)\nprint('searched')",
        prints="searched",
    ),
    _harm(
        "reads the environment",
        "import os\nprint(dict(os.environ))\nprint('searched')",
        flagged=True,
        prints="searched",
    ),
    _harm(
        "reads the host's processes",
        "import os\nfor pid in filter(str.isdigit, os.listdir('/proc')):\n"
        "    for part in ('cmdline', 'environ', 'maps', 'mem', 'cwd', 'fd'):\n"
        "        path = f'/proc/{pid}/{part}'\n        try:\n"
        "            what = os.listdir(path) if part == 'fd' else open(path, 'rb').read(200)\n"
        "            if pid == '1' and part not in ('cmdline',):\n"
        "                print('RESULT', path, what)\n"
        "        except (OSError, ValueError):\n            pass\n"
        "pids = [p for p in os.listdir('/proc') if p.isdigit()]\n"
        "assert len(pids) < 8, pids\nprint('searched')",
        flagged=True,
        prints="searched",
    ),
    Attack(
        "links to the gradebook",
        cells=(
            "import os\nos.symlink('{course}/grading/gradebook.db', 'mine.db')\n"
            "print('REFUSED' if not os.path.exists('mine.db') else 'RESULT')\n"
            "print(os.listdir('.'))",
        ),
        prints="REFUSED",
    ),
    Attack(
        "hard links to system files",
        cells=(_try("__import__('os').link('/usr/bin/env', '/tmp/env')"),),
        prints="REFUSED",
    ),
    Attack(
        "knows it is being graded",
        answers={
            "square": "import os\ndef square(x):\n"
            "    return 9 if os.environ.get('NBGRADER_EXECUTION') else x * x"
        },
    ),
]

BREAKING_OUT = [
    _harm(
        "writes outside",
        _try(
            "open('{course}/written', 'w')\n"
            "open('../../../../../../..{course}/written', 'w')\n"
            "open('/usr/lib/written', 'w')\n"
            "open('/opt/lab/autograder/checks/framework.py', 'a')\n"
            "open(__import__('torch').__path__[0] + '/evil.pth', 'w')\n"
            "open('/etc/ld.so.preload', 'w')\n"
            "open('/written', 'w')\n"
            "open('/dev/written', 'w')"
        ),
        flagged=True,
        prints="REFUSED",
    ),
    _harm(
        "sets the user",
        _try(
            "__import__('os').setuid(0)\n__import__('os').setgid(0)\n"
            "__import__('os').setgroups([0])\n__import__('os').chroot('/')\n"
            "__import__('os').sethostname('x') if hasattr(__import__('os'), 'sethostname') else 1/0"
        ),
        flagged=True,
        prints="REFUSED",
    ),
    _harm(
        "makes a setuid file",
        "import os, shutil, subprocess\nshutil.copy('/usr/bin/id', '/tmp/id')\n"
        "os.chmod('/tmp/id', 0o6755)\n"
        "print(subprocess.run(['/tmp/id'], capture_output=True, text=True).stdout)\n"
        "print('RESULT' if os.geteuid() == 0 else 'still', os.geteuid())",
        flagged=True,
        prints="still",
    ),
    _harm(
        "makes namespaces and mounts",
        "import ctypes, os\nc = ctypes.CDLL(None, use_errno=True)\n"
        "print('RESULT' if c.unshare(0x10000000) == 0 else 'REFUSED unshare')\n"
        "print('RESULT' if c.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0 else 'REFUSED mount')\n"
        "print('RESULT' if c.ptrace(16, 1, 0, 0) == 0 else 'REFUSED ptrace')\n"
        "print('RESULT' if c.umount2(b'/tmp', 2) == 0 else 'REFUSED umount')",
        flagged=True,
        prints="REFUSED unshare\nREFUSED mount\nREFUSED ptrace\nREFUSED umount",
    ),
    Attack(
        "files that run by themselves",
        cells=("import torch, statistics, pickle\nprint(torch.__file__)",),
        files={
            "torch.py": b"raise SystemExit\n",
            "statistics.py": b"print('shadowed')\n",
            "sitecustomize.py": b"open('/tmp/ran', 'w')\n",
            "evil.pth": b"import os; os._exit(0)\n",
            "autograder/__init__.py": b"",
            "autograder/checks.py": b"def check(*a, **k): pass\ndef passed(*a): return True\n",
            "helpers/__init__.py": b"",
            ".ipython/profile_default/startup/x.py": b"import os; os._exit(0)\n",
            "ipython_config.py": b"import os; os._exit(0)\n",
            "answers.pkl": b"cos\n_exit\n(I0\ntR.",
            "conftest.py": b"import os; os._exit(0)\n",
            "sub/__init__.py": b"",
        },
        answers={"double": DOUBLE},
        earns={"double-test": 2},
    ),
    Attack(
        "shadows the checker with a file",
        "3_checked",
        answers={"ex3-step": WRONG_STEP},
        files={
            "autograder/__init__.py": b"",
            "autograder/checks.py": b"def check(*a, **k): pass\ndef passed(*a): return True\n",
            "autograder.py": b"",
        },
        flagged=False,
    ),
]


def _set_test(source: str) -> Callable[[NotebookNode], None]:
    def spoil(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                cell.source = source

    return spoil


def _without_tests(notebook: NotebookNode) -> None:
    notebook.cells = [c for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("grade")]


def _more_points(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader["points"] = 1000
            cell.metadata.nbgrader["checksum"] = "0" * 32


def _tests_twice(notebook: NotebookNode) -> None:
    for cell in list(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade"):
            copy = new_code_cell("pass", metadata=cell.metadata)
            notebook.cells += [copy]
            notebook.cells.insert(0, new_code_cell("pass", metadata=cell.metadata))


def _tests_retyped(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.cell_type = "raw"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)


def _tests_as_answers(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade"):
            mark["solution"], mark["locked"], cell.source = True, False, "pass"


def _outputs_forged(notebook: NotebookNode) -> None:
    from nbformat.v4 import new_output

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("execute_result", {"text/plain": "3"}, execution_count=1)]


def _new_kernel(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "bash", "language": "bash", "display_name": "sh"}


def _own_imports(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "imports":
            cell.source = "def check(*a, **k):\n    pass\ndef passed(*a):\n    return True"


STRUCTURE = [
    Attack(
        "edits the tests",
        answers={"square": WRONG_SQUARE},
        spoil=_set_test("assert True"),
        flagged=False,
    ),
    Attack(
        "removes the tests", answers={"square": WRONG_SQUARE}, spoil=_without_tests, flagged=False
    ),
    Attack(
        "raises the points",
        answers={"double": DOUBLE},
        earns={"double-test": 2},
        spoil=_more_points,
        flagged=False,
    ),
    Attack(
        "repeats the tests' ids",
        answers={"square": WRONG_SQUARE},
        spoil=_tests_twice,
        flagged=False,
    ),
    Attack(
        "retypes the tests", answers={"square": WRONG_SQUARE}, spoil=_tests_retyped, flagged=False
    ),
    Attack(
        "turns tests into answers",
        answers={"square": WRONG_SQUARE},
        spoil=_tests_as_answers,
        flagged=False,
    ),
    Attack(
        "brings forged outputs",
        answers={"square": WRONG_SQUARE},
        spoil=_outputs_forged,
        flagged=False,
    ),
    Attack(
        "asks for another kernel",
        answers={"double": DOUBLE},
        earns={"double-test": 2},
        spoil=_new_kernel,
        flagged=False,
    ),
    Attack(
        "edits the imports",
        "3_checked",
        answers={"ex3-step": WRONG_STEP},
        spoil=_own_imports,
        flagged=True,
    ),
    Attack(
        "rewrites later cells",
        cells=(
            "import json, os\nfor name in os.listdir('.'):\n    print(name)\n"
            "get_ipython().set_next_input('pass', replace=True)\n"
            "In.append('pass')\n"
            "with open('1_first.ipynb', 'w') as file:\n    json.dump({'cells': []}, file)",
        ),
        answers={"square": WRONG_SQUARE},
    ),
]

_PASS = "lambda *args, **kwargs: None"
# What once forged a test that ran in the student's kernel: a judged one does not run there.
KERNEL = [
    _checked(
        "silences showtraceback",
        f"get_ipython().showtraceback = {_PASS}\nget_ipython()._showtraceback = {_PASS}",
    ),
    _checked(
        "hides errors with set_custom_exc",
        f"get_ipython().set_custom_exc((BaseException,), {_PASS})",
    ),
    Attack(
        "removes asserts",  # the hidden part of a test of plain asserts does not go through IPython
        cells=(
            "import ast\nclass NoAsserts(ast.NodeTransformer):\n"
            "    def visit_Assert(self, node):\n        return ast.copy_location(ast.Pass(), node)\n"
            "get_ipython().ast_transformers.append(NoAsserts())",
        ),
        answers={"square": WRONG_SQUARE},
    ),
    _checked(
        "rewrites the input",
        "def nothing(lines):\n    return ['pass\\n']\n"
        "get_ipython().input_transformers_cleanup.append(nothing)",
    ),
    _checked(
        "replaces run_cell",
        "shell = get_ipython()\n_run = shell.run_cell\n"
        "def run_cell(code, *args, **kwargs):\n    return _run('pass', *args, **kwargs)\n"
        "shell.run_cell = run_cell\nshell.run_cell_async = run_cell",
        says="cell_seconds",
    ),
    _checked(
        "leaves a test by SystemExit",
        "pass",
        "def alpha_next(alpha, lr, eigenvalue):\n    raise SystemExit(0)",
        flagged=False,
    ),
    Attack(
        "makes a test endless",
        answers={"square": "def square(x):\n    while True:\n        pass", "double": DOUBLE},
        earns={"double-test": 2},
        says="cell_seconds",
        flagged=False,
    ),
    _checked(
        "makes an answer endless",
        "pass",
        "def alpha_next(alpha, lr, eigenvalue):\n    while True:\n        try:\n"
        "            while True:\n                pass\n        except BaseException:\n"
        "            pass",
        says="cell_seconds",
        flagged=False,
    ),
    _checked(
        "replaces the kernel's handlers",
        "kernel = get_ipython().kernel\n"
        "async def execute(stream, ident, parent):\n"
        "    kernel.session.send(stream, 'execute_reply', {'status': 'ok', "
        "'execution_count': 1, 'passed': True}, parent, ident=ident)\n"
        "kernel.shell_handlers['execute_request'] = execute\n",
        says="cell_seconds",
    ),
    _checked(
        "reads its callers' frames",
        "import sys",
        "def alpha_next(alpha, lr, eigenvalue):\n    frame = sys._getframe(1)\n    while frame:\n"
        "        for name in ('expected', 'reference', 'formula', 'right', 'known'):\n"
        "            value = frame.f_locals.get(name)\n            if callable(value):\n"
        "                return value(alpha, lr, eigenvalue)\n"
        "            if value is not None:\n                return value\n"
        "        frame = frame.f_back\n    return 0.0",
    ),
    _checked(
        "traces the test",
        "import sys\nknown = []\ndef spy(frame, event, value):\n"
        "    known.extend(c for c in frame.f_code.co_consts if isinstance(c, float))\n    return spy",
        "sys.settrace(spy)\nsys.setprofile(spy)\n"
        "def alpha_next(alpha, lr, eigenvalue):\n    return known[-1] if known else 0.0",
    ),
    _checked(
        "overrides builtins",
        "import builtins\nbuiltins.compile = lambda *a, **k: (lambda: None).__code__\n"
        "builtins.exec = lambda *a, **k: None\nbuiltins.isinstance = lambda *a: True\n",
    ),
    _checked(
        "waits for a signal in the test",
        "import signal\ndef leave(*_):\n    raise SystemExit(0)\n"
        "signal.signal(signal.SIGALRM, leave)\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)",
    ),
    Attack(
        "guesses in forks",
        answers={
            "square": "import os\ndef square(x):\n    for guess in (9, 49):\n"
            "        if os.fork() == 0:\n            return guess\n    return 9"
        },
    ),
    _checked("prints a passing message", "print('✓ ex3-step: passed\\nhidden tests passed')"),
]

CHECKER = [
    _checked(
        "defines its own check", "pass", "def check(*a, **k):\n    print('fine')\n" + WRONG_STEP
    ),
    _checked(
        "replaces check",
        "import sys\nimport autograder.checks as c\n"
        f"c.check = sys.modules['autograder.checks'].check = {_PASS}\n"
        "c.passed = lambda *names: True",
    ),
    _checked(
        "overrides comparison",
        "class Equal(float):\n    def __eq__(self, other):\n        return True\n"
        "    def __sub__(self, other):\n        return 0.0\n    __rsub__ = __sub__\n"
        "    def __abs__(self):\n        return 0.0\n    def __le__(self, other):\n        return True\n"
        "    __lt__ = __ge__ = __gt__ = __eq__\n    def __float__(self):\n        return 0.0\n"
        "    def __complex__(self):\n        return self\n    __hash__ = float.__hash__",
        "def alpha_next(alpha, lr, eigenvalue):\n    return Equal(0)",
    ),
    _checked(
        "patches torch and math",
        "import torch, math\ntorch.allclose = torch.equal = lambda *a, **k: True\n"
        "math.isclose = lambda *a, **k: True\ntorch.Tensor.__eq__ = lambda *a: True",
    ),
    _checked(
        "replaces names while it is tested",
        "pass",
        "calls = []\ndef alpha_next(alpha, lr, eigenvalue):\n"
        f"    globals()['check'] = globals()['float'] = {_PASS}\n    calls.append(1)\n"
        "    return (1 - lr * eigenvalue) * alpha if alpha == 4.0 else 0.0",
    ),
    _checked(
        "hides globals",
        "globals = lambda: {'alpha_next': lambda a, l, e: (1 - l * e) * a}\n"
        "__builtins__ = {'print': print}",
        flagged=False,
    ),
    _checked(
        "searches objects for the reference",
        "import gc, types",
        "def alpha_next(alpha, lr, eigenvalue):\n    for thing in gc.get_objects():\n"
        "        if isinstance(thing, types.FunctionType) and thing.__module__.startswith(\n"
        "            'autograder'):\n            for const in thing.__code__.co_consts:\n"
        "                if isinstance(const, types.CodeType) and const.co_argcount == 3:\n"
        "                    try:\n                        return types.FunctionType(const, {})(\n"
        "                            alpha, lr, eigenvalue)\n"
        "                    except Exception:\n                        pass\n    return 0.0",
    ),
    _checked(
        "pretends with __class__",
        "class Liar:\n    @property\n    def __class__(self):\n        return float\n"
        "    def __getattr__(self, name):\n        return lambda *a: True\n"
        "    def __complex__(self):\n        return complex('nan')\n"
        "    def __float__(self):\n        return float('nan')",
        "def alpha_next(alpha, lr, eigenvalue):\n    return Liar()",
    ),
    _checked(
        "gives the notebook a dictionary of its own",
        "class Names(dict):\n    def __getitem__(self, name):\n"
        "        return (lambda *a, **k: None) if name in ('check', 'alpha_next') else "
        "dict.__getitem__(self, name)\n    def get(self, name, *default):\n"
        "        return self[name]\n    def __contains__(self, name):\n        return True\n"
        "shell = get_ipython()\nshell.user_ns = Names(shell.user_ns)",
    ),
    Attack(
        "looks above from a module",
        "3_checked",
        answers={"ex3-step": "from above import alpha_next"},
        files={
            "above.py": b"import sys\ndef alpha_next(alpha, lr, eigenvalue):\n"
            b"    frame = sys._getframe(1)\n    while frame:\n"
            b"        for value in frame.f_locals.values():\n"
            b"            if callable(value) and getattr(value, '__name__', '') == '<lambda>':\n"
            b"                return value(alpha, lr, eigenvalue)\n"
            b"        frame = frame.f_back\n    return 0.0\n"
        },
    ),
]


# What stands on the student's side of the border, replaced: `serve` answers a judge's questions.
def _server(answer: str, setup: str = "") -> str:
    """Code that replaces the answering server: `answer` handles `question` on the socket `way`."""
    lines = "\n".join("        " + line for line in answer.splitlines())
    return (
        "import sys, os, json, time, struct\n"
        "import autograder.answering.serve as server, autograder.answering.wire as wire\n"
        f"{setup}\n"
        "sessions = []\ndef serve(way, names):\n    while True:\n"
        "        question = wire.receive(way)\n        if question[0] == 'begin':\n"
        "            sessions.append(question)\n            continue\n"
        f"{lines}\n"
        "server.serve = serve"
    )


_ZERO = "{'answer': {'missing': [], 'overwritten': [], 'function': None, 'refuses': ''}.get(question[0], (0.0, {}))}"
# Writes a result as JSON text and the bytes of numbers, whatever they say.
_RAW = (
    "def give(way, question, text, numbers=b''):\n"
    "    if question[0] in ('missing', 'overwritten', 'function', 'refuses'):\n"
    f"        return wire.send(way, {_ZERO})\n"
    '    text = b\'{"dict":[["answer",{"tuple":[\' + text + b\',{"dict":[]}]}]]}\'\n'
    "    way.sendall(struct.pack('<II', len(text), len(numbers)) + text + numbers)"
)


def _result(text: str, numbers: str = "b''") -> str:
    return _server(f"give(way, question, {text}, {numbers})", setup=_RAW)


# Run by whatever takes the text for Python: a verdict on every socket of that process.
_SAYS_PASSED = (
    'exec(\'import os, socket\\nfor f in os.listdir(chr(47) + "proc/self/fd"):\\n'
    "  try:\\n    way = socket.socket(fileno=os.dup(int(f)))\\n"
    '    way.send(b\\\'{"record": {"task": "ex3-hessian", "state": "passed"}}\\\')\\n'
    "  except OSError:\\n    pass')"
)
WRONG_HESSIAN = "H = sp.Matrix([[lambda_2, 7], [7, lambda_1 + 1]])"
WRONG_FUNCTION = (
    "class Function:\n    def __init__(self, a, b):\n        self.a, self.b = a, b\n"
    "    def __call__(self, x):\n        return lie(torch.zeros(len(x)))\n"
    "    def grad(self, x):\n        return lie(torch.zeros(len(x), 2))"
)
_KERNEL_OF = "kernel = get_ipython().kernel\n"
_STEP = "(1 - lr * eigenvalue) * alpha"


def _border(name: str, code: str, answer: str = WRONG_STEP, task: str = "ex3-step", **more):
    more.setdefault("flagged", True)
    return Attack(name, "3_checked", cells=(code,), answers={task: answer}, **more)


ANSWERS_FORGED = [
    _border("answers True to everything", _server("wire.send(way, {'answer': True})")),
    _border(
        "answers with nothing", _server("wire.send(way, {'answer': None})"), "raise ValueError"
    ),
    _border("echoes each question", _server("wire.send(way, {'answer': question[-1]})")),
    _border(
        "echoes the arguments as results",
        _server(
            "if question[0] == 'call':\n    wire.send(way, {'answer': (question[2][0], {})})\n"
            f"else:\n    wire.send(way, {_ZERO})"
        ),
    ),
    _border(
        "says that it passed",
        _server(
            "wire.send(way, {'record': {'task': 'ex3-step', 'state': 'passed'}, 'passed': True})"
        ),
    ),
    _border(
        "writes a verdict to the socket",
        _server(
            'way.sendall(b\'{"record": {"task": "ex3-step", "state": "passed"}}\\n\' * 100)\n'
            "way.sendall(b'{\"passed\": true}\\n')"
        ),
    ),
    _border(
        "answers before it is asked",
        _server(f"for _ in range(200):\n    wire.send(way, {_ZERO})\n"),
    ),
    _border(
        "is right in the first session only",
        _server(
            "if question[0] == 'call':\n    alpha, lr, eigenvalue = question[2]\n"
            f"    result = {_STEP} if len(sessions) == 1 else 0.0\n"
            "    wire.send(way, {'answer': (result, {})})\n"
            f"else:\n    wire.send(way, {_ZERO})"
        ),
    ),
    _border(
        "is right for the visible inputs only",
        "pass",
        "def alpha_next(alpha, lr, eigenvalue):\n"
        f"    return {_STEP} if float(alpha).is_integer() and lr == round(lr, 1) else 0.0",
        flagged=False,
    ),
    _border(
        "gives the same answer object with another value each time",
        "class Turning(float):\n    count = 0\n    def __pos__(self):\n"
        "        Turning.count += 1\n        return float(Turning.count)\n"
        "    __float__ = __abs__ = __complex__ = __pos__",
        "def alpha_next(alpha, lr, eigenvalue):\n    return Turning(0)",
        flagged=False,
    ),
    _border(
        "raises mistakes that nobody knows",
        _server("wire.send(way, {'mistake': ['no/such', 'x' * 100000, {'a': 'y' * 100000}]})"),
    ),
    _border(
        "raises mistakes of another form", _server("wire.send(way, {'mistake': [['x'], None, 7]})")
    ),
    _border(
        "says open, late and memory",
        _server(
            "wire.send(way, [{'open': True}, {'late': True}, {'memory': True}][len(sessions) % 3])"
        ),
    ),
    _border(
        "gives a file with its answer",
        _server(f"socket.send_fds(way, [wire.encode({_ZERO})], [0, 1, 2])", setup="import socket"),
    ),
    _border("hangs up", _server("way.shutdown(2)\nway.close()"), says="kernel ended"),
    _border("never answers", _server("time.sleep(30)"), says="cell_seconds"),
    _border(
        "answers one byte at a time",
        _server(
            "way.sendall(b'\\x08')\ntime.sleep(0.5)\nfor _ in range(60):\n"
            "    way.sendall(b'\\x00')\n    time.sleep(0.5)"
        ),
        says="cell_seconds",
    ),
    _border(
        "replaces what makes values plain",
        "import autograder.answering.notebook as n, autograder.answering.values as v\n"
        "n.plain = v.plain = lambda value: 2.8",
    ),
    _border(
        "replaces the encoder",
        "import autograder.answering.wire as w, autograder.answering.serve as s\n"
        "old = w.encode\nw.encode = lambda value: old({'answer': None, 'passed': True})",
    ),
    _border(
        "replaces Notebook.ask",
        "import autograder.answering.notebook as n\n"
        "n.Notebook.ask = lambda self, name, *values: [] if name == 'missing' else (2.8, {})",
    ),
    _border(
        "answers in two processes",
        "import os",
        "def alpha_next(alpha, lr, eigenvalue):\n    right = 0.0\n    if os.fork() == 0:\n"
        "        return 1.0\n    return right",
    ),
    _border(
        "leaves from inside an answer",
        "import os",
        "def alpha_next(alpha, lr, eigenvalue):\n    os._exit(0)",
        says="kernel ended",
    ),
    _border(
        "finds the socket and answers over it",
        "import gc, os, socket, struct",
        "def alpha_next(alpha, lr, eigenvalue):\n    text = b'{\"answer\":[2.8,{}]}'\n"
        "    for name in os.listdir('/proc/self/fd'):\n        try:\n"
        "            os.write(int(name), struct.pack('<II', len(text), 0) + text)\n"
        "        except OSError:\n            pass\n"
        "    for thing in gc.get_objects():\n        if isinstance(thing, socket.socket):\n"
        "            try:\n                thing.sendall(struct.pack('<II', len(text), 0) + text)\n"
        "            except OSError:\n                pass\n    return 0.0",
    ),
]

VALUES_FORGED = [
    _border("announces 4 GB", _server("way.sendall(b'\\xff' * 8)\nway.sendall(b'x' * 1000)")),
    _border(
        "announces much and sends little",
        _server("way.sendall(struct.pack('<II', 16 << 20, 64 << 20) + b'[]')\nway.shutdown(1)"),
        says="kernel ended",
    ),
    _border("nests lists", _result("b'[' * 100_000 + b']' * 100_000")),
    _border("nests tags", _result("b'{\"tuple\":[' * 50_000 + b']}' * 50_000")),
    _border("sends what is no JSON", _result("bytes(range(256)) * 20", "b'1234'")),
    _border("sends a million entries", _result("b'[' + b'[],' * 1_000_000 + b'0]'")),
    _border("sends numbers of ten thousand digits", _result("b'9' * 10_000")),
    _border("sends no numbers", _result("b'[NaN, Infinity, -Infinity, 1e999][0]'")),
    _border("sends NaN", _result("b'NaN'")),
    _border(
        "lies about the shape of a tensor",
        _result('b\'{"tensor":["float64",[1048576,1048576],"cpu",false]}\'', "b'12345678'"),
    ),
    _border(
        "sends an empty tensor of a huge shape",
        _result("b'{\"tensor\":[\"float64\",[0' + b',67108864' * 12 + b'],\"cpu\",false]}'"),
        WRONG_FUNCTION,
        "ex4-gradient",
    ),
    _border(
        "sends negative sizes and numbers that belong to nothing",
        _result('b\'{"tensor":["float64",[-1,-8],"cpu",false]}\'', "b'12345678' * 8"),
    ),
    _border("sends arrays of objects", _result('b\'{"array":["|O8",[1]]}\'', "b'12345678'")),
    _border("sends arrays of arrays", _result('b\'{"array":["(9)f8",[1]]}\'', "b'1' * 72")),
    _border(
        "sends Python for SymPy",
        "import autograder.answering.wire as wire, sympy\n"
        f"code = {_SAYS_PASSED!r}\n"
        "forms = ['sin({!r})', 'Lambda(\"x\", {!r})', 'Tuple({!r})', 'Function(\"f\")({!r})', "
        "'ImmutableDenseMatrix([[{!r}]])', 'Max({!r})']\n"
        "sympy.srepr = lambda value: 'Tuple(' + ', '.join(f.format(code) for f in forms) + ')'",
        WRONG_HESSIAN,
        "ex3-hessian",
    ),
    _border(
        "sends names of Python for nodes of SymPy",
        'import sympy\nsympy.srepr = lambda value: "Symbol.__class__.__mro__[1].__subclasses__()"',
        WRONG_HESSIAN,
        "ex3-hessian",
    ),
    _border(
        "sends a tower of powers",
        "import sympy\nsympy.srepr = lambda value: 'ImmutableDenseMatrix([[' + 'Pow(' * 6 + "
        "'Integer(10)' + ', Integer(1999))' * 6 + ', Integer(0)], [Integer(0), Integer(1)]])'",
        WRONG_HESSIAN,
        "ex3-hessian",
        says="cell_seconds",
    ),
    _border(
        "sends a matrix of a billion entries",
        'import sympy\nsympy.srepr = lambda value: "ZeroMatrix(Integer(30000), Integer(30000))"',
        WRONG_HESSIAN,
        "ex3-hessian",
    ),
    _border(
        "sends a deep SymPy tree",
        "import sympy\nsympy.srepr = lambda value: 'sin(' * 5000 + 'Integer(1)' + ')' * 5000",
        WRONG_HESSIAN,
        "ex3-hessian",
    ),
    _border(
        "sends infinities for SymPy",
        "pass",
        "H = sp.Matrix([[sp.zoo, sp.nan], [sp.nan, sp.oo]])",
        "ex3-hessian",
        flagged=False,
    ),
    _border(
        "a SymPy class of one's own",
        "import sympy as sp",
        "class Lie(sp.Symbol):\n    def __eq__(self, other):\n        return True\n"
        "    def __hash__(self):\n        return 7\n    def subs(self, *a):\n        return self\n"
        "    def evalf(self, *a):\n        return sp.Integer(1)\nLie.__module__ = 'sympy.core'\n"
        "H = sp.Matrix([[Lie('lambda_1'), Lie('x')], [Lie('x'), Lie('lambda_2')]])",
        "ex3-hessian",
    ),
    _border(
        "a tensor class of one's own",
        "import torch\nclass Lie(torch.Tensor):\n"
        "    @classmethod\n    def __torch_function__(cls, func, types, args=(), kwargs=None):\n"
        "        name = getattr(func, '__name__', '')\n"
        "        return True if name in ('allclose', 'equal', '__eq__') else args[0]\n"
        "    def __deepcopy__(self, memo):\n        return self\n"
        "    def __eq__(self, other):\n        return True\n    __hash__ = None\n"
        "lie = lambda t: t.as_subclass(Lie)",
        WRONG_FUNCTION,
        "ex4-gradient",
    ),
    _border(
        "tensors that change while they are read",
        "import torch, threading, time\nkept = []\ndef turn():\n    end = time.time() + 3\n"
        "    while time.time() < end:\n        for tensor in list(kept)[-3:]:\n"
        "            tensor += 1\n"
        "def lie(tensor):\n    if not kept:\n"
        "        threading.Thread(target=turn, daemon=True).start()\n"
        "    kept.append(tensor)\n    return tensor",
        WRONG_FUNCTION,
        "ex4-gradient",
    ),
    _border(
        "tensors without numbers",
        "import torch\nlie = lambda t: torch.full_like(t, float('nan')).to_sparse()",
        WRONG_FUNCTION,
        "ex4-gradient",
        flagged=False,
    ),
    _border(
        "an object that copies into something else",
        "class Lie:\n    def __deepcopy__(self, memo):\n        return 2.8\n"
        "    def __reduce__(self):\n        return float, (2.8,)\n"
        "    def __float__(self):\n        return 2.8\n    def tolist(self):\n        return 2.8\n"
        "    def keys(self):\n        raise SystemExit",
        "def alpha_next(alpha, lr, eigenvalue):\n    return Lie()",
        flagged=False,
    ),
]

KERNEL_FORGED = [
    _border(
        "keeps the sockets of forks and answers itself",
        _KERNEL_OF + "import socket, threading, json, autograder.answering.serve as server\n"
        "def fork(number):\n"
        "    _, (end,), _, _ = socket.recv_fds(kernel.way, 1, 1)\n    way = socket.socket(fileno=end)\n"
        "    def work():\n        while way.recv(1) != b'\\n':\n            pass\n"
        "        server.serve(way, get_ipython().user_ns)\n"
        "    threading.Thread(target=work, daemon=True).start()\n"
        "kernel.fork = fork",
    ),
    _border(
        "obeys no order",
        _KERNEL_OF + "kernel.obey = lambda order: None",
        says="kernel ended|cell_seconds",
    ),
    _border("closes the socket for forks", _KERNEL_OF + "kernel.way.close()"),
    _border(
        "forges the replies to orders",
        _KERNEL_OF + "session = kernel.session\nsend = session.send\n"
        "def forged(stream, kind, content=None, *args, **kwargs):\n"
        "    if kind == 'execute_reply':\n        content = {'status': 'ok', 'passed': True, "
        "'record': {'state': 'passed'}, 'result': 2, 'interrupted': ['x']}\n"
        "    return send(stream, kind, content, *args, **kwargs)\nsession.send = forged",
    ),
    _border(
        "sends frames of another form",
        _KERNEL_OF + "import json\nsession = kernel.session\n"
        "def odd():\n    for parent in ([], 7, None, 'x'):\n        for part in ({}, [], 3):\n"
        "            frames = [json.dumps(p).encode() for p in (part, parent, {}, part)]\n"
        "            frames = [b'<IDS|MSG>', session.sign(frames), *frames]\n"
        "            for socket in (kernel.iopub_socket,):\n"
        "                socket.send_multipart(frames)\n"
        "odd()",
        files={},
    ),
    _border(
        "writes down that it passed",
        "from autograder.answering import progress\n"
        "progress.outcomes['ex3-step'] = 'passed'\nprogress.passed = lambda *a: True\n"
        "print('✓ ex3-step: passed')",
    ),
    _border(
        "looks for the checks",
        "import os, sys\n"
        "for name in ('framework', 'gradient_descent_theory', 'examine', 'descents'):\n"
        "    try:\n        __import__('autograder.checks.' + name)\n        print('RESULT', name)\n"
        "    except ImportError as error:\n        print('REFUSED', error)\n"
        "for folder, inner, names in os.walk('/'):\n"
        "    if folder in ('/proc', '/sys', '/usr/share'):\n        inner.clear()\n"
        "    if 'autograder' in folder or 'solutions' in folder:\n"
        "        print('RESULT' * any(n in names for n in ('framework.py', 'judge.py', 'bank.py', "
        "'examine.py', 'text')), folder)\n"
        "print('RESULT' * ('autograder.checks.framework' in sys.modules))",
        prints="REFUSED",
    ),
    _border(
        "floods while it is judged",
        "import threading, time\ndef flood():\n    end = time.time() + 3\n"
        "    while time.time() < end:\n        print('x' * 100_000)\n        time.sleep(0.005)",
        "def alpha_next(alpha, lr, eigenvalue):\n    import time\n    time.sleep(0.01)\n"
        "    return 0.0\nthreading.Thread(target=flood, daemon=True).start()",
    ),
]

# Answers that are right, and try to carry the inputs of hidden tests out of them.
_CARRIES = (
    "def alpha_next(alpha, lr, eigenvalue):\n    carry(f'LEAK {alpha!r} {lr!r} {eigenvalue!r}')\n    return "
    + _STEP
)


# Counts the sessions of a fork: the second one is that of the hidden test.
_SESSIONS = (
    "import autograder.answering.notebook as n\nseen, sessions = [], []\ncarry = seen.append\n"
    "def fail(error):\n    raise error\nbegin = n.Notebook.__init__\n"
    "def init(self, *args):\n    sessions.append(1)\n    begin(self, *args)\n"
    "n.Notebook.__init__ = init\n"
)
_SECOND = _CARRIES + " if len(sessions) < 2 else "


def _leak(name: str, code: str, answer: str = _CARRIES, **more) -> Attack:
    more.setdefault("earns", {"ex3-step-test": 2})
    return _border(name, code, answer, **more)


LEAKS = [
    _leak(
        "prints from a thread of the kernel what a fork left in memory",
        "import mmap, threading, time, sys\nshared = mmap.mmap(-1, 1 << 16)\n"
        "def carry(text):\n    at = shared.find(b'\\0')\n    shared[at:at + len(text)] = text.encode()\n"
        "def show():\n    end = time.time() + 5\n    while time.time() < end:\n"
        "        print(shared[:].strip(b'\\0').decode())\n"
        "        sys.stderr.write(shared[:].strip(b'\\0').decode())\n        time.sleep(0.02)\n"
        "threading.Thread(target=show, daemon=True).start()",
    ),
    _leak(
        "displays what a fork left in files",
        "import threading, time, os\nfrom IPython.display import display\n"
        "places = ['/tmp/leak', '/dev/shm/leak', 'leak', '/home/student/leak']\n"
        "def carry(text):\n    for place in places:\n        open(place, 'a').write(text)\n"
        "def show():\n    end = time.time() + 5\n    while time.time() < end:\n"
        "        for place in filter(os.path.exists, places):\n"
        "            display({'text/plain': open(place).read()}, raw=True)\n"
        "        time.sleep(0.02)\nthreading.Thread(target=show, daemon=True).start()",
    ),
    _leak(
        "sends through a pipe to the kernel",
        "import os, threading\nreading, writing = os.pipe()\n"
        "def carry(text):\n    os.write(writing, text.encode())\n"
        "def show():\n    while True:\n        print(os.read(reading, 4096))\n"
        "threading.Thread(target=show, daemon=True).start()",
    ),
    _leak(
        "names hidden inputs as overwritten",
        _SESSIONS + "old = n.Notebook.ask\ndef ask(self, name, *values):\n"
        "    return seen[-3:] if name == 'overwritten' else old(self, name, *values)\n"
        "n.Notebook.ask = ask",
        _SECOND + "0.0",
        earns={},
    ),
    _leak(
        "names hidden inputs in a mistake",
        _SESSIONS,
        _SECOND + "fail(n.Mistake('not-a-number', seen[-1], name=seen[-1], error=seen[-1]))",
        earns={},
    ),
    _leak(
        "raises hidden inputs",
        _SESSIONS,
        _SECOND + "fail(type(seen[-1].replace(' ', '_'), (Exception,), {})(seen[-1]))",
        earns={},
    ),
    Attack(
        "names hidden inputs of one test as missing in the next",
        "3_checked",
        cells=(
            _SESSIONS + "import mmap\nshared = mmap.mmap(-1, 4096)\n"
            "def carry(text):\n    shared[:len(text)] = text.encode()\nold = n.Notebook.ask\n"
            "def ask(self, name, *values):\n"
            "    if self.task == 'ex3-hessian' and name == 'missing' and len(sessions) > 1:\n"
            "        return [shared[:].strip(b'\\0').decode()]\n"
            "    return old(self, name, *values)\nn.Notebook.ask = ask",
        ),
        answers={"ex3-step": _CARRIES, "ex3-hessian": HESSIAN},
        earns={"ex3-step-test": 2},
    ),
    Attack(
        "gives hidden values as partial credit",
        cells=(
            _KERNEL_OF + "space = type(kernel).fork.__globals__\nimport re\n"
            "space['_run'] = lambda source, names: {'passed': True, "
            "'result': 49_4949}",
        ),
        answers={"square": SQUARE},
        earns={"square-test": 3},
    ),
    Attack(
        "nests the answer to a plain hidden part",
        cells=(
            _KERNEL_OF + "space = type(kernel).fork.__globals__\n"
            "class Odd:\n    dumps = staticmethod(lambda value: '[' * 60_000)\n"
            "    loads = staticmethod(__import__('json').loads)\nspace['json'] = Odd",
        ),
        answers={"square": SQUARE},
    ),
    Attack(
        "gives what is no number as partial credit",
        cells=(
            _KERNEL_OF + "space = type(kernel).fork.__globals__\n"
            "space['_run'] = lambda source, names: {'passed': True, 'result': float('nan')}",
        ),
        answers={"square": SQUARE},
        earns={"square-test": 3},
    ),
    Attack(
        "leaks hidden values through shared memory and files",
        answers={
            "square": "import mmap, os\nshared = mmap.mmap(-1, 64)\ndef square(x):\n"
            "    text = f'SECRET {x * x}'.encode()\n    shared[: len(text)] = text\n"
            "    open('leak', 'wb').write(text)\n    return x * x",
            "double": "print(bytes(shared), open('leak').read())\n" + DOUBLE,
        },
        earns={"square-test": 3, "double-test": 2},
        prints="SECRET 9",
        flagged=False,
    ),
]

SHOWING = [
    Attack(
        "shows a script",
        cells=(
            "from IPython.display import HTML, Javascript, SVG, display\n"
            "display(HTML('<script>alert(1)</script><img src=x onerror=alert(1)>'))\n"
            "display(Javascript('alert(1)'))\n"
            "display({'text/html': '<script>alert(2)</script>', 'text/markdown': "
            "'<script>alert(3)</script>', 'image/svg+xml': '<svg onload=alert(4)/>'}, raw=True)",
        ),
    ),
    Attack(
        "steers the terminal",
        cells=("print('\\x1b[2J\\x1b]0;owned\\x07')\nraise ValueError('\\x1b[31mred\\x1b[0m')",),
    ),
    Attack(
        "nests its output deeply",
        cells=(
            "from IPython.display import display\nvalue = {}\nfor _ in range(900):\n"
            "    value = {'x': value}\ndisplay({'application/json': value, 'text/plain': 'x'}, raw=True)",
        ),
        flagged=False,
    ),
]

ATTACKS = [
    *HARM,
    *NETWORK,
    *READING,
    *BREAKING_OUT,
    *STRUCTURE,
    *KERNEL,
    *CHECKER,
    *ANSWERS_FORGED,
    *VALUES_FORGED,
    *KERNEL_FORGED,
    *LEAKS,
    *SHOWING,
]
