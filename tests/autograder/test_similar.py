"""What pairs share is found under every disguise, and what is common names nobody."""

import csv
import re
import shutil

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import AutograderError
from autograder.intake.groups import save_groups
from autograder.kept import keep_verdicts
from autograder.similarity import page
from autograder.similarity.answers import read_class, read_given
from autograder.similarity.pairs import find_similar
from autograder.similarity.traces import of_code
from autograder.verdict import Verdict
from tests.autograder.small_class import new_course
from tests.autograder.small_lab import FIRST, SECOND, answered

DOUBLE = '''
def double(x):
    """Twice the number, by adding it to a start that is moved first."""
    # the start is moved so that nothing is lost at zero
    moved_start = x + 7
    if isinstance(x, (list, tuple)):
        return [double(part) for part in x]
    print("the start was moved to", moved_start)
    steps_taken = 0
    width = abs(x) * 0.5 + 1.25
    while steps_taken < 4 and width > 0:
        steps_taken += 1
        width -= 0.125 * steps_taken
    total = moved_start + x - 7
    assert total - x == x, f"not twice {x}"
    return total if width is not None else x + x
'''.strip()
SHOUT = """
def shout(word):
    # capitals come from a table, made once for each call
    table = {ord(letter): letter.upper() for letter in word if letter.islower()}
    longest = max((len(part) for part in word.split()), default=0)
    if longest > 40:
        print("this word is long:", longest)
    mark = chr(ord(" ") + 1)
    return "".join([word.translate(table), mark][:2])
""".strip()
PROOF = (
    "Suppose some other point were lower. Its square would then be below nothing, yet a product of "
    "two equal factors has an even number of minus signs, so it cannot be."
)
ACCUSING = r"cop(y|ie)|cheat|plagiar|steal|stolen|suspect|fraud|guilt|caught|offen"
RENAMES = {"moved_start": "s", "steps_taken": "i", "width": "breadth", "total": "res", "part": "p"}
OTHERS = {
    "cat": "def double(x):\n    return sum([x, x])",
    "dan": "def double(x):\n    y = x\n    for _ in range(1):\n        y = y + x\n    return y",
    "eve": "import math\n\ndef double(x):\n    return math.prod((x, 2))",
    "fay": "double = lambda x: x << 1 if isinstance(x, int) else x / 0.5",
    "gus": "def double(x):\n    return x.__add__(x) if hasattr(x, '__add__') else None",
    "hal": "def double(x):\n    if x == 0:\n        return 0\n    return x * (1 + x / x)",
}


def renamed(source: str) -> str:
    for old, new in RENAMES.items():
        source = re.sub(rf"\b{old}\b", new, source)
    return source


def reordered(source: str) -> str:
    lines = source.splitlines()
    places = [n for n, line in enumerate(lines) if "steps_taken = 0" in line or "longest =" in line]
    for place in places:
        lines[place - 1], lines[place] = lines[place], lines[place - 1]
    return "\n".join(lines)


def reformatted(source: str) -> str:
    source = source.replace(" = ", "  =  ").replace('"', "'").replace("'''", '"""')
    return source.replace(", ", ",\n            ").replace("0.5", ".50")


def recommented(source: str) -> str:
    source = re.sub(r'""".*"""|"[a-z ,:]{9,}"', '"words of my own"', source)
    return re.sub(r"#.*", "# I did this in another way", source)


@pytest.fixture
def course(tmp_path, monkeypatch):
    course = new_course(tmp_path / "course")
    monkeypatch.setattr("autograder.cli.find_course", lambda: course)
    for student, double in OTHERS.items():
        hand_in(course, student, double)
    hand_in(course, "ada", DOUBLE, SHOUT, PROOF)
    return course


def hand_in(course, student: str, double: str, shout: str = "", proof: str = "") -> None:
    folder = course.submitted / student / course.assignment
    folder.mkdir(parents=True)
    given = {"ex1_double": double, "ex1_shout": shout, "ex2_proof": proof}
    for name in (FIRST, SECOND):
        notebook = answered(name, **{task: text for task, text in given.items() if text})
        nbformat.write(notebook, folder / f"{name}.ipynb")


def look(course, notebook: str = "", task: str = ""):
    given = read_given(course, notebook, task)
    return find_similar(given, read_class(given))


def named(course) -> list[tuple[str, str]]:
    return [(pair.first, pair.second) for pair in look(course).pairs]


def run(*options: str):
    ran = CliRunner().invoke(app, ["similar", *options])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran


@pytest.mark.parametrize("disguise", [str, renamed, reordered, reformatted, recommented])
def test_a_disguise_hides_nothing(course, disguise):
    hand_in(course, "bob", disguise(DOUBLE), disguise(SHOUT), PROOF)
    assert named(course) == [("ada", "bob")]


def test_answers_taken_from_two_are_found_with_both(course):
    hand_in(course, "bob", renamed(DOUBLE), "def shout(word):\n    return word.upper() + '!'")
    hand_in(course, "ivy", OTHERS["cat"] + "\n", reformatted(SHOUT) + "\n\n" + DOUBLE)
    assert {frozenset(pair) for pair in named(course)} >= {
        frozenset(("ada", "ivy")),
        frozenset(("ada", "bob")),
    }
    assert {pair.cluster for pair in look(course).pairs} == {1}


def test_who_pastes_the_task_beside_the_code_is_not_named(course):
    released = nbformat.read(course.released / f"{SECOND}.ipynb", as_version=4)
    texts = [cell.source for cell in released.cells if cell.cell_type == "markdown"]
    task = "".join(f"# {line}\n" for text in texts for line in text.splitlines())
    for student, double in (("jo", "x ** 1 * 2"), ("kim", "2 * x")):
        hand_in(course, student, f"{task}def double(x):\n    return {double}")
    assert named(course) == []


def test_a_class_of_two_is_told_why_it_names_nobody(course):
    shutil.rmtree(course.submitted)
    hand_in(course, "ada", DOUBLE, SHOUT, PROOF)
    hand_in(course, "bob", DOUBLE, SHOUT, PROOF)
    run()
    assert "nor can a class of two" in (course.grading / "similar" / "index.html").read_text()


def test_who_works_alone_is_not_named(course):
    assert named(course) == []


def test_what_half_of_the_class_writes_names_nobody(course):
    for number in range(8):
        hand_in(course, f"same-{number}", DOUBLE, SHOUT, PROOF)
    assert named(course) == []


def test_a_right_answer_of_the_bank_names_nobody(course):
    hand_in(course, "bob", DOUBLE, SHOUT)
    assert named(course) == [("ada", "bob")]
    for task, text in (("ex1-double", DOUBLE), ("ex1-shout", SHOUT)):
        path = course.root / "bank" / task / "correct_long.py"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    assert named(course) == []


def test_members_of_one_group_are_one(course):
    hand_in(course, "bob", DOUBLE, SHOUT, PROOF)
    save_groups(course, {"ada": "Red", "bob": "Red"})
    assert named(course) == []
    hand_in(course, "ivy", renamed(DOUBLE), SHOUT, PROOF)
    assert len(named(course)) == 1  # with one of the two, and once
    assert "(group Red)" in page.write(look(course), 50).read_text(encoding="utf-8")


def test_the_reasons_say_what_both_have_in_words(course):
    hand_in(course, "bob", DOUBLE, SHOUT, PROOF)
    for student in ("ada", "bob"):
        slip = Verdict("ex1-double", "visible", "failed", "any/no-end", cell="ex1-double")
        keep_verdicts(course.report, student, FIRST, [slip])
    similar = look(course)
    said = "\n".join(" ".join(reason) for reason in page.reasons(similar, similar.pairs[0]))
    assert "ex2-proof both wrote “Suppose some other point were lower" in said
    assert "`moved_start`" in said and "both made the mistake “" in said
    assert re.search(r"beside the code “.*which nobody else did", said)
    assert re.search(r"ex1-double both wrote \d+ lines that are the same but for names", said)


def test_the_page_marks_what_both_have_and_accuses_nobody(course):
    hand_in(course, "bob", renamed(DOUBLE), SHOUT, PROOF)
    ran = run()
    assert ran.exit_code == 0 and "8 students, 1 pairs to look at" in ran.output
    html = (course.grading / "similar" / "index.html").read_text(encoding="utf-8")
    table = (course.grading / "similar" / "pairs.csv").read_text(encoding="utf-8")
    assert "<mark>Suppose some other point" in html and "Chance happens" in html
    for text in (html, table, ran.output, run("--help").output):
        assert not re.search(
            r"cop(y|ie)|cheat|plagiar|steal|suspect|fraud|guilt|caught", text, re.I
        )


def test_what_students_wrote_can_do_nothing_on_the_page(course):
    evil = '</pre><script>alert("x")</script>\x1b[2J {{ 7 * 7 }} `<b>`'
    for student in ("bob", "ivy"):
        hand_in(course, student, DOUBLE + f"\n# so {evil}", SHOUT + f"\n# {evil}", PROOF + evil)
    run()
    html = (course.grading / "similar" / "index.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in html and "{{ 7 * 7 }}" in html
    assert "<script" not in html and "\x1b" not in html and "<b>" not in html


def test_no_cell_of_the_table_is_a_formula(course):
    hand_in(course, "=1+2", DOUBLE, SHOUT, PROOF)
    run()
    path = course.grading / "similar" / "pairs.csv"
    header, row = csv.reader(path.read_text(encoding="utf-8").splitlines())
    assert header[:4] == ["cluster", "student", "other", "figure"]
    assert row[1:3] == ["'=1+2", "ada"]


def test_a_damaged_notebook_is_its_students_line(course):
    hand_in(course, "bob", DOUBLE, SHOUT, PROOF)
    (course.submitted / "cat" / course.assignment / f"{FIRST}.ipynb").write_text("<html>")
    (course.submitted / "ivy").mkdir()
    (course.submitted / "ivy" / course.assignment).write_text("no folder")
    ran = run()
    assert "9 students, 1 pairs to look at; 2 could not be read in full" in ran.output
    html = (course.grading / "similar" / "index.html").read_text(encoding="utf-8")
    assert f"<li>cat: {FIRST}: " in html and "<li>ivy: lab6 is no folder" in html


def test_only_what_was_asked_for_is_compared(course):
    hand_in(course, "bob", DOUBLE, SHOUT, PROOF)
    assert {e.task for e in look(course, SECOND).pairs[0].evidence} <= {"ex2-proof", ""}
    for options in (("--notebook", "9"), ("--task", "ex9"), ("--notebook", FIRST, "--task", "no")):
        with pytest.raises(AutograderError, match="there is"):
            CliRunner().invoke(app, ["similar", *options], catch_exceptions=False)


def test_an_empty_class_is_told_what_to_do(course):
    shutil.rmtree(course.submitted)
    with pytest.raises(AutograderError, match="autograder collect"):
        look(course)


def test_a_sign_that_ends_no_line_of_python_moves_no_trace():
    source = "def f(x):\n    total = 'a b' + 2 * x + 3\r\n    return total * total - x * 4\n"
    odd = source.replace("a b", "a\u2028b")
    assert of_code(odd, frozenset()) == of_code(source, frozenset())


def test_broken_code_leaves_traces_too():
    broken = DOUBLE + "\n    for ("
    shared = of_code(broken, frozenset()).keys() & of_code(DOUBLE, frozenset()).keys()
    assert sum(trace.kind == "run" for trace in shared) > 10
