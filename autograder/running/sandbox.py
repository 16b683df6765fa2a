"""The sandbox in which submitted code runs: what it may see, and how much it may use.

Two layers. The outer one is made by bubblewrap, once for every worker: a read-only system without
home folder, network, capabilities or foreign processes, owned by an unprivileged user. In it runs
the zygote (`autograder.kernel.zygote`), a Python that has imported torch and the rest and waits.
The inner layer is made by the kernel itself for every notebook: the zygote forks, and the fork gets
user, mount, process, network, IPC and host-name namespaces of its own before it reads a byte of the
submission. So no notebook sees another one, and none pays for `import torch`.

Measured on two cores: a zygote takes 4 s of CPU to start, a fork 0.1 s until its kernel answers.
One zygote for each student would be simpler (no inner layer) but would cost those 4 s every time.
"""

from __future__ import annotations

import os
import shlex
import shutil
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from autograder import labs, verdict

PACKAGE = Path(__file__).resolve().parents[1]
# The user that sandboxes belong to when root grades: "nobody" on every Linux.
UNPRIVILEGED_UID = 65534
INNER_UID = 1000
INSIDE_CACHE = "/opt/lab-cache"
INSIDE_CODE = "/opt/lab"


class SandboxError(RuntimeError):
    """The sandbox cannot be made; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """How much one notebook may use. Every error that a limit causes names the field below."""

    cell_seconds: float = 60.0  # wall time of one cell
    notebook_seconds: float = 300.0  # wall time of one notebook, restarts included
    cpu_seconds: float = 300.0  # CPU time of all its processes together
    memory_mib: int = 2048  # of all its processes together
    processes: int = 64  # processes and threads
    file_mib: int = 32  # the largest file that it may write
    disk_mib: int = 64  # everything that it writes, together
    output_kib: int = 1024  # what one cell may print and show
    restarts: int = 3  # fresh kernels after a cell that killed or hung its kernel

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            smallest = 0 if field.name == "restarts" else 1e-3
            if not isinstance(value, int | float) or value < smallest:
                raise ValueError(f"limit {field.name} must be a positive number, not {value!r}")

    def changed(self, **values: Any) -> Limits:
        """A copy with some limits changed. Raises ValueError for an unknown name."""
        unknown = sorted(set(values) - {field.name for field in fields(self)})
        if unknown:
            known = ", ".join(field.name for field in fields(self))
            raise ValueError(f"there is no limit {unknown[0]!r}; the limits are {known}")
        return replace(self, **values)

    def as_dict(self) -> dict:
        return asdict(self)


def limit_message(limits: Limits, name: str) -> str:
    """One sentence that names the limit and its value."""
    return verdict.render(verdict.mistakes()[f"limit/{name}"][1], {"limit": getattr(limits, name)})


def bubblewrap() -> str | None:
    """Path of the bubblewrap program, or None."""
    return shutil.which("bwrap")


def why_unavailable() -> str | None:
    """None if sandboxes can be made here, else one line: what is refused, and what allows it.

    Both layers are tried, the inner one as it is made for every notebook.
    """
    if not sys.platform.startswith("linux"):
        return "the sandbox needs Linux (on Windows: WSL 2)"
    if bubblewrap() is None:
        return "bubblewrap is not installed (Debian, Ubuntu: apt install bubblewrap)"
    argv = [sys.executable, "-c", _TRY_INNER_LAYER]
    tried = subprocess.run(command(argv), capture_output=True, text=True, timeout=60, check=False)
    if tried.returncode == 0:
        return None
    said = tried.stderr.strip().splitlines() or ["no reason given"]
    inner = _INNER in said
    what = "bubblewrap starts, but no namespaces can be made in it" if inner else "no sandbox here"
    return f"{what}: {said[-1]}{_remedy()}"


_INNER = "the outer layer is there"
_TRY_INNER_LAYER = f"""
import sys
from autograder.kernel import namespaces
print({_INNER!r}, file=sys.stderr, flush=True)
try:
    namespaces.try_out()
except OSError as error:
    sys.exit(str(error))
"""
_SYSTEM = Path("/proc/sys")


def _remedy() -> str:
    """What forbids namespaces here and the one command that allows them, where it is known."""

    def setting(name: str) -> str:
        path = _SYSTEM / name.replace(".", "/")
        return path.read_text(encoding="ascii").strip() if path.exists() else ""

    if setting("kernel.apparmor_restrict_unprivileged_userns") == "1":
        profile = PACKAGE / "templates" / "apparmor" / "allow.sh"
        return f". AppArmor forbids it; this allows it: sudo sh {shlex.quote(str(profile))}"
    for name, refusing, allowing in (
        ("kernel.unprivileged_userns_clone", "0", "1"),
        ("user.max_user_namespaces", "0", "10000"),
    ):
        if setting(name) == refusing:
            return f". A setting forbids it; this allows it: sudo sysctl -w {name}={allowing}"
    if any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv")):
        return ". The container forbids it; start it with --privileged, or grade outside of it"
    return ""


def require() -> None:
    """Raise SandboxError if sandboxes cannot be made here."""
    reason = why_unavailable()
    if reason:
        raise SandboxError(
            f"{reason}. Submissions are not run without a sandbox; "
            "--sandbox none runs them with all your rights."
        )


def _system_folders() -> list[Path]:
    return [Path(p) for p in ("/usr", "/lib", "/lib64", "/bin", "/sbin") if Path(p).exists()]


def _python_folders() -> list[Path]:
    """The interpreter and its library folders, by the paths in use and by their real paths."""
    wanted = {
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(sysconfig.get_path("stdlib")),
        Path(sysconfig.get_path("purelib")),
        Path(sysconfig.get_path("platlib")),
        Path(os.path.realpath(sys.executable)).parent.parent,
    }
    if site.ENABLE_USER_SITE and Path(site.getusersitepackages()).is_dir():
        wanted.add(Path(site.getusersitepackages()))
    wanted |= {Path(entry) for entry in sys.path if entry.endswith("-packages")}
    wanted |= {folder.resolve() for folder in wanted}
    # /usr is bound anyway; of nested folders the outermost is enough; "/" would bind everything.
    system = [folder.resolve() for folder in _system_folders()]
    kept: list[Path] = []
    for folder in sorted((f for f in wanted if f.is_dir()), key=lambda f: len(f.parts)):
        outer = [*kept, *system]
        if folder != Path("/") and not any(folder.is_relative_to(o) for o in outer):
            kept.append(folder)
    return kept


def _lab_folders(role: str) -> dict[Path, str]:
    """The course's own code that a role needs: host path -> path inside. A kernel has no checks."""
    parts = ["__init__.py", "labs.py", "lab6.py", "verdict.py", "tasks.json"]
    parts += ["answering", "kernel"]
    if role == "judge":
        parts.append("checks")
    inside = f"{INSIDE_CODE}/autograder"
    found = {PACKAGE / part: f"{inside}/{part}" for part in parts}  # the inner layer hides kernel
    if role == "kernel":
        found[PACKAGE / "answering" / "absent.py"] = f"{inside}/checks.py"
    top = labs.current().top
    if top != PACKAGE:
        chosen = [top] if role == "judge" else _without_checks(top)
        found |= {path: f"{INSIDE_CODE}/{path.relative_to(top.parent)}" for path in chosen}
    return {PACKAGE.parent / "helpers": f"{INSIDE_CODE}/helpers", **found}


def _without_checks(folder: Path) -> Iterator[Path]:
    """What lies in a folder, but for all folders `checks`."""
    for path in folder.iterdir():
        if path.is_dir() and path.name != "checks" and any(path.rglob("checks")):
            yield from _without_checks(path)
        elif path.name != "checks":
            yield path


def command(argv: list[str], cache: Path | None = None, role: str = "kernel") -> list[str]:
    """The command line that runs `argv` in the outer layer.

    cache: the data cache, bound read-only at INSIDE_CACHE.
    role:  "kernel" or "judge": the course's own code that is there.

    Started by root, everything is bound to a staging folder in a private mount namespace first and
    bubblewrap then runs as UNPRIVILEGED_UID: an inner uid that maps to outer root would still read
    what root may read, and the unprivileged user cannot reach an interpreter in root's home.
    """
    binds = {folder: str(folder) for folder in _python_folders()}
    seen = [*binds, *(folder.resolve() for folder in _system_folders())]
    covered = {
        place / folder.relative_to(place.resolve())  # by every path that leads there
        for place in seen
        for folder in labs.folders()
        if folder.is_relative_to(place.resolve())
    }
    binds |= _lab_folders(role)
    if cache is not None and cache.is_dir():
        binds[cache.resolve()] = INSIDE_CACHE
    options = [
        bubblewrap() or "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        *("--uid", str(INNER_UID), "--gid", str(INNER_UID), "--hostname", "lab"),
        *("--tmpfs", "/tmp"),  # first: the interpreter may lie under it
    ]
    for folder in _system_folders():
        if folder.is_symlink():
            options += ["--symlink", str(folder.readlink()), str(folder)]
        else:
            options += ["--ro-bind", str(folder), str(folder)]
    for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime"):
        if Path(path).exists():
            options += ["--ro-bind", path, path]
    ending = [
        *(option for folder in covered for option in ("--tmpfs", str(folder))),
        *("--dir", "/home/student", "--proc", "/proc", "--dev", "/dev"),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--chdir", "/", "--clearenv"),
    ]
    for name, value in environment(cache is not None).items():
        ending += ["--setenv", name, value]
    if os.geteuid() != 0:
        for source, target in binds.items():
            options += ["--ro-bind", str(source), target]
        return [*options, *ending, "--", *argv]
    return _as_nobody(options, binds, ending, argv)


def _as_nobody(
    options: list[str], binds: dict[Path, str], ending: list[str], argv: list[str]
) -> list[str]:
    stage = _stage_folder(list(binds))
    steps = [f"mount -t tmpfs -o mode=0755,size=1m stage {stage}"]
    for number, (source, target) in enumerate(binds.items()):
        staged = f"{stage}/{number}"
        make = "mkdir" if source.is_dir() else "touch"
        steps.append(f"{make} {staged} && mount --bind {shlex.quote(str(source))} {staged}")
        options = [*options, "--ro-bind", staged, target]
    drop = ["setpriv", f"--reuid={UNPRIVILEGED_UID}", f"--regid={UNPRIVILEGED_UID}"]
    drop += ["--clear-groups", "--no-new-privs", "--"]
    last = shlex.join([*drop, *options, *ending, "--", *argv])
    script = " && ".join([*steps, f"exec {last}"])
    return ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", script]


def _stage_folder(sources: list[Path]) -> str:
    """An existing folder that may be covered in a private mount namespace: holds no source."""
    for folder in (Path("/mnt"), Path("/media"), Path("/srv"), Path("/opt")):
        if folder.is_dir() and not any(s.is_relative_to(folder) for s in sources):
            return str(folder)
    raise SandboxError("none of /mnt, /media, /srv, /opt is free to stage the sandbox in")


def environment(with_cache: bool) -> dict[str, str]:
    """The environment of the sandbox: nothing of the grader's own."""
    names = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": "/home/student",
        "USER": "student",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": INSIDE_CODE,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "IPYTHONDIR": "/tmp/ipython",
        "LAB_DEVICE": "cpu",
        labs.AT_WORK: labs.at_work(),
        "NBGRADER_EXECUTION": "autograde",
    }
    # One thread each: submissions run side by side, and a fork must not inherit a thread pool.
    for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR"):
        names[f"{name}_NUM_THREADS"] = "1"
    if with_cache:
        names["LAB_CACHE"] = INSIDE_CACHE
    return names
