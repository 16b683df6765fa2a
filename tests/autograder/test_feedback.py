"""A feedback page gives points, faults and hints, and nothing that a student must not see."""

import html as html_module
import re
from xml.etree import ElementTree

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder import safe_html
from autograder.kept import keep_verdicts
from autograder.mending.repair import repair_notebook, save_notes
from autograder.reporting import feedback
from autograder.safe_html import MATHML, code_html, plain_text, safe_markdown
from autograder.verdict import Verdict
from tests.autograder.small_class import config_of, grade, new_course
from tests.autograder.small_lab import FIRST, SECOND, SECRET_SEED, answered, cell_of, releases


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return new_course(tmp_path_factory.mktemp("course"))


def page(course, student, submission, name=FIRST):
    """The feedback page for a submission, after grading it."""
    grade(course, student, submission, name)
    assert feedback.generate(course, config_of(course), [student], lambda _: None) == {}
    return feedback.page_of(course, student, name).read_text(encoding="utf-8")


def text_of(html):
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(html_module.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_a_page_gives_points_faults_and_hints(course):
    html = page(course, "ada", answered(FIRST, ex1_double="def double(x):\n    return x"))
    text = text_of(html)
    assert "4 of 7 points" in text
    assert "ex1-double 0 of 3 not passed : two" in text
    assert "ex1-shout 4 of 4 passed" in text
    assert "return" in text


def test_open_tasks_and_names_that_are_missing_are_told(course):
    submission = releases()[FIRST]
    cell_of(submission, "ex1-shout").source = "shout = nothing_such"
    text = text_of(page(course, "bob", submission))
    assert "ex1-double 0 of 3 still open" in text
    assert "No response" not in text
    assert "NameError: the name nothing_such is not defined" in text


def test_a_broken_line_is_told_without_running_it(course):
    text = text_of(page(course, "bea", answered(FIRST, ex1_shout="def shout(word)\n  pass")))
    assert "SyntaxError in line 1: expected ':'" in text


SECRETS = (str(SECRET_SEED), "-321", "-642", "zyx", "ZYX", "HIDDEN", "negative numbers")


def leaks(html):
    return [secret for secret in SECRETS if secret in text_of(html)]


def test_hidden_tests_do_not_show_when_they_fail(course):
    html = page(course, "cy", answered(FIRST, ex1_double="def double(x):\n    return abs(2 * x)"))
    assert "ex1-double 0 of 3 not passed" in text_of(html)
    assert leaks(html) == []


STEALING = {
    "print": "print(x)",
    "raise": "raise ValueError(f'got {x}')",
    "forged message": (
        "if x < 0:\n        raise AssertionError(f'✗ ex1-double: two {x}\\n  Hint: think of {x}.')"
    ),
    "name of a class": "if x < 0:\n        raise type(f'Error_{-x}', (Exception,), {})('')",
    "keyboard": "if x < 0:\n        raise KeyboardInterrupt(f'✗ ex1-double: {x}')",
}


@pytest.mark.parametrize("way", STEALING)
def test_values_of_hidden_tests_do_not_show_when_the_answer_tells_them(course, way):
    answer = f"def double(x):\n    {STEALING[way]}\n    return 2 * x"
    html = page(course, "dan", answered(FIRST, ex1_double=answer))
    assert leaks(html) == []


def test_values_that_were_kept_for_later_cells_do_not_show(course):
    seen = "seen = []\ndef double(x):\n    seen.append(x)\n    return 2 * x"
    later = "print(seen, [hex(x) for x in seen])\nraise ValueError(seen)"
    submission = answered(FIRST, ex1_double=seen, ex1_shout=later)
    submission.cells.append(nbformat.v4.new_code_cell(later, id="own-0"))
    html = page(course, "eve", submission)
    assert leaks(html) == []
    assert "0x-141" not in html and "-0x141" not in html
    assert "This cell ended with an error: ValueError" in text_of(html)


EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>"
    "[link](javascript:alert(4)) <a href='javascript:alert(5)'>x</a> "
    "![pixel](http://127.0.0.1/pixel.png) <iframe src='//x'></iframe>"
    '[q](https://x.org/"onmouseover=alert(6)) $<script>alert(7)</script>$'
)


def assert_harmless(html):
    tags = re.findall(r"<[a-zA-Z][^>]*>", html)
    names = {re.match(r"<(\w+)", tag)[1].lower() for tag in tags}
    assert not names & {"script", "iframe", "svg", "object", "embed", "link", "form", "base"}
    for tag in tags:
        assert not re.search(r"\son\w+\s*=", tag), tag
        assert "javascript:" not in tag
        assert not re.search(r'src="(?!data:image/(png|jpeg|gif);base64,)', tag), tag
    assert html.count("default-src 'none'") == 1


def test_html_and_scripts_of_students_are_text(course):
    submission = answered(SECOND, ex2_proof=EVIL, ex2_slope=f"slope = 4.0  # {EVIL}")
    submission.cells.append(nbformat.v4.new_markdown_cell(EVIL, id="own-0"))
    submission.metadata["title"] = EVIL
    with Gradebook(f"sqlite:///{course.gradebook}"):
        html = page(course, "mallory", submission, SECOND)
    assert_harmless(html)
    assert "alert(1)" in html  # shown, not lost


def test_a_graders_comment_shows_and_answers_to_be_read_are_said_to_be(course):
    html = page(course, "kim", answered(SECOND), SECOND)
    assert "2 of 6 points; 4 more can come from answers that are still to be read" in text_of(html)
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        comment = gradebook.find_comment("ex2-proof", SECOND, course.assignment, "kim")
        comment.manual_comment = "A **good** proof.<script>alert(1)</script>"
        gradebook.find_grade("ex2-proof", SECOND, course.assignment, "kim").manual_score = 3.5
        gradebook.db.commit()
    assert feedback.generate(course, config_of(course), ["kim"], lambda _: None) == {}
    html = feedback.page_of(course, "kim", SECOND).read_text(encoding="utf-8")
    assert "<strong>good</strong>" in html
    assert "5.5 of 6 points" in text_of(html)
    assert_harmless(html)


def test_what_was_repaired_is_on_the_page(course):
    notes = course.report / "repaired"
    save_notes(notes, "lou", FIRST, repair_notebook(b"", releases()[FIRST]))
    html = page(course, "lou", releases()[FIRST])
    assert "Nothing of your file could be graded: the file is empty." in text_of(html)


def test_files_of_the_student_are_not_copied_beside_the_page(course):
    grade(course, "ned", answered(FIRST), FIRST)
    folder = course.autograded / "ned" / course.assignment
    (folder / "inner").mkdir()
    for name in ("evil.html", "data.pkl", "inner/index.html", "x.pth"):
        (folder / name).write_text("<script>alert(1)</script>")
    assert feedback.generate(course, config_of(course), ["ned"], lambda _: None) == {}
    found = [p.name for p in (course.feedback / "ned").rglob("*") if p.is_file()]
    assert found == [f"{FIRST}.html"]


def test_a_student_whose_page_fails_is_named_and_the_others_get_theirs(course):
    grade(course, "olga", answered(FIRST), FIRST)
    grade(course, "pat", answered(FIRST), FIRST)
    (course.autograded / "olga" / course.assignment / f"{FIRST}.ipynb").write_text("no notebook")
    failed = feedback.generate(course, config_of(course), ["olga", "pat"], lambda _: None)
    assert list(failed) == ["olga"]
    assert feedback.page_of(course, "pat", FIRST).exists()


def test_a_picture_is_shown_once_however_often_it_is_named():
    html = safe_markdown("![a](attachment:a.png) " * 500, {"a.png": {"image/png": "iVBORw0KGgo="}})
    assert html.count("base64") == 1 and "[picture: a]" in html


def test_pictures_that_were_attached_show_and_no_others():
    attachments = {"a.png": {"image/png": "iVBORw0KGgo="}, "b.svg": {"image/svg+xml": "PHN2Zz4="}}
    source = "![mine](attachment:a.png) ![b](attachment:b.svg) ![c](http://127.0.0.1/c.png)"
    html = safe_markdown(source, attachments)
    assert html.count("src=") == 1
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in html


def test_formulas_are_set_as_mathml():
    html = safe_markdown("So $a_1 * b_2 < c$ and *this*.")
    assert "<msub><mi>a</mi><mn>1</mn></msub>" in html and "<mo>&lt;</mo>" in html
    assert "<em>this</em>" in html
    assert '<math display="block">' in safe_markdown("$$x < y$$")
    lines = safe_markdown("\\begin{align}a &= b\\\\c &= d\\end{align}")
    assert lines.count("<mtr>") == 2 and "(1)" not in lines


@pytest.mark.parametrize("formula", [r"$\frac{1}{$", "$" + "{" * 3000 + "$", r"$\def\a{xx}\a$"])
def test_a_formula_that_cannot_be_set_stays_as_typed(formula):
    assert formula in safe_markdown(formula)


@pytest.mark.parametrize("formula", [r"$\newcommand{\a}{xx}\a$", r"$\gdef\a{xx}\a$"])
def test_a_formula_with_definitions_is_not_even_tried(monkeypatch, formula):
    tried = []  # a few definitions, each of two of those before it, make a formula endless
    monkeypatch.setattr(safe_html, "convert_to_element", lambda *args, **more: tried.append(args))
    assert formula in safe_markdown(formula)
    assert tried == []


def test_a_minus_is_a_sign_or_a_difference():
    assert '<mo form="prefix">−</mo>' in safe_markdown("$a = -1$")
    assert "<mo>−</mo>" in safe_markdown("$f(x) - 1$")
    assert "<mo>⟺</mo>" in safe_markdown(r"$a \iff b$")


def test_a_formula_in_code_stays_as_typed():
    assert "<code>$x &lt; y$</code>" in safe_markdown("`$x < y$`")


@pytest.mark.parametrize(
    "typed",
    [
        r"$\text{<script>alert(1)</script>}$",
        r"$\text{&lt;img src=x onerror=alert(1)&gt;}$",
        r"$\href{javascript:alert(1)}{x}$",
        r"$\style{position:fixed}{x} \class{score}{x} \hspace{-40em} x$",
        '[x](https://a.org/$"onmouseover="alert(1)$)',
        '![$x"onerror="alert(1)$](attachment:a.png)',
    ],
)
def test_a_formula_carries_nothing_else(typed):
    html = safe_markdown(typed, {"a.png": {"image/png": "iVBORw0KGgo="}})
    page = ElementTree.fromstring(
        re.sub("(<img[^>]*)>", r"\1/>", html)
    )  # well-formed, so what stands in it is what is named here
    allowed = {*MATHML.split(), "p", "a", "img"}
    for element in page.iter():
        assert element.tag in allowed
        assert not {"style", "class", "onmouseover", "onerror"} & set(element.keys())
        assert element.get("href", "https:").startswith("https:")
        assert "-" not in element.get("width", "")


def test_terminal_codes_and_turned_text_are_taken_out():
    assert plain_text("a\x1b[2J\x1b]0;title\x07b\u202ec\r\nd\x9b") == "a]0;titlebc\nd"
    assert "\x1b" not in code_html("x = '\x1b[31m'")


def test_what_a_verdict_says_comes_from_the_tables_and_nowhere_else(course):
    grade(course, "quin", answered(FIRST, ex1_double="def double(x):\n    return x"), FIRST)
    said = Verdict("ex1-double", "hidden", "failed", "ex1-tokenize/lower-case")
    forged = Verdict("ex1-shout", "visible", "failed", "any/none", {"what": "<b>716253</b>\n"})
    keep_verdicts(course.report, "quin", FIRST, [said, forged])
    assert feedback.generate(course, config_of(course), ["quin"], lambda _: None) == {}
    html = feedback.page_of(course, "quin", FIRST).read_text(encoding="utf-8")
    assert said.label in text_of(html) and said.hint.partition("`")[0].strip() in text_of(html)
    assert "<code>It</code>" in html
    assert "716253" not in html


@pytest.mark.parametrize("limit", ["cell_seconds", "memory_mib", "output_kib", "notebook_seconds"])
def test_a_limit_that_stopped_an_answer_is_named(course, limit):
    grade(course, "rose", releases()[FIRST], FIRST)
    ended = Verdict("ex1-double", "cell", "stopped", f"limit/{limit}", {"limit": 3}, "ex1-double")
    still_open = Verdict("ex1-double", "visible", "open", "any/open", {}, "ex1-double-test")
    keep_verdicts(course.report, "rose", FIRST, [ended, still_open])
    assert feedback.generate(course, config_of(course), ["rose"], lambda _: None) == {}
    text = text_of(feedback.page_of(course, "rose", FIRST).read_text(encoding="utf-8"))
    assert f"not passed : {ended.label}" in text
    assert f"(limit {limit})" in text
    assert "an error of its own" not in text


def test_only_pages_that_are_out_of_date_are_written_again(tmp_path):
    course = new_course(tmp_path / "course")
    for student in ("ada", "ben"):
        grade(course, student, answered(FIRST), FIRST)
    assert feedback.out_of_date(course) == ["ada", "ben"]
    feedback.generate(course, config_of(course), ["ada"], lambda _: None)
    assert feedback.out_of_date(course) == ["ben"]


def test_links_lead_to_the_web_or_nowhere():
    html = safe_markdown("[a](other.html) [b](https://x.org) [c](file:///etc/passwd) [d](//x.org)")
    assert re.findall(r'href="([^"]*)"', html) == ["https://x.org"]
