"""The reference solutions as a file beside the released notebooks, from a date on.

The date is `c.Solutions.given_out_from` in nbgrader_config.py. Before it the file holds the date
alone, so that `solution(…)` in a notebook can say it; without a date there is no file.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from autograder.authoring.example_class import reference_answers
from autograder.course import CONFIG, Course
from autograder.errors import AutograderError
from autograder.grading.settings import load_config
from autograder.verdict import SOLUTIONS, tasks


def write_solutions(course: Course, folder: Path) -> None:
    """Write the file into a folder of released notebooks, if there is a date.

    Raises AutograderError for a date that cannot be read.
    """
    given = str(load_config(course).Solutions.get("given_out_from", "") or "")
    if not given:
        return
    try:
        start = datetime.fromisoformat(given).astimezone()
    except ValueError:
        raise AutograderError(
            f"c.Solutions.given_out_from in {CONFIG} is no date: {given!r}; write it as 2026-12-15"
        ) from None
    content: dict = {"from": given}
    if datetime.now().astimezone() >= start:
        answers, reasons = reference_answers(course), course.reasons
        content["solutions"] = {
            task.id: {"source": answers[task.id], "reason": reasons.get(task.id, "")}
            for task in tasks().values()
            if task.id in answers
        }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (folder / SOLUTIONS).write_text(text + "\n", encoding="utf-8")
