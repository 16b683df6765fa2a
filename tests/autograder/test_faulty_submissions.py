"""A class in which everyone but two hands in something broken, each in another way.

What cannot be used costs that student a line, and points only where there is nothing to grade.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from autograder.grading.grade import Settings, grade
from tests.autograder.toy_course import ANSWERS, make_course, scores, submit

pytestmark = pytest.mark.usefixtures("sandboxes_can_be_made")

ROOT = Path(__file__).resolve().parents[2]
FIRST, SECOND = "1_first.ipynb", "2_second.ipynb"
ALL = {"square-test": 3, "double-test": 2, "mean-test": 4, "why": 0}
ONLY_SECOND = {"square-test": 0, "double-test": 0, "mean-test": 4, "why": 0}
NOTHING = dict.fromkeys(ALL, 0)
FEEDBACK = """
from autograder.reporting import feedback
feedback.configure(c, root / "grading")
"""


def latin_1_file(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/l\xf6sung.csv")).write_bytes(b"1")


def latin_1_folder(folder: Path) -> None:
    inner = Path(os.fsdecode(os.fsencode(folder) + b"/\xe4\xf6"))
    inner.mkdir()
    (inner / "a.csv").write_bytes(b"1")


def steering_names(folder: Path) -> None:
    (folder / "two\nlines.csv").write_bytes(b"1")
    (folder / "\x1b[2J[red].csv").write_bytes(b"1")


def no_time(folder: Path) -> None:
    (folder / "timestamp.txt").write_text("the day before\x1b[2J yesterday")


def time_in_bytes(folder: Path) -> None:
    (folder / "timestamp.txt").write_bytes(b"\xff\xfe\x00\xd8")


def time_out_of_range(folder: Path) -> None:
    (folder / "timestamp.txt").write_text("0001-01-01 00:00:00 99999999999999999")


def time_as_folder(folder: Path) -> None:
    (folder / "timestamp.txt").mkdir()


def notebook_as_folder(folder: Path) -> None:
    (folder / FIRST).unlink()
    (folder / FIRST).mkdir()
    (folder / FIRST / "data.txt").write_text("1")


def notebook_as_pipe(folder: Path) -> None:
    (folder / FIRST).unlink()
    os.mkfifo(folder / FIRST)


def notebook_as_loop(folder: Path) -> None:
    (folder / FIRST).unlink()
    (folder / FIRST).symlink_to(folder / FIRST)


def folder_loop(folder: Path) -> None:
    (folder / "again").symlink_to(folder)
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")


def no_folder(folder: Path) -> None:
    remove(folder)
    folder.write_text("I sent it by mail")


def link_to_itself(folder: Path) -> None:
    remove(folder)
    folder.symlink_to(folder)


def remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def deep_folders(folder: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(3000):  # deeper than a path can say and Python can recurse
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def many_files(folder: Path) -> None:
    (folder / "many").mkdir()
    for number in range(500):
        (folder / "many" / f"{number:03}.txt").touch()


def in_a_sub_folder(folder: Path) -> None:
    (folder / "my work").mkdir()
    (folder / FIRST).rename(folder / "my work" / FIRST)


def oddly_named(folder: Path) -> None:
    (folder / FIRST).rename(folder / "1_FIRST (2).IPYNB")
    (folder / SECOND).rename(folder / "2_second.ipynb.")


def lone_surrogates(folder: Path) -> None:
    error = (
        'import sys\nprint("\\udcff \\ud800", file=sys.stderr)\nraise ValueError("\\ud83d half")'
    )
    change(folder, lambda nb: nb.cells.insert(0, new_code_cell(error)))
    change(folder, lambda nb: nb.cells.insert(1, new_code_cell('"\\ud83d"')))


def surrogate_in_a_test(folder: Path) -> None:
    def answer(notebook):
        for cell in notebook.cells:
            if cell.source.startswith("def square"):
                cell.source = 'def square(x):\n    raise ValueError("\\ud83d")'

    change(folder, answer)


def surrogates_in_the_file(folder: Path) -> None:
    def spoil(raw):
        lone = "\ud83d"
        own = {"cell_type": "code", "source": f"#{lone}", "outputs": [lone], "id": lone}
        own["metadata"] = {lone: lone, "nbgrader": {"grade_id": lone, "points": lone, "grade": 1}}
        picture = {"cell_type": "markdown", "source": lone, "metadata": {}}
        picture["attachments"] = {lone: {"image/png": lone, lone: lone}}
        raw["cells"] = [own, picture, lone, *raw["cells"]]
        raw["metadata"][lone] = {"name": lone}

    change_raw(folder, spoil)


def deep_json(folder: Path) -> None:
    (folder / FIRST).write_text("[" * 1_000_000)


def deep_metadata(folder: Path) -> None:
    deep = json.loads('{"a":' * 900 + "1" + "}" * 900)
    change_raw(folder, lambda raw: raw["cells"][0].update(metadata=deep, attachments=deep))


def huge_outputs(folder: Path) -> None:
    def print_a_lot(notebook):
        output = new_output("stream", text='"outputs": [ \\" }' + "x" * 15_000_000)
        next(c for c in notebook.cells if c.cell_type == "code").outputs = [output] * 2

    change(folder, print_a_lot)


def many_cells(folder: Path) -> None:
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}
    change_raw(folder, lambda raw: raw["cells"].extend([cell] * 100_000))


def odd_sources(folder: Path) -> None:
    def spoil(raw):
        for cell in raw["cells"]:
            cell["source"] = [*cell["source"], None, 7, {"a": 1}, []]

    change_raw(folder, spoil)


def odd_metadata(folder: Path) -> None:
    def spoil(raw):
        raw["metadata"] = ["no", "dict"]
        raw["cells"][:0] = [
            {"cell_type": "code", "source": "1", "metadata": 7, "id": 3, "outputs": "none"},
            {"cell_type": ["code"], "source": "1", "metadata": {"nbgrader": []}},
            {"cell_type": "markdown", "source": "x", "attachments": {"a": None, "b": {"c": 1}}},
            {"cell_type": "heading", "level": {}, "source": "x"},
        ]

    change_raw(folder, spoil)


def not_a_number(folder: Path) -> None:
    def spoil(raw):
        for cell in raw["cells"]:
            cell["metadata"].get("nbgrader", {}).update(points=float("nan"), x=float("inf"))

    change_raw(folder, spoil)


def twice_the_same_ids(folder: Path) -> None:
    def spoil(raw):
        for cell in raw["cells"]:
            cell["id"] = "a b" * 100

    change_raw(folder, spoil)


def format_3(folder: Path) -> None:
    def spoil(raw):
        for cell in raw["cells"]:
            if cell["cell_type"] == "code":
                cell["input"] = cell.pop("source")
        raw.update(nbformat=3, worksheets=[{"cells": raw.pop("cells")}, None])

    change_raw(folder, spoil)


def format_99(folder: Path) -> None:
    change_raw(folder, lambda raw: raw.update(nbformat=99, nbformat_minor="x"))


def byte_order_mark(folder: Path) -> None:
    data = (folder / FIRST).read_bytes()
    (folder / FIRST).write_bytes(b"\xef\xbb\xbf" + data)


def utf_16(folder: Path) -> None:
    text = (folder / FIRST).read_text(encoding="utf-8")
    (folder / FIRST).write_bytes(text.encode("utf-16"))


def long_chains(folder: Path) -> None:
    codes = ["x = a" + ".b" * 900 + "()", "(" * 150 + ")" * 150, "1" + "+1" * 700]
    change(folder, lambda nb: nb.cells.extend(new_code_cell(code) for code in codes))


def unchanged(folder: Path) -> None:
    pass


def change(folder: Path, how) -> None:
    notebook = nbformat.read(folder / FIRST, as_version=4)
    how(notebook)
    (folder / FIRST).write_text(json.dumps(notebook), encoding="utf-8")


def change_raw(folder: Path, how) -> None:
    raw = json.loads((folder / FIRST).read_text(encoding="utf-8"))
    how(raw)
    (folder / FIRST).write_text(json.dumps(raw), encoding="utf-8")


# fault -> (points, what the line of the student says; None: there is no need for one)
FAULTS = {
    latin_1_file: (ALL, "l·sung.csv was left out: its name is not UTF-8"),
    latin_1_folder: (ALL, "·· was left out: its name is not UTF-8"),
    steering_names: (ALL, None),
    no_time: (ALL, "timestamp.txt was left out: it says no time"),
    time_in_bytes: (ALL, "timestamp.txt was left out: it says no time"),
    time_out_of_range: (ALL, "timestamp.txt was left out: it says no time"),
    time_as_folder: (ALL, "timestamp.txt was left out: it says no time"),
    notebook_as_folder: (ONLY_SECOND, "1_first.ipynb is a folder"),
    notebook_as_pipe: (ONLY_SECOND, "1_first.ipynb is no file"),
    notebook_as_loop: (ONLY_SECOND, "1_first.ipynb is a link"),
    folder_loop: (ALL, "again was left out: a link"),
    no_folder: (None, "lab6 is no folder"),
    link_to_itself: (None, "lab6 cannot be read"),
    deep_folders: (ALL, "was left out: too deep"),
    many_files: (ALL, "more than 200 files"),
    in_a_sub_folder: (ALL, "1_first was found as my work/1_first.ipynb"),
    oddly_named: (ALL, "1_first was found as 1_FIRST (2).IPYNB"),
    lone_surrogates: (ALL, None),
    surrogate_in_a_test: ({**ALL, "square-test": 0}, None),
    surrogates_in_the_file: (ALL, None),
    deep_json: (ONLY_SECOND, "1_first: nothing could be graded"),
    deep_metadata: (ALL, None),
    huge_outputs: (ALL, None),
    many_cells: (ALL, None),
    odd_sources: (ALL, None),
    odd_metadata: (ALL, None),
    not_a_number: (ALL, None),
    twice_the_same_ids: (ALL, None),
    format_3: (ALL, None),
    format_99: (ALL, None),
    byte_order_mark: (ALL, None),
    utf_16: (ALL, None),
    long_chains: (ALL, None),
}
# The name of a student's folder -> what their line says; None: graded as everyone.
NAMES = {
    "ada": None,  # with nothing wrong, the first and the last
    "zoe": None,
    "-rf": None,
    "[red]": None,
    "[a-z]*": None,
    "{student_id}": None,
    "Zoë Müller": None,
    "two\nlines": "its name cannot be shown",
    "\x1b[2J": "its name cannot be shown",
    os.fsdecode(b"m\xfcller"): "its name cannot be shown",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course, and what grade, grade again, grade --force and report said to the screen."""
    course = make_course(tmp_path_factory.mktemp("faulty") / "toy")
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + FEEDBACK)
    for fault in FAULTS:
        fault(submit(course, fault.__name__, ANSWERS))
    for name in NAMES:
        submit(course, name, ANSWERS)
    runs = [
        run(course, command) for command in (["grade"], ["grade"], ["grade", "--force"], ["report"])
    ]
    yield course, runs
    subprocess.run(["rm", "-rf", course.submitted / "deep_folders"], check=True)


def run(course, command: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "autograder", *command],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "300"},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


class TestAClassOfFaults:
    def test_every_run_ends_as_it_should(self, graded):
        _, runs = graded
        for done in runs:
            assert "Traceback" not in done.stdout + done.stderr, done.stderr
            assert "\x1b" not in done.stdout + done.stderr
        assert [done.returncode for done in runs] == [1, 1, 1, 0], [d.stderr for d in runs]
        failed = sum(given is None for given, _ in FAULTS.values()) + sum(map(bool, NAMES.values()))
        due = len(FAULTS) + len(NAMES) - failed
        for done, counts in zip(runs, ((due, 0), (0, due), (due, 0)), strict=False):
            assert f"{counts[0]} graded in" in done.stdout
            assert f"{counts[1]} graded before" in done.stdout
            assert f"{failed} failed" in done.stdout

    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
    def test_a_fault_costs_a_line_and_no_more_points_than_it_must(self, graded, fault):
        course, runs = graded
        points, line = FAULTS[fault]
        assert scores(course).get(fault.__name__) == points
        for done in runs[:3]:
            lines = [x for x in done.stdout.splitlines() if x.startswith(f"  {fault.__name__}: ")]
            assert bool(lines) == bool(line), lines
            assert not line or any(line in said for said in lines), lines

    @pytest.mark.parametrize("name", NAMES, ids=ascii)
    def test_a_student_may_have_any_name_that_can_be_shown(self, graded, name):
        course, runs = graded
        assert scores(course).get(name) == (None if NAMES[name] else ALL)
        shown = "".join(c if c.isprintable() else "·" for c in name)
        for done in runs[:3]:
            assert not NAMES[name] or f"  {shown}: {NAMES[name]}" in done.stdout

    def test_everyone_who_was_graded_has_a_page_for_each_notebook(self, graded):
        course, _ = graded
        for student, given in scores(course).items():
            pages = {p.name for p in (course.feedback / student / "lab6").iterdir()}
            assert pages == {"1_first.html", "2_second.html"}, student
            assert given
        page = course.feedback / "notebook_as_folder" / "lab6" / "1_first.html"
        assert "1_first.ipynb is a folder" in page.read_text(encoding="utf-8")

    def test_the_report_names_those_who_could_not_be_graded(self, graded):
        course, _ = graded
        report = (course.report / "index.html").read_text(encoding="utf-8")
        assert "not graded yet" in report
        for name in ("no_folder", "link_to_itself"):
            assert name in report.split("not graded yet")[1].split("</p>")[0]


def test_what_the_machine_does_not_let_be_read_is_no_mark(tmp_path, monkeypatch):
    """A lack of permission is the instructor's to put right: it is tried again at the next run."""
    course = make_course(tmp_path / "toy")
    locked = submit(course, "ada", ANSWERS) / FIRST
    data = submit(course, "bob", ANSWERS, files={"data.csv": b"1"}) / "data.csv"
    submit(course, "cleo", ANSWERS)
    refused, before = {str(locked), str(data)}, os.open

    def refusing(path, *args, **kwargs):
        if str(path) in refused:
            raise PermissionError(13, "Permission denied", str(path))
        return before(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refusing)
    for _ in range(2):
        progress = grade(course, Settings(jobs=1))
        assert progress.failed == {"ada": "1_first.ipynb cannot be read: Permission denied"}
        assert progress.notes["bob"] == ["data.csv was left out: Permission denied"]
        unread = {**ALL, "square-test": None, "double-test": None}
        assert scores(course) == {"ada": unread, "bob": ALL, "cleo": ALL}
    refused.clear()
    assert grade(course, Settings(jobs=1)).failed == {}
    assert scores(course)["ada"] == ALL
    refused.add(str(locked))
    progress = grade(course, Settings(jobs=1, force=True))
    assert list(progress.failed) == ["ada"]
    assert scores(course)["ada"] == ALL  # as it was graded before


def test_a_file_may_become_a_folder_of_the_same_name(tmp_path):
    course = make_course(tmp_path / "toy")
    folder = submit(course, "ada", ANSWERS, files={"data": b"1", "more/x.csv": b"1"})
    assert grade(course, Settings(jobs=1)).failed == {}
    (folder / "data").unlink()
    (folder / "more" / "x.csv").unlink()
    (folder / "more").rmdir()
    submit(course, "ada", ANSWERS, files={"data/x.csv": b"1", "more": b"1"})
    assert grade(course, Settings(jobs=1)).failed == {}
