"""The exported repository: its workflow installs the course and runs the public checks."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest
import yaml

from autograder.authoring import github, points, release
from autograder.authoring.text_notebook import seed_of
from autograder.errors import AutograderError
from tests.autograder.conftest import ROOT, lay_out
from tests.autograder.test_gradescope import NAME, RIGHT, TEXT
from tests.patience import PATIENCE


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of one notebook that carries the packages, so a wheel can be built."""
    root = tmp_path_factory.mktemp("course")
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, root)
    course = lay_out(root)
    (course.text / "1_imdb_classifier.py").unlink()
    (course.text / f"{NAME}.py").write_text(TEXT, encoding="utf-8")
    release.build(course, NAME)
    release.generate(course)
    for name in ("helpers", "autograder"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    entries = json.loads(course.tasks_file.read_text(encoding="utf-8"))
    entries = [entry for entry in entries if entry["id"] in (*RIGHT, "ex3-minimum")]
    course.tasks_file.write_text(json.dumps(entries), encoding="utf-8")
    points.write_tasks(course)
    return course


@pytest.fixture(scope="module")
def exported(course, tmp_path_factory):
    target = tmp_path_factory.mktemp("exported")
    (target / ".git").mkdir()  # a clone of an empty repository
    assert github.export(course, target) == target / github.WORKFLOW
    return target


def steps(exported) -> list[dict]:
    workflow = yaml.safe_load((exported / github.WORKFLOW).read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    return workflow["jobs"]["check"]["steps"]


def test_it_is_what_publish_gives_and_the_workflow(exported):
    files = {p.relative_to(exported).as_posix() for p in exported.rglob("*") if p.is_file()}
    (wheel,) = (name for name in files if name.endswith(".whl"))
    assert files == {
        *("README.md", "LICENSE", ".github/workflows/check.yml", f"lab6/{NAME}.ipynb", wheel)
    }
    uses = [step["uses"].partition("@")[0] for step in steps(exported) if "uses" in step]
    assert uses == ["actions/checkout", "actions/setup-python"]


def test_no_hidden_test_is_in_it(course, exported):
    (wheel,) = exported.rglob("*.whl")
    texts = [path.read_bytes() for path in exported.rglob("*.*") if path.is_file()]
    with zipfile.ZipFile(wheel) as archive:
        texts += [archive.read(name) for name in archive.namelist()]
    for secret in ("HIDDEN TESTS\\n", f"hidden={seed_of(course, 'ex3-step')}"):
        assert not any(secret.encode() in text for text in texts)


def test_its_commands_check_a_students_clone(exported, tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(exported, clone)
    (tmp_path / "bin").mkdir()
    python = f'#!/bin/sh\nexec {sys.executable} "$@"\n'
    program = f'#!/bin/sh\nexec {sys.executable} -m autograder "$@"\n'
    for name, text in (("python", python), ("autograder", program)):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    installed = tmp_path / "installed"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AUTOGRADER_")} | {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(installed),
        "PIP_TARGET": str(installed),  # the wheel alone: all that it needs is here
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
    }

    def run(command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=clone,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    install, check = (step["run"] for step in steps(exported) if "run" in step)
    done = run(install)
    assert done.returncode == 0, done.stderr
    assert (installed / "autograder" / "tasks.json").exists()
    blank = run(check)
    assert blank.returncode == 1 and "ex3-step" in blank.stdout, blank.stderr
    path = clone / "lab6" / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = RIGHT.get(cell.id, cell.source)
    nbformat.write(notebook, path)
    said = run(check).stdout
    assert said.count("✓ passed") == 2, said


@pytest.fixture
def as_exported(exported, monkeypatch):
    """Builds no wheel again: what students get is as it was exported, with `notes` beside it."""

    def again(notes: str = "") -> None:
        def students_folder(course, where):
            shutil.copytree(exported / "lab6", where / "lab6")
            (where / "lab6" / "notes.md").write_text(notes)
            return where / "lab6"

        monkeypatch.setattr(github, "out_of_date", lambda course: [])
        monkeypatch.setattr(github, "students_folder", students_folder)

    return again


def test_it_is_written_anew_over_itself_and_not_over_other_files(
    course, exported, tmp_path, as_exported
):
    as_exported()
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(AutograderError, match="other files lie in"):
        github.export(course, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    clone = shutil.copytree(exported, tmp_path / "clone")
    github.export(course, clone)
    assert (clone / ".git").is_dir() and (clone / "lab6" / "notes.md").exists()


def test_what_would_tell_a_hidden_test_stops_it(course, tmp_path, as_exported):
    as_exported(f"Try the seed {seed_of(course, 'ex3-step')}.")
    with pytest.raises(AutograderError, match="would tell"):
        github.export(course, tmp_path / "out")
    assert not (tmp_path / "out").exists()
