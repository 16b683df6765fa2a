"""Which messages of a test may be shown: those that the checks can say, and nothing else.

A test runs in one process with the answer it tests, so what comes out of it may be forged, or carry
the inputs of hidden tests. A label or hint is shown only if it is a text of the checks (their
source is public) or of a released test cell, with at most a name or a short number filled in.
"""

from __future__ import annotations

import ast
import builtins
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

FIXED_LETTERS = 8  # with fewer of its own, a text that is filled in can say anything
_WORD = r"`?(?:[A-Za-z_]\w{0,39}|\d{1,4}(?:\.\d)?)`?"
_HOLE = rf"({_WORD}(?:(?:, | and ){_WORD}){{0,3}})"  # a name or a short number, or a list of them
_HEAD = re.compile(r"✗ (?P<task>[\w-]+): (?P<label>[^\n]*)")
_HINT = re.compile(r"(?ms)^\s*Hint: (?P<hint>.*)\Z")


@dataclass(frozen=True)
class Message:
    """What a test said. Empty where it said nothing that is known."""

    label: str = ""
    hint: str = ""


def read_message(text: str) -> Message:
    """Label and hint of a check's message, whatever they are."""
    head, hint = _HEAD.search(text), _HINT.search(text)
    return Message(head["label"].strip() if head else "", _unwrapped(hint["hint"]) if hint else "")


class PublicTexts:
    """Knows every text that the checks, or a notebook's visible tests, can say."""

    def __init__(self, sources: Iterable[str] = ()):
        self._patterns = [*_patterns_of_checks()]
        for source in sources:
            self._patterns += _patterns(source)
        self._words = _words_of_checks()

    @classmethod
    def of(cls, notebook: NotebookNode) -> PublicTexts:
        """With the texts of a released notebook's code cells."""
        return cls(cell.source for cell in notebook.cells if cell.cell_type == "code")

    def shown(self, text: str) -> str:
        """The text if it is public, with unknown names in it blotted out; "" if it is not."""
        text = _unwrapped(text).strip(" .")
        for pattern in self._patterns:
            found = pattern.fullmatch(text)
            if found:
                return self._blotted(text, found)
        return ""

    def message(self, text: str) -> Message:
        """What may be shown of a check's message."""
        said = read_message(text)
        hint = self.shown(said.hint)
        return Message(
            self.shown(said.label), f"{hint}." if hint and hint[-1] not in "?!" else hint
        )

    def _blotted(self, text: str, found: re.Match) -> str:
        for number in range(len(found.groups()), 0, -1):
            start, end = found.span(number)
            known = re.sub(r"[A-Za-z_]\w*", self._known, found[number])
            text = f"{text[:start]}{known}{text[end:]}"
        return text

    def _known(self, word: re.Match) -> str:
        return word[0] if word[0] in self._words else "…"


def _unwrapped(text: str) -> str:
    return " ".join(text.split())


@functools.cache
def _check_sources() -> tuple[str, ...]:
    package = Path(__file__).parent
    paths = [*(package / "checks").glob("*.py"), *(package / "kernel").glob("*.py")]
    paths += [package / "worker.py", package / "sandbox.py"]
    return tuple(path.read_text(encoding="utf-8") for path in sorted(paths) if path.exists())


@functools.cache
def _patterns_of_checks() -> tuple[re.Pattern, ...]:
    return tuple(pattern for source in _check_sources() for pattern in _patterns(source))


@functools.cache
def _words_of_checks() -> frozenset[str]:
    words = {word for source in _check_sources() for word in re.findall(r"[A-Za-z_]\w*", source)}
    return frozenset(words | set(dir(builtins)))


def _patterns(source: str) -> Iterator[re.Pattern]:
    """One for each string in a piece of code; what an f-string fills in is a hole.

    A string that is itself a whole message of several lines gives one for each of its parts.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            parts = [node.value]
        else:
            continue
        opening = (parts[0] or "").lstrip() if parts else ""
        texts = [parts]
        if len(parts) == 1 and opening:  # a whole message, in a test cell: its parts
            said = read_message(opening)
            texts += [[text] for text in (said.label, said.hint) if text]
        elif opening.startswith("Hint: "):
            texts.append([opening.removeprefix("Hint: "), *parts[1:]])
        for pieces in texts:
            fixed = "".join(piece or "" for piece in pieces)
            letters = len(re.sub(r"\W", "", fixed))
            if letters >= (FIXED_LETTERS if None in pieces else 3) and len(fixed) < 2_000:
                yield re.compile(_pattern(pieces))


def _pattern(pieces: list[str | None]) -> str:
    """The regular expression for a text in one line, without dots and spaces around it."""
    marked = "\0".join(part or "" for part in _joined(pieces))
    plain = re.sub(r"[^\S\0]+", " ", marked).strip(" .")
    return _HOLE.join(re.escape(part) for part in plain.split("\0"))


def _joined(pieces: list[str | None]) -> list[str]:
    """The fixed texts between the holes: always one more than there are holes."""
    fixed = [""]
    for piece in pieces:
        if piece is None:
            fixed.append("")
        else:
            fixed[-1] += piece
    return fixed
