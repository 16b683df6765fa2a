"""*Run All* in a real JupyterLab goes on over an open task, a wrong answer and an error in one."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from autograder.authoring.release import NameOpenTask
from tests.autograder.toy_course import answer, graded
from tests.browser.lab import TOKEN, chromium, jupyter_lab, require_browser
from tests.browser.test_playground import Page
from tests.patience import PATIENCE

IMPORT = "from autograder.checks import check"


def task(grade_id: str, source: str) -> list:
    """The two cells of a task, as they are released, with an answer of a student."""
    test = graded(f"{grade_id}-test", f"{IMPORT}\ncheck('{grade_id}', globals())", "pass", 1)
    notebook = new_notebook(cells=[answer(grade_id, "pass"), test])
    NameOpenTask().preprocess(notebook, {})
    notebook.cells[0].source = source or notebook.cells[0].source
    return notebook.cells


def test_run_all_reaches_the_last_cell(tmp_path):
    require_browser()
    folder = tmp_path / "notebooks"
    folder.mkdir()
    cells = [
        *task("ex3-step", ""),
        *task("ex3-trajectory", "alpha_after = 1 / 0"),
        *task("ex3-max-learning-rate", "def max_learning_rate(eigenvalues):\n    return 1"),
        new_code_cell("print('reached', 'the end')"),
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / "tasks.ipynb")
    with jupyter_lab(folder, tmp_path) as address, chromium() as driver:
        driver.set_script_timeout(PATIENCE)
        driver.get(f"{address}/doc/tree/tasks.ipynb?token={TOKEN}")
        page = Page(driver)
        page.until("window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady")
        page.until("document.querySelector('.jp-Notebook .jp-CodeCell') !== null")
        driver.execute_script("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.until("document.querySelector('.jp-Notebook').innerText.includes('reached the end')")
        said = driver.execute_script("return document.querySelector('.jp-Notebook').innerText")
    for found in ("ex3-step: still open", "ZeroDivisionError", "✗ ex3-max-learning-rate"):
        assert found in said
