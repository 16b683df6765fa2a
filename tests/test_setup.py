"""What a fresh machine meets: the Pythons that are promised, the pins, `make` and `.ci/run`."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from helpers.notebook.first_cell import OLDEST_PYTHON

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PROMISED = [c.split(" :: ")[-1] for c in PROJECT["classifiers"] if ":: Python :: 3." in c]
DEBIAN_12 = "3.11.2"
# Pins that `make test` does not install.
FOR_BENCH = {"joblib", "narwhals", "scikit-learn", "scipy", "threadpoolctl"}


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    named = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {name.lower().replace("_", "-"): version for name, version in named}


def requirements() -> list[Requirement]:
    extras = [r for extra in PROJECT["optional-dependencies"].values() for r in extra]
    return [Requirement(text) for text in [*PROJECT["dependencies"], *extras]]


# --- Pythons and pins -----------------------------------------------------------------------------


def test_what_is_promised_is_said_alike_everywhere():
    assert PROMISED == ["3.11", "3.12", "3.13", "3.14"]
    assert PROJECT["requires-python"] == f">={PROMISED[0]}"
    assert ".".join(map(str, OLDEST_PYTHON)) == PROMISED[0]
    conda = (ROOT / "environment.yml").read_text()
    assert re.search(r"- python=(\S+)", conda)[1] in PROMISED


def refused(requires: str) -> list[str]:
    """The promised Pythons that a `Requires-Python` leaves out; of the oldest, Debian 12's."""
    versions = [DEBIAN_12, *(f"{minor}.0" for minor in PROMISED[1:])]
    return [version for version in versions if version not in SpecifierSet(requires)]


def test_every_pin_may_be_installed_on_every_promised_python():
    assert refused(">=3.11.5") == ["3.11.2"] and refused("<3.14,>=3.9") == ["3.14.0"]
    wrong, missing = {}, set()
    for name in pins():
        try:
            requires = metadata(name).get("Requires-Python") or ""
        except PackageNotFoundError:
            missing.add(name)
            continue
        if refused(requires):
            wrong[name] = requires
    assert wrong == {}
    # These say nothing of themselves here: any other is a pin that nothing needs.
    assert missing <= FOR_BENCH


def test_every_dependency_is_pinned_within_its_range():
    for requirement in requirements():
        version = pins().get(requirement.name.lower().replace("_", "-"))
        assert version, f"{requirement.name} has no pin in constraints.txt"
        assert requirement.specifier.contains(version), requirement


PACKAGES = ("helpers", "autograder", "tests", "benchmarks")
NAMES = {"cosmic_ray": "cosmic-ray", "sklearn": "scikit-learn", "yaml": "pyyaml", "zmq": "pyzmq"}
# What runs for a student: nothing of the extra "grade" is there.
STUDENTS = re.compile(
    r"helpers/|autograder/(__init__|__main__|answering/.+|checks/.+|cli|course|errors|lab"
    r"|hand_in|intake/(archive|receipts)|mending/.+|student_check|verdict)"
)


def imported(path: Path) -> set[str]:
    """Names of the distributions that a module imports, at its start or later."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    tops = {module.split(".")[0] for module in modules} - sys.stdlib_module_names - {*PACKAGES}
    return {NAMES.get(top, top).lower().replace("_", "-") for top in tops}


def declared(*extras: str) -> set[str]:
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][e] for e in extras)]
    return {Requirement(text).name.lower() for requirements in lists for text in requirements}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_that_is_imported_is_declared(package):
    undeclared = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        name = str(path.relative_to(ROOT).with_suffix(""))
        extras = ("grade", "dev", "bench")
        if STUDENTS.match(name):
            extras = ()
        elif package == "autograder" and path.name != "mutation.py":  # a maintainer's tool
            extras = ("grade",)
        if imported(path) - declared(*extras):
            undeclared[name] = imported(path) - declared(*extras)
    assert undeclared == {}


def test_the_package_never_forces_another_torch():
    (torch,) = [r for r in requirements() if r.name == "torch"]
    assert str(torch.specifier) == ">=2.3"


def test_the_conda_environment_takes_the_same_pins():
    text = (ROOT / "environment.yml").read_text()
    assert "-c constraints.txt" in text
    assert re.search(r"-e \.\[grade,dev\]", text)


# --- make and .ci/run -----------------------------------------------------------------------------


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_when_pip_fails_its_reason_is_shown(tmp_path):
    pip = 'case "$*" in *--quiet*) ;; *) echo "The conflict is caused by: soup" ;; esac; exit 1'
    program(tmp_path / "venv" / "bin" / "python", pip)
    command = ["make", "setup", f"VENV={tmp_path}/venv"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode != 0
    assert "The conflict is caused by: soup" in run.stdout
    assert not (tmp_path / "venv" / ".grade").exists()


def test_a_python_that_is_not_promised_is_refused_by_name(tmp_path):
    program(tmp_path / "python3.10", "exit 1")
    command = ["make", "setup", f"VENV={tmp_path}/venv", f"PYTHON={tmp_path}/python3.10"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode != 0
    assert "Python 3.11 to 3.14 is needed: run make PYTHON=python3.11 setup" in run.stdout


@pytest.fixture
def ci(tmp_path):
    """Runs .ci/run beside a `make` that only says what it was told, and a few Pythons."""
    told = 'echo "TOLD $*"; for word; do case $word in VENV=*) mkdir "${word#VENV=}";; esac; done'
    program(tmp_path / "make", told)
    program(tmp_path / "python3.11", "echo 3.11.0")
    program(tmp_path / "python3.12", "echo 3.12.1")
    program(tmp_path / "python3.13", "exit 127")
    program(tmp_path / "python3.14", "echo 3.14.0")

    def run() -> str:
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TMPDIR": str(tmp_path)}
        command = [str(ROOT / ".ci" / "run")]
        return subprocess.check_output(command, env=environment, text=True, cwd="/")

    return run


def test_ci_takes_the_oldest_promised_python_and_a_new_folder_each_time(ci, tmp_path):
    before = set(tmp_path.iterdir())
    first, second = (re.search(r"TOLD test PYTHON=(\S+) VENV=(\S+)", ci()) for _ in range(2))
    assert first[1] == second[1] == "python3.11"
    assert first[2] != second[2]
    assert set(tmp_path.iterdir()) == before
