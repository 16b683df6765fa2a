"""`autograder read` in a browser: marks from the keyboard, formulas, and answers that attack.

With LAB_SCREENSHOTS=FOLDER it leaves pictures there for people to look at.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.reading.desk import Desk
from benchmarks.reading import hand_in
from tests.autograder.toy_course import make_course, written
from tests.browser.lab import chromium, require_browser
from tests.patience import PATIENCE

SCHEME = """\
### BEGIN SOLUTION
By $x^2 > 0$.
### BEGIN MARK SCHEME
| points | for |
| --- | --- |
| 1 | the claim |
| 2 | its reason, $x^2 > 0$ |
### END MARK SCHEME
### END SOLUTION"""
HOSTILE = r"""
<script>document.title = "owned"</script><img src="x" onerror="document.title = 'owned'">
<style>body { display: none }</style>
[a link](javascript:document.title='owned') [another](https://a.org/$"onfocus="document.title=1$)
$\text{&lt;img src=x onerror="document.title='owned'"&gt;}$ $\href{javascript:alert(1)}{x}$
"""
ANSWERS = {
    "ada": r"Since $\frac{1}{2}\lambda_1 x^2 > 0$, **so**.",
    "bob": HOSTILE,
    "cy": "Because.",
    "dan": "Because. ",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    require_browser()
    proof = written("proof", 3)
    proof.source = SCHEME
    notebook = new_notebook(cells=[new_markdown_cell("Prove it."), proof])
    course = make_course(tmp_path_factory.mktemp("course") / "toy", made={"1_proofs": notebook})
    hand_in(course, "1_proofs", {name: {"proof": text} for name, text in ANSWERS.items()})
    return course


@pytest.fixture
def page(course):
    """The page that the command opens, in a browser whose keyboard alone is used."""
    command = [sys.executable, "-m", "autograder", "read", "--no-browser"]
    server = subprocess.Popen(command, cwd=course.root, stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://\S+", server.stdout.readline())[0]
        with chromium(1366, 768) as driver:
            driver.get(address)
            yield Page(driver)
    finally:
        server.terminate()
        server.wait(30)


class Page:
    """The page by what is on it."""

    def __init__(self, driver):
        self.driver = driver

    def type(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def text(self, css: str) -> str:
        return self.driver.find_element("css selector", css).text

    def js(self, expression: str):
        return self.driver.execute_script(f"return {expression}")

    def wait_for(self, expression: str):
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, PATIENCE).until(lambda _: self.js(expression))

    def picture(self, name: str) -> None:
        folder = os.environ.get("LAB_SCREENSHOTS")
        if folder:
            self.driver.save_screenshot(str(Path(folder) / f"reading_{name}.png"))


def test_a_class_is_read_with_the_keyboard_alone(page, course):
    from selenium.webdriver.common.keys import Keys

    page.wait_for("document.querySelector('option') !== null")
    page.type("reader one", Keys.ENTER)
    read = 0
    while read < len(ANSWERS):
        page.wait_for(f"shown && document.querySelector('#progress').innerText.startsWith({read})")
        text = page.text("#text")
        assert page.js("document.activeElement.id") == "answer"
        assert page.js("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.picture(f"answer_{read}")
        read += 1
        if "Since" in text:
            assert page.js("document.querySelector('#text mfrac').clientHeight") > 0
            assert "$" not in text and page.js("document.querySelector('#text strong') !== null")
            page.type("1", "2", "2")  # all of the first item, half of the second
            page.wait_for("document.querySelector('#score').value === '2'")
            assert page.js("document.querySelectorAll('.item')[1].ariaPressed") == "mixed"
            page.type("c")
            page.wait_for("document.activeElement.id === 'comment'")
            page.type("Why n?", Keys.ENTER)
        elif "Because" in text:
            assert "1 other wrote the same" in page.text("#same")
            page.type("f")
            page.wait_for("document.activeElement.id === 'score'")
            page.type("9", Keys.ENTER)  # too much
            page.wait_for("document.querySelector('#status').innerText.includes('from 0 to 3')")
            page.type(Keys.BACKSPACE, "0,5", Keys.ESCAPE, "a")
            read += 1
        else:
            assert_nothing_happened(page)
            page.type("0", Keys.ENTER)
    page.wait_for("document.querySelector('#status').innerText.includes('every answer is read')")
    assert marks(course) == {
        "ada": (2, False, "Why n?"),
        "bob": (0, False, None),
        "cy": (0.5, False, None),
        "dan": (0.5, False, None),
    }
    page.type("?")
    page.wait_for("document.querySelector('dialog').open")
    page.picture("keys")
    page.type(Keys.ESCAPE)
    page.wait_for("!document.querySelector('dialog').open")
    assert page.driver.title == "proof"


def assert_nothing_happened(page):
    assert page.driver.title == "proof"
    assert page.js("document.querySelectorAll('#text script, #text img, #text style').length") == 0
    links = page.js("[...document.querySelectorAll('#text [href]')].map((a) => a.href)")
    assert [link for link in links if not link.startswith("https://a.org/")] == []
    attributes = "[...document.querySelectorAll('#text *')].flatMap((e) => e.getAttributeNames())"
    assert [name for name in page.js(attributes) if name.startswith(("on", "style"))] == []
    assert page.js("getComputedStyle(document.body).display") != "none"


def test_what_gets_past_the_sanitiser_is_stopped_by_the_policy(page):
    page.wait_for("document.querySelector('option') !== null")
    page.js(
        """(() => {
        addEventListener("securitypolicyviolation", () => { window.stopped = true; });
        document.querySelector("#text").innerHTML =
            '<img src="data:image/png;base64,eA==" onerror="window.owned = true">';
        })()"""
    )
    page.wait_for("window.stopped")
    assert page.js("window.owned") is None


def marks(course):
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        return {
            one.student.id: (
                one.notebooks[0].grades[0].manual_score,
                one.notebooks[0].grades[0].needs_manual_grade,
                one.notebooks[0].comments[0].manual_comment,
            )
            for one in gradebook.assignment_submissions("lab6")
        }


def opened(page, name="reader"):
    from selenium.webdriver.common.keys import Keys

    page.wait_for("document.querySelector('option') !== null")
    page.type(name, Keys.ENTER)
    page.wait_for("shown !== null")


def test_enter_after_a_click_saves_what_was_clicked(page, course):
    from selenium.webdriver.common.keys import Keys

    opened(page)
    page.type("0")
    page.wait_for("document.querySelector('#score').value === '0'")
    page.driver.find_element("css selector", ".item").click()
    page.wait_for("document.querySelector('#score').value === '1'")
    page.type(Keys.ENTER)
    page.wait_for("document.querySelector('#status').innerText.includes('saved')")
    assert page.js("[...drafts].length") == 0


def test_a_key_is_for_the_answer_that_was_seen(page, course):
    """Enter twice, while the first one is at work: nobody has seen what comes after."""
    opened(page)
    page.driver.execute_script(
        """window.asked = []; const real = ask, answer = document.querySelector("#answer");
        const press = (key) => answer.dispatchEvent(
          new KeyboardEvent("keydown", { ...key, bubbles: true }));
        ask = (name, more) => { asked.push(name); return real(name, more); };
        for (const key of ["M", "Enter", "Enter", "m"])
          press({ key });
        press({ key: "Enter", repeat: true });"""
    )
    page.driver.execute_async_script("work.then(arguments[0])")
    assert page.js("asked.filter((name) => name === 'save').length") == 1
    assert page.js("document.querySelector('#status').innerText").startswith("saved")


def test_a_window_says_that_it_is_there_and_the_page_says_how_to_settle_differences(page, course):
    for reader, share in (("eve", 0.0), ("bob", 1.0)):
        desk, at = Desk(course, second=share), ""
        while "end" not in (shown := desk.step("seat", reader, "proof", "next", at)):
            at = shown["id"]
            given = {"id": at, "key": shown["key"], "score": 1 + share}
            desk.save("seat", reader, "proof", given)
    opened(page)
    assert "0% equal (d: the others), +1.00 points on average" in page.text("#progress")
    page.type("d")
    page.wait_for("!document.querySelector('#second').hidden")
    assert page.text("#second") == "Points in a second reading: 2."
    page.picture("differs")
    said = (
        "const said = arguments[0]; ask('here').then(() => said('heard'), (e) => said(e.message))"
    )
    assert page.driver.execute_async_script(said) == "heard"
    page.driver.execute_script("ask = (name) => { window.asked = name; return Promise.resolve(); }")
    page.driver.execute_async_script("stillHere().then(arguments[0])")
    assert page.js("window.asked") == "here"


def test_on_a_phone_the_status_stays_in_sight(page):
    opened(page)
    size = {"width": 420, "height": 500, "deviceScaleFactor": 1, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    page.driver.execute_script("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.js(
        "scrollY > 0 && document.querySelector('#status').getBoundingClientRect().top >= 0"
    )
