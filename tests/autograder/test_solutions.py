"""The file of solutions: none without a date, the date alone before it, all from then on."""

import json
from datetime import datetime, timedelta

import pytest

from autograder.authoring import release
from autograder.authoring.leaks import leaks
from autograder.errors import AutograderError

TODAY = datetime.now()


def released_with(course, date: str) -> dict | None:
    config = course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.Solutions.given_out_from = {date!r}\n")
    release.generate(course)
    path = course.released / "solutions.json"
    return json.loads(path.read_text()) if path.exists() else None


def test_without_a_date_there_are_none(released_course):
    assert released_with(released_course, "") is None


def test_before_the_date_nothing_of_a_solution_is_in_the_file(released_course):
    date = f"{TODAY + timedelta(days=2):%Y-%m-%d}"
    assert released_with(released_course, date) == {"from": date}


def test_from_the_date_on_each_task_with_its_reason(released_course):
    reasons = released_course.root / "solutions" / "reasons.json"
    reasons.write_text('{"ex1-tokenize": "Tables are fast."}')
    found = released_with(released_course, f"{TODAY:%Y-%m-%d}")
    assert found["solutions"]["ex1-tokenize"]["reason"] == "Tables are fast."
    (source,) = [found["solutions"]["ex1-tokenize"]["source"]]
    assert "str.maketrans" in source and "SOLUTION" not in source
    assert release.out_of_date(released_course) == [] == leaks(released_course)


def test_a_date_that_is_none_is_one_line_and_the_release_stays(released_course):
    with pytest.raises(AutograderError, match=r"given_out_from in nbgrader_config.py is no date"):
        released_with(released_course, "next week")
    assert (released_course.released / "1_imdb_classifier.ipynb").exists()
