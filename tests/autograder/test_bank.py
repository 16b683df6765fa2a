"""The bank of answers: what counts as a fault, and what a malformed bank is told."""

import json
import subprocess
import sys

import pytest

from autograder.authoring import bank
from autograder.errors import AutograderError
from tests.patience import PATIENCE

RIGHT = """\
def tokenize(data_list):
    return [[w for w in "".join(c for c in t if c not in string.punctuation).split()]
            for t in data_list]
"""
KEEPS_PUNCTUATION = """\
def tokenize(data_list):
    return [t.split() for t in data_list]
"""


@pytest.fixture
def course(released_course):
    return released_course


def write(folder, **answers):
    task = folder / "ex1-tokenize"
    task.mkdir(parents=True, exist_ok=True)
    for name, source in answers.items():
        (task / f"{name}.py").write_text(source)
    return folder


def run(course, folder):
    answers = bank.read_bank(folder, set(bank.graded_tasks(course)))
    return {v.name: v for v in bank.run_bank(course, answers, seconds=PATIENCE)}


def test_right_and_wrong_answers_are_told_apart(course, tmp_path):
    folder = write(
        tmp_path / "bank",
        correct_join=RIGHT,
        wrong_punctuation="# expect: (?i)punctuation\n" + KEEPS_PUNCTUATION,
        correct_but_wrong=KEEPS_PUNCTUATION,
        wrong_but_right="# expect: anything\n" + RIGHT,
        wrong_unhinted="# expect: momentum\n" + KEEPS_PUNCTUATION,
    )
    found = run(course, folder)
    assert {name: verdict.fault for name, verdict in found.items()} == {
        "correct_join": "",
        "wrong_punctuation": "",
        "correct_but_wrong": "false reject",
        "wrong_but_right": "false accept",
        "wrong_unhinted": "missing hint",
    }
    assert bank.summary(list(found.values())) == (
        "5 answers: 1 false accepts, 1 false rejects, 1 missing hints"
    )


def test_answers_do_not_see_each_other_and_cannot_cheat(course, tmp_path):
    folder = write(
        tmp_path / "bank",
        wrong_a_leaves_a_name="# expect: (?i)punctuation\nleft = 1\n" + KEEPS_PUNCTUATION,
        wrong_b_finds_it="# expect: NameError\nprint(left)\n",
        wrong_exits="# expect: ended the whole process|SystemExit\nimport os; os._exit(0)\n",
        wrong_check="# expect: (?i)punctuation\nimport autograder.checks\n"
        "autograder.checks.check = lambda *a, **k: None\n" + KEEPS_PUNCTUATION,
        wrong_shadow="# expect: (?i)punctuation\ncheck = lambda *a, **k: None\n"
        + KEEPS_PUNCTUATION,
        wrong_forged_result="# expect: (?i)punctuation\n"
        "from autograder.checks import framework\nframework.judge = lambda *a: None\n"
        + KEEPS_PUNCTUATION,
        correct_starts_workers_as_a_kernel_does="import multiprocessing as m\n"
        "assert m.get_start_method() == m.get_all_start_methods()[0]\n" + RIGHT,
    )
    assert {v.name: v.message for v in run(course, folder).values() if v.fault} == {}


def test_an_answer_without_end_is_stopped_and_one_that_only_waits_later(course, tmp_path):
    folder = write(
        tmp_path / "bank",
        wrong_endless="# expect: ran out of time\nwhile True: pass\n",
        wrong_waits="# expect: ran out of time\nimport time\ntime.sleep(600)\n",
        correct_waits="import time\ntime.sleep(1.5)\n" + RIGHT,  # its clock runs, it does not
    )
    answers = bank.read_bank(folder, set(bank.graded_tasks(course)))
    verdicts = list(bank.run_bank(course, answers, seconds=1))
    assert {v.name: v.message for v in verdicts if v.fault} == {} and len(verdicts) == 3


@pytest.mark.parametrize(
    ("file", "source", "says"),
    [
        ("ex1-tokenize/wrong_x.py", "x = 1", "must start with"),
        ("ex1-tokenize/wrong_x.py", "# expect: (\n", "no regular expression"),
        ("ex1-tokenize/answer.py", "x = 1", "must be called"),
        ("ex9-nothing/correct_x.py", "x = 1", "is not the grade id"),
        ("correct_x.py", "x = 1", "move it"),
        ("ex1-tokenize/notes.txt", "x", "holds no answers"),
    ],
)
def test_a_malformed_bank_is_told_what_to_mend(course, tmp_path, file, source, says):
    path = tmp_path / "bank" / file
    path.parent.mkdir(parents=True)
    path.write_text(source)
    with pytest.raises(AutograderError, match=says):
        bank.read_bank(tmp_path / "bank", set(bank.graded_tasks(course)))


def test_the_command_ends_with_the_counts_and_a_telling_exit_code(course, tmp_path):
    folder = write(tmp_path / "bank", correct_join=RIGHT)
    command = [sys.executable, "-m", "autograder", "bank", str(folder)]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    last = done.stdout.splitlines()[-1]
    assert last == "1 answers: 0 false accepts, 0 false rejects, 0 missing hints"
    assert done.returncode == 0

    write(folder, correct_wrong=KEEPS_PUNCTUATION)
    done = subprocess.run([*command, "--json"], cwd=course.root, capture_output=True, text=True)
    details = {item["name"]: item["fault"] for item in json.loads(done.stdout)}
    assert details == {"correct_join": "", "correct_wrong": "false reject"}
    assert done.returncode == 1

    missing = [*command[:-1], str(tmp_path / "nowhere")]
    done = subprocess.run(missing, cwd=course.root, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("error: no bank at")
