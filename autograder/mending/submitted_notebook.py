"""Read what a student handed in, however it was saved, and tell which notebook it is.

Only what decides a grade is read: the cells' kind, text, nbgrader's mark and pasted pictures.
Nothing is trusted: a notebook of any format, or a damaged one, becomes a list of plain cells.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from rapidfuzz import fuzz

from autograder.cells import marks_of
from autograder.errors import AutograderError
from autograder.mending.damaged_json import MAX_CELLS, salvage, text_of_fragment, without_conflicts

MAX_BYTES = 25_000_000  # parsing takes up to 30 times as much memory
IMAGES = ("image/png", "image/jpeg", "image/gif")
_TOKEN = re.compile(rb'"outputs"\s*:|"[^"\\]*(?:\\.[^"\\]*)*"?|[][{}]', re.DOTALL)
MAX_TOKENS = 3_000_000  # strings and brackets of a file too large; some seconds' work


class NotANotebook(ValueError):
    """The file holds no notebook that can be read; the message says why, for the student."""


@dataclass(frozen=True)
class SubmittedCell:
    """One cell as handed in. `mark` is nbgrader's metadata as the file claims it."""

    index: int
    kind: str  # "code", "markdown" or "raw"
    source: str
    mark: Mapping = field(default_factory=dict)
    attachments: Mapping = field(default_factory=dict)
    cell_id: str = ""

    @property
    def grade_id(self) -> str:
        claimed = self.mark.get("grade_id")
        return claimed if isinstance(claimed, str) else ""


@dataclass(frozen=True)
class SubmittedNotebook:
    """The cells, one line for each thing that was odd about the file, and damaged pieces of it."""

    cells: tuple[SubmittedCell, ...]
    oddities: tuple[str, ...] = ()
    fragments: tuple[str, ...] = ()


def read_releases(folder: Path) -> dict[str, NotebookNode]:
    """The released notebooks in a folder, by name. Raises AutograderError if there are none."""
    found = {path.stem: nbformat.read(path, as_version=4) for path in folder.glob("*.ipynb")}
    if not found:
        raise AutograderError(f"no released notebooks in {folder}: run `autograder release`")
    return dict(sorted(found.items()))


def read_submitted(data: bytes) -> SubmittedNotebook:
    """The notebook in these bytes: nbformat 2 to 5, UTF-8 or UTF-16, cut off or not.

    Raises NotANotebook.
    """
    size = len(data)
    if size > MAX_BYTES:
        data = _without_outputs(data)
    if len(data) > MAX_BYTES:
        raise NotANotebook(
            f"the file has {size / 1e6:.0f} MB and {MAX_BYTES / 1e6:.0f} MB are allowed: "
            "clear its outputs and hand it in again"
        )
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise NotANotebook("the file is empty")
    oddities: list[str] = []
    fragments: list[str] = []
    raw_cells = _raw_cells(_decode(data, oddities), oddities, fragments)
    if len(raw_cells) > MAX_CELLS:
        oddities.append(
            f"{len(raw_cells):,} cells: the last {len(raw_cells) - MAX_CELLS:,} were left out"
        )
    cells = [_cell(number, raw) for number, raw in enumerate(raw_cells[:MAX_CELLS])]
    strange = [str(raw)[:200] for raw, cell in zip(raw_cells, cells, strict=False) if not cell]
    if strange:
        oddities.append(f"{len(strange)} of its cells are no cells")
        fragments += strange
    return SubmittedNotebook(
        tuple(cell for cell in cells if cell),
        tuple(oddities),
        tuple(text.encode("utf-8", errors="replace").decode("utf-8") for text in fragments[:20]),
    )


def _without_outputs(data: bytes) -> bytes:
    """A notebook without what its cells printed, which decides no mark, by looking at the brackets.

    Bytes that are no JSON come back as they are, or cut in some other way.
    """
    kept, start, depth, is_key = [], 0, 0, False
    for token in itertools.islice(_TOKEN.finditer(data), MAX_TOKENS):
        text = token[0]
        if depth:  # in outputs
            depth += (text in b"[{") - (text in b"]}")
            start = token.start()
        elif is_key and text == b"[":
            kept.append(data[start : token.end()])
            depth = 1
        is_key = text.endswith(b":")
    return b"".join([*kept, data[start:]]) if not depth else data


def which_notebook(
    file_name: str, submitted: SubmittedNotebook | None, releases: Mapping[str, NotebookNode]
) -> str | None:
    """The name of the released notebook that a file is a copy of, or None if it is like none.

    Grade ids decide; without any, the file's name ("Copy of 1_imdb_classifier (2).ipynb"), then the
    text of the cells.
    """
    claimed = {cell.grade_id for cell in submitted.cells} if submitted else set()
    shared = {name: len(claimed & task_ids(release)) for name, release in releases.items()}
    best = max(shared, key=lambda name: shared[name], default=None)
    if best and shared[best]:
        return best
    plain = plain_name(file_name)
    for name in releases:
        if plain == name.lower():
            return name
    likeness = {name: fuzz.ratio(plain, name.lower()) for name in releases}
    best = max(likeness, key=lambda name: likeness[name], default=None)
    if best and likeness[best] >= 75:
        return best
    if submitted:
        texts = {cell.source.strip() for cell in submitted.cells}
        common = {
            name: sum(cell.source.strip() in texts for cell in own_cells(name, releases))
            for name in releases
        }
        best = max(common, key=lambda name: common[name], default=None)
        if best and common[best] >= 3:
            return best
    return None


def own_cells(name: str, releases: Mapping[str, NotebookNode]) -> list[NotebookNode]:
    """The cells of a release whose text no other release has."""
    others = {c.source for other, nb in releases.items() if other != name for c in nb.cells}
    return [cell for cell in releases[name].cells if cell.source not in others]


def task_ids(notebook: NotebookNode) -> set[str]:
    """The grade ids of the tasks of a notebook; those that all notebooks share are not tasks."""
    marks = map(marks_of, notebook.cells)
    return {m["grade_id"] for m in marks if m.get("grade") or m.get("solution")}


def plain_name(file_name: str) -> str:
    """A notebook's name without what browsers, Colab and students put around it.

    >>> plain_name("Copy of 1_imdb_classifier (2).ipynb")
    '1_imdb_classifier'
    """
    name = re.sub(r"(\.ipynb|\.json|\.txt)+$", "", file_name.strip(), flags=re.IGNORECASE).lower()
    name = re.sub(r"^((copy|kopie|kopia|copie|copia)[ _-]*(of|von|de|di)?[ _-]+)+", "", name)
    name = re.sub(r"([ _-]*(\((\d+|copy|final)\)|copy\d*|final\d*|v\d+))+$", "", name)
    return re.sub(r"[\s-]+", "_", name).strip("_")


def _decode(data: bytes, oddities: list[str]) -> str:
    """Text from bytes in whatever encoding, without characters that cannot be written again."""
    encoding = json.detect_encoding(data)
    if not encoding.startswith("utf-8"):
        oddities.append(f"saved as {encoding.upper()}; read all the same")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        damaged = text.count("\ufffd")
        if (
            encoding.startswith("utf-8")
            and damaged > sum(map(len, re.findall(r"[^\0-\x7f]+", text))) / 2
        ):
            text = data.decode("cp1252", errors="replace")
            oddities.append("saved as Windows-1252 or Latin-1; read all the same")
        else:
            oddities.append("some characters are damaged")
    return text.lstrip("\ufeff")


def _raw_cells(text: str, oddities: list[str], fragments: list[str]) -> list:
    """The cells as they stand in the file, damaged or not; raises NotANotebook."""
    document, error = _parsed(text)
    if error:
        settled, others = without_conflicts(text)
        if others:
            oddities.append(
                f"git's conflict markers ({len(others)}): the version above each was taken"
            )
            fragments += [text_of_fragment(other) for other in others[:20] if other.strip()]
            text = settled
            document, error = _parsed(text)
    if not error:
        return _cells_of(document, oddities)
    saved = salvage(text)
    if not saved.cells:
        raise NotANotebook(_what_it_is_instead(text)) from None
    where = f" at character {error.pos:,}" if isinstance(error, json.JSONDecodeError) else ""
    oddities.append(f"the file is damaged{where}: {len(saved.cells)} cells could be read")
    fragments += saved.fragments
    return saved.cells


def _parsed(text: str) -> tuple[object, Exception | None]:
    """The JSON in a text, with line breaks in strings forgiven, or why it is none."""
    try:
        return json.loads(text, strict=False), None
    except (ValueError, RecursionError) as error:
        return None, error


def _cells_of(document: object, oddities: list[str]) -> list:
    """The list of cells of a parsed file: nbformat 4 and later, or the worksheets before it."""
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if isinstance(document, dict) and isinstance(document.get("content"), dict):  # from a server
        document = document["content"]
    if not isinstance(document, dict):
        kind = "a list" if isinstance(document, list) else "a single value"
        raise NotANotebook(f"the file holds {kind}, not a notebook")
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = document.get("worksheets")
    if isinstance(sheets, list):
        oddities.append("saved in an old notebook format")
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in lists if isinstance(cells, list) for cell in cells]
    raise NotANotebook("the file is JSON, but not a notebook: it has no cells")


def _what_it_is_instead(text: str) -> str:
    opening = text[:500].lstrip().lower()
    if opening.startswith(("<!doctype", "<html", "<?xml")):
        return "the file is a web page, not a notebook: download it as .ipynb"
    if opening.startswith(("import ", "from ", "#", '"""')):
        return "the file is a Python script, not a notebook: download it as .ipynb"
    kinds = {"pk\x03\x04": "a zip archive", "%pdf": "a PDF", "7z\xbc": "a 7z archive"}
    for start, kind in kinds.items():
        if opening.startswith(start):
            return f"the file is {kind}, not a notebook"
    return "the file is not a notebook: it cannot be read as JSON"


def _cell(number: int, raw: object) -> SubmittedCell | None:
    if not isinstance(raw, dict):
        return None
    source = _text(raw.get("source", raw.get("input", "")))
    kind = raw.get("cell_type")
    if kind == "heading":  # nbformat 3
        level = raw.get("level")
        source = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + source
    kind = kind if kind in ("code", "raw") else "markdown"
    metadata = raw.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return SubmittedCell(
        number,
        kind,
        source,
        mark if isinstance(mark, dict) else {},
        _pictures(raw.get("attachments")),
        raw["id"] if isinstance(raw.get("id"), str) else "",
    )


def _text(source: object) -> str:
    """A cell's text: a string, or lines with or without their ends."""
    if isinstance(source, list):
        source = [line for part in source for line in (part if isinstance(part, list) else [part])]
        lines = [line for line in source if isinstance(line, str)]
        ended = any(line.endswith("\n") for line in lines)
        source = ("" if ended else "\n").join(lines)
    if not isinstance(source, str):
        return ""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return source.encode("utf-8", errors="replace").decode("utf-8")  # no lone surrogates


def _pictures(attachments: object) -> dict:
    """The pictures pasted into a written answer; anything else is no picture."""
    if not isinstance(attachments, dict):
        return {}
    kept: dict[str, dict[str, str]] = {}
    for name, forms in attachments.items():
        forms = forms if isinstance(forms, dict) else {}
        picture = {k: v for k, v in forms.items() if k in IMAGES and isinstance(v, str)}
        if picture:
            kept[_text(name)] = {kind: _text(data) for kind, data in picture.items()}
    return kept
