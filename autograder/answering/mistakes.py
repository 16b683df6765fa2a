"""What ends a question, or a check, early."""

from __future__ import annotations

import re

# What an error that everybody meets is about: pattern of "Type: message" -> key of its mistake.
ERRORS = {
    r"for \^: |bitwise_xor": "error-caret",
    r"not compiled with CUDA|no NVIDIA driver|No CUDA GPUs": "error-no-gpu",
    r"object is not iterable|can only optimize Tensors": "error-not-iterable",
    r"^TypeError: list is not a Module subclass": "error-list-of-layers",
    r"is not a Module subclass": "error-no-call",
    r"Boolean value of Tensor with more": "error-ambiguous",
    r"'Tensor' object is not callable": "error-called",
    r"has no attribute 'backward'": "error-backward",
    r"^ModuleNotFoundError: No module named '(?:google|colab)": "error-colab",
    r"^(?:ModuleNotFoundError|ImportError)": "error-import",
    r"^(?:SyntaxError|IndentationError|TabError)": "error-syntax",
    r"^MemoryError|an't allocate memory": "out-of-memory",
    r"same device|device type|expected device": "error-device",
    r"^UnboundLocalError": "error-unbound",
    r"^NameError": "error-name",
    r"unsupported operand .*'function'": "error-function",
    r"too many indices for|^IndexError: Dimension out of range": "error-dimension",
    r"shapes cannot be multiplied|size of tensor|target size|input size": "error-shapes",
    r"does not require grad": "error-graph",
    r"only one element tensors can be converted": "error-not-joined",
    r"^AttributeError: '\w+' object has no attribute": "error-attribute",
    r"^AttributeError: .*has no setter": "error-setter",
    r"takes \d+ positional|missing \d+ required|unexpected keyword": "error-signature",
    r"^IndexError": "error-index",
}


def is_stub_error(kind: str, text: str) -> bool:
    """Whether an error is that of a former stub. PyTorch raises this type for operations, too."""
    return kind == "NotImplementedError" and "not implemented for" not in text


def error_key(kind: str, text: str) -> str:
    """The key of the mistake that an error of the type named `kind` with this text is."""
    said = f"{kind}: {text}"
    return next((key for pattern, key in ERRORS.items() if re.search(pattern, said)), "error")


def error_word(kind: str) -> str:
    """The name of a type of error as a word that a sentence may hold."""
    return re.sub(r"\W", "_", kind)[:40]


class Mistake(Exception):
    """What a check found wrong.

    key:    of the mistake in the tables (see `verdict.find`): label and hint are there.
    seen:   what the code was given, what came back, what should have. Not shown for hidden tests.
    values: for the names in label and hint.
    """

    def __init__(self, key: str, seen: str = "", /, **values: str | int | float):
        super().__init__(key)
        self.key, self.seen, self.values = key, seen, values


def refuse(wrong: bool, key: str, seen: str = "", /, **values: str | int | float) -> None:
    """Raise a Mistake if this is wrong."""
    if wrong:
        raise Mistake(key, seen, **values)


class Open(Exception):
    """Raised inside a check when the stub of the task is still in place.

    Holds the name of the method that has one, where it is one of a class.
    """


class Raised(Mistake):
    """The student's code raised an error of the type named `kind` with this text."""

    def __init__(self, seen: str, kind: str, text: str):
        super().__init__(error_key(kind, text), seen, error=error_word(kind))
        self.kind, self.text = kind, text


class EndOfAnswers(Exception):
    """Nobody answers any more: the process in which the answer ran has ended."""
