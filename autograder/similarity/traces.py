"""What an answer leaves to be recognised by, whatever its names, its layout and its order.

Of code: winnowed k-grams of tokens (Schleimer, Wilkerson, Aiken: Winnowing, 2003; the method of
MOSS), statements, own names, and the words of comments, docstrings and messages. Of a written
answer: its words. Nothing is run.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import hashlib
import io
import itertools
import keyword
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from autograder.cells import lines_of
from autograder.mending.cell_text import bound, parsed

GRAM = 9  # tokens; fewer in a row say nothing
WINDOW = 4  # a shared run of GRAM + WINDOW - 1 tokens is always seen
STATEMENT = 6  # tokens of the shortest statement that counts
COMMENT, PROSE = 3, 4  # words in a row
NAME = 3  # letters of the shortest name that counts
OWN = "·"  # stands for every name that is the student's to choose
TEXT = '"'  # stands for every string of prose
DROPPED = set("(),;\\")  # a formatter puts them and takes them away
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>[rbfuRBFU]{0,2}(?:"{3}[\s\S]*?(?:"{3}|\Z)|'{3}[\s\S]*?(?:'{3}|\Z)
        |"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))
    |(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)
    |(?P<sign>\*\*=?|//=?|->|:=|<<|>>|[-+*/%@&|^<>=!]=|[^\s\w])""",
    re.VERBOSE,
)
_GIVES = re.compile(r"\s*=(?!=)")  # after the name of an argument, which the function has chosen
_WORD = re.compile(r"\w+")
_FIXED = {*keyword.kwlist, *dir(builtins), "self"}


class Trace(NamedTuple):
    """One thing to know an answer by. kind: run, statement, comment, name, prose, mistake."""

    kind: str
    key: str


Span = tuple[int, int]  # where in the text of the answer
Traces = dict[Trace, list[Span]]


def imported(sources: Iterable[str]) -> frozenset[str]:
    """The names that these cells import: the same word to everybody."""
    trees = filter(None, map(parsed, sources))
    nodes = itertools.chain.from_iterable(map(ast.walk, trees))
    imports = (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return frozenset(name for node in imports for name in bound(node))


def of_code(source: str, known: frozenset[str]) -> Traces:
    """The traces of a code cell, whole or broken. known: names that stay as they are."""
    found: Traces = {}
    tokens: list[str] = []
    spans: list[Span] = []
    before, depth = "", 0
    for match in _TOKEN.finditer(source):
        kind, text, span = match.lastgroup, match[0], match.span()
        if kind in ("comment", "string") and len(_WORD.findall(text)) > 1:
            _add(found, "comment", _shingles(source, span, COMMENT))
        depth += (text in "([{") - (text in ")]}")
        own = kind == "name" and text not in _FIXED and (before != "." or tokens[-2:-1] == ["self"])
        own = own and not (depth > 0 and before in "(," and _GIVES.match(source, span[1]))
        if own and len(text) >= NAME and text not in known:
            found.setdefault(Trace("name", text), []).append(span)
        if kind != "comment" and text not in DROPPED:
            tokens.append(OWN if own and text not in known else _plain(kind, text))
            spans.append(span)
        before = text
    _add(found, "run", _winnowed(tokens, spans))
    _add(found, "statement", _statements(source, tokens, spans))
    return found


def _plain(kind: str | None, text: str) -> str:
    """A token as every formatter would write it; strings of prose are all the same."""
    if kind == "string":
        return TEXT if re.search(r"\s|\"{3}|'{3}", text) else text.replace("'", TEXT)
    if kind == "number":
        with contextlib.suppress(ValueError):
            return repr(float(text))
    return text


def of_prose(source: str) -> Traces:
    """The traces of a written answer."""
    found: Traces = {}
    _add(found, "prose", _shingles(source, (0, len(source)), PROSE))
    return found


def quoted(source: str) -> set[Trace]:
    """What a text leaves where somebody pastes it, beside code or into a written answer."""
    rows = (("comment", 2), ("comment", COMMENT), ("prose", PROSE))
    return {
        Trace(kind, key)
        for kind, size in rows
        for key, _ in _shingles(source, (0, len(source)), size)
    }


def _add(found: Traces, kind: str, traces: Iterable[tuple[str, Span]]) -> None:
    for key, span in traces:
        found.setdefault(Trace(kind, key), []).append(span)


def _shingles(source: str, where: Span, size: int) -> Iterator[tuple[str, Span]]:
    """Each row of `size` words; a shorter text is one row of two words or more."""
    words = list(_WORD.finditer(source, *where))
    size = min(size, len(words))
    for place in range(len(words) - size + 1 if size > 1 else 0):
        row = words[place : place + size]
        yield " ".join(word[0].casefold() for word in row), (row[0].start(), row[-1].end())


def _winnowed(tokens: list[str], spans: list[Span]) -> Iterator[tuple[str, Span]]:
    """Of each WINDOW k-grams in a row the one with the least hash, the last of equal ones."""
    grams = [_digest(tokens[n : n + GRAM]) for n in range(len(tokens) - GRAM + 1)]
    kept = set()
    for start in range(max(len(grams) - WINDOW + 1, min(len(grams), 1))):
        window = range(start, min(start + WINDOW, len(grams)))
        kept.add(min(window, key=lambda place: (grams[place], -place)))
    for place in sorted(kept):
        yield grams[place], (spans[place][0], spans[place + GRAM - 1][1])


def _statements(source: str, tokens: list[str], spans: list[Span]) -> Iterator[tuple[str, Span]]:
    """Each simple statement, and of the others their first line, wherever it stands."""
    tree = parsed(source)
    if tree is None:
        return
    lines = [0, *itertools.accumulate(map(len, io.StringIO(source, newline="")))]
    in_bytes = [line.encode() for line in lines_of(source)]

    def place(line: int, column: int) -> int:  # ast counts bytes
        return lines[line - 1] + len(in_bytes[line - 1][:column].decode(errors="ignore"))

    starts = [start for start, _ in spans]
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt) or isinstance(node, ast.Import | ast.ImportFrom):
            continue
        body = getattr(node, "body", None)
        end = (body[0].lineno, body[0].col_offset) if body else None
        end = end or (node.end_lineno or node.lineno, node.end_col_offset or 0)
        first = bisect_left(starts, place(node.lineno, node.col_offset))
        last = bisect_left(starts, place(*end))
        if last - first >= STATEMENT:
            yield _digest(tokens[first:last]), (spans[first][0], spans[last - 1][1])


def _digest(tokens: list[str]) -> str:
    return hashlib.blake2b(" ".join(tokens).encode("utf-8", "replace"), digest_size=8).hexdigest()
