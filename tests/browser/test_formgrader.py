"""`autograder formgrader` in a browser: read a written answer, give points, grade anew.

With LAB_SCREENSHOTS=FOLDER it leaves pictures there for people to look at.
"""

import os
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.grading.grade import Settings, grade
from autograder.reporting.report import gather
from autograder.running import sandbox
from tests.autograder.toy_course import ANSWERS, LIMITS, STEP, contents, make_course, scores, submit
from tests.browser.lab import TOKEN, chromium, free_port, require_browser, served
from tests.patience import PATIENCE

RIGHT = {**ANSWERS, "ex3-step": STEP, "why": "Because it is so."}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A graded course of two students; their written answers wait for a person."""
    require_browser(also=sandbox.why_unavailable())
    course = make_course(
        tmp_path_factory.mktemp("course") / "toy",
        {**LIMITS, "memory_mib": 2048, "cpu_seconds": 60},
        checked=True,
    )
    submit(course, "ada", RIGHT)
    submit(course, "bob", {**RIGHT, "double": "def double(x):\n    return 3 * x"})
    assert not grade(course, Settings(jobs=1)).failed
    return course


@pytest.fixture(scope="module")
def page(course, tmp_path_factory):
    """The page that the command opens."""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    command = [sys.executable, "-m", "autograder", "formgrader", "--no-browser", "--port"]
    with served([*command, str(port)], port, home, course.root) as address, chromium() as driver:
        driver.get(f"{address}/?token={TOKEN}")  # as the terminal says it; leads to the list
        yield Page(driver, address)


class Page:
    """The pages of the formgrader by what is on them."""

    def __init__(self, driver, address: str):
        self.driver, self.address = driver, address

    def open(self, path: str) -> None:
        self.driver.get(f"{self.address}/formgrader/{path}")

    def all(self, css: str):
        return self.driver.find_elements("css selector", css)

    def wait_for(self, look):
        """What `look` finds, once it is there; a table may be drawn anew while it is read."""
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        wait = WebDriverWait(
            self.driver, PATIENCE, ignored_exceptions=[StaleElementReferenceException]
        )
        return wait.until(lambda _: look())

    def click(self, xpath: str) -> None:
        """Click the first of these elements, once it is there."""

        def clicked() -> bool:
            found = self.driver.find_elements("xpath", xpath)
            if found:
                found[0].click()
            return bool(found)

        self.wait_for(clicked)

    def picture(self, name: str) -> None:
        folder = os.environ.get("LAB_SCREENSHOTS")
        if folder:
            self.driver.save_screenshot(str(Path(folder) / f"formgrader_{name}.png"))


def test_it_opens_on_the_list_of_notebooks(page):
    rows = page.wait_for(lambda: [r.text for r in page.all("tbody tr") if "Loading" not in r.text])
    page.picture("list")
    assert [row.split()[0] for row in rows] == ["1_first", "2_second", "3_checked"]


def test_points_given_by_hand_arrive_in_the_report(page, course):
    from selenium.webdriver.common.keys import Keys

    page.open("gradebook/lab6/2_second")
    page.click("//tbody/tr//a")
    points = page.wait_for(lambda: page.all("input.score.needs_manual_grade#why"))[0]
    assert "Because it is so." in page.all("body")[0].text
    points.send_keys("3.5", Keys.TAB)
    page.wait_for(lambda: given(course) == 3.5)
    page.picture("answer")
    points = sorted(student.total for student in gather(course).students)
    assert points in ([9, 11 + 3.5], [11, 9 + 3.5])  # whoever is first in the list


def given(course) -> float | None:
    """The points that somebody got by hand."""
    rows = [row for grades, _ in contents(course).values() for row in grades]
    return next((manual for _, _, manual, _, _ in rows if manual is not None), None)


def test_its_own_button_grades_in_the_same_sandbox(page, course):
    before = scores(course)
    page.open("manage_submissions/lab6")
    page.click('//tbody/tr[contains(., "bob")]/td[contains(@class, "autograde")]//a')
    message = page.wait_for(
        lambda: [e.text for e in page.all(".modal-body") if e.text.startswith("Successfully")]
    )
    page.picture("graded")
    assert message[0].startswith("Successfully autograded")
    assert scores(course) == before
    path = course.autograded / "bob" / "lab6" / "3_checked.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    test = next(
        c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "ex3-step-test"
    )
    assert [output.output_type for output in test.outputs] == ["stream"]
