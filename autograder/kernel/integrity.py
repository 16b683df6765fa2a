"""What the checks and the kernel stand on, remembered before the first cell of a submission.

Finds what was replaced since, by name, and can put it back.
"""

from __future__ import annotations

import contextlib
import sys
import types
from collections import defaultdict
from collections.abc import Iterator
from operator import attrgetter, is_

# Modules and classes whose every attribute is watched, if they are loaded.
_MODULES = [
    "builtins",
    "math",
    "random",
    "os",
    "sys",
    "json",
    "dataclasses",
    "contextlib",
    "itertools",
    "functools",
    "copy",
    "operator",
    "signal",
    "traceback",
    "torch",
    "torch.nn.functional",
    "torch.nn",
    "torch.optim",
    "torch.autograd",
    "torch.testing",
    "numpy",
    "sympy",
]
_CLASSES = [
    "random.Random",
    "torch.Tensor",
    "torch.Generator",
    "torch.nn.Module",
    "torch.nn.BCELoss",
    "torch.optim.Optimizer",
    "torch.optim.RMSprop",
    "torch.optim.Adam",
    "torch.optim.SGD",
    "sympy.core.basic.Basic",
    "sympy.core.expr.Expr",
    "sympy.core.symbol.Symbol",
    "sympy.core.numbers.Number",
    "sympy.core.numbers.Float",
    "sympy.core.numbers.Rational",
    "sympy.core.numbers.Integer",
    "sympy.core.add.Add",
    "sympy.core.mul.Mul",
    "sympy.core.power.Pow",
    "sympy.matrices.matrixbase.MatrixBase",
    "IPython.core.interactiveshell.InteractiveShell",
    "ipykernel.zmqshell.ZMQInteractiveShell",
    "ipykernel.ipkernel.IPythonKernel",
    "ipykernel.kernelbase.Kernel",
    "jupyter_client.session.Session",
]
# Packages whose modules are watched together with the code of their functions.
_OWN_PACKAGES = ("autograder.checks", "helpers")
# Set by a kernel or a notebook at work, for good reasons.
_MAY_CHANGE = {
    "builtins": {"_", "display", "get_ipython", "input", "exit", "quit", "copyright", "credits"},
    "traceback": set(),
    # `Storage`, an alias, follows the default type of numbers.
    "torch": {"_dynamo", "_inductor", "_export", "Storage"},
    "sys": {
        "displayhook",
        "excepthook",
        "last_type",
        "last_value",
        "last_traceback",
        "breakpointhook",
    },
}
_OWN_STATE = {"outcomes", "last_calls", "_SEEN", "__warningregistry__"}
_SHELL_METHODS = [
    "run_cell",
    "run_cell_async",
    "run_ast_nodes",
    "run_code",
    "showtraceback",
    "_showtraceback",
    "showsyntaxerror",
    "transform_cell",
    "compile",
]


# What a function does, in the three places that can be changed.
_FUNCTION_PARTS = ("__code__", "__defaults__", "__kwdefaults__")


class Integrity:
    """A snapshot of names and of the objects behind them.

    It is compared several times for every cell, so all is compared in C first, and one by one only
    where that shows a change.
    """

    def __init__(self, kernel):
        self.kernel = kernel
        self.names: list[tuple[object, str, str, object]] = []  # owner, its name, attribute, object
        self.codes: list[tuple[types.FunctionType, str, tuple]] = []
        for name in _MODULES:
            self._watch(sys.modules.get(name), name)
        for path in _CLASSES:
            module, _, attribute = path.rpartition(".")
            self._watch(getattr(sys.modules.get(module), attribute, None), path)
        self.contents: list[tuple[object, str, tuple]] = []  # a container, its name, what it holds
        for name, module in sorted(sys.modules.items()):
            if any(name == own or name.startswith(own + ".") for own in _OWN_PACKAGES):
                self._watch_own(module, name)
        # The zygote has made an RMSprop, so its `step` is wrapped already.
        rmsprop = getattr(sys.modules.get("torch.optim"), "RMSprop", None)
        self.step_hook = getattr(getattr(rmsprop, "step", None), "__code__", None)
        framework = sys.modules.get("autograder.checks.framework")
        self.table = framework.TASKS if framework is not None else {}
        self.tasks = {name: (task, dict(vars(task))) for name, task in self.table.items()}
        self.handlers = dict(kernel.shell_handlers) if kernel is not None else {}
        shell = vars(kernel.shell) if kernel is not None else {}
        self.shell = {name: shell.get(name) for name in _SHELL_METHODS}
        self._prepare_comparison()

    def _prepare_comparison(self) -> None:
        """Bind all that comparing needs: builtins may be replaced later on."""
        groups = defaultdict(list)
        for entry in self.names:
            groups[id(entry[0])].append(entry)
        self.owners = []  # how to read a name of an owner, the names, the objects, the entries
        for entries in groups.values():
            names, originals = zip(
                *((name, original) for _, _, name, original in entries), strict=True
            )
            self.owners.append((vars(entries[0][0]).get, names, originals, entries))
        functions = [function for function, _, _ in self.codes]
        parts = list(zip(*(parts for _, _, parts in self.codes), strict=True))
        self.parts = list(zip(map(attrgetter, _FUNCTION_PARTS), parts, strict=False))
        every, map_, same = all, map, is_

        def unchanged(read, keys, originals) -> bool:
            return every(map_(same, map_(read, keys), originals))

        def same_codes() -> bool:
            return every([unchanged(read, functions, before) for read, before in self.parts])

        self.unchanged, self.same_codes = unchanged, same_codes

    def _watch(self, owner, label: str) -> None:
        if owner is None:
            return
        skipped = _MAY_CHANGE.get(label, set())
        for name, value in list(vars(owner).items()):
            if name in skipped or name in ("__builtins__", "__warningregistry__", "__dict__"):
                continue
            if name.startswith("_") and not name.startswith("__"):
                continue
            if isinstance(owner, types.ModuleType) and not callable(value):
                continue
            self.names.append((owner, label, name, value))

    def _watch_own(self, module, label: str) -> None:
        for name, value in list(vars(module).items()):
            if name in _OWN_STATE or name == "__builtins__":
                continue
            if isinstance(value, types.FunctionType):
                self.names.append((module, label, name, value))
                if value.__module__ == label:
                    self._watch_code(value, f"{label}.{name}")
            elif isinstance(value, type) and value.__module__ == label:
                self.names.append((module, label, name, value))
                for attribute, member in list(vars(value).items()):
                    if callable(member) or isinstance(member, property | classmethod):
                        self.names.append((value, f"{label}.{name}", attribute, member))
                    if isinstance(member, types.FunctionType):
                        self._watch_code(member, f"{label}.{name}.{attribute}")
            elif isinstance(value, types.ModuleType) or label.startswith("autograder.checks"):
                self.names.append((module, label, name, value))
                if isinstance(value, dict | list | set):
                    self.contents.append((value, f"{label}.{name}", _held(value)))

    def _watch_code(self, function: types.FunctionType, label: str) -> None:
        parts = tuple(getattr(function, part) for part in _FUNCTION_PARTS)
        self.codes.append((function, label, parts))

    def changes(self) -> list[str]:
        """Names of what is no longer what it was; empty when all is well."""
        return [label for label, _ in self._changed()]

    def restore(self, kernel_only: bool = False) -> list[str]:
        """Put everything back; returns the names of what had changed."""
        found = []
        for _ in range(3):  # what looks for changes may itself have been changed
            changed = self._changed_in_kernel() if kernel_only else self._changed()
            for label, put_back in changed:
                found.append(label)
                with contextlib.suppress(Exception):
                    put_back()
            if not changed:
                break
        return list(dict.fromkeys(found))

    def _changed(self) -> list:
        """(name, function that puts it back) for everything that has changed."""
        found = [
            (f"{label}.{name}", _setter(owner, name, original))
            for owner, label, name, original in self._changed_names()
        ]
        if not self.same_codes():
            for function, label, parts in self.codes:
                now = [getattr(function, part) for part in _FUNCTION_PARTS]
                if not all(map(is_, now, parts)):
                    found.append((label, _code_setter(function, parts)))
        for container, label, before in self.contents:
            now = _held(container)
            if len(now) != len(before) or not all(map(is_, now, before)):
                found.append((label, _refiller(container, before)))
        for grade_id, (task, fields) in self.tasks.items():
            for name, original in fields.items():
                if vars(task).get(name) is not original:
                    label = f"the check of {grade_id}"
                    found.append((label, _frozen_setter(task, name, original)))
        found += self._changed_in_kernel()
        return found

    def _changed_names(self) -> Iterator[tuple[object, str, str, object]]:
        for read, names, originals, entries in self.owners:
            if self.unchanged(read, names, originals):
                continue
            for entry in entries:
                value, original = read(entry[2]), entry[3]
                if value is not original and not self._is_hooked_step(value, original):
                    yield entry

    def _is_hooked_step(self, value, original) -> bool:
        """Whether torch itself has wrapped `step`: it does so when an optimizer is first made."""
        return (
            self.step_hook is not None
            and getattr(value, "__code__", None) is self.step_hook
            and getattr(value, "__wrapped__", None) is original
        )

    def _changed_in_kernel(self) -> list:
        if self.kernel is None:
            return []
        found = []
        handlers = self.kernel.shell_handlers
        for name, original in self.handlers.items():
            if handlers.get(name) is not original:
                found.append((f"the kernel's {name}", _item_setter(handlers, name, original)))
        shell = self.kernel.shell
        for name in _SHELL_METHODS:
            original = self.shell[name]
            if vars(shell).get(name) is not original:
                put_back = _setter(shell, name, original) if original else _deleter(shell, name)
                found.append((f"get_ipython().{name}", put_back))
        if shell.ast_transformers:
            found.append(("get_ipython().ast_transformers", shell.ast_transformers.clear))
        for event, original in self.callbacks(shell).items():
            found.append((f"a {event} hook", original))
        return found

    def callbacks(self, shell) -> dict:
        """Hooks that IPython calls around cells: those that came with the kernel are known."""
        now = {name: list(hooks) for name, hooks in shell.events.callbacks.items()}
        if not hasattr(self, "known_callbacks"):
            self.known_callbacks = now
            return {}
        result = {}
        for name, hooks in now.items():
            known = self.known_callbacks.get(name, [])
            extra = [h for h in hooks if h not in known and not _of_matplotlib(h)]
            if extra:
                result[name] = _hook_remover(shell.events.callbacks[name], extra)
        return result


def _held(container: dict | list | set) -> tuple:
    """What a container holds: values of a list or set, keys and values of a dictionary."""
    if isinstance(container, dict):
        return (*dict.keys(container), *dict.values(container))
    return tuple(container)


def _refiller(container: dict | list | set, held: tuple):
    def put_back():
        container.clear()
        if isinstance(container, dict):
            half = len(held) // 2
            container.update(zip(held[:half], held[half:], strict=True))
        elif isinstance(container, list):
            container.extend(held)
        else:
            container.update(held)

    return put_back


def _of_matplotlib(hook) -> bool:
    return getattr(hook, "__module__", "").startswith(("matplotlib", "IPython.core.pylabtools"))


def _setter(owner, name, value):
    return lambda: setattr(owner, name, value)


def _frozen_setter(owner, name, value):
    return lambda: object.__setattr__(owner, name, value)


def _deleter(owner, name):
    return lambda: delattr(owner, name)


def _item_setter(mapping, key, value):
    return lambda: mapping.__setitem__(key, value)


def _hook_remover(hooks, extra):
    def remove():
        for hook in extra:
            hooks.remove(hook)

    return remove


def _code_setter(function, parts):
    def put_back():
        for name, part in zip(_FUNCTION_PARTS, parts, strict=True):
            setattr(function, name, part)

    return put_back
