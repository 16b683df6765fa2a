"""nbgrader's formgrader, in the browser, on this course.

nbgrader has no command for it since its version 0.5: it is a page of the Jupyter server, which has
to be started in the course and opened at the right address. So this starts JupyterLab on that page.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeList

from autograder.course import Course


class QuietExchangeList(ExchangeList):
    """The formgrader looks for nbgrader's exchange, and calls it an error where there is none."""

    def ensure_root(self) -> None:
        if not Path(self.root).is_dir():
            raise ExchangeError("there is no exchange; the course does without one")
        super().ensure_root()


EXTENSION = "nbgrader.server_extensions.formgrader"


def command(course: Course, port: int | None = None, browser: bool = True) -> list[str]:
    """The command line of a Jupyter server that opens on the list of manual grading."""
    start = f"/formgrader/gradebook/{quote(course.assignment)}"
    options = [
        f"--ServerApp.root_dir={course.root}",
        f"--ServerApp.jpserver_extensions={{'{EXTENSION}': True}}",
        f"--LabApp.default_url={start}",
        # nbgrader's pages would set the login cookie for their own folder only, and the requests
        # that fill them with data would be turned away.
        "--IdentityProvider.cookie_options={'path': '/'}",
    ]
    if port is not None:
        options.append(f"--ServerApp.port={port}")
    if not browser:
        options.append("--ServerApp.open_browser=False")
    if os.geteuid() == 0:
        options.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *options]


def serve(course: Course, port: int | None = None, browser: bool = True) -> None:
    """Become that server. Raises AutograderError while there is nothing to look at."""
    course.require_gradebook()
    argv = command(course, port, browser)
    os.chdir(course.root)  # nbgrader reads its settings from there
    os.execv(argv[0], argv)
