"""nbgrader looks for files by patterns, and takes the folder of the course for one too.

So nothing was found in `[WS26] lab`. With this, a part of a path that exists as it is written is a
name; only other parts are patterns.
"""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from pathlib import Path
from types import SimpleNamespace

import nbgrader.apps.api
import nbgrader.converters.base
import nbgrader.utils
from nbgrader.coursedir import CourseDirectory


def take_names_literally() -> None:
    """For every command of nbgrader in this process."""
    for module in (nbgrader.converters.base, nbgrader.apps.api):
        module.glob = SimpleNamespace(glob=_glob)
    nbgrader.utils.is_ignored = _is_ignored
    CourseDirectory.format_path = _format_path


def _glob(pattern: str) -> list[str]:
    written, escaped = "", ""
    for part in pattern.split(os.sep):  # noqa: PTH206  (nbgrader reads the "." in it)
        written += part
        is_name = "[" in part and os.path.lexists(written)
        escaped += glob.escape(part) if is_name else part
        written, escaped = written + os.sep, escaped + os.sep
    return glob.glob(escaped.removesuffix(os.sep))  # noqa: PTH207


_with_patterns = CourseDirectory.format_path


def _format_path(
    self: CourseDirectory,
    nbgrader_step: str,
    student_id: str,
    assignment_id: str,
    escape: bool = False,
) -> str:
    """As nbgrader's own, where the folder of a step may be a whole path with brackets in it."""
    step = re.escape(nbgrader_step) if escape else nbgrader_step
    return _with_patterns(self, step, student_id, assignment_id, escape)


def _is_ignored(filename: str, ignore_globs: list[str] | None = None) -> bool:
    """As nbgrader says of its own: only the last name counts, not the path."""
    name = Path(filename).name
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in ignore_globs or ())
