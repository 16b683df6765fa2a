"""What is said on a machine that forbids namespaces: which layer, by what, and what allows it.

Refusals are made by a bubblewrap of our own, and settings of the system read from a folder.
"""

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from autograder.running import sandbox

APPARMOR = sandbox.PACKAGE / "templates" / "apparmor"


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Sets what the system says of itself; nothing, at first."""
    monkeypatch.setattr(sandbox, "_SYSTEM", tmp_path)

    def say(name, value):
        path = tmp_path / name.replace(".", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{value}\n")

    return say


@pytest.fixture
def bubblewrap(monkeypatch):
    """Puts a script in the place of bubblewrap, where the user of sandboxes can read it."""
    real = shutil.which("bwrap")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)

    def replace(script):
        program = folder / "bwrap"
        program.write_text(f"#!/bin/sh\n{script.format(real=real)}\n")
        program.chmod(0o755)
        monkeypatch.setattr(sandbox, "bubblewrap", lambda: str(program))

    yield replace
    shutil.rmtree(folder)


REFUSED_AS_ON_UBUNTU_24 = "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1"
REFUSED_INSIDE = 'exec {real} --unshare-user --disable-userns "$@"'


def test_where_both_layers_can_be_made_nothing_is_said(sandboxes_can_be_made):
    assert sandbox.why_unavailable() is None


def test_what_apparmor_forbids_is_said_with_the_command_that_allows_it(system, bubblewrap):
    system("kernel.apparmor_restrict_unprivileged_userns", 1)
    bubblewrap(REFUSED_AS_ON_UBUNTU_24)
    allow = shlex.quote(str(APPARMOR / "allow.sh"))
    assert sandbox.why_unavailable() == (
        "no sandbox here: bwrap: setting up uid map: Permission denied. "
        f"AppArmor forbids it; this allows it: sudo sh {allow}"
    )
    with pytest.raises(sandbox.SandboxError, match="--sandbox none"):
        sandbox.require()


def test_an_inner_layer_that_is_refused_is_told_apart(system, bubblewrap, sandboxes_can_be_made):
    system("kernel.apparmor_restrict_unprivileged_userns", 1)
    bubblewrap(REFUSED_INSIDE)
    said = sandbox.why_unavailable()
    assert said.startswith("bubblewrap starts, but no namespaces can be made in it: [Errno 28]")
    assert "AppArmor forbids it" in said and "\n" not in said


@pytest.mark.parametrize(
    ("name", "value", "command"),
    [
        ("user.max_user_namespaces", 0, "sysctl -w user.max_user_namespaces=10000"),
        ("kernel.unprivileged_userns_clone", 0, "sysctl -w kernel.unprivileged_userns_clone=1"),
    ],
)
def test_a_setting_that_forbids_is_named(system, bubblewrap, name, value, command):
    system(name, value)
    bubblewrap(REFUSED_AS_ON_UBUNTU_24)
    assert sandbox.why_unavailable().endswith(f"this allows it: sudo {command}")


def test_settings_that_allow_are_not_blamed(system, bubblewrap):
    system("kernel.apparmor_restrict_unprivileged_userns", 0)
    system("user.max_user_namespaces", 10000)
    bubblewrap(REFUSED_AS_ON_UBUNTU_24)
    assert "this allows it" not in sandbox.why_unavailable()


def allow(tmp_path, profiles):
    """Run allow.sh with a parser that only says what it was told."""
    parser = tmp_path / "bin" / "apparmor_parser"
    parser.parent.mkdir()
    parser.write_text('#!/bin/sh\necho "$*"\n')
    parser.chmod(0o755)
    environment = {"PATH": f"{parser.parent}:{os.environ['PATH']}", "PROFILES": str(profiles)}
    command = ["sh", str(APPARMOR / "allow.sh")]
    return subprocess.check_output(command, env=environment, text=True).splitlines()


def test_the_profile_is_installed_and_loaded(tmp_path):
    assert allow(tmp_path, tmp_path) == [f"--replace {tmp_path}/lab-bwrap"]
    assert (tmp_path / "lab-bwrap").read_bytes() == (APPARMOR / "lab-bwrap").read_bytes()
    assert not (tmp_path / "disable").exists()


def test_the_profile_of_ubuntu_25_is_switched_off_first(tmp_path):
    theirs = tmp_path / "bwrap-userns-restrict"
    theirs.touch()
    assert allow(tmp_path, tmp_path) == [f"--remove {theirs}", f"--replace {tmp_path}/lab-bwrap"]
    assert (tmp_path / "disable" / theirs.name).resolve() == theirs
