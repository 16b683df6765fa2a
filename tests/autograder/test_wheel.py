"""The students' zip where it cannot be made; what is in it, tests/first_hour looks at."""

import shutil

import pytest

from autograder.authoring.wheel import write_zip
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


def test_without_a_network_one_line_says_so_and_the_last_zip_stays(course, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / "notebooks" / "lab6.zip").write_bytes(b"the last one")
    with pytest.raises(AutograderError, match=r"could not be built: .*a network") as e:
        write_zip(course)
    assert "\n" not in str(e.value)
    assert (tmp_path / "notebooks" / "lab6.zip").read_bytes() == b"the last one"


def test_a_course_without_packages_of_its_own_has_no_zip(course, tmp_path):
    shutil.rmtree(tmp_path / "helpers")
    assert write_zip(course) is None
    assert [path.name for path in (tmp_path / "notebooks").iterdir()] == ["lab6"]
