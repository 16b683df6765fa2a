"""A submission that an editor or its author mangled is put back on the release's structure."""

import copy
import json
import random
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import CheckCellMetadata

from autograder.course import Course
from autograder.mending.cell_text import defined, names_of, parsed
from autograder.mending.repair import load_notes, repair_notebook, save_notes
from autograder.mending.submitted_notebook import plain_name, read_submitted, which_notebook
from autograder.setup_cell import stamp
from tests.autograder.small_lab import ANSWERS, FIRST, SECOND, answered, as_bytes, cell_of, releases

RELEASES = releases()
RELEASE = RELEASES[FIRST]


def repaired(notebook, release=RELEASE):
    """The result of a repair, after checking what must hold for every result."""
    data = notebook if isinstance(notebook, bytes | None) else as_bytes(notebook)
    result = repair_notebook(data, release)
    nbformat.validate(result.notebook)
    CheckCellMetadata().preprocess(result.notebook, {})
    marked = [c for c in result.notebook.cells if "nbgrader" in c.metadata]
    wanted = [c for c in release.cells if "nbgrader" in c.metadata]
    assert [c.metadata for c in marked] == [c.metadata for c in wanted]
    assert [c.cell_type for c in marked] == [c.cell_type for c in wanted]
    for mine, given in zip(marked, wanted, strict=True):
        if not given.metadata.nbgrader.solution:
            assert mine.source == given.source
    return result


def ids(notebook):
    return [cell.id for cell in notebook.cells]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def kinds(result):
    return {change.kind for change in result.changes}


def assert_answers_are_back(result, *grade_ids):
    for grade_id in grade_ids or ("ex1-double", "ex1-shout"):
        assert cell_of(result.notebook, grade_id).source == ANSWERS[grade_id]


def test_an_intact_submission_is_left_as_it_is():
    submission = answered(FIRST)
    result = repaired(submission)
    assert sources(result.notebook) == sources(submission)
    assert ids(result.notebook) == ids(submission)
    assert result.lines() == []


def test_own_cells_stay_where_the_student_put_them_and_are_no_change():
    submission = answered(FIRST)
    submission.cells.insert(3, nbformat.v4.new_code_cell("factor = 2"))
    submission.cells.insert(0, nbformat.v4.new_markdown_cell("By Ada"))
    submission.cells.append(nbformat.v4.new_code_cell("double(5)"))
    result = repaired(submission)
    assert sources(result.notebook) == sources(submission)
    assert result.lines() == []


def test_deleted_test_cells_and_given_cells_come_back():
    submission = answered(FIRST)
    gone = ("ex1-double-test", "look", "prose-3", "imports")
    submission.cells = [cell for cell in submission.cells if cell.id not in gone]
    result = repaired(submission)
    assert ids(result.notebook) == ids(RELEASE)
    assert [c.kind for c in result.changes] == ["restored"] * 4
    assert_answers_are_back(result)


def test_a_deleted_answer_is_an_open_task_again():
    submission = answered(FIRST)
    submission.cells = [cell for cell in submission.cells if cell.id != "ex1-shout"]
    result = repaired(submission)
    assert cell_of(result.notebook, "ex1-shout").source == cell_of(RELEASE, "ex1-shout").source
    assert "ex1-shout: was missing; put back as an open task" in result.lines()


def test_cells_turned_into_markdown_are_code_again():
    submission = answered(FIRST)
    for grade_id in ("ex1-double", "ex1-shout-test"):
        cell = cell_of(submission, grade_id)
        cell.cell_type = "markdown"
        del cell["outputs"], cell["execution_count"]
    cell_of(submission, "ex1-double").source = f"```python\n{ANSWERS['ex1-double']}\n```"
    result = repaired(submission)
    assert_answers_are_back(result)
    assert kinds(result) == {"retyped"}


def test_moved_cells_go_back_and_only_they_are_named():
    submission = answered(FIRST)
    submission.cells.append(submission.cells.pop(3))
    result = repaired(submission)
    assert ids(result.notebook) == ids(RELEASE)
    assert [str(c) for c in result.changes] == ["ex1-double: had been moved; put back in its place"]


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_cells_go_back(seed):
    submission = answered(FIRST)
    random.Random(seed).shuffle(submission.cells)
    result = repaired(submission)
    assert ids(result.notebook) == ids(RELEASE)
    assert_answers_are_back(result)


def test_all_metadata_and_ids_stripped():
    submission = answered(FIRST)
    submission.nbformat_minor = 2
    submission.metadata = {}
    for cell in submission.cells:
        cell.metadata = {}
        del cell["id"]
    result = repaired(submission)
    assert_answers_are_back(result)
    assert ids(result.notebook) == ids(RELEASE)
    assert len(result.changes) == 1 and "had lost nbgrader's mark" in str(result.changes[0])


def test_one_answer_stripped_between_its_neighbours():
    submission = answered(FIRST, ex1_double="def double(number):\n    return number + number")
    cell_of(submission, "ex1-double").metadata = {}
    result = repaired(submission)
    assert "number + number" in cell_of(result.notebook, "ex1-double").source
    assert kinds(result) == {"matched"}


def test_stripped_answers_without_any_tests_are_told_apart_by_their_order():
    submission = answered(FIRST)
    submission.cells = [c for c in submission.cells if not c.id.endswith("-test")]
    for cell in submission.cells:
        cell.metadata = {}
    result = repaired(submission)
    assert_answers_are_back(result)


@pytest.fixture
def named(monkeypatch):
    """The tasks of the small lab ask for names, as those of the real one do."""
    names = {"ex1-double": ("double",), "ex1-shout": ("shout",), "ex2-slope": ("slope",)}
    for module in ("cell_matching", "merged_answers", "repair"):
        monkeypatch.setattr(
            f"autograder.mending.{module}.names_of", lambda task: names.get(task, ())
        )


def test_stripped_answers_are_told_apart_by_the_names_their_tasks_define(named):
    submission = answered(FIRST)
    cells = [cell_of(submission, "ex1-shout"), cell_of(submission, "ex1-double")]
    for cell in cells:
        cell.metadata = {}
    submission.cells = cells
    assert_answers_are_back(repaired(submission))


@pytest.mark.parametrize("sign", "\u2028\u2029\x85\x0b\x1c")
def test_a_sign_in_a_text_that_ends_no_line_of_python_breaks_no_cell(sign):
    source = f'%matplotlib inline\nwords = "one{sign}two"\r\nother = 1\rlast = 2'
    assert defined(source) == {"words", "other", "last"}
    assert [statement.lineno for statement in parsed(source).body] == [2, 3, 4]


def test_an_answer_split_in_two_halves_is_joined():
    submission = answered(FIRST)
    cell = cell_of(submission, "ex1-double")
    second = copy.deepcopy(cell)
    cell.source, second.source = cell.source.split("\n", 1)
    second.id = "second"
    submission.cells.insert(4, second)
    result = repaired(submission)
    assert_answers_are_back(result)
    assert kinds(result) == {"joined"}


def test_a_stripped_answer_split_in_two_halves_is_joined():
    submission = answered(FIRST)
    cell = cell_of(submission, "ex1-double")
    first, second = cell.source.split("\n", 1)
    cell.metadata = {}
    cell.source = first
    submission.cells.insert(4, nbformat.v4.new_code_cell(second))
    assert_answers_are_back(repaired(submission))


def test_two_attempts_run_in_order_and_the_last_counts():
    submission = answered(FIRST)
    wrong = copy.deepcopy(cell_of(submission, "ex1-double"))
    wrong.source, wrong.id = "def double(x):\n    return x", "wrong"
    submission.cells.insert(3, wrong)
    result = repaired(submission)
    assert_answers_are_back(result)
    texts = sources(result.notebook)
    assert texts.index(wrong.source) == texts.index(ANSWERS["ex1-double"]) - 1


def test_an_experiment_below_the_test_does_not_replace_the_answer():
    submission = answered(FIRST)
    later = copy.deepcopy(cell_of(submission, "ex1-double"))
    later.source, later.id = "def double(x):\n    return 'what if'", "later"
    submission.cells.append(later)
    result = repaired(submission)
    assert_answers_are_back(result)
    assert result.notebook.cells[-1].source == later.source
    assert [left.reason for left in result.unmatched] == [
        "a second cell with the grade id ex1-double"
    ]


def former(grade_id):
    """What a release gave in place of an answer when stubs still raised an error."""
    return (
        "raise NotImplementedError(\n"
        f'    "Task {grade_id} is still open: replace these lines with your answer."\n)'
    )


def test_a_stub_of_a_former_release_is_an_open_task():
    submission = answered(FIRST, ex1_double=former("ex1-double"))
    result = repaired(submission)
    assert result.lines() == []
    assert cell_of(result.notebook, "ex1-double").source == cell_of(RELEASE, "ex1-double").source


def test_a_stub_of_a_former_release_gives_way_to_the_answer_beside_it():
    submission = answered(FIRST)
    stub = copy.deepcopy(cell_of(RELEASE, "ex1-double"))
    stub.source = former("ex1-double")
    submission.cells.insert(3, stub)
    result = repaired(submission)
    assert_answers_are_back(result)
    assert kinds(result) == {"duplicate"}


def test_the_stub_and_a_copy_of_the_test_cell_are_left_out_beside_the_answer():
    submission = answered(FIRST)
    submission.cells.insert(3, copy.deepcopy(cell_of(RELEASE, "ex1-double")))
    submission.cells.append(copy.deepcopy(cell_of(RELEASE, "ex1-double-test")))
    result = repaired(submission)
    assert ids(result.notebook) == ids(RELEASE)
    assert_answers_are_back(result)
    assert kinds(result) == {"duplicate"}


def test_test_cells_are_the_releases_whatever_the_file_claims():
    submission = answered(FIRST)
    test = cell_of(submission, "ex1-double-test")
    test.source = "pass"
    test.metadata.nbgrader.update(points=100, locked=False, solution=True)
    fake = copy.deepcopy(test)
    fake.id = "fake"
    submission.cells.insert(0, fake)
    result = repaired(submission)
    assert sum("points" in c.metadata.get("nbgrader", {}) for c in result.notebook.cells) == 2
    assert {"edited", "metadata"} <= kinds(result)
    assert any("`points` had been changed from 3 to 100" in line for line in result.lines())


def test_lines_added_to_a_test_cell_are_shown_but_do_not_run():
    submission = answered(FIRST)
    test = cell_of(submission, "ex1-double-test")
    test.source = test.source.replace("assert", "print('mine')\nassert")
    result = repaired(submission)
    (cell,) = [c for c in result.notebook.cells if "print('mine')" in c.source]
    assert cell.cell_type == "markdown"
    assert result.unmatched[0].text == "print('mine')"


def test_an_import_added_to_a_locked_cell_still_runs():
    submission = answered(FIRST)
    cell_of(
        submission, "imports"
    ).source = "import re\nimport math\nfrom collections import Counter"
    result = repaired(submission)
    assert result.notebook.cells[1].source == "import math"
    after = "\n".join(c.source for c in result.notebook.cells[2:4] if c.cell_type == "code")
    assert "import re" in after and "from collections import Counter" in after


def test_an_answer_written_into_the_test_cell_counts():
    submission = answered(FIRST)
    cell_of(submission, "ex1-double").source = cell_of(RELEASE, "ex1-double").source
    cell_of(submission, "ex1-double-test").source = ANSWERS["ex1-double"]
    texts = sources(repaired(submission).notebook)
    stub = cell_of(RELEASE, "ex1-double").source
    assert texts[3:6] == [stub, ANSWERS["ex1-double"], cell_of(RELEASE, "ex1-double-test").source]


def test_merged_cells_are_cut_apart():
    submission = answered(FIRST)
    answer, test = cell_of(submission, "ex1-double"), cell_of(submission, "ex1-double-test")
    answer.source += "\n" + test.source
    submission.cells.remove(test)
    result = repaired(submission)
    assert_answers_are_back(result)
    assert ids(result.notebook) == ids(RELEASE)


def test_a_written_answer_below_the_open_one_is_joined_to_it():
    release = RELEASES[SECOND]
    submission = answered(SECOND)
    cell_of(submission, "ex2-proof").source = cell_of(release, "ex2-proof").source
    submission.cells.insert(4, nbformat.v4.new_markdown_cell("My proof."))
    result = repaired(submission, release)
    assert cell_of(result.notebook, "ex2-proof").source == "My proof."


def test_a_pasted_picture_stays_and_other_attachments_go():
    release = RELEASES[SECOND]
    submission = answered(SECOND)
    cell_of(submission, "ex2-proof")["attachments"] = {
        "proof.png": {"image/png": "iVBORw0KGgo="},
        "evil.html": {"text/html": "<script>alert(1)</script>"},
    }
    result = repaired(submission, release)
    assert cell_of(result.notebook, "ex2-proof").attachments == {
        "proof.png": {"image/png": "iVBORw0KGgo="}
    }


def test_an_unknown_grade_id_is_kept_as_a_plain_cell_and_named():
    submission = answered(FIRST)
    stranger = copy.deepcopy(cell_of(submission, "ex1-double"))
    stranger.source, stranger.id = "strange = 1", "stranger"
    stranger.metadata.nbgrader.grade_id = "ex9-other"
    submission.cells.insert(5, stranger)
    result = repaired(submission)
    assert result.notebook.cells[5].source == "strange = 1"
    assert "ex9-other" in result.unmatched[0].reason


def colab(notebook):
    """The form in which Colab saves: no cell ids, its own metadata, sources as lists of lines."""
    document = json.loads(as_bytes(notebook))
    document["nbformat_minor"] = 0
    document["metadata"] = {
        "colab": {"provenance": [], "gpuType": "T4"},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "accelerator": "GPU",
    }
    for number, cell in enumerate(document["cells"]):
        cell.pop("id", None)
        cell["source"] = cell["source"].splitlines(keepends=True)
        cell["metadata"] = {**cell["metadata"], "id": f"Xy{number}", "colab": {"base_uri": "x"}}
    return json.dumps(document).encode()


def vs_code(notebook):
    document = json.loads(as_bytes(notebook))
    for cell in document["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
        cell["source"] = cell["source"].replace("\n", "\r\n")
    return json.dumps(document, indent=4).encode("utf-8-sig")


def format_3(notebook):
    return nbformat.writes(nbformat.convert(copy.deepcopy(notebook), 3)).encode()


@pytest.mark.parametrize("saved_as", [colab, vs_code, format_3])
def test_other_editors_forms_are_read(saved_as):
    result = repaired(saved_as(answered(FIRST)))
    assert_answers_are_back(result)
    assert ids(result.notebook) == ids(RELEASE)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_other_encodings_are_read(encoding):
    text = json.dumps(answered(FIRST), ensure_ascii=False)
    assert_answers_are_back(repaired(text.encode(encoding)))


def test_what_is_complete_in_a_truncated_file_is_graded():
    data = as_bytes(answered(FIRST))
    cut = data[: data.index(b"def shout") + 5]
    result = repaired(cut)
    assert_answers_are_back(result, "ex1-double")
    assert cell_of(result.notebook, "ex1-shout").source == cell_of(RELEASE, "ex1-shout").source
    assert "damaged" in result.lines()[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "no file was handed in"),
        (b"", "empty"),
        (b"\0" * 100, "empty"),
        (b"hello", "not a notebook"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"import torch\nprint(1)", "Python script"),
        (b"[1, 2, 3]", "holds a list"),
        (b'{"a": 1}', "has no cells"),
        (b'{"cells": 3}', "has no cells"),
        (b"[" * 200_000, "not a notebook"),
        (b'{"cells": [' + b"9" * 10_000, "not a notebook"),
        (b" " * 30_000_000 + b"x", "30 MB and 25 MB are allowed"),
        (b"PK\x03\x04zip", "zip archive"),
    ],
)
def test_what_cannot_be_read_gives_the_release_with_the_reason(data, reason):
    result = repaired(data)
    assert reason in result.problem
    assert reason in result.lines()[0]
    assert sources(result.notebook) == sources(RELEASE)


@pytest.mark.parametrize("seed", range(40))
def test_random_damage_never_stops_a_repair(seed):
    draw = random.Random(seed)
    document = json.loads(as_bytes(answered(FIRST)))
    junk = [None, 3, "text", [], {}, [None, 5], {"grade_id": []}, "\ud800", -1.5, True]
    for _ in range(draw.randint(1, 12)):
        cells = document["cells"]
        cell = draw.choice([c for c in cells if isinstance(c, dict)] or [{}])
        action = draw.randrange(7)
        if action == 0 and len(cells) > 2:
            cells.remove(cell)
        elif action == 1:
            cells.insert(draw.randrange(len(cells)), copy.deepcopy(cell))
        elif action == 2:
            cell[draw.choice(["source", "cell_type", "metadata", "outputs"])] = draw.choice(junk)
        elif action == 3 and isinstance(cell.get("metadata"), dict):
            cell["metadata"]["nbgrader"] = draw.choice(junk)
        elif action == 4:
            cells.insert(draw.randrange(len(cells)), draw.choice(junk))
        elif action == 5:
            draw.shuffle(cells)
        else:
            cell["attachments"] = draw.choice(junk)
    repaired(json.dumps(document).encode())


def test_a_thousand_odd_cells_are_bounded_and_named():
    submission = answered(FIRST)
    submission.cells += [nbformat.v4.new_code_cell(f"x = {n}") for n in range(1_500)]
    result = repaired(submission)
    assert_answers_are_back(result)
    assert "were left out" in result.lines()[0]


def test_notes_are_kept_and_read_back_and_go_when_all_is_well(tmp_path):
    save_notes(tmp_path, "ada", FIRST, repair_notebook(b"", RELEASE))
    assert load_notes(tmp_path)["ada", FIRST].problem == "the file is empty"
    save_notes(tmp_path, "ada", FIRST, repair_notebook(as_bytes(answered(FIRST)), RELEASE))
    assert load_notes(tmp_path) == {}


@pytest.mark.parametrize(
    "name",
    [
        "1_words.ipynb",
        "Copy of 1_words (2).ipynb",
        "Kopie von 1_words.ipynb",
        "1_words-Copy1.ipynb",
        "1 words.ipynb",
        "1_words (final).ipynb",
        "1_WORDS.ipynb.ipynb",
        "1_words.ipynb.json",
    ],
)
def test_renamed_notebooks_are_recognised_by_their_name(name):
    assert which_notebook(name, None, RELEASES) == FIRST


def test_notebooks_are_recognised_by_their_ids_before_their_name_and_by_their_text_without():
    second = answered(SECOND)
    assert which_notebook("1_words.ipynb", read_submitted(as_bytes(second)), RELEASES) == SECOND
    for cell in second.cells:
        cell.metadata = {}
    assert which_notebook("untitled.ipynb", read_submitted(as_bytes(second)), RELEASES) == SECOND
    assert which_notebook("holiday.ipynb", None, RELEASES) is None
    assert plain_name("Copy of Copy of 1_words.ipynb") == "1_words"


def test_an_own_cell_that_calls_a_check_again_is_left_alone():
    submission = answered(FIRST)
    again = "print('once more')\n" + cell_of(RELEASE, "ex1-double-test").source
    submission.cells.append(nbformat.v4.new_code_cell(again))
    result = repaired(submission)
    assert sources(result.notebook) == sources(submission)
    assert result.lines() == []


def test_the_names_that_a_task_asks_for_are_known_without_importing_its_check():
    assert names_of("ex1-train") == ("train",)
    assert names_of("ex2-train-both") == ("original_model_metrics", "smaller_model_metrics")
    assert names_of("ex9-none") == ()


def test_a_given_cell_that_was_rewritten_is_known_by_its_cell_id():
    submission = answered(FIRST)
    cell_of(submission, "look").source = "import random\nrandom.seed(7)"
    result = repaired(submission)
    assert sources(result.notebook) == sources(submission)
    assert result.lines() == []


def test_text_that_may_be_a_missing_answer_is_shown():
    release = RELEASES[SECOND]
    submission = answered(SECOND)
    proof = cell_of(submission, "ex2-proof")
    submission.cells.remove(proof)
    submission.cells.insert(0, nbformat.v4.new_markdown_cell(proof.source))
    submission.cells[1:4] = submission.cells[3:0:-1]
    result = repaired(submission, release)
    assert [left.text for left in result.unmatched] == [ANSWERS["ex2-proof"]]
    assert ANSWERS["ex2-proof"] in sources(result.notebook)


def together(where, stubs):
    """A submission with both answers in one cell, and the open tasks left or taken out."""
    submission = releases()[FIRST]
    both = f"{ANSWERS['ex1-double']}\n\n\n{ANSWERS['ex1-shout']}"
    cells = {name: cell_of(submission, name) for name in ("ex1-double", "ex1-shout")}
    if where in cells:
        cells.pop(where).source = both
    for cell in [] if stubs else cells.values():
        submission.cells.remove(cell)
    own = nbformat.v4.new_code_cell(both)
    if where == "top":
        submission.cells.insert(0, own)
    elif where == "end":
        submission.cells.append(own)
    return submission


@pytest.mark.parametrize("stubs", [True, False])
@pytest.mark.parametrize("where", ["ex1-double", "ex1-shout", "top", "end"])
def test_answers_that_share_a_cell_go_to_their_own_tasks(named, where, stubs):
    result = repaired(together(where, stubs))
    assert_answers_are_back(result)
    assert ids(result.notebook) == ids(RELEASE)
    assert any("its answer stood in cell" in line for line in result.lines())


def test_answers_in_each_others_cells_change_places(named):
    submission = answered(FIRST, ex1_double=ANSWERS["ex1-shout"], ex1_shout=ANSWERS["ex1-double"])
    assert_answers_are_back(repaired(submission))


def test_answers_that_share_a_cell_and_need_each_other_stay_together(named):
    shout = "def shout(word):\n    return word.upper() + MARK * double(1)"
    both = f"{shout}\n\n\nMARK = '!'\n\n\ndef double(x):\n    return 2 * x"
    submission = releases()[FIRST]
    cell_of(submission, "ex1-double").source = both
    result = repaired(submission)
    assert cell_of(result.notebook, "ex1-double").source.endswith(ANSWERS["ex1-double"])
    assert cell_of(result.notebook, "ex1-shout").source == shout
    double = "def double(x):\n    return len(shout('')) * x"
    cell_of(submission, "ex1-double").source = f"{double}\n\n\n{ANSWERS['ex1-shout']}"
    result = repaired(submission)
    assert cell_of(result.notebook, "ex1-double").source.endswith(ANSWERS["ex1-shout"])


def test_a_cell_that_says_too_little_about_its_own_task_is_left_whole(named):
    submission = releases()[FIRST]
    hidden = f"exec('double = lambda x: 2 * x')\n{ANSWERS['ex1-shout']}"
    cell_of(submission, "ex1-double").source = hidden
    result = repaired(submission)
    assert cell_of(result.notebook, "ex1-double").source == hidden


def test_an_answer_above_its_open_cell_is_not_overwritten_by_it(named):
    submission = answered(FIRST)
    cell_of(submission, "ex1-double").source = cell_of(RELEASE, "ex1-double").source
    submission.cells.insert(2, nbformat.v4.new_code_cell(ANSWERS["ex1-double"]))
    assert_answers_are_back(repaired(submission))


def test_an_answer_in_its_open_cells_copy_below_the_test_counts():
    submission = releases()[FIRST]
    late = copy.deepcopy(cell_of(submission, "ex1-double"))
    late.source, late.id = ANSWERS["ex1-double"], "late"
    submission.cells.append(late)
    assert_answers_are_back(repaired(submission), "ex1-double")


def test_cells_behind_a_damaged_piece_are_graded_and_the_piece_is_shown():
    data = as_bytes(answered(FIRST))
    at = data.index(b"return 2 * x")
    result = repaired(data[:at] + b"\\q" + data[at:])
    assert_answers_are_back(result, "ex1-shout")
    assert "def double(x)" in result.unmatched[-1].text
    assert "def double(x)" in result.notebook.cells[-1].source
    assert "damaged" in result.lines()[0]


def test_a_cell_that_is_cut_off_behind_its_answer_counts():
    document = json.loads(as_bytes(answered(FIRST)))
    cell = document["cells"].pop()
    cell = {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": ["lost"]}
    data = json.dumps({"cells": [*document["cells"], cell]}).encode()
    texts = sources(repaired(data[: data.index(b'["lost')]).notebook)
    assert "x = 1" in texts


def test_text_around_a_notebook_and_line_breaks_in_its_strings_are_forgiven():
    data = as_bytes(answered(FIRST))
    for spoiled in (b"junk " + data, data + b"}]junk", data.replace(b"\\n", b"\n")):
        assert_answers_are_back(repaired(spoiled))


def test_a_notebook_with_gits_conflict_markers_is_read():
    lines = json.dumps(answered(FIRST), indent=1).splitlines(keepends=True)
    (at,) = [n for n, line in enumerate(lines) if "return 2 * x" in line]
    theirs = lines[at].replace("2 * x", "x")
    marked = ["<<<<<<< HEAD\n", lines[at], "||||||| base\n", "=======\n", theirs, ">>>>>>> b\n"]
    for ends in ("\n", "\r\n"):
        text = "".join([*lines[:at], *marked, *lines[at + 1 :]]).replace("\n", ends)
        result = repaired(text.encode())
        assert_answers_are_back(result)
        assert "git's conflict markers (1)" in result.lines()[0]
        assert "return x" in result.unmatched[0].text


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_letters_of_old_encodings_are_kept(encoding):
    answer = "größe = 2\n\ndef double(x):\n    return größe * x"
    text = json.dumps(answered(FIRST, ex1_double=answer), ensure_ascii=False)
    result = repaired(text.replace("✗", "x").encode(encoding))
    assert cell_of(result.notebook, "ex1-double").source == answer


def test_a_notebook_in_an_envelope_is_read_and_what_is_no_cell_is_named():
    document = json.loads(as_bytes(answered(FIRST)))
    for wrapped in ([document], {"type": "notebook", "content": document}):
        assert_answers_are_back(repaired(json.dumps(wrapped).encode()))
    document["cells"].insert(2, ["lost words"])
    result = repaired(json.dumps(document).encode())
    assert "1 of its cells are no cells" in result.lines()[0]
    assert "lost words" in result.unmatched[0].text


PARTS = [
    '{"cell_type":[',
    '{"source":"',
    "<<<<<<<\n=======\n",
    '{"id":{"id":',
    '{"source":1}x',
    "{ ",
]


@pytest.mark.parametrize("part", PARTS)
def test_a_file_made_to_be_read_forever_is_given_up(part):
    start = time.process_time()
    repair_notebook(b'{"cells":[' + part.encode() * (3_000_000 // len(part)), RELEASE)
    assert time.process_time() - start < 3


def test_what_a_file_claims_cannot_steer_a_terminal_or_stop_the_notes(tmp_path):
    submission = json.loads(as_bytes(answered(SECOND)))
    for cell in submission["cells"]:
        cell["attachments"] = {"\ud800.png": {"image/png": "\ud800"}}
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["locked"] = "\ud800\x1b[2J"
    result = repaired(json.dumps(submission).encode(), RELEASES[SECOND])
    assert not any("\x1b" in line for line in result.lines())
    nbformat.write(result.notebook, tmp_path / "x.ipynb")
    save_notes(tmp_path, "ada", SECOND, result)


def test_a_notebook_from_another_address_of_the_course_has_nothing_to_repair(tmp_path):
    def release_at(address: str):
        first = new_code_cell("# setup")
        first.metadata["nbgrader"] = {
            **{"grade": False, "solution": False, "locked": True, "task": False},
            **{"grade_id": "setup", "schema_version": 3},
        }
        notebook = copy.deepcopy(RELEASE)
        notebook.cells.insert(0, first)
        course = Course(tmp_path, repository=address, badge="[Open]({slug})", version="1")
        stamp(notebook, course, FIRST)
        return notebook

    before, now = release_at("https://github.com/ab/cd"), release_at("https://github.com/x/y")
    assert before.cells[0].source != now.cells[0].source
    assert before.cells[1].source != now.cells[1].source
    assert repaired(before, now).lines() == []
    before.cells[1].source += "\nimport os"
    assert "edited" in kinds(repaired(before, now))
