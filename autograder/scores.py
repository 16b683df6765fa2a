"""The scores of a class as the gradebook has them."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import Gradebook
from rich.markup import escape
from rich.table import Table

from autograder.course import Course
from autograder.flags import printable


@dataclass
class Score:
    """One student: points by notebook (None where nothing was handed in), and what waits."""

    student: str
    points: dict[str, float | None] = field(default_factory=dict)
    waiting: float = 0.0  # points of answers that wait to be graded by hand

    @property
    def total(self) -> float:
        return sum(points or 0.0 for points in self.points.values())


def read_scores(course: Course) -> tuple[dict[str, float], list[Score]]:
    """The most points of each notebook, and the score of every student with a submission."""
    most: dict[str, float] = {}
    scores: dict[str, Score] = {}
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        assignment = gradebook.find_assignment(course.assignment)
        for notebook in sorted(assignment.notebooks, key=lambda n: n.name):
            most[notebook.name] = notebook.max_score
        for submission in gradebook.assignment_submissions(course.assignment):
            score = Score(submission.student_id, dict.fromkeys(most))
            for notebook in submission.notebooks:
                score.points[notebook.name] = notebook.score
                graded = course.autograded / score.student / course.assignment
                if (graded / f"{notebook.name}.ipynb").exists():  # else nothing is there to read
                    score.waiting += sum(
                        grade.max_score for grade in notebook.grades if grade.needs_manual_grade
                    )
            scores[score.student] = score
    return most, sorted(scores.values(), key=lambda s: s.student)


def score_table(most: dict[str, float], scores: list[Score]) -> Table:
    """A row a student, a column a notebook, the total, and the points that wait for a person."""
    table = Table(title="Scores", caption=", ".join(most), caption_justify="left")
    table.add_column("student", no_wrap=True)
    for name, points in most.items():
        number = name.split("_")[
            0
        ]  # narrow, so that all fit on a screen; the caption has the names
        table.add_column(f"{number}\n/ {points:g}", justify="right")
    table.add_column(f"total\n/ {sum(most.values()):g}", justify="right")
    table.add_column("to grade\nby hand", justify="right")
    for score in scores:
        cells = ["—" if points is None else f"{points:g}" for points in score.points.values()]
        table.add_row(
            escape(printable(score.student)), *cells, f"{score.total:g}", f"{score.waiting:g}"
        )
    return table
