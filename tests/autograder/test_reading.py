"""Written answers are read by question, by several people, and no answer twice."""

import contextlib
import fcntl
import json
import shutil
from collections import Counter
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from tornado.testing import AsyncHTTPTestCase

from autograder.course import find_course
from autograder.errors import AutograderError
from autograder.grading.gradebook import confirm
from autograder.grading.marks import read_marks
from autograder.grading.one_run import LOCK
from autograder.reading import desk as desks
from autograder.reading.desk import Desk
from autograder.reading.question import key_of, read_questions
from autograder.reading.server import application, serve
from benchmarks.reading import hand_in
from tests.autograder.toy_course import make_course, written
from tests.test_course import BY_HAND, COURSE

SCHEME = """\
### BEGIN SOLUTION
It is $|x| > 0$.
### BEGIN MARK SCHEME
| points | for |
| --- | --- |
| 1 | $|x| > 0$ |
| 2,5 | the reason |

Half of it for a **sketch**.
### END MARK SCHEME
### END SOLUTION"""


@pytest.fixture(scope="module")
def _built(tmp_path_factory):
    proof, plain = written("proof", 4), written("plain", 3)
    proof.source = SCHEME
    notebook = new_notebook(cells=[new_markdown_cell("Prove it."), proof, plain])
    return make_course(tmp_path_factory.mktemp("built") / "toy", made={"1_proofs": notebook})


@pytest.fixture
def course(_built, tmp_path):
    shutil.copytree(_built.root, tmp_path / "toy")
    return find_course(tmp_path / "toy")


def handed_in(course, **answers):
    hand_in(course, "1_proofs", {name: {"proof": text} for name, text in answers.items()})
    return Desk(course)


def many(course, number=12):
    return handed_in(course, **{f"student{n}": f"Answer {n}." for n in range(number)})


def order(desk, reader):
    """The keys of all answers in the order in which a reader meets them."""
    met, shown = [], desk.step(reader, reader, "proof", "next")
    while "end" not in shown:
        met.append(shown["key"])
        shown = desk.step(reader, reader, "proof", "next", shown["id"])
    desk.leave(reader)
    return met


def mark(desk, shown, score, reader="ada", **more):
    said = {"id": shown["id"], "key": shown["key"], "score": score, **more}
    return desk.save(reader, reader, "proof", said)


def read_all(desk, reader, score):
    """Read what waits; score: a function of what is shown. Returns what was shown."""
    met, shown = [], desk.step(reader, reader, "proof", "unread")
    while "end" not in shown:
        mark(desk, shown, score(shown), reader, comment=f"by {reader}")
        met.append(shown)
        shown = desk.step(reader, reader, "proof", "unread", shown["id"])
    desk.leave(reader)
    return met


def rows(course):
    """Student -> points by hand, whether the answer waits, and the comment by hand."""
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        return {
            submission.student.id: (
                grade.manual_score,
                grade.needs_manual_grade,
                next(c.manual_comment for c in notebook.comments if c.name == "proof"),
            )
            for submission in gradebook.assignment_submissions("lab6")
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.name == "proof"
        }


def test_a_question_has_the_scheme_of_its_solution(course):
    question = read_questions(course)["proof"]
    assert question.items == [(1, "$|x| > 0$"), (2.5, "the reason")]
    assert question.remarks == "Half of it for a **sketch**."
    assert question.reference == "It is $|x| > 0$."
    assert question.task == "Prove it."


def test_the_schemes_of_this_lab_add_up_to_the_points():
    questions = read_questions(COURSE)
    assert set(questions) == BY_HAND
    for question in questions.values():
        assert sum(points for points, _ in question.items) == question.points


def test_each_reader_has_an_order_that_stays(course):
    desk = many(course)
    ada = order(desk, "ada")
    assert len(set(ada)) == 12
    assert order(Desk(course), "Ada") == ada  # after a restart, however it is typed
    assert sorted(order(desk, "bob")) == sorted(ada) != order(desk, "bob")
    back = desk.step("ada", "ada", "proof", "next")
    after = desk.step("ada", "ada", "proof", "next", back["id"])
    assert desk.step("ada", "ada", "proof", "previous", after["id"])["id"] == back["id"]


def test_the_next_unread_one_is_the_same_while_it_alone_waits(course):
    desk = many(course, 3)
    shown = desk.step("x", "x", "proof", "unread")
    for _ in range(2):
        mark(desk, shown, 1, "x")
        shown = desk.step("x", "x", "proof", "unread", shown["id"])
    assert desk.step("x", "x", "proof", "unread", shown["id"])["id"] == shown["id"]
    mark(desk, shown, 1, "x")
    assert "every answer is read" in desk.step("x", "x", "proof", "unread", shown["id"])["end"]


def test_nothing_that_is_shown_tells_who_wrote_it(course):
    desk = many(course)
    told = json.dumps([desk.step("a", "ada", "proof", "unread"), desk.scheme("proof")])
    assert "student" not in told.replace("which the student", "")


def test_no_answer_is_open_at_two_readers(course):
    desk = many(course, 4)
    open_at = {n: desk.step(n, n, "proof", "unread")["key"] for n in ("ada", "bob", "cy", "dan")}
    assert len(set(open_at.values())) == 4
    assert "others have the rest open" in desk.step("eve", "eve", "proof", "unread")["end"]
    desk.leave("bob")
    assert desk.step("eve", "eve", "proof", "unread")["key"] == open_at["bob"]


def test_two_people_of_one_name_get_two_answers(course):
    desk = many(course, 2)
    shown = [desk.step(seat, "ada", "proof", "unread")["key"] for seat in ("window", "another")]
    assert len(set(shown)) == 2


def test_an_answer_that_was_left_open_goes_to_others_in_time(course, monkeypatch):
    desk = many(course, 1)
    shown = desk.step("ada", "ada", "proof", "unread")
    now = desks.time.monotonic()
    monkeypatch.setattr(desks.time, "monotonic", lambda: now + desks.HELD_SECONDS + 1)
    assert desk.step("bob", "bob", "proof", "unread")["id"] == shown["id"]
    with pytest.raises(AutograderError, match="bob has this answer open"):
        mark(desk, shown, 1)
    assert rows(course)["student0"] == (None, True, None)


def test_a_window_that_is_there_keeps_its_answer_however_long(course, monkeypatch):
    desk = many(course, 1)
    shown = desk.step("ada", "ada", "proof", "unread")
    began, passed = desks.time.monotonic(), 0
    monkeypatch.setattr(desks.time, "monotonic", lambda: began + passed)
    for _ in range(3):
        passed += desks.HELD_SECONDS - 1
        desk.here("ada")
        assert "end" in desk.step("bob", "bob", "proof", "unread")
    passed += desks.HELD_SECONDS + 1  # asleep
    assert desk.step("bob", "bob", "proof", "unread")["id"] == shown["id"]
    desk.here("ada")  # too late
    with pytest.raises(AutograderError, match="bob has this answer open"):
        mark(desk, shown, 1)
    desk.here("nobody")
    mark(desk, shown, 3, "bob", comment="Read by bob.")
    desk.leave("bob")
    with pytest.raises(AutograderError, match="bob has marked this answer since"):
        mark(desk, shown, 1, was=shown["when"])
    assert rows(course)["student0"] == (3, False, "Read by bob.")
    mark(desk, shown, 1, was=desk.step("ada", "ada", "proof", "here", shown["id"])["when"])


def test_equal_answers_are_read_once(course):
    desk = handed_in(course, ada="It  is so.\n", bob="It is so.", cy="", dan=" \n", eve="No.")
    shown = {s["key"]: s for s in (desk.step(n, n, "proof", "unread") for n in "xyz")}
    assert len(shown) == 3  # nobody else gets one of the same
    assert "end" in desk.step("more", "more", "proof", "unread")
    assert Counter(s["same"] for s in shown.values()) == {1: 2, 0: 1}
    empty = next(s for s in shown.values() if "nothing was written" in s["html"])
    seat = next(n for n in "xyz" if desk.step(n, n, "proof", "here", empty["id"]).get("id"))
    assert mark(desk, empty, 0, seat, all=True, comment="Nothing here.") == 2
    assert rows(course)["cy"] == rows(course)["dan"] == (0, False, "Nothing here.")
    assert rows(course)["bob"] == (None, True, None)


def test_a_mark_for_one_leaves_the_others_who_wrote_the_same(course):
    desk = handed_in(course, ada="So.", bob="So.")
    shown = desk.step("x", "x", "proof", "unread")
    assert mark(desk, shown, 2, "x") == 1
    other = desk.step("x", "x", "proof", "unread", shown["id"])
    assert other["id"] != shown["id"] and other["same_marks"] == [2]


def test_other_pictures_or_indentation_are_other_answers():
    def cell(kind, source, picture=""):
        attachments = {"a.png": {"image/png": picture}} if picture else {}
        return {"cell_type": kind, "source": source, "attachments": attachments}

    picture = "![a](attachment:a.png)"
    assert key_of(cell("markdown", picture, "eA==")) != key_of(cell("markdown", picture, "eQ=="))
    inside, outside = "if x:\n    y()\n    z()", "if x:\n    y()\nz()"
    assert key_of(cell("code", inside)) != key_of(cell("code", outside))
    assert key_of(cell("code", inside)) == key_of(cell("code", inside + "  \n\n"))


def test_a_mark_stands_in_the_gradebook_as_the_formgrader_writes_it(course):
    desk = handed_in(course, ada="So.")
    shown = desk.step("x", "x", "proof", "unread")
    mark(desk, shown, "2,5", "x", items=[0, 1], comment="Why?\nHow?")
    assert rows(course)["ada"] == (2.5, False, "Why?\nHow?")
    marked = next(m for m in read_marks(course).students[0].marks if m.grade_id == "proof")
    assert (marked.score, marked.by_hand, marked.waits) == (2.5, True, False)
    shown = desk.step("x", "x", "proof", "here", shown["id"])
    assert (shown["score"], shown["items"], shown["comment"]) == (2.5, [0, 1], "Why?\nHow?")
    mark(desk, shown, 0, "x")
    assert rows(course)["ada"] == (0, False, None)


def test_a_mark_of_the_formgrader_shows_without_items_that_are_not_its_own(course):
    desk = handed_in(course, ada="So.")
    shown = desk.step("x", "x", "proof", "unread")
    mark(desk, shown, 2.5, "x", items=[0, 1])
    change(course, "ada", manual_score=1)
    shown = desk.step("x", "x", "proof", "here", shown["id"])
    assert (shown["score"], shown["items"]) == (1, [])


def change(course, student, **columns):
    """Another program writes to the gradebook."""
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        grade = gradebook.find_grade("proof", "1_proofs", "lab6", student)
        for name, value in columns.items():
            setattr(grade, name, value)
        gradebook.db.commit()


def test_a_mark_is_for_the_answer_as_it_is_now(course):
    desk = handed_in(course, ada="So.")
    mark(desk, desk.step("x", "x", "proof", "unread"), 2, "x")
    handed_in(course, ada="Otherwise.")  # graded anew: it asks for a look, and the mark stays
    change(course, "ada", manual_score=2, needs_manual_grade=True)
    shown = desk.step("x", "x", "proof", "unread")
    assert shown["earlier"] and shown["score"] == 2 and "Otherwise" in shown["html"]
    mark(desk, shown, 2, "x")
    assert rows(course)["ada"][:2] == (2, False)
    with pytest.raises(AutograderError, match="no mark"):
        confirm(course, "ada", "proof")


def test_an_answer_that_changed_while_it_was_read_gets_no_mark(course):
    desk = handed_in(course, ada="So.")
    shown = desk.step("x", "x", "proof", "unread")
    handed_in(course, ada="Otherwise.")
    with pytest.raises(AutograderError, match="has changed since it was shown"):
        mark(desk, shown, 2, "x")
    assert rows(course)["ada"] == (None, True, None)


@pytest.mark.parametrize("score", ["", None, "two", -0.5, 4.5, "nan", "inf", [1], "1e999"])
def test_a_mark_that_cannot_be_is_refused_in_one_line(course, score):
    desk = handed_in(course, ada="So.")
    with pytest.raises(AutograderError) as refused:
        mark(desk, desk.step("x", "x", "proof", "unread"), score, "x")
    assert "\n" not in str(refused.value) and "nothing was saved" in str(refused.value)
    assert rows(course)["ada"] == (None, True, None)


@pytest.mark.parametrize("items", [[1], [1, 2], [1, "x"], [1, -1], 7])
def test_items_that_the_scheme_does_not_have_are_refused(course, items):
    desk = handed_in(course, ada="So.")
    with pytest.raises(AutograderError):
        mark(desk, desk.step("x", "x", "proof", "unread"), 1, "x", items=items)
    assert rows(course)["ada"] == (None, True, None)


def test_while_a_command_is_at_work_nothing_is_saved_and_reading_holds_up_none(course):
    desk = handed_in(course, ada="So.")
    shown = desk.step("x", "x", "proof", "unread")
    with held_by_another(course.grading), pytest.raises(AutograderError, match="is at work"):
        mark(desk, shown, 2, "x")
    assert rows(course)["ada"] == (None, True, None)
    assert mark(desk, shown, 2, "x") == 1
    with held_by_another(course.grading):  # the answer is still open, and a report can run
        pass


@contextlib.contextmanager
def held_by_another(folder):
    """The lock of a command that is at work in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def test_comments_that_were_used_are_offered_most_used_first(course):
    desk = many(course, 4)
    shown = desk.step("x", "x", "proof", "unread")
    for comment in ("Why?", "How?\nWhy?", "Why?\n\nSo what?"):
        mark(desk, shown, 1, "x", comment=comment)
        shown = desk.step("x", "x", "proof", "unread", shown["id"])
    assert shown["bank"][0] == ("Why?", 3)
    assert {text for text, _ in shown["bank"]} == {"Why?", "How?", "So what?"}
    assert Desk(course).step("y", "y", "proof", "unread")["bank"] == shown["bank"]


def test_a_second_reader_sees_nothing_of_the_first_mark(course):
    read_all(many(course), "ada", lambda _: 3)
    before = rows(course)
    desk = Desk(course, second=0.5)
    assert "end" in desk.step("ada", "ADA", "proof", "unread")  # not one's own
    seen = read_all(desk, "bob", lambda shown: 3 if shown["number"] % 2 else 2)
    assert len(seen) == 6  # a half
    for shown in seen:
        assert (shown["score"], shown["items"], shown["comment"]) == (None, [], "")
        assert not shown["same_marks"] and not shown["earlier"]
        assert shown["agreement"] is None
    assert rows(course) == before
    agreed = desk.step("bob", "bob", "proof", "unread")["agreement"]
    assert agreed == {"answers": 6, "equal": 0.5, "mean": -0.5}
    assert Desk(course).step("cy", "cy", "proof", "next")["agreement"] == agreed
    assert "end" in desk.step("cy", "cy", "proof", "unread")  # nor a third time
    assert desk.step("bob", "bob", "proof", "next")["score"] in (2, 3)  # one's own, to mend


def test_marks_that_differ_are_found_and_settled_by_a_first_reader(course):
    desk = many(course, 6)
    read_all(desk, "ada", lambda _: 3)
    assert "no mark differs" in desk.step("ada", "ada", "proof", "differs")["end"]
    odd = read_all(Desk(course, second=1.0), "bob", lambda shown: 1 if shown["number"] == 4 else 3)
    shown = desk.step("ada", "ada", "proof", "differs")
    assert (shown["id"], shown["score"], shown["second"]) == (odd[3]["id"], 3, 1)
    again = Desk(course, second=1.0).step("bob", "bob", "proof", "here", shown["id"])
    assert again["score"] == 1 and again["second"] is None  # a second reader sees no first mark
    assert "end" in Desk(course, second=1.0).step("bob", "bob", "proof", "differs")
    mark(desk, shown, 1)
    assert "no mark differs" in desk.step("ada", "ada", "proof", "differs")["end"]


def test_a_sample_stays_and_only_what_is_read_is_read_again(course):
    desk = many(course)
    assert "end" in Desk(course, second=1.0).step("bob", "bob", "proof", "unread")
    read_all(desk, "ada", lambda _: 1)
    small = {s["id"] for s in read_all(Desk(course, second=0.25), "bob", lambda _: 1)}
    large = {s["id"] for s in read_all(Desk(course, second=0.5), "cy", lambda _: 1)}
    assert (len(small), len(large)) == (3, 3)  # the larger sample holds the smaller one
    assert not small & large


def test_what_was_left_as_released_or_is_half_graded_is_not_offered(course):
    desk = handed_in(course, ada="So.", bob="So, too.", cy="And so.")
    change(course, "bob", auto_score=0, needs_manual_grade=False)
    half = course.report / "graded" / "cy.json"
    half.parent.mkdir(parents=True)
    half.write_text('{"1_proofs": ""}')
    assert desk.step("x", "x", "proof", "unread")["total"] == 1


def test_records_that_cannot_be_read_are_named_and_stay(course):
    desk = handed_in(course, ada="So.")
    path = course.grading / "reading" / "proof.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    with pytest.raises(AutograderError, match=r"proof\.json cannot be read"):
        desk.step("x", "x", "proof", "unread")
    assert path.read_text() == "{"


def test_the_questions_are_offered_with_what_waits(course):
    assert many(course, 3).overview() == ["proof: 3 to read", "plain: 0 to read"]
    assert Desk(course, "plain", second=0.1).overview() == ["plain"]


def test_a_question_that_is_not_there_is_told_with_those_that_are(course):
    with pytest.raises(AutograderError, match="proof, plain"):
        Desk(course, "prof")


def test_one_page_serves_a_class(course):
    desk = handed_in(course, ada="So.")
    there = pytest.raises(AutograderError, match=r"is at work in .*reading/first")
    with held_by_another(course.grading / "reading" / "first"), there:
        serve(desk, browser=False)


class TestServer(AsyncHTTPTestCase):
    """Who may ask, and what comes back."""

    def get_app(self):
        def refuse(*_):
            raise AutograderError("points go from 0 to 4")

        return application(
            SimpleNamespace(overview=lambda: ["proof: 3 to read"], save=refuse), "secret"
        )

    def ask(self, name="overview", body="{}", **headers):
        headers = {"X-Token": "secret"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.fetch(f"/api/{name}", method="POST", body=body, headers=headers)

    def test_the_token_opens(self):
        answer = self.ask()
        assert (answer.code, json.loads(answer.body)) == (200, {"result": ["proof: 3 to read"]})

    def test_without_the_token_in_a_header_nothing_is_told(self):
        for given in ("", "wrong"):
            assert self.ask(X_Token=given).code == 403
        bare = self.fetch("/api/overview?token=secret", method="POST", body="{}")
        assert bare.code == 403 and b"proof" not in bare.body

    def test_another_name_of_this_machine_is_turned_away(self):
        for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", ""):
            assert self.ask(Host=host).code in (400, 403)
        assert self.ask(Host="localhost:1234").code == 200  # through a tunnel

    def test_an_address_that_is_no_text_is_refused_in_a_line(self):
        answer = self.fetch("/?token=%ff")
        assert answer.code == 400 and "\n" not in json.loads(answer.body)["error"]

    def test_the_page_needs_the_token_and_runs_its_own_script_alone(self):
        assert self.fetch("/").code == self.fetch("/?token=wrong").code == 403
        page = self.fetch("/?token=secret")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        nonce = policy.split("script-src 'nonce-")[1].split("'")[0]
        assert f'<script nonce="{nonce}">' in page.body.decode()
        assert nonce not in self.fetch("/?token=secret").body.decode()

    def test_what_is_no_question_is_refused_in_a_line(self):
        for body in ("", "[", "7", "[1]", '{"mark": 3}', "\xff"):
            answer = self.ask(body=body)
            assert answer.code == 400 and "\n" not in json.loads(answer.body)["error"]
        assert self.ask("nothing").code == 404

    def test_a_fault_of_ours_is_a_line_that_the_page_can_show(self):
        answer = self.ask("scheme")  # this desk has none
        assert answer.code == 500 and "nothing is lost" in json.loads(answer.body)["error"]

    def test_why_a_mark_was_refused_is_told(self):
        answer = self.ask("save")
        assert (answer.code, json.loads(answer.body)) == (409, {"error": "points go from 0 to 4"})


def test_notebooks_that_are_none_are_left_out(course):
    desk = handed_in(course, ada="So.", bob="Or so.")
    path = course.autograded / "ada" / "lab6" / "1_proofs.ipynb"
    path.write_text("{")
    assert desk.step("x", "x", "proof", "unread")["total"] == 1
    nbformat.write(new_notebook(), path)
    assert desk.step("x", "x", "proof", "unread")["total"] == 1
