"""Cells that show something and decide nothing, so that grading may leave them out.

The authors mark them in the text of a notebook with the tag `demo`. No task and no check needs what
they make or change. A student's own cell may: then the demo is run, so that no score depends on
what is left out.
"""

from __future__ import annotations

import ast
import re
import symtable

from nbformat import NotebookNode

from autograder.cells import is_students

TAG = "demo"
# With these a cell can reach any name without writing it down.
_REACHES_ALL = re.compile(
    r"(?<![.\w])(eval|exec|globals|locals|vars|dir|get_ipython|__main__|builtins)\b|sys\.modules"
)
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_BINDS_FOR_SURE = (ast.Assign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def unneeded_demos(notebook: NotebookNode) -> set[int]:
    """Indices of the demo cells whose names no cell of the student's uses."""
    demos = {i: cell.source for i, cell in enumerate(notebook.cells) if _is_demo(cell)}
    used: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and is_students(cell):
            reached = names_used(cell.source)
            if reached is None:
                return set()
            used |= reached
    while True:
        needed = {i for i, source in demos.items() if names_made(source) & used}
        if not needed:
            return set(demos)
        for i in needed:
            # A demo that runs needs the names that other demos make.
            used |= names_used(demos.pop(i)) or set()


def names_made(source: str) -> set[str]:
    """The names that a cell binds in the notebook."""
    try:
        symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    except _UNREADABLE:
        return set()
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}


def names_used(source: str) -> set[str] | None:
    """The names of the notebook that a cell may read; None if that cannot be told."""
    if _REACHES_ALL.search(source):
        return None
    used: set[str] = set()
    made: set[str] = set()
    try:
        for statement in ast.parse(source).body:
            text = ast.unparse(statement)
            changed = set(map(_changed_name, ast.walk(statement))) - {""}  # x += 1
            used |= (_globals_read(symtable.symtable(text, "cell", "exec")) | changed) - made
            if isinstance(statement, _BINDS_FOR_SURE):
                made |= names_made(text)
    except _UNREADABLE:
        return None  # a magic command of IPython, perhaps
    return used


def _changed_name(node: ast.AST) -> str:
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return ""


def _globals_read(table: symtable.SymbolTable) -> set[str]:
    top = table.get_type() == "module"
    found = {
        s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())
    }
    return found.union(*map(_globals_read, table.get_children()))


def _is_demo(cell: NotebookNode) -> bool:
    is_code = cell.cell_type == "code"
    return is_code and TAG in cell.metadata.get("tags", ()) and not is_students(cell)
