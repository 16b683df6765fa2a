"""The exported zip, in a clean folder as Gradescope would run it: the same grader, its results."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.authoring import gradescope, release
from autograder.cli import app
from autograder.course import find_course
from autograder.errors import AutograderError
from tests.autograder.conftest import ROOT, lay_out
from tests.patience import PATIENCE

NAME = "3_gradient_descent_theory"
TEXT = """\
# %% imports
import sympy as sp

from autograder.checks import check, passed

lambda_1, lambda_2 = sp.symbols("lambda_1 lambda_2", positive=True)

# %% ex3-hessian 2 points
### BEGIN SOLUTION
H = sp.Matrix([[lambda_1, 0], [0, lambda_2]])
### END SOLUTION

# %% ex3-step 2 points
def alpha_next(alpha, lr, eigenvalue):
    ### BEGIN SOLUTION
    return (1 - lr * eigenvalue) * alpha
    ### END SOLUTION

# %% ex3-minimum 4 points [markdown]
# ### BEGIN SOLUTION
# A square is never negative.
# ### END SOLUTION
"""
RIGHT = {
    "ex3-hessian": "H = sp.Matrix([[lambda_1, 0], [0, lambda_2]])",
    "ex3-step": "def alpha_next(alpha, lr, eigenvalue):\n    return (1 - lr * eigenvalue) * alpha",
}
WRONG = {**RIGHT, "ex3-hessian": "H = sp.Matrix([[1, 0], [0, 1]])"}
# https://gradescope-autograders.readthedocs.io/en/latest/specs/
DOCUMENTED = {
    *("score", "execution_time", "output", "output_format", "test_output_format"),
    *("test_name_format", "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard"),
}
OF_A_TEST = {
    *("score", "max_score", "status", "name", "name_format", "number", "output", "output_format"),
    *("tags", "visibility", "extra_data"),
}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
# What setup.sh finds: no apt-get, and a venv whose Python is this one.
APT_GET = 'echo "apt-get $*" >> "$CALLS"\n'
PYTHON = """\
[ "$1 $2" = "-m venv" ] || exec {python} "$@"
mkdir -p "$3/bin" && cp "$CLEAN/venv-python" "$3/bin/python"
"""
OF_VENV = """\
[ "$1 $2" = "-m pip" ] || exec {python} "$@"
echo "pip $*" >> "$CALLS" && ls "${{4%%[*}}"
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A released course of one notebook: two checked tasks and a proof."""
    course = lay_out(tmp_path_factory.mktemp("course"))
    (course.text / "1_imdb_classifier.py").unlink()
    (course.text / f"{NAME}.py").write_text(TEXT, encoding="utf-8")
    release.build(course, NAME)
    release.generate(course)
    return course


@pytest.fixture(scope="module")
def clean(course, tmp_path_factory):
    """Where the zip is unpacked and set up, as Gradescope does it; returns its root."""
    root = tmp_path_factory.mktemp("autograder")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gradescope, "build_wheel", a_wheel)
        zipped = gradescope.export(course, root / "given")
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(root / "source")
    programs = root / "programs"
    programs.mkdir()
    (root / "venv-python").write_text("#!/bin/sh\n" + OF_VENV.format(python=sys.executable))
    (programs / "apt-get").write_text("#!/bin/sh\n" + APT_GET)
    (programs / "python3").write_text("#!/bin/sh\n" + PYTHON.format(python=sys.executable))
    for path in (*programs.iterdir(), root / "venv-python"):
        path.chmod(0o755)
    shutil.copy(root / "source" / "run_autograder", root)
    bash(root, "source/setup.sh", PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")
    return root


def a_wheel(checker: Path, folder: Path) -> Path:
    """In the place of the wheel, which takes long to build: an empty file of its name."""
    assert checker == ROOT
    path = folder / "pytorch_lab-1.0.0-py3-none-any.whl"
    path.touch()
    return path


def bash(root: Path, script: str, code: int = 0, **environment: str) -> str:
    variables = {k: v for k, v in os.environ.items() if not k.startswith("AUTOGRADER_")}
    variables |= {"CLEAN": str(root), "CALLS": str(root / "calls"), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        ["bash", script],
        cwd=root,
        env={**variables, "GRADESCOPE_ROOT": str(root), **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def results(root: Path, handed_in: dict[str, bytes]) -> dict:
    """What `run_autograder` writes of a submission of these files."""
    for place in ("submission", "results"):
        shutil.rmtree(root / place, ignore_errors=True)
        (root / place).mkdir()
    for name, data in handed_in.items():
        (root / "submission" / name).write_bytes(data)
    bash(root, "run_autograder")
    return json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))


def answered(course, answers: dict[str, str]) -> bytes:
    notebook = nbformat.read(course.released / f"{NAME}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    return nbformat.writes(notebook).encode()


def by_name(found: dict) -> dict[str, dict]:
    assert set(found) <= DOCUMENTED
    for test in found["tests"]:
        assert set(test) <= OF_A_TEST and test["visibility"] in VISIBILITIES
        assert test["status"] in ("passed", "failed")
    assert found["score"] == sum(test.get("score", 0) for test in found["tests"])
    return {test["name"]: test for test in found["tests"]}


def test_it_is_set_up_as_the_script_says(clean):
    names = {path.name for path in (clean / "source").iterdir()}
    assert {"setup.sh", "run_autograder", "course"} < names
    calls = (clean / "calls").read_text()
    assert "apt-get install -y bubblewrap" in calls
    assert "pip -m pip install ./pytorch_lab-1.0.0-py3-none-any.whl[grade]" in calls


@pytest.mark.usefixtures("sandboxes_can_be_made")
def test_a_complete_submission_has_all_points_and_the_proof_is_named(course, clean):
    stamp = clean / "source" / "course" / "grading" / "report" / "reference-passed"
    assert stamp.exists(), "prepared once, when it was set up"
    found = results(clean, {f"{NAME}.ipynb": answered(course, RIGHT)})
    tests = by_name(found)
    assert list(tests) == [
        *("ex3-hessian", "ex3-hessian, on other inputs", "ex3-step", "ex3-step, on other inputs")
    ]
    assert found["score"] == 4 and all(test["status"] == "passed" for test in found["tests"])
    assert tests["ex3-step"]["visibility"] == "visible" and "score" not in tests["ex3-step"]
    hidden = tests["ex3-step, on other inputs"]
    assert (hidden["visibility"], hidden["score"], hidden["max_score"]) == ("after_due_date", 2, 2)
    assert found["output"] == "Graded by hand, and not in this score: ex3-minimum (4 points)."


@pytest.mark.usefixtures("sandboxes_can_be_made")
def test_a_damaged_one_is_mended_and_its_mistake_named_and_a_zip_will_do(course, clean):
    data = answered(course, WRONG)
    cut = data[: data.index(b'"id": "ex3-minimum"')]
    inner = clean / "hand-in.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(f"{NAME}.ipynb", cut)
    found = results(clean, {"hand-in.zip": inner.read_bytes()})
    tests = by_name(found)
    assert found["score"] == 2 and tests["ex3-hessian"]["status"] == "failed"
    assert tests["ex3-hessian"]["output"].count("\n") == 1, "the mistake and a hint"
    assert tests["ex3-step, on other inputs"]["score"] == 2
    assert f"{NAME}: the file: the file is damaged at character" in found["output"]


@pytest.mark.usefixtures("sandboxes_can_be_made")
def test_nothing_handed_in_is_no_points_and_says_so(clean):
    found = results(clean, {"notes.txt": b"later"})
    assert found["score"] == 0
    assert {test["output"] for test in found["tests"]} == {"Nothing was handed in for it."}
    assert "no file was handed in" in found["output"]


def test_without_a_sandbox_there_are_no_results_and_it_says_what_grade_says(course, clean):
    shutil.rmtree(clean / "submission", ignore_errors=True)
    shutil.rmtree(clean / "results", ignore_errors=True)
    (clean / "submission").mkdir()
    programs = clean / "no-sandbox"
    programs.mkdir()
    (programs / "bwrap").write_text("#!/bin/sh\necho 'No permissions' >&2; exit 1\n")
    (programs / "bwrap").chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    said = bash(clean, "run_autograder", code=2, PATH=path)
    assert "Submissions are not run without a sandbox; --sandbox none runs them" in said
    assert not (clean / "results").exists()


@pytest.mark.parametrize("option", ["--hidden", "--sandbox", "--notebook"])
def test_a_choice_that_is_none_is_named_before_anything_is_written(
    course, tmp_path, monkeypatch, option
):
    monkeypatch.chdir(course.root)
    command = ["export", "gradescope", "--to", str(tmp_path / "out"), option, "sometimes"]
    ran = CliRunner().invoke(app, command)
    assert "'sometimes'" in ran.output + str(ran.exception) and not (tmp_path / "out").exists()


def test_options_stand_in_the_script(course, tmp_path, monkeypatch):
    monkeypatch.setattr(gradescope, "build_wheel", a_wheel)
    monkeypatch.setattr(gradescope, "out_of_date", lambda course: [])
    zipped = gradescope.export(course, tmp_path, "after_published", "none", [NAME])
    with zipfile.ZipFile(zipped) as archive:
        script = archive.read("run_autograder").decode()
        for name in ("run_autograder", "setup.sh"):
            assert archive.getinfo(name).external_attr >> 16 & 0o111, "Gradescope executes it"
    assert f"--hidden after_published --sandbox none --notebook {NAME}" in script


def test_a_release_that_is_out_of_date_is_not_exported(course, tmp_path):
    other = find_course(shutil.copytree(course.root, tmp_path / "other"))
    path = other.text / f"{NAME}.py"
    path.write_text(path.read_text().replace("2 points", "3 points"))
    with pytest.raises(AutograderError, match="run `make release`"):
        gradescope.export(other, tmp_path / "out")
    assert not (tmp_path / "out").exists()
