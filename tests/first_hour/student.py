"""A student at a released notebook: runs its cells in a kernel, in any order, and reads."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager

from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
RELEASED = ROOT / "notebooks" / "lab6"


def released_cells(name: str = "1_imdb_classifier") -> dict[str, str]:
    """Grade id -> source of the cells of a released notebook."""
    notebook = nbformat.read(RELEASED / f"{name}.ipynb", as_version=4)
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }


class Student:
    """One kernel. What `run` returns is what stands below the cells: prints and errors."""

    def __init__(self, **environment: str):
        self.cells = released_cells()
        kept = {name: text for name, text in os.environ.items() if name != "NBGRADER_EXECUTION"}
        self.kernel = KernelManager(kernel_name="python3")
        self.kernel.start_kernel(env={**kept, **environment})
        self.client = self.kernel.client()
        self.client.start_channels()
        self.client.wait_for_ready(PATIENCE)

    def run(self, *cells: str, stop_at: str = "") -> str:
        """Run cells, each a grade id or code of the student's own.

        stop_at: interrupt the kernel when this is printed.
        """
        seen: list[str] = []

        def read(message: dict) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                seen.append(content["text"])
                if stop_at and stop_at in content["text"]:
                    self.kernel.interrupt_kernel()
            elif message["msg_type"] == "error":
                seen.append(f"{content['ename']}: {content['evalue']}\n")

        for cell in cells:
            source = self.cells.get(cell, cell)
            self.client.execute_interactive(source, output_hook=read, timeout=PATIENCE)
        return "".join(seen)

    def leave(self) -> None:
        self.client.stop_channels()
        self.kernel.shutdown_kernel(now=True)
