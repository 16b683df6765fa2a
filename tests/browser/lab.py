"""A real JupyterLab on this machine, and a browser without a screen that looks at it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import wait_for

TOKEN = "browser-test"


def require_browser(also: str | None = None) -> None:
    """Skip the test, or under CI fail, with what it needs and this machine lacks.

    also: what else is missing, in a line; None if nothing is.
    """
    missing = [name for name, path in programs().items() if path is None]
    reason = f"needs {' and '.join(missing)}: apt-get install chromium chromium-driver"
    reason = reason if missing else also
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def programs() -> dict[str, str | None]:
    browsers = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, browsers)), None)
    return {"chromium": found, "chromedriver": shutil.which("chromedriver")}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def jupyter_lab(folder: Path, home: Path) -> Iterator[str]:
    """Serve a folder, with settings of its own; gives the address. RuntimeError if it fails."""
    port = free_port()
    options = [
        f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.open_browser=False",
        "--LabApp.expose_app_in_browser=True",
        "--allow-root",
    ]
    with served([sys.executable, "-m", "jupyterlab", *options], port, home) as address:
        yield address


@contextlib.contextmanager
def served(command: list[str], port: int, home: Path, folder: Path | None = None) -> Iterator[str]:
    """Run the command of a Jupyter server in `folder`, with settings and a token of its own."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("NBGRADER")
    } | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_TOKEN": TOKEN,
    }
    log = home / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_up(address, server, log)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_until_up(address: str, server: subprocess.Popen, log: Path) -> None:
    def answers_or_ended() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api", timeout=2):
            return True
        return server.poll() is not None

    wait_for(answers_or_ended, "JupyterLab to start")
    if server.poll() is not None:
        raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@contextlib.contextmanager
def chromium(width: int = 1400, height: int = 1300):
    """A browser without a screen, driven by selenium."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = programs()["chromium"]
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    options.add_argument(f"--window-size={width},{height}")
    driver = webdriver.Chrome(options=options, service=Service(programs()["chromedriver"]))
    try:
        yield driver
    finally:
        driver.quit()
