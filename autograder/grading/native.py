"""The sandbox as a preprocessor of nbgrader, so that every nbgrader command runs through it.

`nbgrader_config.py` names `AUTOGRADE_PREPROCESSORS`: nbgrader's own list with `SandboxedExecute` in
the place of `Execute`. `nbgrader autograde`, the formgrader and `autograder grade` then run the
same code in the same sandbox and give the same grades.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
)
from traitlets import Bool, Dict, Enum, List, Unicode

from autograder import labs
from autograder.cells import STUDENT_ID
from autograder.grading import flags
from autograder.grading.whose_numbers import own_ids, typed_id, whose_numbers
from autograder.intake.groups import groups_of_all
from autograder.intake.submission_folder import read_folder
from autograder.kept import keep_verdicts
from autograder.running.job import Job, Outcome
from autograder.running.sandbox import Limits
from autograder.running.worker import run_notebook


class SandboxedExecute(Execute):
    """Runs a notebook in the sandbox instead of in a kernel with the grader's rights."""

    limits = Dict(help="Limits of the sandbox that differ from their defaults.").tag(config=True)
    sandbox = Enum(["bwrap", "none"], "bwrap", help="How submissions are kept in.").tag(config=True)
    demos = Bool(
        False, help="Also run the cells that only show something; no score depends on them."
    ).tag(config=True)
    pictures = Bool(
        False, help="Draw the plots of submissions: half of the time of a notebook full of them."
    ).tag(config=True)
    partial_credit = Bool(
        False, help="Give points for what is right by itself, in tasks that have criteria."
    ).tag(config=True)
    imports: List = List(
        allow_none=True,
        help="Modules to have ready in the sandbox; if none, those that the lab's notebooks use.",
    ).tag(config=True)
    variants = Bool(False, help="Numbers of notebooks follow from the student's id.").tag(
        config=True
    )
    report_folder = Unicode("", help="Where to keep verdicts and flags for the report.").tag(
        config=True
    )

    flags_raised = 0  # by the last notebook

    def preprocess(self, nb: NotebookNode, resources: dict, km=None) -> tuple[NotebookNode, dict]:
        folder = Path(resources.get("metadata", {}).get("path") or ".")
        student = resources.get("nbgrader", {}).get("student", "")
        job = self.job(nbformat.writes(nb).encode(), folder, student)
        return self.take(nb, resources, self.execute_job(job, resources))

    def job(self, notebook: bytes, folder: Path, student: str = "") -> Job:
        """A notebook of a student ("": a solution), the files beside it, and how to run them."""
        nb = nbformat.reads(notebook.decode(), as_version=4) if self.variants else NotebookNode()
        return Job(
            notebook,
            submitted_files(folder),
            Limits().changed(**self.limits),
            self.sandbox,
            demos=self.demos,
            pictures=self.pictures,
            imports=tuple(self.imports or ()) or None,  # the default of a List is never None
            partial_credit=self.partial_credit,
            lab=labs.at_work(),
            student=self._whose(typed_id(nb), student) if self.variants else None,
        )

    def decides(self, student: str) -> str:
        """What says whose numbers a hand-in has, besides itself; "" without variants."""
        return repr(sorted(own_ids(student, self._groups()))) if self.variants else ""

    def _whose(self, typed: str, student: str) -> str:
        return whose_numbers(typed, student, self._groups() if student else {})

    def _groups(self) -> dict[str, str]:
        return groups_of_all(Path(self.report_folder).parent)

    def execute_job(self, job: Job, resources: dict) -> Outcome:
        """The outcome of a job: here and now."""
        return run_notebook(job)

    def take(self, nb: NotebookNode, resources: dict, outcome: Outcome):
        """Copy the outputs, and nothing else, from the executed notebook; keep the flags."""
        executed = nbformat.reads(outcome.notebook.decode(), as_version=4)
        for cell, ran in zip(nb.cells, executed.cells, strict=True):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
        names = resources.get("nbgrader", {})
        folder = Path(resources.get("metadata", {}).get("path") or ".")
        found = all_flags(nb, submitted_files(folder))
        typed = typed_id(nb) if self.variants else ""
        if typed and self._whose(typed, names.get("student", "")) != typed:
            what = f"graded with the numbers of {names['student']}, and not of the id typed here"
            found.insert(0, flags.Flag(STUDENT_ID, 0, typed, what))
        self.flags_raised = len(found)
        if self.report_folder and names:
            report, whose = Path(self.report_folder), (names["student"], names["notebook"])
            flags.save_flags(report / "flags", *whose, found)
            keep_verdicts(report, *whose, outcome.verdicts)
        return nb, resources


AUTOGRADE_PREPROCESSORS = [
    SandboxedExecute,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]


def all_flags(notebook: NotebookNode, files: Mapping[str, bytes]) -> list[flags.Flag]:
    """What is odd in the code of a notebook and in that of the modules beside it."""
    return [*flags.look_at(notebook), *flags.look_at_modules(notebook, files)]


def submitted_files(folder: Path) -> dict[str, bytes]:
    """The files beside the notebooks, by relative name: what the notebook may read."""
    found = {}
    for inside, path in read_folder(folder).files.items():
        with contextlib.suppress(OSError):
            found[inside] = path.read_bytes()
    return found
