"""Verdicts are read as hostile, and their sentences come from the tables alone."""

import re
import tomllib
from string import Formatter

import pytest

from autograder import verdict
from autograder.kept import keep, keep_verdicts, load_verdicts
from autograder.lab6 import LAB
from autograder.verdict import NotInCatalogue, Verdict, of_task, render

GOOD = {"task": "ex3-step", "part": "visible", "state": "failed", "mistake": "any/none"}


def test_a_verdict_survives_being_kept(tmp_path):
    said = Verdict("ex3-step", "visible", "failed", "any/fixed-argument", {"name": "lr"}, "c")
    keep_verdicts(tmp_path, "ada", "1_first", [said])
    assert load_verdicts(tmp_path) == {("ada", "1_first"): [said]}
    assert "lr" in said.label


@pytest.mark.parametrize(
    "change",
    [
        {"state": "excellent"},
        {"part": "secret"},
        {"mistake": "<script>"},
        {"mistake": "any/not-in-any-table"},
        {"mistake": "any/fixed-argument", "values": {"name": "see /etc/passwd"}},
        {"mistake": "any/fixed-argument", "values": {"name": 716253}},
        {"mistake": "any/fixed-argument", "values": {"name": "a" * 41}},
        {"mistake": "any/wrong-type", "values": {"what": "two\nlines", "wanted": "x"}},
        {"mistake": "any/wrong-type", "values": {"what": "\x1b[2J", "wanted": "x"}},
        {"mistake": "limit/cell_seconds", "values": {"limit": "60"}},
        {"mistake": "limit/cell_seconds", "values": {"limit": float("inf")}},
        {"mistake": "limit/cell_seconds", "values": {"limit": True}},
        {"part": "hidden", "values": {"what": "x"}},
        {"task": "x" * 201},
        {"task": ["ex3-step"]},
        {"more": 1},
        {"values": [1]},
    ],
)
def test_what_is_no_verdict_is_refused(change):
    Verdict.read(GOOD)
    with pytest.raises(NotInCatalogue):
        Verdict.read({**GOOD, **change})


def test_a_file_that_is_no_verdict_shows_nothing_of_itself(tmp_path):
    keep(tmp_path / "verdicts", "ada", "1", [{**GOOD, "mistake": "716253"}, 5, "x"])
    keep(tmp_path / "verdicts", "bob", "1", {"not": "a list"})
    (tmp_path / "verdicts" / "ada" / "2.json").write_text("{")
    found = load_verdicts(tmp_path)
    assert [v.label for v in found["ada", "1"]] == ["", "", ""]
    assert set(found) == {("ada", "1")}


def test_a_value_that_is_not_given_is_left_open():
    assert render("not {count:d} of {name}", {}) == "not … of …"


def test_a_hidden_verdict_leaves_out_what_needs_a_value():
    hint = Verdict("t", "hidden", "failed", "any/none").hint
    assert hint.startswith("Does every path through your code end with `return`?")
    assert Verdict("t", "hidden", "failed", "any/wrong-type").hint == ""
    for name in verdict.mistakes():
        said = Verdict("t", "hidden", "failed", name)
        assert "…" not in said.hint.replace("(…)", ""), name
        assert not said.label.startswith("…:"), name


def test_what_there_is_to_say_of_a_task():
    passed = Verdict("t", "hidden", "passed")
    stopped = Verdict("t", "cell", "stopped", "limit/memory_mib")
    failed = Verdict("t", "visible", "failed", "any/none")
    assert of_task([stopped, passed], "t") == passed
    assert of_task([stopped, failed], "t") == stopped
    assert of_task([failed, passed], "other") is None


def test_every_row_of_the_tables_can_be_said():
    assert len(verdict.mistakes()) > 300
    for name, (label, hint) in verdict.mistakes().items():
        assert re.fullmatch(r"[\w-]+/[\w-]+", name)
        assert 3 <= len(label) <= 120, name
        for template in (label, hint):
            for _, field, spec, _ in Formatter().parse(template):
                assert field is None or field.isidentifier(), name
                assert not spec or spec == "text" or re.fullmatch(r"\.?\d*[dgfe%]", spec), name
            assert "  " not in template and template == template.strip(), name


def test_every_task_of_the_lab_is_in_the_table():
    assert len(verdict.tasks()) == 34
    for task in verdict.tasks().values():
        assert task.names and task.points > 0 and task.seconds > 0


def test_no_mistake_stands_in_two_tables():
    tables = [tomllib.loads(path.read_text("utf-8")) for path in LAB.tables.glob("*.toml")]
    ids = [f"{name}/{key}" for table in tables for name, rows in table.items() for key in rows]
    assert len(ids) > 100
    assert sorted(ids) == sorted(
        set(ids)
    )  # the second one would silently take the first one's place
