"""Notebook 1 says what is so: its worked examples, and the claims about its stored curves."""

import contextlib
import io
import math
import os
import re
import textwrap
from pathlib import Path

import nbformat
import pytest
import torch

from autograder.authoring.text_notebook import read_text
from autograder.checks import CheckFailed, StillOpen, framework
from autograder.course import find_course
from autograder.verdict import tasks
from helpers import FirstNetwork, load_datasets

ROOT = Path(__file__).resolve().parents[2]
TEXT = ROOT / "solutions" / "text" / "1_imdb_classifier.py"
EXECUTED = ROOT / "solutions" / "lab6" / "1_imdb_classifier.ipynb"
TASKS = {
    "ex1-tokenize": 3,
    "ex1-count-vectorizer": 4,
    "ex1-index-vector": 3,
    "ex1-dataset": 3,
    "ex1-model": 3,
    "ex1-loss-optimizer": 3,
    "ex1-train": 6,
    "ex1-evaluate": 3,
    "ex1-predict": 2,
}
SOLUTION = re.compile(r"( *)### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)


def grade_id(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def text_cells() -> list:
    return read_text(find_course(TEXT.parent), TEXT.stem).cells


def prose() -> str:
    return " ".join(" ".join(c.source for c in text_cells() if c.cell_type == "markdown").split())


@pytest.fixture(scope="module")
def grading():
    """The small sample of the reviews, and pictures that go to memory."""
    import matplotlib
    import matplotlib.pyplot as plt

    backend, before = matplotlib.get_backend(), os.environ.get("NBGRADER_EXECUTION")
    matplotlib.use("Agg")
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    yield
    plt.close("all")
    matplotlib.use(backend)
    os.environ.pop("NBGRADER_EXECUTION")
    if before is not None:
        os.environ["NBGRADER_EXECUTION"] = before


def run(change=lambda source: source) -> tuple[dict, dict[str, BaseException]]:
    """The names after the notebook, and what each cell raised."""
    framework.outcomes.clear()
    names, raised = {"__name__": "__main__"}, {}
    for cell in text_cells():
        if cell.cell_type != "code" or grade_id(cell) == "setup":
            continue
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(change(cell.source), grade_id(cell), "exec"), names)
        except Exception as error:
            raised[grade_id(cell)] = error
    names["plt"].close("all")
    names["outcomes"] = dict(framework.outcomes)
    framework.outcomes.clear()
    return names, raised


@pytest.fixture(scope="module")
def notebook(grading) -> dict:
    names, raised = run()
    assert not raised
    return names


def stored(cell_id: str) -> str:
    """What a cell of the executed notebook printed."""
    cells = nbformat.read(EXECUTED, as_version=4).cells
    cell = next(c for c in cells if grade_id(c) == cell_id)
    return "".join(o.text for o in cell.outputs if o.output_type == "stream")


def test_the_tasks_and_their_points_are_those_of_the_course():
    cells = {grade_id(cell): cell.metadata["nbgrader"] for cell in text_cells() if grade_id(cell)}
    tests = {k.removesuffix("-test"): v["points"] for k, v in cells.items() if v["grade"]}
    assert tests == TASKS and sum(tests.values()) == 30


def test_every_hidden_seed_is_another_number():
    seeds = re.findall(r"hidden=(\d+)", "".join(cell.source for cell in text_cells()))
    assert len(set(seeds)) == len(seeds) == len(TASKS)


def test_the_reference_answers_pass_on_the_grading_sample(notebook):
    assert notebook["outcomes"] == dict.fromkeys(TASKS, "passed")


def test_without_answers_only_the_tasks_stop_the_notebook(grading):
    def blank(source: str) -> str:
        return SOLUTION.sub(r"\1...", HIDDEN.sub("", source))

    names, raised = run(blank)
    assert set(raised) == {f"{g}-test" for g in TASKS}
    assert all(isinstance(error, StillOpen) for error in raised.values())
    assert not [outcome for outcome in names["outcomes"].values() if outcome == "passed"]


@pytest.mark.parametrize("wrong", [g for g in TASKS if g not in ("ex1-model", "ex1-predict")])
def test_one_missing_answer_costs_its_own_points_only(grading, wrong):
    answer = next(c.source for c in text_cells() if grade_id(c) == wrong)
    open_cell = SOLUTION.sub(r"\1...", answer)
    quick = "epochs=1)"  # the curves play no part here
    names, _ = run(lambda s: open_cell if s == answer else s.replace("epochs=20)", quick))
    assert [g for g, outcome in names["outcomes"].items() if outcome != "passed"] == [wrong]


def test_the_worked_examples_are_right(notebook):
    tokens = notebook["tokenize"](["Great film, isn't it?", ""])
    assert tokens == [["Great", "film", "isnt", "it"], []]
    vectorizer = notebook["CountVectorizer"]()
    vectorizer.fit(["film", "the", "plot", "the", "film", "the"])
    assert vectorizer.transform_to_vec(["the", "plot", "actor"]) == [1, 3, None]
    assert notebook["get_index_vector"]((3, 5, 9), size=10) == [0, 0, 0, 1, 0, 1, 0, 0, 0, 1]
    row, label = notebook["IMDBDataset"]([[0, 1, 0], [0, 0, 1]], [1, 0], notebook["device"])[1]
    assert (row.tolist(), label.tolist()) == ([0.0, 0.0, 1.0], 0.0)
    for example in ('[["Great", "film", "isnt", "it"], []]', "`[1, 3, None]`", "`tensor(0.)`"):
        assert example in prose()


def test_the_numbers_in_the_text_are_right(notebook):
    assert math.log(2) == pytest.approx(0.69, abs=0.005)
    assert -math.log(1 - 0.6) == pytest.approx(0.9, abs=0.05)
    assert -math.log(1 - 0.999) == pytest.approx(6.9, abs=0.05)
    parameters = sum(p.numel() for p in notebook["model"].parameters())
    assert 10 <= parameters / 15_000 < 11
    assert 25_000 * 10_000 * 4 == 10**9


def test_the_stored_curves_overfit_as_the_text_says():
    printed = stored("curves")
    assert printed.count("True") == 2 and "False" not in printed
    assert stored("evaluate-run").count("True") == 3
    assert "better than the network of the beginning: False" in stored("evaluate-run")


def test_the_stored_result_that_is_too_good_is_nothing_with_the_true_labels():
    assert "label 1 everywhere: 1.0" in stored("one-class-train")
    assert "below 0.0001: True" in stored("one-class-train")
    assert "with the true labels: 0.50" in stored("one-class-truth")
    assert "{1.0}" in stored("one-class-truth")


def test_the_students_functions_and_the_fast_ones_agree_in_the_stored_notebook():
    assert stored("agree").count("True") == 2


def test_the_sizes_add_up_and_the_classes_are_balanced():
    numbers = [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?= )", stored("reviews"))]
    learn, positive, negative, test, test_positive, test_negative = numbers
    assert learn == positive + negative and positive == negative
    assert test == test_positive + test_negative and test_positive == test_negative
    assert f"{learn:,} are left to learn from" in prose()
    assert f"{test:,} of its {learn + test:,} reviews are set aside" in prose()


def test_the_notebook_leaves_a_cell_for_the_students_own_review():
    own = next(c for c in text_cells() if grade_id(c) == "own-review")
    settings = own.metadata["nbgrader"]
    assert not settings["locked"] and not settings["solution"] and not settings["grade"]


def test_the_network_of_the_first_minutes_beats_both_rules_from_every_start(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    data = load_datasets("packaged", device="cpu")
    for seed in range(5):
        accuracy = FirstNetwork(data, seed=seed).test_accuracy()
        assert 0.872 < accuracy < 0.89, seed  # above the 86 or 87% after 20 epochs
    assert "always positive: 50% right" in stored("first-network")
    assert "your words:      70% right" in stored("first-network")
    assert "far more than a rule of fourteen words" in prose()
    words = next(c.source for c in text_cells() if grade_id(c) == "first-words")
    assert len(re.findall(r'"\w+"', words)) == 14


def test_the_network_of_the_first_minutes_leaves_the_random_numbers_alone(notebook):
    before = torch.get_rng_state()
    FirstNetwork(notebook["data"])
    assert torch.equal(torch.get_rng_state(), before)


def test_every_task_says_how_long_and_how_hard_it_is():
    level = {1: "easy", 2: "medium", 3: "hard"}
    for grade_id_ in TASKS:
        task = tasks()[grade_id_]
        line = f"points) About {task.minutes} minutes · {level[task.difficulty]}"
        assert re.search(rf"### Task {grade_id_} \(\d {re.escape(line)}", prose()), grade_id_
        assert 2 <= len(task.hints) <= 3


@pytest.mark.parametrize("grade_id_", TASKS)
def test_the_example_in_the_last_hint_runs(notebook, grade_id_):
    *_, last = tasks()[grade_id_].hints
    names = {**notebook, "net": torch.nn.Linear(4, 1)}
    exec(textwrap.dedent(last.partition("\n\n")[2]), names)


def test_the_guesses_are_the_students_own_and_give_no_points():
    guesses = {grade_id(c): c for c in text_cells() if grade_id(c).startswith("guess-")}
    assert len(guesses) >= 2
    for name, cell in guesses.items():
        mark = cell.metadata["nbgrader"]
        assert mark["solution"] and not mark["locked"] and not mark["grade"]
        assert cell.source.startswith(f"{name.replace('-', '_')} = None  # ")


def test_a_wrong_answer_is_shown_as_a_message_without_a_traceback(notebook):
    names = {**notebook, "tokenize": str.split}
    with pytest.raises(CheckFailed) as failure:
        framework.check("ex1-tokenize", names)
    assert failure.value._render_traceback_()[0].startswith("✗ ex1-tokenize")
