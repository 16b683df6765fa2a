"""What can be told from the text of a cell: likeness, syntax, the names that it defines."""

from __future__ import annotations

import ast
import re
import warnings

from rapidfuzz import fuzz

from autograder.cells import lines_of
from autograder.verdict import tasks

PARSED_CHARACTERS = 200_000  # a longer cell is taken as it is
COMPARED_CHARACTERS = 2_000  # of each cell, when likeness decides


# What the release gives in place of an answer; `{}` is the grade id of its task.
TEXT_STUB = "*Task {}: replace this line with your answer.*"
CODE_STUB = "...  # Task {} is still open: your answer goes here, in place of this line"
_FORMER_STUB = re.compile(
    r"""raise NotImplementedError\(\s*"Task ([\w-]+) is still open: [\w ]+\."\s*\)"""
)


def plain(text: str) -> str:
    """Text without what editors change: ends of lines, blank lines around it.

    The stub of former releases counts as today's.
    """
    text = _FORMER_STUB.sub(lambda found: CODE_STUB.format(found[1]), text)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def is_stub(text: str) -> bool:
    """Whether a function of a cell, or the whole cell, has no more in it than a stub."""
    tree = parsed(text)
    if tree is None:
        return False
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    bodies = [tree.body, *(n.body for n in functions if n.name != "__init__")]
    return any(map(_is_empty, bodies))


def _is_empty(body: list[ast.stmt]) -> bool:
    """Whether it holds but constants, or only raises that it is not implemented."""
    raised = " ".join(ast.unparse(s) for s in body if not _is_constant(s))
    return bool(body) and (not raised or raised.startswith("raise NotImplementedError"))


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def likeness(a: str, b: str, needed: float = 0) -> float:
    """How alike two cells are, 0 to 100; 0 below `needed`."""
    a, b = a[:COMPARED_CHARACTERS].strip(), b[:COMPARED_CHARACTERS].strip()
    return fuzz.ratio(a, b, score_cutoff=needed) if a and b else 0.0


def parsed(text: str) -> ast.Module | None:
    """The syntax tree of a cell, with IPython's own lines taken out; None if it has none."""
    if len(text) > PARSED_CHARACTERS:
        return None
    lines = ["" if line.startswith(("%", "!", "?")) else line for line in lines_of(text)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def compiles(text: str) -> bool:
    return parsed(text) is not None


def defined(text: str) -> set[str]:
    """The names that a cell defines at its top level."""
    tree = parsed(text)
    if tree is None:
        definitions = re.findall(r"(?m)^(?:def|class)\s+(\w+)", text)
        return {*definitions, *re.findall(r"(?m)^(\w+)\s*=[^=]", text)}
    imports = ast.Import | ast.ImportFrom
    return set().union(*(bound(s) for s in tree.body if not isinstance(s, imports)))


def bound(statement: ast.stmt) -> set[str]:
    """The names that a statement of a cell binds; "*" if it imports all of a module."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
    nodes = ast.walk(statement)
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def names_of(grade_id: str) -> tuple[str, ...]:
    """The names that the check of a task asks for; none where there is no such check."""
    task = tasks().get(grade_id)
    return task.names if task else ()


def unfenced(text: str) -> str:
    """Code out of a Markdown cell: the inside of its fence, if it is one fenced block."""
    fence = re.fullmatch(r"\s*(`{3,}|~{3,})[^\n]*\n(.*?)\n?\1\s*", text, flags=re.DOTALL)
    return fence[2] if fence else text


def added_lines(given: str, found: str) -> str:
    """The lines of `found` that `given` does not have."""
    known = {line.strip() for line in given.splitlines()}
    return "\n".join(line for line in plain(found).splitlines() if line.strip() not in known)


def imports_and_definitions(code: str) -> str:
    tree = parsed(code)
    if tree is None:
        return ""
    wanted = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    parts = [ast.get_source_segment(code, node) for node in tree.body if isinstance(node, wanted)]
    return "\n".join(part for part in parts if part)
