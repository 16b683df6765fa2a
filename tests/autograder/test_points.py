"""Points stand in `tasks.json`; the release writes them everywhere else, or says what disagrees."""

import json
from dataclasses import replace

import nbformat
import pytest

from autograder.authoring import points, release
from autograder.checks import framework
from autograder.course import find_course
from autograder.errors import AutograderError
from tests.autograder.conftest import ROOT

NAME = "1_imdb_classifier"
TEXT = """\
# %% [markdown]
# # Words
#
# There are nine tasks with 99 points in all. It takes an hour.

# %% [markdown]
# ### Task ex1-tokenize
#
# About 8 minutes.

# %% nbgrader={"grade": true, "grade_id": "ex1-tokenize-test", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("ex1-tokenize", globals())

# %% [markdown]
# ### Task ex1-proof (4 points, a written proof)

# %% [markdown] nbgrader={"grade": true, "grade_id": "ex1-proof", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# Because.
# ### BEGIN MARK SCHEME
# | points | for |
# | --- | --- |
# | 1.5 | the first half |
# | 2.5 | the second half |
# ### END MARK SCHEME

# %% nbgrader={"grade": false, "grade_id": "progress", "locked": true, "schema_version": 3, "solution": false, "task": false}
progress("ex1", by_hand=7)
"""  # noqa: E501
TOKENIZE = {"id": "ex1-tokenize", "notebook": NAME, "points": 3, "hints": ["Look.", "Look again."]}
PROOF = {"id": "ex1-proof", "notebook": NAME, "points": 4}


@pytest.fixture
def course(toy_course, monkeypatch):
    check = framework.load("ex1-tokenize")
    monkeypatch.setitem(framework.TASKS, "ex1-tokenize", replace(check, points=None))
    (toy_course.root / "autograder").mkdir()
    write(toy_course, TOKENIZE, PROOF)
    text_of(toy_course).write_text(TEXT, encoding="utf-8")
    table = f"| notebook | points |\n| `{NAME}` | words | 12 |\n| `2_more` | more | 5 |\n"
    (toy_course.root / "README.md").write_text(table, encoding="utf-8")
    return toy_course


def write(course, *entries: dict) -> None:
    points.tasks_file(course).write_text(json.dumps(entries), encoding="utf-8")


def text_of(course):
    return course.text / f"{NAME}.py"


def release_without_running(course) -> None:
    """What the last release gave, as solutions/ keeps it."""
    course.solutions.mkdir(parents=True, exist_ok=True)
    nbformat.write(release.read_text(course, NAME), course.solutions / f"{NAME}.ipynb")


def test_points_are_written_where_people_read_them(course):
    assert points.write_points(course) == [f"{NAME}.py", "README.md"]
    text = text_of(course).read_text(encoding="utf-8")
    assert "There are two tasks with 7 points in all. It takes" in text
    assert "# ### Task ex1-tokenize (3 points)\n" in text
    assert "# ### Task ex1-proof (4 points, a written proof)\n" in text
    assert "by_hand=4)" in text
    marks = [points.marks_of(cell) for cell in release.read_text(course, NAME).cells]
    assert [mark["points"] for mark in marks if mark.get("grade")] == [3, 4]
    overview = (course.root / "README.md").read_text(encoding="utf-8")
    assert f"| `{NAME}` | words | 7 |\n| `2_more` | more | 5 |" in overview
    assert points.write_points(course) == [] == points.out_of_date(course)


def test_other_points_in_the_table_reach_a_text_that_was_released_before(course):
    points.write_points(course)
    release_without_running(course)
    write(course, {**TOKENIZE, "points": 1}, PROOF)
    assert any(f"{NAME}.py has other points" in line for line in points.out_of_date(course))
    points.write_points(course)
    text = text_of(course).read_text(encoding="utf-8")
    assert "Task ex1-tokenize (1 point)" in text and '"points": 1, ' in text
    assert "two tasks with 5 points in all" in text
    assert points.out_of_date(course) == []


@pytest.mark.parametrize(
    ("here", "changed"), [("(4 points, a", "(5 points, a"), ('"points": 4', '"points": 5')]
)
def test_a_number_changed_in_the_text_alone_is_refused_and_nothing_is_written(
    course, here, changed
):
    points.write_points(course)
    release_without_running(course)
    edited = text_of(course).read_text(encoding="utf-8").replace(here, changed)
    text_of(course).write_text(edited, encoding="utf-8")
    write(course, {**TOKENIZE, "points": 2}, PROOF)
    with pytest.raises(
        AutograderError, match=r"ex1-proof 5 points, autograder/tasks\.json 4: chan"
    ):
        points.write_points(course)
    assert text_of(course).read_text(encoding="utf-8") == edited
    assert len(points.out_of_date(course)) == 1


def test_a_marking_scheme_that_adds_up_to_something_else_is_refused(course):
    write(course, TOKENIZE, {**PROOF, "points": 5})
    release_without_running(course)  # 4 was the number of the last release
    with pytest.raises(AutograderError, match=r"adds up to 4 points, autograder/tasks\.json has 5"):
        points.write_points(course)


def test_a_sentence_on_all_written_answers_is_held_to(course):
    text_of(course).write_text(TEXT.replace("It takes", "The proof gives 4 points each. It takes"))
    points.write_points(course)
    write(course, TOKENIZE, {**PROOF, "points": 3})
    with pytest.raises(AutograderError, match=r'"4 points each" of its written answers, which is'):
        points.write_points(course)


def test_a_new_task_is_told_which_lines_to_write_and_where(course):
    new = TEXT.replace("ex1-tokenize", "ex1-new-words")
    text_of(course).write_text(
        TEXT + new[new.index("# %% nbg") : new.index("# %% [markdown]\n# ### Task ex1-proof")]
    )
    with pytest.raises(AutograderError) as said:
        points.write_points(course)
    lines = str(said.value).splitlines()
    assert lines[0].endswith("ex1-new-words: write in autograder/tasks.json, with its points")
    assert json.loads(lines[1]) == {"id": "ex1-new-words", "notebook": NAME, "points": 1}
    place = "autograder/checks/imdb_classifier.py"
    assert lines[2].startswith(f"ex1-new-words has no check: write in {place}, and what")
    assert lines[3] == '@task("ex1-new-words", defines=("NAME",))'
    compile("\n".join(lines[3:]), "check", "exec")


def test_a_heading_without_a_graded_cell_is_told_which_to_write(course):
    text_of(course).write_text(TEXT + "\n# %% [markdown]\n# ### Task ex1-lost\n")
    with pytest.raises(AutograderError, match="no graded cell of this name: write below") as said:
        points.write_points(course)
    written = str(said.value).partition("\n")[2]
    text_of(course).write_text(TEXT + "\n" + written)
    marks = points.marks_of(release.read_text(course, NAME).cells[-1])
    assert (marks["grade_id"], marks["grade"]) == ("ex1-lost-test", True)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([TOKENIZE, PROOF, {**PROOF, "id": "ex1-old"}], "no text has a graded cell for it: take"),
        ([TOKENIZE, {"id": "ex1-proof", "notebook": NAME}], 'needs "notebook": "1_imdb_class'),
        ([TOKENIZE, {**PROOF, "points": "four"}], 'and "points" in autograder/tasks.json'),
        ([TOKENIZE, {**PROOF, "notebook": "2_more"}], 'needs "notebook": "1_imdb_classifier"'),
        ([{"points": 3}], "is no list of tasks with an id each"),
    ],
)
def test_a_table_that_is_not_that_of_the_texts_is_one_line(course, entries, said):
    write(course, *entries)
    with pytest.raises(AutograderError, match=said):
        points.write_points(course)
    assert text_of(course).read_text(encoding="utf-8") == TEXT


def test_what_people_wrote_of_a_task_stays_and_what_its_check_says_is_added(course):
    points.write_points(course)
    write(course, PROOF, TOKENIZE)
    release.write_tasks(course)
    first, second = json.loads(points.tasks_file(course).read_text(encoding="utf-8"))
    assert first["id"] == "ex1-tokenize" and first["names"] == ["tokenize"] and first["seconds"]
    assert first["hints"] == TOKENIZE["hints"] and second == PROOF
    before = points.tasks_file(course).read_text(encoding="utf-8")
    as_people_like_it = json.dumps(json.loads(before), indent=2)
    points.tasks_file(course).write_text(as_people_like_it)
    release.write_tasks(course)
    assert points.tasks_file(course).read_text(encoding="utf-8") == as_people_like_it


def test_a_check_with_points_of_its_own_is_refused(course, monkeypatch):
    other = replace(framework.load("ex1-tokenize"), points=9)
    monkeypatch.setitem(framework.TASKS, "ex1-tokenize", other)
    with pytest.raises(AutograderError, match=r"and 9 in its check: take them out of the check"):
        points.write_points(course)


def test_the_texts_of_the_lab_say_their_points_where_they_are_written():
    course = find_course(ROOT)
    table = points.read_entries(course)
    for name in course.names:
        text = (course.text / f"{name}.py").read_text(encoding="utf-8")
        tasks = {task for task, entry in table.items() if entry["notebook"] == name}
        assert {found[1] for found in points.HEADING.findall(text)} == tasks
        assert len(points.TOTAL.findall(text)) == 1, f"{name} does not say its points in all"
    assert points.out_of_date(course) == []
