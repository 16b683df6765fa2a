"""First aid: after an error that everybody meets, a line below it that says what to do.

It serves the cells that no check looks at. Switched on by the first cell of a notebook.
"""

from __future__ import annotations

import builtins
import errno
import re
import sys
from collections.abc import Mapping

from helpers.runtime import cache_folder, is_grading, jupyter_kernel

# Pattern of "Type: message" -> advice; {} stands for what the first group of the pattern found.
ADVICE = {
    r"^NameError: name '(\w+)' is not defined": "`{}` does not exist in this kernel. If a cell "
    "above makes it, that cell has not run since the kernel started, or it ended in an error: "
    "choose Run > Run All Above Selected Cell (Colab: Runtime > Run before), and mend the first "
    "error. If none makes it, is it misspelt?",
    r"^KeyboardInterrupt": "The run was stopped: what this cell makes is missing or half done. Run "
    "it again from its start; if it trains, the cells of the model and the optimizer before it.",
    r"not compiled with CUDA|no NVIDIA driver|No CUDA GPUs": "PyTorch cannot use a GPU here: write "
    "`device`, which `get_device()` has chosen, in place of a fixed name.",
    r"for \^: |bitwise_xor": "`^` is a bitwise operation in Python; `**` raises to a power.",
    r"'(?:method|function)' object is not iterable": "A function is given where its result is "
    "expected: are the parentheses of the call missing?",
    r"^(?:Type|Attribute)Error: .*NoneType": "Something is None: does a function lack `return`, "
    "or is its task still open?",
    r"^TypeError: '(\w+)' object is not iterable": "A `{}` is one thing, and several are expected. "
    "An optimizer takes the parameters of a model, not the model.",
    r"optimizer can only optimize Tensors": "An optimizer takes the parameters of a model, not the "
    "model.",
    r"^TypeError: list is not a Module subclass": "`nn.Sequential` takes the layers one by one, "
    "without the brackets of a list.",
    r"before Module\.__init__\(\) call": "The `__init__` of a module begins with "
    "`super().__init__()`.",
    r"Boolean value of Tensor with more": "A loss is made first, `nn.BCELoss()`, "
    "and called then. Or does a tensor of several numbers stand behind an `if`?",
    r"no attribute 'predict'": "A model of PyTorch is called like a function.",
    r"(\w+)\)? is not a Module subclass": "A class is not yet a layer: call it, with "
    "parentheses. A function is none.",
    r"same device|device type|expected device": "Two tensors lie on different devices: send what "
    "you make to the device of the model and the data with `.to(device)`.",
    r"^ImportError: cannot import name '(\w+)' from '(?:helpers|autograder)": "The course in this "
    "kernel has no `{}`. Restart the kernel, since it may still use an older course. If that does "
    "not help, get notebook and course from the same place.",
}
# Names that the notebooks import and a cell may overwrite by accident, and where they come from.
GIVEN = {
    "torch": "torch",
    "nn": "torch.nn",
    "plt": "matplotlib.pyplot",
    "string": "string",
    "sp": "sympy",
    "helpers": "helpers",
}


# How the cell that ran last ended: the type and text of its error, "" if there was none.
last_error = ""


def first_aid() -> None:
    """From now on an error in this notebook is followed by advice, if there is any."""
    kernel = jupyter_kernel()
    if kernel is not None and not is_grading():
        kernel.shell.events.register("post_run_cell", _after_cell)


def _after_cell(result) -> None:
    global last_error
    error = result.error_before_exec or result.error_in_exec
    own = error is not None and not type(error).__module__.startswith(("helpers", "autograder"))
    last_error = f"{type(error).__name__}: {error}" if own else ""
    advice = advice_for(error, jupyter_kernel().shell.user_ns) if error is not None else ""
    if advice:
        print(f"What to do: {advice}")


def advice_for(error: BaseException, names: Mapping) -> str:
    """What to do about an error, or "". names: those of the notebook."""
    if type(error).__module__.startswith(("helpers", "autograder")):
        return ""  # the course's own errors say it themselves
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            "The disk is full. Make room and run this cell again. The prepared reviews in "
            f"{cache_folder()} may be deleted; LAB_CACHE names another folder for them."
        )
    if isinstance(error, ModuleNotFoundError):
        return (
            f"This kernel's Python ({sys.executable}) has no `{error.name}`. If it belongs to the "
            "course, this is the wrong Python: choose another under Kernel > Change Kernel. Else "
            f"install it from a cell: %pip install {error.name}"
        )
    if isinstance(error, (TypeError, AttributeError)) and overwritten(names):
        name = overwritten(names)[0]
        return (
            f"A cell has given the name `{name}` to something else, and the notebook needs it: "
            "rename that, restart the kernel, and choose Run > Run All Above Selected Cell."
        )
    for pattern, advice in ADVICE.items():
        found = re.search(pattern, f"{type(error).__name__}: {error}")
        if found:
            return advice.format(*found.groups())
    return ""


def overwritten(names: Mapping) -> list[str]:
    """Modules of the notebooks, and functions of Python, whose names stand for something else."""
    modules = [name for name, home in GIVEN.items() if _is_other(names.get(name), home)]
    functions = [
        name
        for name, value in names.items()
        if not name.startswith("_")
        and callable(getattr(builtins, name, None))
        and not callable(value)
    ]
    return modules + functions


def _is_other(found: object, home: str) -> bool:
    """Whether a name is there, and is not the module that it should be."""
    return found is not None and found is not sys.modules.get(home, found)
