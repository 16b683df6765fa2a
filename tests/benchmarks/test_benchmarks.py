import json
import os
import re
import subprocess
import sys
import tomllib

import numpy as np
import pytest
import torch
from packaging.requirements import Requirement
from rich.console import Console
from torch import nn

from benchmarks import contests, document, gpu, old_lab, report
from benchmarks.__main__ import DOCS
from benchmarks.contender import ContenderFailed, Run, run
from benchmarks.contests import Ratio, Target
from benchmarks.settings import Settings
from helpers import lab_data
from helpers.dataset import ReviewDataset
from helpers.reviews import IMDB, Reviews

TEXT = "the film was Great, not bad! and I'd see it again; don't miss the end..."
WORDS = TEXT.split()


def some_reviews(count, seed):
    random = np.random.RandomState(seed)
    texts = [" ".join(random.choice(WORDS, random.randint(1, 12))) for _ in range(count)]
    return Reviews(texts, random.randint(0, 2, count).tolist())


def test_the_old_lab_s_method_makes_the_same_rows():
    imdb = IMDB(some_reviews(40, 1), some_reviews(15, 2), "made up")
    train, val, test = old_lab.prepare(*imdb.train, *imdb.test, size=12)
    assert (len(train), len(val), len(test)) == (24, 16, 15)
    parts = lab_data.prepare(imdb, size=12)
    ours = [
        ReviewDataset(rows.offsets, rows.columns, labels, size=12)
        for rows, labels in zip(parts.rows, parts.labels, strict=True)
    ]
    assert torch.equal(test.rows, ours[2][:].row)
    assert torch.equal(test.labels, ours[2].labels)

    def pairs(*datasets):  # the two split by different random numbers
        return sorted(
            (*row.tolist(), float(label))
            for rows, labels in datasets
            for row, label in zip(rows, labels, strict=True)
        )

    theirs = pairs((train.rows, train.labels), (val.rows, val.labels))
    assert theirs == pairs(*((dataset[:].row, dataset.labels) for dataset in ours[:2]))


def test_the_old_lab_s_loop_learns():
    torch.manual_seed(0)
    rows = torch.randint(0, 2, (64, 10)).float()
    dataset = old_lab.DenseDataset(rows, rows[:, 0])
    model = old_lab.network(8, size=10)
    optimizer = torch.optim.RMSprop(model.parameters())
    metrics = old_lab.train(model, nn.BCELoss(), optimizer, dataset, dataset, 16, 20)
    assert metrics["train_loss"][-1] < metrics["train_loss"][0] / 2
    assert metrics["val_acc"][-1] > 0.9


def test_ratios_are_taken_within_a_round():
    assert Ratio.of([10.0, 40.0, 9.0], [1.0, 2.0, 3.0]) == Ratio(10.0, 3.0, 20.0)
    assert Ratio.of([10.0], [1.0, 2.0]) == Ratio(10.0, 10.0, 10.0)  # a round that was cut short


@pytest.mark.parametrize(
    "measured, unit, verdict",
    [
        (12, "times", "aim"),
        (10, "times", "aim"),
        (4, "times", "at least"),
        (3.9, "times", "missed"),
    ],
)
def test_more_times_is_better(measured, unit, verdict):
    assert Target("", unit, at_least=4, aim=10).verdict(measured) == verdict


@pytest.mark.parametrize("measured, verdict", [(0.02, "aim"), (0.05, "at least"), (0.2, "missed")])
def test_fewer_seconds_are_better(measured, verdict):
    assert Target("", "s", at_least=0.1, aim=0.03).verdict(measured) == verdict


def made_up_results():
    results = report.Results(Settings("archive", rounds=2), report.this_machine())
    for contest in contests.CONTESTS:
        for place, who in enumerate(contest.contenders):
            details = {"import_seconds": 0.1}
            results.runs[who] = [Run(n + 3.0 * place, 2**30, details) for n in (1, 2)]
    results.notebooks = {"1_imdb_classifier": Run(20, 2**29), "2_regularization": Run(50, 2**30)}
    results.agreement = {"single precision": [1e-7, 2e-7]}
    return results


def test_the_results_are_shown_drawn_and_saved(tmp_path):
    results = made_up_results()
    console = Console(record=True, width=120, file=(tmp_path / "screen").open("w"))
    report.show(results, console)
    text = console.export_text()
    for contest in contests.CONTESTS:
        assert contest.job in text
    for target in contests.TARGETS:
        assert target.what in text
    report.draw(results, tmp_path / "speed.png")
    assert (tmp_path / "speed.png").stat().st_size > 10_000
    results.save(tmp_path / "speed.json")
    saved = json.loads((tmp_path / "speed.json").read_text())
    verdicts = {target["what"]: target["verdict"] for target in saved["targets"]}
    assert verdicts["peak memory of any notebook"] == "aim"
    assert verdicts["all four solution notebooks, start to end"] == "at least"
    second_start = "second start: all data sets and all texts, in a fresh process"
    assert verdicts[second_start] == "missed"
    assert second_start in results.missed()


def test_a_full_run_is_written_between_the_marks_of_the_document(tmp_path):
    page = tmp_path / "speed.md"
    page.write_text(f"above\n{document.BEGIN}\nold\n{document.END}\nbelow\n")
    results = made_up_results()
    for _ in range(2):  # the second time replaces the first
        document.write(results, tmp_path)
        text = page.read_text()
        assert text.startswith("above\n") and text.endswith(f"{document.END}\nbelow\n")
        assert text.count(document.BEGIN) == 1 and "old\n" not in text
    for contest in contests.CONTESTS:
        assert contest.job in text
    for target, measured in results.targets():
        verdict = target.verdict(measured.median)
        assert f"| {document.VERDICTS[verdict]} |" in text
        assert (f"- **{target.what}.** {target.holds}" in text) == (verdict != "aim")
    assert (tmp_path / "speed.png").stat().st_size > 10_000


def test_a_document_without_marks_is_left_alone(tmp_path):
    (tmp_path / "speed.md").write_text("text")
    with pytest.raises(ValueError, match=r"speed\.md needs one line"):
        document.write(made_up_results(), tmp_path)
    assert (tmp_path / "speed.md").read_text() == "text"


def test_the_course_s_own_document_has_the_marks():
    text = (DOCS / "speed.md").read_text()
    assert text.count(document.BEGIN) == text.count(document.END) == 1


def test_everything_that_may_miss_its_aim_can_say_why():
    targets = [*contests.TARGETS, contests.NOTEBOOK_TIME, contests.NOTEBOOK_MEMORY]
    assert all(target.holds for target in targets if target.aim != target.at_least)


def test_a_run_without_rivals_has_no_picture(tmp_path):
    results = report.Results(Settings("archive"), report.this_machine())
    results.runs = {contests.SECOND_START.ours: [Run(0.04, 2**28, {"import_seconds": 0.05})]}
    report.draw(results, tmp_path / "speed.png")
    assert list(tmp_path.iterdir()) == []
    assert [measured.median for _, measured in results.targets()] == [0.04, 0.05]


def test_a_contender_that_fails_says_why():
    with pytest.raises(ContenderFailed, match="nobody"):
        run("nobody", Settings("packaged"), {"PATH": ""})


# --- on a GPU -------------------------------------------------------------------------------------


def test_without_a_gpu_its_script_says_so_at_once(tmp_path):
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "PYTHON": sys.executable}
    run = subprocess.run(
        [gpu.SCRIPT], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stderr == "torch sees no CUDA GPU here\n" and run.stdout == ""


def test_the_wheels_that_the_script_lists_are_those_that_are_declared():
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["grade"]]
    listed = gpu.SCRIPT.read_text().partition("set -euo")[0]
    missing = [text for text in needed if not re.search(rf"\b{Requirement(text).name}\b", listed)]
    assert missing == []


def test_what_it_measures_runs_on_any_device(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")  # the small sample
    gpu.training("cpu", epochs=1)
    assert re.fullmatch(r"original model, 1 epochs: \d+\.\d+ s\n", capsys.readouterr().out)
