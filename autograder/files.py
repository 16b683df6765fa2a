"""Files that are there whole or as they were before, never half written; and copies of them."""

from __future__ import annotations

import contextlib
import csv
import errno
import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

FULL = "free some space and run this again, what was finished is kept"


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path beside this one to write to; at the end of the block it takes its place.

    Its folder is made. If the block fails, what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
    except BaseException:
        part.unlink(missing_ok=True)  # on a full disk its space is needed
        raise
    part.replace(path)


def write_text(path: Path, text: str) -> None:
    """In UTF-8; what no file can hold, as half a character, is a question mark."""
    with replaced(path) as part:
        part.write_text(text, encoding="utf-8", errors="replace")


def write_json(path: Path, data: object) -> None:
    write_text(path, json.dumps(data, ensure_ascii=False, indent=1))


def write_csv(path: Path, rows: Iterable[Iterable]) -> None:
    with replaced(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def write_zip(path: Path, folder: Path, inside: Path | None = None) -> None:
    """All that lies below a folder, by its name relative to `inside`, by default to that folder."""
    with replaced(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(inside or folder))


def copy_folder(source: Path, target: Path, *left_out: str) -> None:
    """Copy a folder into one that may be written to, whatever its own rights are.

    left_out: patterns of names.
    """
    ignore = shutil.ignore_patterns(*left_out)
    shutil.copytree(source, target, ignore=ignore, copy_function=shutil.copyfile)
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, says that there is no space left."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if "disk is full" in str(error):  # SQLite, through whatever wraps it
            return True
        error = error.__cause__ or error.__context__
    return False
