"""A look for tampering: what a grader should see with their own eyes before trusting a score.

A flag changes no score, and no score rests on flags: the judge is out of a submission's reach. It
names the notebook, the cell, the line and what is odd about the code as it is written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.cells import cell_name, is_students
from autograder.kept import keep, kept

CODE_WIDTH = 120


@dataclass(frozen=True)
class Flag:
    """One thing to look at."""

    cell: str  # grade id of the cell, "cell 7" counted from 1, or the name of a module's file
    line: int  # in there, from 1; 0 if unknown
    code: str  # that line
    what: str

    def __str__(self) -> str:
        where = f"{self.cell}, line {self.line}" if self.line else self.cell
        return f"{where}: {self.what}" + (f": {self.code}" if self.code else "")


# Modules that an answer has no use for -> what they are used for.
_MODULES = {
    "ctypes": "works on the memory of the process",
    "gc": "searches the objects of the interpreter",
    "inspect": "reads source code and frames",
    "ipykernel": "works on the kernel",
    "zmq": "works on the kernel's messages",
    "jupyter_client": "works on the kernel's messages",
    "nbgrader": "works on the grader",
    "builtins": "works on what every name stands on",
    "timeit": "runs code from text",
    "importlib": "loads modules by another way",
    "socket": "uses the network",
    "requests": "uses the network",
    "urllib": "uses the network",
    "http": "uses the network",
    "asyncio": "works on the kernel's event loop",
    "subprocess": "starts processes",
    "multiprocessing": "starts processes",
    "signal": "catches or sends signals",
    "atexit": "runs code at the end of the kernel",
    "pickle": "loads packed objects",
    "marshal": "loads packed code",
    "shutil": "works on files",
    "pty": "starts processes",
    "resource": "changes limits",
    "faulthandler": "works on tracebacks",
    "code": "starts an interpreter",
}
_INNER_IMPORTS = {  # only these names of a package are for students
    "autograder": {"check", "passed", "progress", "hint", "solution", "checks"},
    "IPython": {"display", "Image", "Markdown", "HTML", "Math", "Latex", "clear_output"},
}
# module.attribute -> what it does
_ATTRIBUTES = {
    "sys._getframe": "reads the frames of its callers",
    "sys._current_frames": "reads the frames of other threads",
    "sys.settrace": "sets a trace function",
    "sys.setprofile": "sets a profile function",
    "sys.modules": "reaches into loaded modules",
    "sys.meta_path": "changes how modules are found",
    "sys.path_hooks": "changes how modules are found",
    "sys.excepthook": "hides errors",
    "sys.exit": "ends the program",
    "sys.tracebacklimit": "hides tracebacks",
    "sys.stdout": "replaces or writes to the screen",
    "sys.stderr": "replaces or writes to the screen",
    "os._exit": "ends the kernel",
    "os.abort": "ends the kernel",
    "os.kill": "sends a signal to a process",
    "os.killpg": "sends a signal to processes",
    "os.environ": "looks at its environment",
    "os.getenv": "looks at its environment",
    "os.fork": "starts a process",
    "os.system": "starts a process",
    "os.popen": "starts a process",
    "os.symlink": "makes a link",
    "os.link": "makes a link",
    "os.chmod": "changes who may use a file",
    "threading.Thread": "starts a thread",
    "threading.Timer": "starts a thread",
    "torch.load": "loads packed objects",
    "torch.hub": "uses the network",
    "helpers.ready_made": "works on what is ready-made in helpers",
    "helpers.stand_ins": "takes what is ready-made in helpers",
    "helpers.training": "takes what is ready-made in helpers",
}
# Attributes with one meaning, whatever they are taken from.
_TELLING = {
    "ast_transformers": "changes code before it runs",
    "input_transformers_cleanup": "changes code before it runs",
    "input_transformers_post": "changes code before it runs",
    "input_transformer_manager": "changes code before it runs",
    "set_custom_exc": "hides errors",
    "showtraceback": "hides errors",
    "_showtraceback": "hides errors",
    "custom_exceptions": "hides errors",
    "history_manager": "reads the history of cells",
    "shell_handlers": "works on the kernel's messages",
    "iopub_socket": "works on the kernel's messages",
    "iopub_thread": "works on the kernel's messages",
    "run_cell": "runs or replaces the running of cells",
    "user_ns": "works on the notebook's names from outside",
    "execution_count": "works on the kernel",
    "do_shutdown": "ends the kernel",
    "f_back": "reads the frames of its callers",
    "f_globals": "reads the frames of its callers",
    "f_locals": "reads the frames of its callers",
    "tb_frame": "reads the frames of its callers",
    "__code__": "works on the code of functions",
    "__closure__": "works on the code of functions",
    "__globals__": "works on the names of functions",
    "__subclasses__": "searches all classes",
    "__builtins__": "works on what every name stands on",
    "_render_traceback_": "hides errors",
    "outcomes": "works on the results of checks",
    "last_calls": "works on the record of training calls",
    "cell_contents": "works on the names of functions",
    "set_eval_frame": "reads the frames of its callers",
    "createResolutionCallbackFromFrame": "reads the frames of its callers",
    "__torch_function__": "stands between the checks and torch",
    "TorchFunctionMode": "stands between the checks and torch",
    "TorchDispatchMode": "stands between the checks and torch",
}
_NAMES = {
    "In": "reads the history of cells",
    "_ih": "reads the history of cells",
    "_i": "reads the history of cells",
    "_ii": "reads the history of cells",
    "__builtins__": "works on what every name stands on",
    "__import__": "loads modules by another way",
    "exit": "ends the kernel",
    "quit": "ends the kernel",
    "exec": "runs code from text",
    "eval": "runs code from text",
    "compile": "runs code from text",
    "input": "waits for input",
    "breakpoint": "waits for input",
    "TestOutcome": "works on the results of checks",
}
_PROTECTED = {"check", "passed", "progress"}
_PATCHED = {"torch", "nn", "F", "np", "numpy", "sp", "sympy", "plt", "math", "random", "helpers"}
_COMPARISONS = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__bool__"}
_TEXTS = (
    (re.compile(r"NBGRADER_\w+"), "asks whether it is being graded"),
    (re.compile(r"(BEGIN|END) HIDDEN"), "mentions hidden tests"),
    (re.compile(r"gradebook"), "mentions the gradebook"),
    (re.compile(r"/proc/"), "reads about processes"),
    (re.compile(r"✓|hidden tests passed"), "looks like the message of a check"),
    (re.compile(r"<script", re.I), "holds a script for a browser"),
    (re.compile(r"\x1b[\[\]]"), "holds codes that steer a terminal"),
)


def look_at(notebook: NotebookNode) -> list[Flag]:
    """Flags for what the student's own cells say, without running them."""
    found: list[Flag] = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not is_students(cell):
            continue
        found += _look_at_source(cell_name(notebook, index), cell.source)
    return found


def look_at_modules(notebook: NotebookNode, files: Mapping[str, bytes]) -> list[Flag]:
    """Flags for the Python files beside a notebook (by relative name) that it names, or that one
    of these names."""
    named = "\n".join(c.source for c in notebook.cells if c.cell_type == "code" and is_students(c))
    modules = {
        name: data.decode("utf-8", errors="replace")
        for name, data in files.items()
        if name.endswith(".py")
    }
    found: list[Flag] = []
    while used := {n for n in modules if re.search(rf"\b{re.escape(_module_name(n))}\b", named)}:
        named = "\n".join(modules[name] for name in sorted(used))
        for name in sorted(used):
            found += _look_at_source(printable(name), modules.pop(name))
    return found


def _module_name(path: str) -> str:
    """`tools` for tools.py and for tools/__init__.py."""
    parts = path.removesuffix(".py").split("/")
    return parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]


def _look_at_source(name: str, source: str) -> Iterator[Flag]:
    lines = source.splitlines()
    for line, what in sorted(set(_oddities(source))):
        code = lines[line - 1].strip()[:CODE_WIDTH] if 0 < line <= len(lines) else ""
        yield Flag(name, line, printable(code), what)


def printable(text: str) -> str:
    """Text without the characters that steer a terminal."""
    return "".join(c if c.isprintable() else "·" for c in text)


def save_flags(folder: Path, student: str, notebook: str, flags: list[Flag]) -> None:
    """Keep the flags for the report: `folder`/STUDENT/NOTEBOOK.json, or nothing."""
    keep(folder, student, notebook, [asdict(flag) for flag in flags])


def load_flags(folder: Path) -> dict[tuple[str, str], list[Flag]]:
    """The flags kept in `folder`, by student and notebook."""
    known = Flag.__dataclass_fields__  # an older version may have kept more
    return {
        names: [Flag(**{k: v for k, v in flag.items() if k in known}) for flag in flags]
        for names, flags in kept(folder)
    }


def _oddities(source: str) -> Iterator[tuple[int, str]]:
    """(line, what is odd about it)."""
    python = []
    for number, line in enumerate(source.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("!") or bare.startswith(
            ("%%bash", "%%sh", "%%script", "%sx", "%system")
        ):
            yield number, "runs a shell command"
        if bare.startswith(("%%javascript", "%%js", "%%html", "%%svg")):
            yield number, "shows active content"
        python.append("pass" if bare.startswith(("!", "%")) and line == bare else line)
        for pattern, what in _TEXTS:
            if pattern.search(line):
                yield number, what
    try:
        tree = ast.parse("\n".join(python))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    try:
        for node in ast.walk(tree):
            for what in _odd(node):
                yield getattr(node, "lineno", 0), what
    except RecursionError:
        yield 0, "is nested too deeply to be looked at"


def _odd(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _odd_import(alias.name, None)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield from _odd_import(node.module or "", alias.name)
    elif isinstance(node, ast.Attribute):
        yield from _odd_attribute(node)
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        if isinstance(node.ctx, ast.Load):
            yield _NAMES[node.id]
    elif isinstance(node, ast.Name) and node.id in _PROTECTED and isinstance(node.ctx, ast.Store):
        yield f"replaces {node.id}"
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from _odd_definition(node)
    elif isinstance(node, ast.Call):
        yield from _odd_call(node)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        if node.slice.value in _PROTECTED and isinstance(node.value, ast.Call):
            yield f"reaches {node.slice.value} by its name"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        for pattern, what in _TEXTS:
            if pattern.search(node.value):
                yield what


def _odd_import(module: str, name: str | None) -> Iterator[str]:
    top = module.split(".")[0]
    if top in _MODULES:
        yield f"imports {top}, which {_MODULES[top]}"
    elif top in _INNER_IMPORTS:
        allowed = _INNER_IMPORTS[top]
        public = module in (top, f"{top}.checks", f"{top}.display")
        if not public or (name is not None and name not in allowed):
            yield f"imports from the inside of {top}"
    else:
        for full in {module, f"{top}.{name}"} & set(_ATTRIBUTES):
            yield _ATTRIBUTES[full]


def _odd_attribute(node: ast.Attribute) -> Iterator[str]:
    if isinstance(node.value, ast.Name):
        full = f"{node.value.id}.{node.attr}"
        if full in _ATTRIBUTES:
            yield _ATTRIBUTES[full]
        if isinstance(node.ctx, ast.Store | ast.Del) and node.value.id in _PATCHED:
            yield f"replaces {full}"
    if node.attr in _TELLING:
        yield _TELLING[node.attr]
    if isinstance(node.ctx, ast.Store) and _root(node) in _PATCHED and not _is_simple(node):
        yield f"replaces {ast.unparse(node)[:60]}"


def _is_simple(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name)


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _odd_definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[str]:
    if node.name in _PROTECTED:
        yield f"replaces {node.name}"
    if node.name in _COMPARISONS and not isinstance(node, ast.ClassDef):
        yield "defines its own comparison"
    if node.name in ("__del__", "__instancecheck__", "__subclasscheck__", "__class__"):
        yield f"defines {node.name}"


def _odd_call(node: ast.Call) -> Iterator[str]:
    called, first = node.func, node.args[0] if node.args else None
    name = called.id if isinstance(called, ast.Name) else ""
    patched = _PATCHED | {"sys", "os", "builtins", "get_ipython"}
    if name in ("setattr", "delattr") and first is not None and _root(first) in patched:
        yield f"replaces a part of {ast.unparse(first)[:60]}"
    if name == "attrgetter" or ast.unparse(called).endswith(".attrgetter"):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                parts = inner.value.split(".")
                yield from (_TELLING[part] for part in parts if part in _TELLING)
    if name == "get_ipython":
        yield "works on IPython"
    if name in ("globals", "vars", "getattr"):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Constant) and inner.value in _PROTECTED:
                yield f"reaches {inner.value} by its name"
    if name == "getattr" and len(node.args) > 1 and not isinstance(node.args[1], ast.Constant):
        yield "reaches an attribute by a computed name"
    if ast.unparse(called).endswith("events.register"):
        yield "hooks into the running of cells"
