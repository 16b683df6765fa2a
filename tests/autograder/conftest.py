"""A course of one notebook with one task, small enough to build in every test that needs one."""

import contextlib
import functools
import shutil
from pathlib import Path

import nbgrader.api
import pytest

from autograder.authoring import release
from autograder.course import Course, find_course
from autograder.grading import grade

# nbgrader starts another program for every gradebook that it makes, which always says the same.
nbgrader.api.get_alembic_version = functools.cache(nbgrader.api.get_alembic_version)

ROOT = Path(__file__).resolve().parents[2]

TEXT = """\
# %% [markdown]
# # A notebook of one task

# %% setup
# setup

# %% imports
import string

from autograder.checks import check, passed

# %% [markdown]
# ### Task ex1-tokenize

# %% ex1-tokenize 3 points
def tokenize(data_list: list[str]) -> list[list[str]]:
    \"""Split each text into words without punctuation.\"""
    ### BEGIN SOLUTION
    table = str.maketrans("", "", string.punctuation)
    return [text.translate(table).split() for text in data_list]
    ### END SOLUTION

# %%
if passed("ex1-tokenize"):
    print(tokenize(["One, two; three!"]))

# %% ex1-proof 4 points [markdown]
# ### BEGIN SOLUTION
# A square is never negative.
# ### BEGIN MARK SCHEME
# One point for the word square.
# ### END MARK SCHEME
# ### END SOLUTION
"""


@pytest.fixture(scope="session", autouse=True)
def kept_workers():
    """Workers wait for the next run: to start them would be most of what a run here costs."""
    pools, new = {}, grade.open_pool

    def kept(settings):
        if settings.scheduler:
            return new(settings)
        if settings.jobs not in pools:
            pools[settings.jobs] = grade.Pool(settings.jobs)
        return contextlib.nullcontext(pools[settings.jobs])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grade, "open_pool", kept)
        yield new
    for pool in pools.values():
        pool.stop()


@pytest.fixture
def new_workers(kept_workers, monkeypatch):
    """Every run starts workers of its own, as `autograder grade` does."""
    monkeypatch.setattr(grade, "open_pool", kept_workers)


def lay_out(root: Path) -> Course:
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    text = root / "solutions" / "text"
    text.mkdir(parents=True)
    (text / "1_imdb_classifier.py").write_text(TEXT, encoding="utf-8")
    return find_course(root)


@pytest.fixture
def toy_course(tmp_path: Path) -> Course:
    """A fresh course folder with the text of one notebook, nothing built."""
    return lay_out(tmp_path)


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory) -> Course:
    course = lay_out(tmp_path_factory.mktemp("course"))
    release.build(course, "1_imdb_classifier")
    release.generate(course)
    return course


@pytest.fixture
def released_course(_built_once: Course, tmp_path: Path) -> Course:
    """The same course, built and released: a copy for each test."""
    shutil.copytree(_built_once.root, tmp_path, dirs_exist_ok=True)
    return find_course(tmp_path)
