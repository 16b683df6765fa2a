"""The log of checks that a student agrees to keep, and what the report makes of many."""

import json
import re
from datetime import UTC, datetime, timedelta

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder import check_log
from autograder.check_log import MAX_MISTAKES, TaskLog, add, read_lines
from autograder.course import Course
from autograder.reporting import report
from autograder.reporting.stuck import StuckLine, read_logs
from autograder.setup_cell import SETUP, without_address
from autograder.verdict import Verdict, mistakes
from tests.autograder.checks.test_framework import ASKED, WRONG, in_a_kernel
from tests.autograder.small_class import grade, new_course
from tests.autograder.small_lab import FIRST, answered

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
TASK, NOTEBOOK = "ex1-train", "1_imdb_classifier"
SEEN = "2 × loop/no-step since 2026-11-27 12:00"
RIGHT = "def alpha_next(alpha, lr, eigenvalue):\n    return (1 - lr * eigenvalue) * alpha"


def failed(mistake: str) -> Verdict:
    return Verdict(TASK, "visible", "failed", mistake)


@pytest.fixture
def at_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_log_counts_until_it_passes_and_outlives_the_kernel(at_home):
    minutes = (NOON + timedelta(minutes=n) for n in range(9))
    for said in ("loop/no-step", "loop/no-step", "loop/clipped"):
        add(TASK, failed(said), next(minutes))
    add("ex1-tokenize", Verdict("ex1-tokenize", "visible", "open", "any/open"), next(minutes))
    line = add(TASK, None, next(minutes))
    assert add(TASK, failed("loop/no-step"), next(minutes)) == line
    assert line == (
        "  log of ex1-train: 2 × loop/no-step since 2026-11-27 12:00; "
        "1 × loop/clipped since 2026-11-27 12:02; passed 2026-11-27 12:04 (UTC)\n"
    )
    ((task, log),) = read_lines(f"✓ {TASK}: passed\n{line}")
    assert (task, log.tries, f"{log.line(TASK)}\n") == (TASK, 4, line)
    assert "ex1-tokenize" not in (at_home / check_log.FILE).read_text()


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script>",
        "2 × loop/<b> since 2026-11-27 12:00",
        "2 × loop/of-my-own since 2026-11-27 12:00",
        "0 × loop/no-step since 2026-11-27 12:00",
        "1000 × loop/no-step since 2026-11-27 12:00",
        "2 × loop/no-step since 2026-02-30 12:00",
        f"{SEEN}; {SEEN}",
        f"{SEEN}; passed 2026-11-27 11:59",
        f"passed 2026-11-27 12:00; {SEEN}",
        "; ".join(f"1 × {m} since 2026-11-27 12:00" for m in [*mistakes()][: MAX_MISTAKES + 1]),
    ],
)
def test_a_line_of_any_other_form_is_no_log(said):
    assert not [*read_lines(f"  log of {TASK}: {said} (UTC)")]
    assert [*read_lines(f"  log of {TASK}: {SEEN} (UTC)")]


def test_a_log_is_bounded():
    log = TaskLog()
    for mistake in [*mistakes()][: 2 * MAX_MISTAKES]:
        for _ in range(1_100):
            log.add(failed(mistake), NOON)
    assert len(log.seen) == MAX_MISTAKES and dict(read_lines(log.line(TASK))) == {TASK: log}


@pytest.mark.parametrize("damage", ["", "{", "[" * 100_000, '{"a": 1}', "[1]", '["  log of x"]'])
def test_a_damaged_file_begins_anew(at_home, damage):
    (at_home / check_log.FILE).write_text(damage)
    assert add(TASK, None, NOON) == "  log of ex1-train: passed 2026-11-27 12:00 (UTC)\n"


def test_a_notebook_keeps_a_log_only_where_it_is_told_to(at_home):
    said = in_a_kernel(WRONG, ASKED)
    assert "log of" not in said and not (at_home / check_log.FILE).exists()
    cells = ("keep_log = True", WRONG, ASKED, "def alpha_next(a, b, c): ...", ASKED, RIGHT, ASKED)
    first, *_, last = read_lines(in_a_kernel(*cells))
    assert first[1].tries == 1 and first[1].passed is None
    assert last[1].tries == 2 and last[1].passed  # an open task is no try
    (at_home / check_log.FILE).unlink()
    strict = in_a_kernel("keep_log = True", RIGHT, ASKED, NBGRADER_EXECUTION="autograde")
    assert "passed" in strict and "log of" not in strict


def test_the_switch_is_off_and_no_edit_of_the_first_cell():
    assert "\nkeep_log = False" in SETUP
    on = SETUP.replace("keep_log = False", "keep_log = True")
    assert on != SETUP and without_address(on) == without_address(SETUP)


def hand_in(course: Course, student: str, *texts: str, name: str = NOTEBOOK) -> None:
    cells = [new_code_cell(outputs=[new_output("stream", text=text)]) for text in texts]
    path = course.submitted / student / course.assignment / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)


@pytest.fixture
def course(tmp_path):
    """Seven logs of a task, one of another, and what is no log."""
    course = new_course(tmp_path)
    course.text.mkdir(parents=True, exist_ok=True)
    for name in (NOTEBOOK, FIRST):
        (course.text / f"{name}.py").touch()
    for number in range(6):
        count = f"{number + 1} × loop/no-step since 2026-11-27 12:00"
        log = f"  log of {TASK}: {count}; passed 2026-11-27 12:{10 * number + 5:02} (UTC)\n"
        older = f"  log of {TASK}: 1 × loop/clipped since 2026-11-27 12:00 (UTC)\n"
        hand_in(course, f"s{number}", f"✓ {TASK}: passed\n{log}", older if number else "")
    hand_in(course, "s6", f"  log of {TASK}: 1 × loop/clipped since 2026-11-27 12:00 (UTC)\n")
    hand_in(course, "s7", "  log of ex1-model: passed 2026-11-27 12:00 (UTC)\n")
    hand_in(course, "s8", f"  log of {TASK}: passed 2026-11-27 12:00 (UTC)\n", name=FIRST)
    hand_in(course, "s9", f"  log of {TASK}: <b>me</b> (UTC)\n")
    for number, data in enumerate(("[" * 99_999, '{"cells": [[]]}', '{"cells": 3}', "\x00")):
        path = course.submitted / f"x{number}" / course.assignment / f"{NOTEBOOK}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(f"{data}  log of ")
        text = {"cells": [{"outputs": [{"text": 5}]}], "x": "  log of "}
        path.with_name("odd").write_text(json.dumps(text))
    return course


def test_the_logs_of_a_class_say_what_takes_longest(course):
    train, model = sorted(read_logs(course), key=lambda line: -len(line.logs))
    assert (train.task, train.notebook, len(train.logs)) == (TASK, NOTEBOOK, 7)
    assert train.tries == 4.5 and train.never == pytest.approx(100 / 7)
    ((label, took, count),) = train.slowest
    assert (took, count) == ("30 min", 6) and label == failed("loop/no-step").label
    assert (model.task, model.tries, model.never, model.slowest) == ("ex1-model", None, None, [])


def test_of_five_logs_with_few_passes_no_single_one_is_shown():
    log = TaskLog({"loop/no-step": (3, NOON)})
    line = StuckLine(TASK, NOTEBOOK, [log] * 4 + [TaskLog(log.seen, NOON)])
    assert (line.tries, line.never, line.slowest) == (None, 80, [])


def test_the_report_shows_them_and_without_logs_nothing_of_it(course):
    grade(course, "s0", answered(FIRST), FIRST)
    page = report.write(course, report.gather(course)).read_text(encoding="utf-8")
    table = re.search(r'<section id="stuck".*?</section>', page, re.DOTALL)[0]
    assert ">4.5<" in table and "30 min" in table and "too few" in table and "<b>" not in table
    for path in course.submitted.rglob("*.ipynb"):
        path.unlink()
    assert "stuck" not in report.write(course, report.gather(course)).read_text(encoding="utf-8")
