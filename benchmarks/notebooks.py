"""The solution notebooks from start to end: time and memory of each."""

from __future__ import annotations

import os
import time
from pathlib import Path

from benchmarks.contender import ContenderFailed, Run

SOLUTIONS = Path(__file__).parent.parent / "solutions" / "lab6"

# Asked of the kernel when a notebook is done; the unit of ru_maxrss is KiB except on a Mac.
_PEAK = (
    "import resource, sys\n"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss"
    " * (1 if sys.platform == 'darwin' else 1024))"
)


def names() -> list[str]:
    return [path.stem for path in sorted(SOLUTIONS.glob("*.ipynb"))]


def run_notebook(name: str, environment: dict[str, str]) -> Run:
    """Execute one solution notebook in a kernel of its own; the file is not changed."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(SOLUTIONS / f"{name}.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(_PEAK))
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": SOLUTIONS}}
    )
    before = dict(os.environ)
    start = time.perf_counter()
    try:
        os.environ.update(environment)  # the kernel inherits it
        client.execute()
    except CellExecutionError as error:
        raise ContenderFailed(f"notebook {name}: {error.ename}: {error.evalue}") from None
    finally:
        os.environ.clear()
        os.environ.update(before)
    seconds = time.perf_counter() - start
    return Run(seconds, int(notebook.cells[-1].outputs[0].text))
