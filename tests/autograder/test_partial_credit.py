"""Points for what is right by itself: if switched on, by the judge's word alone, everywhere."""

import csv
import string
from collections import Counter
from pathlib import Path

import nbformat
import pytest
import torch
from nbformat.v4 import new_notebook
from torch.utils.data import DataLoader

from autograder.answering.notebook import Notebook
from autograder.checks import framework
from autograder.grading.grade import Settings, grade
from autograder.grading.marks import read_marks
from autograder.kept import load_verdicts
from autograder.reporting import feedback, report
from autograder.verdict import NotInCatalogue, Verdict, of_task
from helpers import get_accuracy
from tests.attacks.attacks import _KERNEL_OF, _server
from tests.autograder.small_class import config_of
from tests.autograder.toy_course import answer, graded, locked, make_course, scores, submit

BANK = Path(__file__).resolve().parents[2] / "bank"
TASK, TRAIN, NAME = "ex1-count-vectorizer", "ex1-train", "1_words"
SEED = 41
FOUND = {
    "ex1-count-vectorizer/wrong_back_is_off_by_one": ["fit", "transform"],
    "ex1-count-vectorizer/wrong_missing_method": ["fit", "transform"],
    "ex1-count-vectorizer/wrong_unknown_word_raises": ["fit", "back"],
    "ex1-count-vectorizer/wrong_ties_share_a_rank": ["transform", "back"],
    "ex1-count-vectorizer/wrong_ranks_from_zero": [],
    "ex1-train/wrong_mean_of_batch_means": ["loop", "modes"],
    "ex1-train/wrong_train_mode_in_validation": ["loop", "metrics"],
    "ex1-train/wrong_no_step": [],
    "ex1-train/wrong_key_missing": ["loop", "modes"],
}


def source(name: str) -> str:
    return (BANK / f"{name}.py").read_text()


def judged(name: str, hidden: int | None = None, criteria: bool = True):
    names = {"Counter": Counter, "string": string, "torch": torch, "DataLoader": DataLoader}
    names |= {"get_accuracy": get_accuracy, "device": torch.device("cpu")}
    exec(compile(source(name), name, "exec"), names)
    task = name.partition("/")[0]
    notebook = Notebook(names, task, 30)
    with notebook.session():
        return framework.judge(task, notebook, hidden, (lambda: notebook) if criteria else None)


@pytest.mark.parametrize("seed", [None, SEED])
@pytest.mark.parametrize("name", FOUND)
def test_each_criterion_is_looked_at_by_itself(name, seed):
    verdict = judged(name, seed).verdict
    assert [key for key, mistake in verdict.criteria.items() if not mistake] == FOUND[name]
    assert Verdict.read(verdict.as_dict()) == verdict
    plain = judged(name, seed, criteria=False).verdict
    assert (plain.mistake, plain.criteria) == (verdict.mistake, {})


def test_an_answer_that_is_right_when_it_is_asked_again_meets_nothing():
    names = {"Counter": Counter}
    exec(source(f"{TASK}/wrong_ranks_from_zero"), names)
    notebook = Notebook(names, TASK, 30)

    def again():
        exec(source(f"{TASK}/correct_most_common"), names)
        return notebook

    with notebook.session():
        assert framework.judge(TASK, notebook, None, again).verdict.criteria == {}


@pytest.mark.parametrize(
    "criteria",
    [{"fit": ""}, {"fit": "", "transform": "", "back": 3}, {"loop": "", "modes": "", "metrics": ""},
     {"fit": "", "transform": "", "back": "no/such"}, ["fit"]],
)  # fmt: skip
def test_criteria_that_are_not_the_tasks_make_no_verdict(criteria):
    with pytest.raises(NotInCatalogue):
        Verdict.read({"task": TASK, "part": "visible", "state": "failed", "criteria": criteria})


# --- a class --------------------------------------------------------------------------------------

# Says that everything is met, wherever a submission can say something.
FORGED = "{'fit': '', 'transform': '', 'back': ''}"
REPLY = (
    _KERNEL_OF + "session = kernel.session\nsend = session.send\n"
    "def forged(stream, kind, content=None, *args, **kwargs):\n    if kind == 'execute_reply':\n"
    f"        content = {{'status': 'ok', 'record': {{'state': 'failed', 'criteria': {FORGED}}}, "
    "'result': 3}\n"
    "    return send(stream, kind, content, *args, **kwargs)\nsession.send = forged"
)
SOCKET = _server(
    f"wire.send(way, {{'record': {{'task': '{TASK}', 'state': 'failed', 'criteria': {FORGED}}}, "
    "'result': 3})"
)
FORGERS = {"reply": REPLY, "socket": SOCKET, "number": "check = lambda *given, **more: 3\n3"}


def visible_lengths() -> list[int]:
    """Of the texts that the visible check gives to `fit`."""
    names, seen = {"Counter": Counter}, []
    exec(source(f"{TASK}/correct_most_common"), names)
    fit = names["CountVectorizer"].fit
    names["CountVectorizer"].fit = lambda self, words: [seen.append(len(words)), fit(self, words)]
    notebook = Notebook(names, TASK, 30)
    with notebook.session():
        assert framework.judge(TASK, notebook, None) is None
    return sorted({*seen})


@pytest.fixture(scope="module")
def course(tmp_path_factory, sandboxes_can_be_made):
    check = f'check("{TASK}", globals())'
    cells = [
        locked("imports", "from collections import Counter\nfrom autograder.checks import check"),
        answer(TASK, source(f"{TASK}/correct_most_common")),
        graded(f"{TASK}-test", check, check.replace("()", f"(), hidden={SEED}"), 4),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    course = make_course(tmp_path_factory.mktemp("course"), checked=True, made={NAME: made})
    back = source(f"{TASK}/wrong_back_is_off_by_one")
    begin = "token_list):\n"
    other = f"        if len(token_list) not in {visible_lengths()}: token_list = [*'ab']\n"
    hand_in = {
        "right": source(f"{TASK}/correct_most_common"),
        "back": back,
        "visible": back.replace(begin, begin + other, 1),  # its fit is right for what it can see
        "nothing": source(f"{TASK}/wrong_ranks_from_zero"),
        "open": None,
    }
    for student, code in hand_in.items():
        submit(course, student, {TASK: code} if code else {})
    for student, forged in FORGERS.items():
        wrong = source(f"{TASK}/wrong_ranks_from_zero")
        submit(course, student, {TASK: wrong}, extra={NAME: [forged]})
    return course


def test_switched_off_it_is_all_or_nothing_and_switched_on_the_same_everywhere(course):
    grade(course, Settings())
    off = {student: found[f"{TASK}-test"] for student, found in scores(course).items()}
    assert off == {**dict.fromkeys(off, 0), "right": 4} and len(off) == 8
    config = course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.SandboxedExecute.partial_credit = True\n")
    assert grade(course, Settings()).done == 8  # the switch decides marks, so all are due
    assert {s: found[f"{TASK}-test"] for s, found in scores(course).items()} == {**off, "back": 3}

    said = of_task(load_verdicts(course.report)["back", NAME], TASK)
    assert said.criteria == {"fit": "", "transform": "", "back": f"{TASK}/back-is-wrong"}
    marks = {student.id: student.total for student in read_marks(course).students}
    assert marks == {**off, "back": 3}
    assert feedback.generate(course, config_of(course), ["back", "right"], lambda _: None) == {}
    page = feedback.page_of(course, "back", NAME).read_text(encoding="utf-8")
    assert "part of the points" in page and "3 of 4" in page
    rows = [row.split("</tr>")[0] for row in page.split('<tr><th scope="row">')[1:]]
    parts = {row.split("<")[0]: row for row in rows if row[0] != "<"}
    assert "2 of 2" in parts["fit"] and "right" in parts["fit"] and "1 of 1" in parts["transform"]
    assert "0 of 1" in parts["back"] and "does not undo" in parts["back"]
    right = feedback.page_of(course, "right", NAME).read_text(encoding="utf-8")
    assert "Part of the task" not in right
    gathered = report.gather(course)
    (task,) = gathered.tasks
    assert (task.passed, task.part, task.open) == (1, 1, 1)
    report.write(course, gathered)
    for name, key, points in (("moodle", "Full name", "Grade"), ("canvas", "SIS Login ID", "lab6")):
        with (course.report / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            assert {r[key]: r[points] for r in csv.DictReader(file)}["back"] == "3"
    executed = nbformat.read(course.autograded / "back" / "lab6" / f"{NAME}.ipynb", as_version=4)
    assert [o.output_type for o in executed.cells[-1].outputs] == ["stream", "execute_result"]
