"""A class of attackers between two honest students, graded once; then what each attack came to."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import socket
import threading
from pathlib import Path

import nbformat
import pytest

from autograder.answering.notebook import Notebook
from autograder.checks import framework
from autograder.grading import grade as grading
from autograder.grading.flags import load_flags
from autograder.grading.grade import Settings
from tests.attacks.attacks import ATTACKS, Attack
from tests.autograder.toy_course import ANSWERS, CHECKED, STEP, make_course, scores, submit
from tests.patience import PATIENCE, wait_for

LIMITS = {
    "cell_seconds": PATIENCE,
    "notebook_seconds": PATIENCE,
    "cpu_seconds": 5,
    "memory_mib": 512,
    "processes": 48,
    "file_mib": 16,
    "disk_mib": 64,
    "output_kib": 256,
    "restarts": 3,
}
# For the attacks that only the clock stops; all others have all the time they need.
HURRIED = {"cell_seconds": 4, "cpu_seconds": PATIENCE}
HONEST = {
    **{"square-test": 3, "double-test": 2, "mean-test": 4, "why": 0},
    **{f"{task}-test": points for task, (_, points) in CHECKED.items()},
}
FILES = ["solutions", "notebooks", "nbgrader_config.py", "pyproject.toml", "grading/submitted"]
SECRET = "the-grader's-own-secret"


class Listener:
    """A TCP and a UDP port on loopback that count what reaches them."""

    def __init__(self):
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.heard: list[str] = []
        for connection in (self.tcp, self.udp):
            connection.settimeout(0.2)
        self.open = True
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        while self.open:
            try:
                connection, _ = self.tcp.accept()
                self.heard.append("tcp")
                connection.close()
            except TimeoutError:
                pass
            try:
                self.udp.recv(100)
                self.heard.append("udp")
            except TimeoutError:
                pass

    def close(self) -> None:
        self.open = False
        self.thread.join()
        self.tcp.close()
        self.udp.close()


class Class:
    """The graded class and what was seen around it."""

    def __init__(self, root: Path):
        self.course = make_course(root, LIMITS, checked=True)
        given_out = {"solutions": {"ex3-step": {"source": STEP, "reason": ""}}}
        (self.course.released / "solutions.json").write_text(json.dumps(given_out))
        self.listener = Listener()
        places = {
            "{course}": str(root),
            "{tcp}": str(self.listener.tcp.getsockname()[1]),
            "{udp}": str(self.listener.udp.getsockname()[1]),
        }
        right = {**ANSWERS, **{task: solution for task, (solution, _) in CHECKED.items()}}
        submit(self.course, "honest-1", right)
        submit(self.course, "zz-honest-2", right)
        self.names = {}
        for number, attack in enumerate(ATTACKS):
            self.names[attack.name] = f"attacker-{number:02}"
            self._submit(attack, places)
        self.before = fingerprints(root)
        os.environ["GRADER_SECRET"] = SECRET
        hurried = {self.names[a.name] for a in ATTACKS if "cell_seconds" in a.says}
        others = {"honest-1", "zz-honest-2", *self.names.values()} - hurried
        both = Settings(students=tuple(hurried), limits=HURRIED), Settings(students=tuple(others))
        # Started here, with the secret; and once for both runs.
        with grading.open_pool(Settings()) as pool, pytest.MonkeyPatch.context() as patch:
            patch.setattr(grading, "open_pool", lambda _: contextlib.nullcontext(pool))
            self.progress = [grading.grade(self.course, settings) for settings in both]
        self.after = fingerprints(root)
        self.listener.close()
        self.scores = scores(self.course)
        self.flags = load_flags(self.course.report / "flags")

    def _submit(self, attack: Attack, places: dict[str, str]) -> None:
        def placed(text: str) -> str:
            for name, value in places.items():
                text = text.replace(name, value)
            return text

        folder = submit(
            self.course,
            self.names[attack.name],
            {task: placed(code) for task, code in attack.answers.items()},
            files=attack.files,
            extra={attack.notebook: [placed(code) for code in attack.cells]},
            only=(attack.notebook,),
        )
        if attack.spoil:
            path = folder / f"{attack.notebook}.ipynb"
            notebook = nbformat.read(path, as_version=4)
            attack.spoil(notebook)
            nbformat.write(notebook, path)

    def outputs(self, attack: Attack) -> list:
        """All outputs of the graded notebook."""
        folder = self.course.autograded / self.names[attack.name] / "lab6"
        notebook = nbformat.read(folder / f"{attack.notebook}.ipynb", as_version=4)
        return [out for cell in notebook.cells for out in cell.get("outputs", [])]


def fingerprints(root: Path) -> dict[str, str]:
    """Every file of the course that grading has no business with."""
    found = {}
    for name in FILES:
        top = root / name
        for path in [top, *sorted(top.rglob("*"))]:
            if path.is_file():
                found[str(path.relative_to(root))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return {**found, "top": str(sorted(p.name for p in root.iterdir()))}


@pytest.fixture(scope="module")
def graded_class(sandboxes_can_be_made, tmp_path_factory) -> Class:
    return Class(tmp_path_factory.mktemp("attacked") / "course")


def test_there_are_enough_ideas():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 120


def test_everyone_is_graded(graded_class):
    assert [progress.failed for progress in graded_class.progress] == [{}, {}]
    assert sum(progress.done for progress in graded_class.progress) == len(ATTACKS) + 2


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gains_nothing(graded_class, attack):
    given = graded_class.scores[graded_class.names[attack.name]]
    gained = {name: score for name, score in given.items() if score}
    assert gained == dict(attack.earns), graded_class.outputs(attack)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_flagged_where_it_should_be(graded_class, attack):
    flags = graded_class.flags.get((graded_class.names[attack.name], attack.notebook), [])
    assert bool(flags) == attack.flagged, [str(flag) for flag in flags]


@pytest.mark.parametrize(
    "attack", [a for a in ATTACKS if a.says or a.prints], ids=lambda attack: attack.name
)
def test_what_stopped_it_is_named(graded_class, attack):
    outputs = graded_class.outputs(attack)
    errors = "\n".join(o.evalue + o.ename for o in outputs if o.output_type == "error")
    printed = "".join(o.text for o in outputs if o.output_type == "stream")
    assert re.search(attack.says, errors), (errors, printed)
    assert re.search(attack.prints, printed), (errors, printed)
    assert "RESULT" not in printed


@pytest.mark.parametrize("student", ["honest-1", "zz-honest-2"])
def test_neighbours_keep_their_points(graded_class, student):
    assert graded_class.scores[student] == HONEST
    assert not any(name == student for name, _ in graded_class.flags)


def test_no_file_of_the_course_changes(graded_class):
    assert graded_class.after == graded_class.before


def test_no_byte_leaves(graded_class):
    assert graded_class.listener.heard == []


def test_nothing_of_the_grader_shows_in_any_output(graded_class):
    for attack in ATTACKS:
        shown = str(graded_class.outputs(attack))
        assert SECRET not in shown, attack.name
        assert "SECRET 49" not in shown, attack.name  # the value of a hidden test
        assert "square(-7)" not in shown, attack.name  # its source
        assert "494949" not in shown, attack.name  # its number, as points


def inputs_of(hidden: int | None) -> set[str]:
    """What the answer to ex3-step is called with, as the attacks write it."""
    seen, names = set(), {}
    exec(STEP, names)

    class Listening(Notebook):
        def ask(self, name, *values):
            if name == "call":
                seen.add(" ".join(map(repr, values[1])))
            return super().ask(name, *values)

    notebook = Listening(names, "ex3-step")
    with notebook.session():
        assert framework.judge("ex3-step", notebook, hidden) is None
    return seen


def test_no_hidden_input_comes_out(graded_class):
    hidden, visible = inputs_of(41), inputs_of(None)
    assert len(hidden) > 3 and not hidden & visible
    records = "".join(p.read_text() for p in graded_class.course.report.rglob("*.json"))
    shown = {a.name: str(graded_class.outputs(a)) for a in ATTACKS if a.notebook == "3_checked"}
    told = [n for n, text in shown.items() if any(f"LEAK {v}" in text for v in visible)]
    assert len(told) > 1  # those of visible tests do, so the attacks work
    for value in hidden:
        assert value not in records
        assert [name for name, text in shown.items() if value in text] == []


def test_no_output_runs_in_the_readers_browser(graded_class):
    for attack in ATTACKS:
        for output in graded_class.outputs(attack):
            assert set(output.get("data", {})) <= {
                "text/plain",
                "text/latex",
                "image/png",
                "image/jpeg",
            }


def test_outputs_are_small(graded_class):
    for path in graded_class.course.autograded.rglob("*.ipynb"):
        assert path.stat().st_size < 2_000_000, path


def test_no_process_is_left(graded_class):
    """What a submission started ends with its notebook; the zygotes end with their workers."""
    wait_for(
        lambda: not any(_is_of_this_sandbox(p) for p in Path("/proc").glob("[0-9]*")),
        "the sandboxes to end",
    )


def _is_of_this_sandbox(process: Path) -> bool:
    try:
        return (process / "comm").read_text().strip() == "bwrap" and _is_ours(process)
    except OSError:
        return False


def _is_ours(process: Path) -> bool:
    """Whether a process descends from this one."""
    pid = int(process.name)
    while pid > 1:
        if pid == os.getpid():
            return True
        text = Path(f"/proc/{pid}/stat").read_text()
        pid = int(text.rpartition(")")[2].split()[1])
    return False
