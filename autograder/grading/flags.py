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

from autograder.cells import cell_name, is_students, lines_of
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


def _each(groups: dict[str, str]) -> dict[str, str]:
    """Name -> what it does, from what it does -> the names that do it."""
    return {name: what for what, names in groups.items() for name in names.split()}


# What modules are used for that an answer has no use for.
_MODULES = _each(
    {
        "works on the memory of the process": "ctypes",
        "searches the objects of the interpreter": "gc",
        "reads source code and frames": "inspect",
        "works on the kernel": "ipykernel",
        "works on the kernel's messages": "zmq jupyter_client",
        "works on the grader": "nbgrader",
        "works on what every name stands on": "builtins",
        "runs code from text": "timeit",
        "loads modules by another way": "importlib",
        "uses the network": "socket requests urllib http",
        "works on the kernel's event loop": "asyncio",
        "starts processes": "subprocess multiprocessing pty",
        "catches or sends signals": "signal",
        "runs code at the end of the kernel": "atexit",
        "loads packed objects": "pickle",
        "loads packed code": "marshal",
        "works on files": "shutil",
        "changes limits": "resource",
        "works on tracebacks": "faulthandler",
        "starts an interpreter": "code",
    }
)
_INNER_IMPORTS = {  # only these names of a package are for students
    "autograder": {"check", "passed", "progress", "hint", "solution", "checks"},
    "IPython": {"display", "Image", "Markdown", "HTML", "Math", "Latex", "clear_output"},
}
# What is done with module.attribute.
_ATTRIBUTES = _each(
    {
        "reads the frames of its callers": "sys._getframe",
        "reads the frames of other threads": "sys._current_frames",
        "sets a trace function": "sys.settrace",
        "sets a profile function": "sys.setprofile",
        "reaches into loaded modules": "sys.modules",
        "changes how modules are found": "sys.meta_path sys.path_hooks",
        "hides errors": "sys.excepthook",
        "ends the program": "sys.exit",
        "hides tracebacks": "sys.tracebacklimit",
        "replaces or writes to the screen": "sys.stdout sys.stderr",
        "ends the kernel": "os._exit os.abort",
        "sends a signal to a process": "os.kill",
        "sends a signal to processes": "os.killpg",
        "looks at its environment": "os.environ os.getenv",
        "starts a process": "os.fork os.system os.popen",
        "makes a link": "os.symlink os.link",
        "changes who may use a file": "os.chmod",
        "starts a thread": "threading.Thread threading.Timer",
        "loads packed objects": "torch.load",
        "uses the network": "torch.hub",
        "works on what is ready-made in helpers": "helpers.ready_made",
        "takes what is ready-made in helpers": "helpers.stand_ins helpers.training",
        "works on the record of training calls": "helpers.notebook "
        "helpers.notebook.training_record",
    }
)
# Attributes with one meaning, whatever they are taken from.
_TELLING = _each(
    {
        "changes code before it runs": "ast_transformers input_transformers_cleanup "
        "input_transformers_post input_transformer_manager",
        "hides errors": "set_custom_exc showtraceback _showtraceback custom_exceptions "
        "_render_traceback_",
        "reads the history of cells": "history_manager",
        "works on the kernel's messages": "shell_handlers iopub_socket iopub_thread",
        "runs or replaces the running of cells": "run_cell",
        "works on the notebook's names from outside": "user_ns",
        "works on the kernel": "execution_count",
        "ends the kernel": "do_shutdown",
        "reads the frames of its callers": "f_back f_globals f_locals tb_frame set_eval_frame "
        "createResolutionCallbackFromFrame",
        "works on the code of functions": "__code__ __closure__",
        "works on the names of functions": "__globals__ cell_contents",
        "searches all classes": "__subclasses__",
        "works on what every name stands on": "__builtins__",
        "works on the results of checks": "outcomes",
        "works on the record of training calls": "last_calls",
        "stands between the checks and torch": "__torch_function__ TorchFunctionMode "
        "TorchDispatchMode",
    }
)
_NAMES = _each(
    {
        "reads the history of cells": "In _ih _i _ii",
        "works on what every name stands on": "__builtins__",
        "loads modules by another way": "__import__",
        "ends the kernel": "exit quit",
        "runs code from text": "exec eval compile",
        "waits for input": "input breakpoint",
        "works on the results of checks": "TestOutcome",
    }
)
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
    lines = lines_of(source)
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
    for number, line in enumerate(lines_of(source), 1):
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
    elif isinstance(node.ctx, ast.Store) and _root(node) in _PATCHED:
        yield f"replaces {ast.unparse(node)[:60]}"
    if node.attr in _TELLING:
        yield _TELLING[node.attr]


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
