"""Points stand in the headers of `solutions/text`; the release writes them everywhere else."""

import json

import pytest

from autograder.authoring import points
from autograder.authoring.text_notebook import read_text
from autograder.cells import marks_of
from autograder.course import find_course
from autograder.errors import AutograderError
from tests.autograder.conftest import ROOT

NAME = "1_imdb_classifier"
TEXT = """\
# %% title [markdown]
# # Words
#
# There are {tasks} tasks with {points} points in all. It takes an hour.

# %% tokenize-task [markdown]
# ### Task ex1-tokenize
#
# Split.

# %% ex1-tokenize 1.5 points

# %% proof-task [markdown]
# ### Task ex1-proof

# %% ex1-proof 4 points [markdown]
# Because.
"""
TOLD = {"minutes": 8, "difficulty": 2, "hints": ["Look.", "Look again."]}


@pytest.fixture
def course(toy_course):
    toy_course.tasks_file.parent.mkdir()
    write(toy_course, {"id": "ex1-tokenize", **TOLD})
    text_of(toy_course).write_text(TEXT, encoding="utf-8")
    table = f"| notebook | points |\n| `{NAME}` | words | 12 |\n| `2_more` | more | 5 |\n"
    (toy_course.root / "README.md").write_text(table, encoding="utf-8")
    return toy_course


def write(course, *entries: dict) -> None:
    course.tasks_file.write_text(json.dumps(entries), encoding="utf-8")


def text_of(course):
    return course.text / f"{NAME}.py"


def test_points_minutes_and_sums_are_written_where_people_read_them(course):
    cells = read_text(course, NAME).cells
    by_id = {cell.id: cell.source for cell in cells}
    assert "There are two tasks with 5.5 points in all. It takes" in by_id["title"]
    heading = "### Task ex1-tokenize (1.5 points)\n\nAbout 8 minutes · medium\n\nSplit."
    assert by_id["tokenize-task"] == heading
    assert by_id["proof-task"] == "### Task ex1-proof (4 points, a written proof)"
    assert [marks_of(c)["points"] for c in cells if marks_of(c).get("grade")] == [1.5, 4]


def test_the_overview_of_the_readme_follows_the_texts(course):
    assert any("README.md has other points" in line for line in points.out_of_date(course))
    points.write_tasks(course)
    overview = (course.root / "README.md").read_text(encoding="utf-8")
    assert f"| `{NAME}` | words | 5.5 |\n| `2_more` | more | 5 |" in overview
    assert points.out_of_date(course) == []
    text_of(course).write_text(TEXT.replace("1.5 points", "1 point"), encoding="utf-8")
    assert len(points.out_of_date(course)) == 2


def test_what_people_wrote_of_a_task_stays_and_the_rest_is_added(course):
    points.write_tasks(course)
    first, second = json.loads(course.tasks_file.read_text(encoding="utf-8"))
    assert {key: first[key] for key in TOLD} == TOLD
    assert first["names"] == ["tokenize"] and first["seconds"] and first["points"] == 1.5
    assert second == {"id": "ex1-proof", "notebook": NAME, "points": 4}
    as_people_like_it = json.dumps([first, second], indent=2)
    course.tasks_file.write_text(as_people_like_it, encoding="utf-8")
    points.write_tasks(course)
    assert course.tasks_file.read_text(encoding="utf-8") == as_people_like_it


def test_a_new_task_is_told_which_check_to_write_and_where(course):
    text_of(course).write_text(TEXT + "\n# %% ex1-new-words 2 points\n", encoding="utf-8")
    with pytest.raises(AutograderError) as said:
        points.write_tasks(course)
    lines = str(said.value).splitlines()
    assert lines[0].startswith("ex1-new-words has no check: write in autograder")
    assert lines[0].endswith("imdb_classifier, and what it can say in mistakes/ex1.toml")
    assert lines[1] == '@task("ex1-new-words", defines=("NAME",))'
    compile("\n".join(lines[1:]), "check", "exec")


def test_a_heading_without_an_answer_is_told_which_cell_to_write(course):
    lost = "\n# %% lost-task [markdown]\n# ### Task ex1-lost\n"
    text_of(course).write_text(TEXT + lost, encoding="utf-8")
    with pytest.raises(AutograderError, match="with the header `# %% ex1-lost 3 points`"):
        read_text(course, NAME)
    text_of(course).write_text(TEXT + lost + "\n# %% ex1-lost 3 points\n", encoding="utf-8")
    assert read_text(course, NAME).cells[-1].id == "ex1-lost-test"


def test_hints_for_a_task_that_is_gone_are_not_thrown_away(course):
    write(course, {"id": "ex1-tokenize", **TOLD}, {"id": "ex1-old", **TOLD})
    with pytest.raises(AutograderError, match="tells of ex1-old, which no text has: take it out"):
        points.write_tasks(course)


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ({"fit": 2, "transform": 1, "back": 1}, None),
        ({"fit": 2, "transform": 1, "back": 2}, "sum up to 5 points, and the task has 4"),
        ({"fit": 2, "transform": 2}, "has the criteria fit, transform, back: give points to these"),
        ({"fit": 4, "transform": 0, "back": 0}, "give points to these"),
        ({"fit": "2", "transform": 1, "back": 1}, "give points to these"),
        (["fit", "transform", "back"], "give points to these"),
    ],
)
def test_points_of_criteria_that_are_not_those_of_the_task_are_no_release(course, criteria, said):
    text = TEXT.replace("ex1-tokenize", "ex1-count-vectorizer").replace("1.5 points", "4 points")
    text_of(course).write_text(text, encoding="utf-8")
    write(course, {"id": "ex1-count-vectorizer", **TOLD, "criteria": criteria})
    if said is None:
        points.write_tasks(course)
        (first, _) = json.loads(course.tasks_file.read_text(encoding="utf-8"))
        assert first["criteria"] == criteria
        return
    with pytest.raises(AutograderError, match=said):
        points.write_tasks(course)
    assert said in points.out_of_date(course)[0]


def test_a_table_that_cannot_be_read_is_one_line(course):
    write(course, {"points": 3})
    with pytest.raises(AutograderError, match="is no list of tasks with an id each"):
        read_text(course, NAME)


@pytest.mark.parametrize("header", ["ex1-words three points", "words show", "ex1-words 3"])
def test_a_header_that_says_something_else_is_named(course, header):
    text_of(course).write_text(TEXT + f"\n# %% {header}\n", encoding="utf-8")
    with pytest.raises(AutograderError, match=f"'{header}' is no header of a cell"):
        read_text(course, NAME)


def test_the_texts_of_the_lab_have_a_heading_for_each_task():
    course = find_course(ROOT)
    for name in course.names:
        cells = read_text(course, name).cells
        tasks = {c.id.removesuffix("-test") for c in cells if marks_of(c).get("grade")}
        said = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert all(f"### Task {task} (" in said for task in tasks)
        assert f"{sum(marks_of(c).get('points', 0) for c in cells):g} points in all" in said
    assert points.out_of_date(course) == []
