"""What students get: the released files, the wheel, and nothing that gives an answer away."""

import json
import re
import shutil
import subprocess
import zipfile

import pytest
from typer.testing import CliRunner

from autograder.authoring import release
from autograder.authoring.leaks import leaks
from autograder.authoring.publish import publish, students_folder
from autograder.authoring.text_notebook import read_text, seed_of
from autograder.cli import app
from autograder.course import find_course
from autograder.errors import AutograderError
from tests.autograder.conftest import ROOT

NAME = "1_imdb_classifier"
SEED = str(seed_of(find_course(ROOT), "ex1-tokenize"))
SCHEME = "One point for the word square."


def git(course, *command: str) -> str:
    run = ["git", "-C", course.root, "-c", "user.name=a", "-c", "user.email=b", *command]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def in_git(released_course, monkeypatch):
    """The course in a repository, with its solutions committed."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")
    git(released_course, "init", "--quiet", "--initial-branch=main")
    git(released_course, "add", ".")
    git(released_course, "commit", "--quiet", "-m", "course")
    return released_course


@pytest.fixture
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("given") / "out"


def add_beside(course, name: str, text: str) -> None:
    """A file beside the solutions, which the release takes along."""
    (course.solutions / name).write_text(text, encoding="utf-8")
    release.generate(course)


def test_folder_zip_and_branch_hold_the_same_and_nothing_else(in_git, out):
    add_beside(in_git, "START_HERE.md", "# Start here")
    status = git(in_git, "status", "--short")
    published = publish(in_git, out)
    names = {f"{NAME}.ipynb", "START_HERE.md"}
    assert {path.name for path in published.folder.iterdir()} == names
    assert {path.name for path in (out).iterdir()} == {"lab6", "lab6.zip"}
    with zipfile.ZipFile(published.zip) as archive:
        assert set(archive.namelist()) == {f"lab6/{name}" for name in names}
    inside = git(in_git, "ls-tree", "-r", "--name-only", "public").splitlines()
    assert set(inside) == {"README.md", *(f"lab6/{name}" for name in names)}
    page = git(in_git, "show", f"public:lab6/{NAME}.ipynb")
    assert page == (in_git.released / f"{NAME}.ipynb").read_text(encoding="utf-8").strip()
    assert git(in_git, "rev-list", "--count", "public") == "1", "no history of the solutions"
    assert git(in_git, "status", "--short") == status, "nothing is checked out or staged"


def test_the_branch_goes_on_where_something_changed(in_git, out):
    first = publish(in_git, out).commit
    assert publish(in_git, out).commit == first
    add_beside(in_git, "START_HERE.md", "# Start here")
    second = publish(in_git, out).commit
    assert git(in_git, "rev-parse", "public^") == first
    assert git(in_git, "rev-parse", "public") == second


def test_a_branch_that_was_once_somebodys_work_is_not_gone_on_with(in_git, out):
    git(in_git, "branch", "public")
    with pytest.raises(AutograderError, match="a history with solutions in it"):
        publish(in_git, out)
    assert not (out / "lab6").exists()


def test_where_git_refuses_there_are_folder_and_zip_and_its_reason(in_git, out, monkeypatch):
    monkeypatch.chdir(in_git.root)
    monkeypatch.setenv("GIT_AUTHOR_DATE", "never")
    ran = CliRunner().invoke(app, ["publish", "--to", str(out)])
    assert (out / "lab6").is_dir() and (out / "lab6.zip").exists()
    assert ran.exit_code == 1
    assert "no branch was written: fatal: invalid date format: never" in ran.output


def test_a_checkout_that_nobody_may_write_to_can_be_given_out(released_course, tmp_path):
    """Copies may be written to, though the originals may not."""
    for path in (*released_course.released.rglob("*"), released_course.released):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder = students_folder(released_course, tmp_path / "given")
    assert folder.stat().st_mode & 0o200
    assert all(path.stat().st_mode & 0o200 for path in folder.iterdir())


def test_without_a_repository_there_are_folder_and_zip(released_course, out):
    published = publish(released_course, out)
    assert published.commit == "" and published.zip.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [(f"Try the seed {SEED}.", f"the seed {SEED} of a hidden test"), (f"- {SCHEME}", SCHEME)],
)
def test_a_file_that_would_tell_stops_it_and_what_was_there_stays(
    in_git, out, monkeypatch, text, said
):
    before = publish(in_git, out).commit
    add_beside(in_git, "notes.md", text)
    monkeypatch.chdir(in_git.root)
    ran = CliRunner().invoke(app, ["publish", "--to", str(out)])
    assert isinstance(ran.exception, AutograderError)
    assert str(ran.exception).splitlines()[1] == f"notes.md: {said}"
    assert not (out / "lab6" / "notes.md").exists()
    assert git(in_git, "rev-parse", "public") == before


def test_a_release_that_is_out_of_date_is_not_given_out(released_course, out):
    path = released_course.text / f"{NAME}.py"
    path.write_text(path.read_text().replace("One, two", "Four, two"))
    with pytest.raises(AutograderError, match="disagree: run `make release`"):
        publish(released_course, out)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("autograder/checks/notes.py", f"SEED = {SEED}", f"the seed {SEED} of a hidden test"),
        ("autograder/tasks.json", '[{"hints": ["Tables are fast."]}]', "Tables are fast."),
        ("bank/ex1-tokenize/correct_a.py", "", "no file of the course's packages"),
        ("helpers/words.py", "", ""),
    ],
)
def test_what_stands_in_a_wheel_is_found(released_course, tmp_path, name, text, said):
    reasons = released_course.root / "solutions" / "reasons.json"
    reasons.write_text('{"ex1-tokenize": "Tables are fast."}')
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as wheel:
        wheel.writestr(name, text)
    folder = tmp_path / "given"
    folder.mkdir()
    shutil.move(tmp_path / "x.whl", folder)
    assert leaks(released_course, folder) == ([f"x.whl, {name}: {said}"] if said else [])


def test_lines_of_a_longer_solution_are_found_in_a_module(released_course, tmp_path):
    path = released_course.solutions / f"{NAME}.ipynb"
    lines = [f"number_{n} = make_number(number_{n}, text)" for n in range(4)]
    notebook = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "ex1-tokenize")
    cell["source"] = "\n".join(["### BEGIN SOLUTION", *lines, "### END SOLUTION"])
    path.write_text(json.dumps(notebook), encoding="utf-8")
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "helper.py").write_text("def f():\n    " + "\n\n    ".join(lines))
    assert leaks(released_course, folder) == [f"helper.py: lines of a solution: {lines[0]}"]


def test_nothing_of_the_lab_itself_is_given_away():
    course = find_course(ROOT)
    assert leaks(course) == []
    cells = [cell for name in course.names for cell in read_text(course, name).cells]
    seeds = re.findall(r"globals\(\), hidden=(\d+)", "".join(cell.source for cell in cells))
    overview = (ROOT / "README.md").read_text(encoding="utf-8")  # goes into the wheel
    assert len(seeds) > 20 and not any(seed in overview for seed in seeds)
