"""The picture of the rooms in docs/architecture.md is that of the code, and their order holds.


`python -m tests.test_architecture` draws it anew.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
PICTURE = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)
PROGRAMS = Path(sys.executable).parent


def draw() -> str:
    """The rooms of autograder/ and who imports from whom, as a Mermaid flowchart."""
    command = [PROGRAMS / "import-linter", "drawgraph", "autograder"]
    dot = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rooms = re.findall(r'"\.(\w+)" \[label="\.\w+/"\]', dot)
    arrows = re.findall(r'"\.(\w+)" ->\s+"\.(\w+)"', dot)
    drawn = [f"    {a} --> {b}" for a, b in arrows if a in [*rooms, "cli"] and b in rooms]
    return "\n".join(["flowchart TD", *drawn, ""])


def test_the_picture_is_that_of_the_code():
    assert PICTURE.search(PAGE.read_text(encoding="utf-8"))[0] == draw()


def test_every_room_is_described_and_asks_only_rooms_below_it():
    linted = subprocess.run([PROGRAMS / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout
    page = PAGE.read_text(encoding="utf-8")
    for room in (p.parent.name for p in (ROOT / "autograder").glob("*/__init__.py")):
        assert f"`{room}/`" in page


def test_what_grades_and_releases_starts_without_torch_and_without_a_parser_of_addresses():
    """They take seconds to import, in every command and in every worker."""
    modules = "autograder.cli, autograder.nbgrader_settings, autograder.grading.grade"
    code = f"import sys, {modules}; sys.exit(not sys.modules.keys().isdisjoint(['torch', 'lark']))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


if __name__ == "__main__":
    PAGE.write_text(PICTURE.sub(lambda _: draw(), PAGE.read_text(encoding="utf-8")), "utf-8")
