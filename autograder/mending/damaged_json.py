"""What can be saved of a notebook file that is no valid JSON any more.

Cut off, with a piece lost in the middle, or with git's conflict markers: every cell that stands
complete is read, and the rest is handed on as text, so that somebody can look at it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TypeGuard

MAX_CELLS = 1_000
FRAGMENT = 5_000  # characters kept of each piece that is no cell
_CELL = re.compile(
    r'\{\s*"(?:cell_type|id|attachments|execution_count|prompt_number|metadata|source|input)"\s*:'
)
_COLON = re.compile(r"\s*:\s*")
_BETWEEN = re.compile(r"[\s,]*")
_decoder = json.JSONDecoder(strict=False)


@dataclass
class Salvage:
    """The cells that can be read, and pieces of the file that are left over."""

    cells: list = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)


class _TooMuch(Exception):
    """The file was made to take forever: what was read until then is all."""


class _Reader:
    """Reads JSON values out of a text, and gives up after a few times the text's length."""

    def __init__(self, text: str):
        self.text = text
        self.effort = 5 * len(text) + 1_000_000

    def value(self, position: int) -> tuple[object, int]:
        """The value that starts at a position and where it ends; position 0 if there is none."""
        try:
            value, end = _decoder.raw_decode(self.text, position)
        except (ValueError, RecursionError):  # to say where costs the decoder a walk through it all
            self._spend(len(self.text) // 50 + 1_000)
            return None, 0
        self._spend(end - position)
        return value, end

    def _spend(self, effort: int) -> None:
        self.effort -= effort
        if self.effort < 0:
            raise _TooMuch


def without_conflicts(text: str) -> tuple[str, list[str]]:
    """The text with git's conflicts settled for the first side each, and the other sides."""
    kept: list[str] = []
    others: list[list[str]] = []
    side = ""
    for line in text.splitlines(keepends=True) if "<<<<<<<" in text else []:
        mark = line[:7]
        if mark == "<<<<<<<" and not side:
            side = "ours"
            others.append([])
        elif mark == "|||||||" and side == "ours":
            side = "base"
        elif mark == "=======" and side in ("ours", "base"):
            side = "theirs"
        elif mark == ">>>>>>>" and side == "theirs":
            side = ""
        elif side == "theirs":
            others[-1].append(line)
        elif side != "base":
            kept.append(line)
    return "".join(kept), ["".join(lines) for lines in others]


def salvage(text: str) -> Salvage:
    """The cells that stand in a damaged file."""
    result = Salvage()
    try:
        _salvage(_Reader(text), result)
    except _TooMuch:
        result.fragments.append("The rest of the file was not read: it is damaged in many places.")
    return result


def _salvage(reader: _Reader, result: Salvage) -> None:
    text = reader.text
    start = re.search(r'"cells"\s*:\s*\[', text)
    position = start.end() if start else 0
    while len(result.cells) <= MAX_CELLS:
        position = _BETWEEN.match(text, position).end()
        if position == len(text) or text[position] == "]":  # the list of cells ends here
            return
        cell, end = reader.value(position)
        if _is_cell(cell):
            result.cells.append(cell)
            position = end
            continue
        damaged, position = position, _next_cell(reader, position + 1)
        partial = _complete_members(reader, damaged)
        if _is_cell(partial) and "cell_type" in partial:
            result.cells.append(partial)
        else:
            result.fragments.append(text_of_fragment(text[damaged:position]))


def text_of_fragment(text: str) -> str:
    """A piece of a file as a person would read it: the lines of a cell, if there are any."""
    text = text[: 4 * FRAGMENT]
    start = re.search(r'"(?:source|input)"\s*:\s*\[?\s*', text)
    lines = re.findall(r'"((?:[^"\\]|\\.)*)(?:"|\Z)', text[start.end() :]) if start else []
    shown = "".join(_unescaped(line) for line in lines) or text
    return shown.replace("\0", "").strip()[:FRAGMENT]


def _unescaped(line: str) -> str:
    try:
        return json.loads(f'"{line}"', strict=False)
    except ValueError:
        return line


def _is_cell(value: object) -> TypeGuard[dict]:
    return isinstance(value, dict) and ("source" in value or "input" in value)


def _next_cell(reader: _Reader, position: int) -> int:
    """Where the next complete cell starts, else the end of the text."""
    for found in _CELL.finditer(reader.text, position):
        value, _ = reader.value(found.start())
        if _is_cell(value) and "cell_type" in value:
            return found.start()
    return len(reader.text)


def _complete_members(reader: _Reader, position: int) -> dict:
    """The members of an object that stand complete before the place where it is damaged."""
    members: dict = {}
    end = position + 1
    while end:
        key, end = reader.value(_BETWEEN.match(reader.text, end).end())
        colon = _COLON.match(reader.text, end) if isinstance(key, str) else None
        if not colon:
            break
        value, end = reader.value(colon.end())
        if end:
            members[key] = value
    return members
