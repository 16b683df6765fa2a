"""The live playground in a real JupyterLab, in a browser: move, click, look. And a plain plot.

With LAB_SCREENSHOTS=FOLDER it leaves pictures there for people to look at.
"""

import os
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.browser.lab import TOKEN, chromium, jupyter_lab, require_browser
from tests.patience import PATIENCE

FUNCTIONS = """\
import torch

def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x]
    for _ in range(max_steps):
        path.append(path[-1] - lr * func_obj.grad(path[-1]))
    return torch.cat(path)

def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    path, velocity = [x], 0
    for _ in range(max_steps):
        velocity = momentum * velocity - lr * func_obj.grad(path[-1])
        path.append(path[-1] + velocity)
    return torch.cat(path)
"""
SHOW = "from helpers.playground import playground\nplayground(do_gradient_descent, do_momentum_gd)"
BROKEN = """\
broken = lambda x, f, n, lr, momentum: [x]
playground(do_gradient_descent, broken, lr=0.1, steps=12, play=True)"""
PLOT = """\
import matplotlib.pyplot as plt
from helpers import first_steps
first_steps(version="")
plt.plot([4, 1], label="distance")
plt.title("How far it is")
plt.legend()
plt.show()"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The notebook with two playgrounds, run in JupyterLab and open in the browser."""
    require_browser()
    folder, home = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("home")
    cells = [new_code_cell(source) for source in (PLOT, FUNCTIONS, SHOW, BROKEN)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / "playground.ipynb")
    with jupyter_lab(folder, home) as address, chromium(1366, 768) as driver:
        driver.set_script_timeout(PATIENCE)
        driver.get(f"{address}/doc/tree/playground.ipynb?token={TOKEN}")
        page = Page(driver)
        page.run_all()
        yield page


class Page:
    """The page by what is on it."""

    def __init__(self, driver):
        self.driver = driver

    def until(self, script: str, *arguments):
        """Wait for a piece of JavaScript to give something true, and return it."""
        from selenium.webdriver.support.ui import WebDriverWait

        wait = WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05)
        return wait.until(lambda d: d.execute_script(f"return {script}", *arguments), script)

    def run_all(self) -> None:
        self.until("window.jupyterapp?.commands.hasCommand('notebook:run-all-cells')")
        self.until("document.querySelector('.jp-Notebook .jp-CodeCell') !== null")
        self.until("window.jupyterapp.shell.currentWidget?.sessionContext?.isReady")
        self.driver.execute_script("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.until("document.querySelectorAll('.descent-playground').length === 2")

    def find(self, css: str, number: int = 0):
        script = "document.querySelectorAll('.descent-playground')[arguments[0]]"
        return self.driver.execute_script(
            f"return {script}.querySelector(arguments[1])", number, css
        )

    def shown(self) -> dict:
        """What the first playground shows: the paths, the words, the question that it answers."""
        return self.driver.execute_script(
            """
            const root = document.querySelector(".descent-playground");
            const points = (key) => root.querySelector(`.dp-paths .dp-method-${key} polyline`);
            const words = (key) => [...root.querySelectorAll(`[data-method=${key}] td`)];
            const get = (key) => ({
              path: points(key).getAttribute("points"),
              words: words(key).map((cell) => cell.textContent),
            });
            return {
              plain: get("plain"), momentum: get("momentum"), request: root.dataset.request,
              milliseconds: Number(root.dataset.milliseconds),
            };
            """
        )

    def after(self, action) -> tuple[dict, dict]:
        """What is shown before an action, and once the kernel has answered it."""
        before = self.shown()
        action()
        data = "document.querySelector('.descent-playground').dataset"
        self.until(
            f"{data}.asked !== arguments[0] && {data}.asked === {data}.request", before["request"]
        )
        return before, self.shown()

    def press(self, element, *keys) -> None:
        self.driver.execute_script("arguments[0].focus()", element)
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def click_at(self, svg, share_x: float, share_y: float, to=None) -> None:
        """Click, or drag to another place, by shares of the width and height of a picture."""
        from selenium.webdriver import ActionChains

        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", svg)
        box = self.driver.execute_script(
            "const b = arguments[0].getBoundingClientRect(); return [b.width, b.height]", svg
        )
        offset = [
            round((share - 0.5) * side) for share, side in zip((share_x, share_y), box, strict=True)
        ]
        mouse = ActionChains(self.driver, duration=50).move_to_element_with_offset(svg, *offset)
        mouse.click_and_hold()
        if to:
            mouse.move_to_element_with_offset(
                svg, *[round((share - 0.5) * side) for share, side in zip(to, box, strict=True)]
            )
        mouse.release().perform()

    def screenshot(self, name: str) -> None:
        folder = os.environ.get("LAB_SCREENSHOTS")
        if folder:
            self.driver.save_screenshot(str(Path(folder) / f"{name}.png"))


def test_a_plot_has_a_text_for_screen_readers(page):
    script = "[...document.querySelectorAll('.jp-OutputArea img')].map((image) => image.alt)"
    assert page.until(script) == ["How far it is. distance from 4 to 1."]


def test_two_playgrounds_on_a_page_do_not_share_what_cuts_their_pictures(page):
    cutters = "document.querySelectorAll('.descent-playground clipPath')"
    found = page.driver.execute_script(f"return [...{cutters}].map((node) => node.id)")
    assert len(found) > 8 and len(set(found)) == len(found)


def test_a_slider_changes_the_path_and_the_readouts_that_depend_on_it(page):
    slider = page.find('input[type=range][data-setting="momentum"]')
    page.screenshot("playground-start")
    before, after = page.after(lambda: page.press(slider, *["\ue014"] * 5))  # arrow right
    assert after["momentum"]["path"] != before["momentum"]["path"]
    assert after["momentum"]["words"] != before["momentum"]["words"]
    assert after["plain"] == before["plain"]
    assert page.find('input[aria-label="momentum, as a number"]').get_property("value") == "0.55"


def test_a_click_in_the_left_picture_sets_the_start(page):
    svg = page.find("svg.dp-paths")
    before, after = page.after(lambda: page.click_at(svg, 0.3, 0.75))
    for method in ("plain", "momentum"):
        assert after[method]["path"].split()[0] != before[method]["path"].split()[0]
    x, y = (page.find(f'[data-setting="start_{k}"]').get_property("value") for k in (1, 2))
    # 30% of the width and 75% of the height, in the coordinates of the picture
    assert float(x) == pytest.approx(-5 + 10 * (0.3 * 260 - 45) / 209, abs=0.15)
    assert float(y) == pytest.approx(5 - 10 * (0.75 * 260 - 6) / 212, abs=0.15)
    assert after["plain"]["words"][-1] != before["plain"]["words"][-1]


def test_dragging_moves_the_start_with_the_pointer(page):
    svg = page.find("svg.dp-paths")
    before, after = page.after(lambda: page.click_at(svg, 0.3, 0.7, to=(0.8, 0.3)))
    assert after["plain"]["path"] != before["plain"]["path"]
    assert float(page.find('[data-setting="start_1"]').get_property("value")) > 2
    page.screenshot("playground-dragged")


def test_the_buttons_go_to_the_marked_cases(page):
    outcomes = {
        "At the bound": "oscillates for ever",
        "Just above the bound": "diverges",
        "Optimal pair": "converges",
    }
    for label, outcome in outcomes.items():
        _, after = page.after(page.find(f'[data-case="{label}"]').click)
        assert after["momentum"]["words"][0].startswith(outcome)
        page.screenshot(f"playground-{label.lower().replace(' ', '-')}")


def test_a_click_in_the_right_picture_sets_learning_rate_and_momentum(page):
    before, after = page.after(lambda: page.click_at(page.find("svg.dp-rates"), 0.4, 0.4))
    assert after["momentum"]["words"] != before["momentum"]["words"]
    assert after["plain"]["path"] != before["plain"]["path"]


@pytest.mark.parametrize("arrow", ["\ue012", "\ue015"])  # left; down, which is also JupyterLab's
def test_the_arrow_keys_move_the_start(page, arrow):
    before, after = page.after(lambda: page.press(page.find(".dp-handle"), arrow))
    assert after["plain"]["path"].split()[0] != before["plain"]["path"].split()[0]


def test_every_control_has_a_name_for_a_screen_reader(page):
    unnamed = page.driver.execute_script(
        """
        const root = document.querySelector(".descent-playground");
        const names = "input, button, figure:not([hidden]) svg, [tabindex]";
        const all = [...root.querySelectorAll(names)];
        return all.filter((n) => !(n.getAttribute("aria-label") || n.textContent.trim())).length;
        """
    )
    assert unnamed == 0


def test_a_rotation_turns_the_path(page):
    angle = page.find('input[aria-label="rotation in degrees, as a number"]')
    before, after = page.after(lambda: page.press(angle, "\ue009a", "30", "\ue007"))  # all, Enter
    assert after["plain"]["path"].split()[0] == before["plain"]["path"].split()[0]
    assert after["plain"]["path"] != before["plain"]["path"]
    page.screenshot("playground-rotated")


def test_a_number_can_be_typed(page):
    steps = page.find('input[aria-label="number of steps, as a number"]')
    _, after = page.after(lambda: page.press(steps, "\ue009a", "100", "\ue007"))  # all, type, Enter
    assert len(after["plain"]["path"].split()) == 101


def test_a_function_that_cannot_be_drawn_is_named_and_the_other_is_still_drawn(page):
    assert "returned a list of 1 items, not a tensor" in page.find(".dp-problems", 1).text
    assert page.find(".dp-paths .dp-method-plain polyline", 1).get_attribute("points")


def test_on_a_small_laptop_the_table_is_on_the_screen_with_the_controls(page):
    page.driver.execute_script("arguments[0].scrollIntoView()", page.find(".dp-controls"))
    places = [
        page.driver.execute_script(
            "const b = arguments[0].getBoundingClientRect(); return [b.top, b.bottom]", part
        )
        for part in (page.find(".dp-controls"), page.find("table"))
    ]
    height = page.driver.execute_script("return window.innerHeight")
    page.screenshot("playground-1366x768")
    assert height < 768 and places[0][0] >= 0 and places[1][1] <= height


def test_play_lets_the_balls_roll_and_step_takes_one(page):
    def step() -> float:
        return float(page.find(".dp-counter").text.split()[1] or 0)

    whole = page.shown()["plain"]["path"].split()
    page.find("[data-act=play]").click()
    page.until("Number(document.querySelector('.descent-playground').dataset.step) > 3")
    page.press(page.find("[data-act=play]"), "p")  # pauses
    page.screenshot("playground-rolling")
    at = step()
    drawn = page.shown()["plain"]["path"].split()
    assert 3 <= at < len(whole) - 1 and drawn[:4] == whole[:4] and len(drawn) <= at + 2
    assert page.find(".dp-paths .dp-ball").is_displayed()
    page.press(page.find("[data-act=step]"), "n")
    assert step() == at + 1 and page.shown()["plain"]["path"].split() == whole[: int(at) + 2]
    page.find("[data-act=play]").click()
    page.after(lambda: page.press(page.find('input[data-setting="momentum"]'), "\ue014"))
    assert page.find(".dp-counter").text == ""  # a new question stops the balls
    assert page.find("[data-act=play]").text == "▶ Play"


def test_where_it_is_asked_for_the_balls_roll_as_soon_as_they_are_on_the_screen(page):
    page.driver.execute_script("arguments[0].scrollIntoView()", page.find(".dp-controls", 1))
    page.until("Number(document.querySelectorAll('.descent-playground')[1].dataset.step) > 1")


def test_who_wants_less_motion_sees_jumps_from_step_to_step(page):
    def reduced(value: str) -> None:
        feature = {"name": "prefers-reduced-motion", "value": value}
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    reduced("reduce")
    try:
        page.find("[data-act=play]").click()
        seen = set()
        script = "return document.querySelector('.descent-playground').dataset.step"
        while len(seen) < 3:
            seen.add(page.driver.execute_script(script))
        page.find("[data-act=play]").click()
        assert all(float(value).is_integer() for value in seen)
    finally:
        reduced("")


def test_the_bowl_is_shown_in_3d_and_turns(page):
    page.find("[data-act=surface]").click()
    svg = page.find("svg.dp-surface")
    assert svg.is_displayed() and not page.find("svg.dp-paths").is_displayed()

    def corners() -> str:
        return page.find(".dp-mesh polygon").get_attribute("points")

    before = corners()
    page.press(svg, "\ue014")
    assert corners() != before
    before = corners()
    page.click_at(svg, 0.4, 0.5, to=(0.7, 0.5))
    assert corners() != before
    page.screenshot("playground-3d")
    page.find("[data-act=surface]").click()
    assert page.find("svg.dp-paths").is_displayed()


def test_the_roots_stand_inside_the_unit_circle_when_it_converges(page):
    page.after(page.find('[data-case="Optimal pair"]').click)
    script = """
      const root = document.querySelector(".descent-playground");
      const unit = root.querySelector(".dp-unit");
      const at = (node, name) => Number(node.getAttribute(name));
      const from = (node, name) => (at(node, name) - at(unit, name)) / at(unit, "rx");
      return [...root.querySelectorAll(".dp-root.dp-method-momentum")].map((node) =>
        Math.hypot(from(node, "cx"), from(node, "cy"))
      );"""
    sizes = page.driver.execute_script(script)
    assert len(sizes) == 4 and max(sizes) < 1
    assert max(sizes) - min(sizes) < 0.02  # at the optimal pair all are as large
    assert page.shown()["momentum"]["words"][1:3] == ["critically damped"] * 2
    page.screenshot("playground-roots")


def test_it_follows_the_dark_theme(page):
    def colour() -> str:
        return page.driver.execute_script(
            "return getComputedStyle(document.querySelector('.descent-playground')).color"
        )

    light = colour()
    page.driver.execute_script(
        "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    page.until("document.querySelector('.descent-playground').classList.contains('dp-dark')")
    assert colour() != light
    page.driver.execute_script("arguments[0].scrollIntoView()", page.find("svg"))
    page.screenshot("playground-dark")
    page.driver.execute_script(
        """const root = document.querySelector(".descent-playground"), place = root.parentElement;
        root.remove();
        root.classList.remove("dp-dark");
        requestAnimationFrame(() => requestAnimationFrame(() => place.append(root)));"""
    )  # as where a cell out of sight is put onto the page later
    page.until("document.querySelector('.descent-playground')?.classList.contains('dp-dark')")
