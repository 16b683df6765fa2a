"""The lab in examples/second_lab, of another field: the same commands, without a line of it here.

It is copied, released, graded and reported as its author and its students would do it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.cells import raised
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "examples" / "second_lab"
NAME, ASSIGNMENT = "1_four_data_sets", "statistics1"
pytestmark = pytest.mark.usefixtures("sandboxes_can_be_made")


def run(root: Path, *command: str, python_path: Path = ROOT) -> subprocess.CompletedProcess:
    """A command of the autograder in a folder, with nothing of this process's lab."""
    if command[0] == "grade":
        command += ("--jobs", "1")  # a class of three is graded before a second worker is ready
    variables = {k: v for k, v in os.environ.items() if not k.startswith("AUTOGRADER_")}
    return subprocess.run(
        [sys.executable, "-m", "autograder", *command],
        cwd=root,
        env={**variables, "PYTHONPATH": str(python_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def done(root: Path, *command: str) -> str:
    """What a command printed that has to succeed."""
    ran = run(root, *command)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def copied(root: Path) -> Path:
    made = shutil.ignore_patterns("build", "grading", "notebooks", "*.ipynb", "__pycache__")
    return shutil.copytree(SOURCE, root, ignore=made)


def submit(root: Path, student: str, changed: dict[str, str]) -> Path:
    """Hand in the release, with these sources in place of those of cells by grade id."""
    notebook = nbformat.read(root / "notebooks" / ASSIGNMENT / f"{NAME}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = changed.get(cell.id, cell.source)
    path = root / "grading" / "submitted" / student / ASSIGNMENT / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path


def scores(root: Path, assignment: str = ASSIGNMENT) -> dict[str, float]:
    with Gradebook(f"sqlite:///{root / 'grading' / 'gradebook.db'}") as gradebook:
        submissions = gradebook.assignment_submissions(assignment)
        return {submission.student.id: submission.score for submission in submissions}


SPY = """\
def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


import os

print("seen:", sorted(os.listdir("/opt/lab/statistics_lab")), "course:", os.path.exists("ROOT"))
import statistics_lab.checks
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The lab released, its example class and one more student graded and reported."""
    root = copied(tmp_path_factory.mktemp("second") / "lab")
    done(root, "release")
    done(root, "example")
    submit(root, "spy", {"stat-median": SPY.replace("ROOT", str(root))})
    done(root, "grade")
    done(root, "report")
    done(root, "publish")
    return root


def test_the_set_up_cell_names_its_own_course_and_version(graded):
    notebook = nbformat.read(graded / "notebooks" / ASSIGNMENT / f"{NAME}.ipynb", as_version=4)
    (setup,) = (cell.source for cell in notebook.cells if cell.id == "setup")
    assert 'first_steps(version="0.3.0", course="statistics-lab")' in setup
    assert 'find_spec("statistics_lab")' in setup
    assert "statistics_lab-*-any.whl" in setup
    assert "lab6" not in nbformat.writes(notebook)
    headings = [c.source for c in notebook.cells if c.source.startswith("### Task")]
    assert headings[2].startswith("### Task stat-line (4 points)\n\nAbout 12 minutes · medium")


def test_a_release_is_up_to_date_and_its_table_is_the_committed_one(graded):
    assert "up to date" in done(graded, "release", "--check")
    table = "statistics_lab/tasks.json"
    tasks = json.loads((graded / table).read_text())
    assert tasks == json.loads((SOURCE / table).read_text())
    assert [task["id"] for task in tasks] == ["stat-median", "stat-deviation", "stat-line"]


def test_the_class_has_its_marks(graded):
    complete, blank, half, spy = "example-complete", "example-blank", "example-half-right", "spy"
    assert scores(graded) == {complete: 9, blank: 0, half: 6, spy: 0}


def test_the_process_of_a_submission_sees_the_lab_without_its_checks(graded):
    path = graded / "grading" / "autograded" / "spy" / ASSIGNMENT / f"{NAME}.ipynb"
    (cell,) = (c for c in nbformat.read(path, as_version=4).cells if c.id == "stat-median")
    printed = "".join(output.get("text", "") for output in cell.outputs)
    names = "['__init__.py', 'anscombe.py', 'lab.py', 'tasks.json']"
    seen = printed.replace("'__pycache__', ", "")  # where Python keeps what it has compiled
    assert seen == f"seen: {names} course: False\n"
    assert raised(cell).ename == "ModuleNotFoundError"


def test_the_page_of_a_student_has_the_hints_of_the_lab(graded):
    pages = (graded / "grading" / "feedback").rglob("*.html")
    texts = {page.parts[-3]: page.read_text() for page in pages}
    assert "Of an even count no number is in the middle" in texts["spy"]
    assert "divided by n" in texts["example-half-right"]
    report = (graded / "grading" / "report" / "index.html").read_text()
    assert "the upper of the two middle numbers" in report


def test_the_checks_name_every_mistake_of_the_bank(graded):
    assert "0 false accepts, 0 false rejects, 0 missing hints" in done(graded, "bank", "bank")


def test_a_student_checks_a_notebook(graded, tmp_path):
    half = graded / "grading" / "submitted" / "example-half-right" / ASSIGNMENT / f"{NAME}.ipynb"
    checked = run(half.parent, "check", half.name)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "6 of 9 points that the checks here can give." in checked.stdout
    assert "divided by n" in checked.stdout


def test_a_check_that_changes_makes_the_class_due(graded):
    assert "0 graded in" in done(graded, "grade")
    with (graded / "statistics_lab" / "checks" / "describing.py").open("a") as module:
        module.write("\n# another look\n")
    assert "4 graded in" in done(graded, "grade")


# --- installed ------------------------------------------------------------------------------------

ASKED = """
from autograder.checks import CheckFailed, check
try:
    check("stat-median", {"median": lambda numbers: numbers[len(numbers) // 2]})
except CheckFailed as failure:
    print(failure)
"""
LOOKED = """
import sys, nbformat
from nbformat.v4 import new_code_cell, new_notebook
from autograder.running.job import Job
from autograder.running.worker import run_notebook
look = "import os; print('there:', os.listdir({!r}))".format(sys.argv[1])
home = "import statistics_lab; print(statistics_lab.__file__)"
cells = [new_code_cell(look), new_code_cell(home)]
done = run_notebook(Job(nbformat.writes(new_notebook(cells=cells)).encode(), lab=sys.argv[2]))
print([cell.outputs for cell in nbformat.reads(done.notebook.decode(), as_version=4).cells])
"""


@pytest.fixture(scope="module")
def installed(graded, tmp_path_factory) -> Path:
    """A folder as pip makes it, from the wheel that students get."""
    place = tmp_path_factory.mktemp("installed") / "site-packages"
    with zipfile.ZipFile(graded / "build" / "published" / f"{ASSIGNMENT}.zip") as students:
        names = sorted(Path(name).name for name in students.namelist() if name.endswith(".whl"))
        assert [name.partition("-")[0] for name in names] == ["pytorch_lab", "statistics_lab"]
        with students.open(f"{ASSIGNMENT}/{names[1]}") as wheel:
            zipfile.ZipFile(wheel).extractall(place)
    return place


def python(script: str, place: Path, *arguments: str) -> str:
    variables = {k: v for k, v in os.environ.items() if not k.startswith("AUTOGRADER_")}
    paths = os.pathsep.join([str(ROOT), str(place)])
    ran = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**variables, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_an_installed_lab_is_found_by_its_entry_point(installed):
    said = python(ASKED, installed)
    assert "✗ stat-median: the middle of the list as it is given" in said
    assert "Hint: Which number is in the middle once the list is in order?" in said


@pytest.mark.parametrize("lab", ["statistics_lab.lab:LAB", "autograder.lab6:LAB"])
def test_an_installed_lab_is_hidden_from_submissions_whichever_lab_is_graded(installed, lab):
    said = python(LOOKED, installed, str(installed / "statistics_lab"), lab)
    assert "there: []" in said
    assert ("/opt/lab/statistics_lab/__init__.py" in said) is lab.startswith("statistics")


# --- several assignments, and what can be wrong ---------------------------------------------------


def two_weeks(root: Path) -> Path:
    """One checkout with two assignments: a package with a lab in it for each, a course for each."""
    (root / "weeks").mkdir(parents=True)
    (root / "weeks" / "__init__.py").touch()
    points = "".join(f'{week} = "weeks.{week}.lab:LAB"\n' for week in ("week1", "week2"))
    text = (SOURCE / "pyproject.toml").read_text()
    text = text.replace('statistics1 = "statistics_lab.lab:LAB"\n', points)
    (root / "pyproject.toml").write_text(text)
    for week in ("week1", "week2"):
        shutil.copytree(SOURCE / "statistics_lab", root / "weeks" / week)
        for part in ("solutions", "bank"):
            shutil.copytree(SOURCE / part, root / week / part)
        shutil.copy(SOURCE / "nbgrader_config.py", root / week)
        (root / "weeks" / week / "tasks.json").unlink()
        for path in [*(root / week).rglob("*.py"), *(root / "weeks" / week).rglob("*.*")]:
            if path.suffix in (".py", ".toml"):
                text = path.read_text().replace("statistics_lab", f"weeks.{week}")
                path.write_text(text.replace("stat-", f"{week}-").replace('"stat"', f'"{week}"'))
        for path in [*(root / week / "bank").iterdir()]:
            path.rename(path.with_name(path.name.replace("stat-", f"{week}-")))
    return root


def test_two_assignments_of_one_checkout_stand_side_by_side(tmp_path):
    root = two_weeks(tmp_path / "two")
    for week in ("week1", "week2"):
        done(root / week, "release")
        tasks = json.loads((root / "weeks" / week / "tasks.json").read_text())
        assert tasks[0]["id"] == f"{week}-median"
    done(root / "week2", "example")
    done(root / "week2", "grade")
    assert scores(root / "week2", "week2")["example-complete"] == 9
    assert scores(root / "week1", "week1") == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("statistics_lab.lab:LAB", "no_lab.lab:LAB", "cannot be used: ModuleNotFoundError"),
        ("statistics_lab.lab:LAB", "statistics_lab.lab:NO", "cannot be used: AttributeError"),
        ("[tool.lab]", '[tool.lab]\nassignment = "x"', "names no lab for x under autograder.labs"),
    ],
)
def test_a_lab_that_is_not_there_is_one_line(tmp_path, old, new, said):
    root = copied(tmp_path / "lab")
    text = (root / "pyproject.toml").read_text()
    (root / "pyproject.toml").write_text(text.replace(old, new))
    ran = run(root, "release", "--check")
    assert ran.returncode == 2
    assert said in ran.stderr and len(ran.stderr.splitlines()) == 1


def test_tasks_that_begin_like_those_of_another_lab_are_one_line(tmp_path):
    root = copied(tmp_path / "lab")
    lab = root / "statistics_lab" / "lab.py"
    lab.write_text(lab.read_text().replace('"stat"', '"ex1"'))
    ran = run(root, "release", "--check")
    assert ran.returncode == 2 and len(ran.stderr.splitlines()) == 1
    assert "autograder has tasks that begin with ex1-, too: choose another beginning" in ran.stderr


# --- docs/your_own_lab.md -------------------------------------------------------------------------


def test_the_page_builds_a_lab_from_an_empty_folder(tmp_path):
    """Every block of the page goes into the file that the paragraph before it begins with."""
    page = (ROOT / "docs" / "your_own_lab.md").read_text(encoding="utf-8")
    page = page.partition("## Several assignments")[0]
    blocks = re.findall(r"^`([\w/.-]+)`[^\n]*\n(?:[^\n]+\n)*\n```\w+\n(.*?)```", page, re.M | re.S)
    assert len(blocks) == 8
    for name, text in blocks:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in re.search(r"Two empty files, (.*), make", page)[1].split(" and "):
        (tmp_path / name.strip("`")).touch()
    for command in (["release"], ["bank", "bank"], ["example"], ["grade"], ["report"]):
        done(tmp_path, *command)
    assert scores(tmp_path, "orbits1") == {
        "example-complete": 3,
        "example-blank": 0,
        "example-half-right": 3,
    }
