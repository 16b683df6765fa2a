"""The wheel where it cannot be built; what is in it, tests/first_hour looks at."""

import shutil

import pytest

from autograder.authoring.wheel import build_wheel
from autograder.course import Course
from autograder.errors import AutograderError
from tests.autograder.conftest import ROOT


@pytest.fixture
def course(tmp_path):
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("helpers", "autograder"):
        (tmp_path / name).mkdir()
        shutil.copy(ROOT / name / "__init__.py", tmp_path / name)
    (tmp_path / "notebooks" / "lab6").mkdir(parents=True)
    return Course(tmp_path)


def test_without_a_network_one_line_says_so(course, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(AutograderError, match=r"could not be built: .*a network") as e:
        build_wheel(course.root, tmp_path)
    assert "\n" not in str(e.value)
    assert not list(tmp_path.glob("*.whl"))
