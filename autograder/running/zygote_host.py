"""The zygotes of this thread: processes in the sandbox that fork kernels and judges."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from autograder import labs
from autograder.running import sandbox
from autograder.running.sandbox import SandboxError
from helpers.runtime import cache_folder

START_SECONDS = 300.0  # only what will never start takes so long, however busy the machine is


class KernelEnded(Exception):
    """The kernel is gone; `reason` is the name of a limit or a short word."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@functools.cache
def _require_sandbox() -> None:
    """Once for all zygotes of this process: making both layers to try them takes half a second."""
    sandbox.require()


class ZygoteHost:
    """A zygote in the outer layer of the sandbox, and the socket to it. It starts on its own; the
    first job waits for it."""

    def __init__(self, role: str, isolated: bool, imports: tuple[str, ...]):
        if isolated:
            _require_sandbox()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        start = "from autograder.kernel.zygote import main; "
        start += f"main({theirs.fileno()}, {isolated}, {tuple(imports)!r})"
        argv = [sys.executable, "-c", start]
        variables = {"PATH": "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"}
        if isolated:
            argv = sandbox.command(argv, prepared_cache(), role)
        else:
            variables = {**os.environ, **sandbox.environment(False)}
            variables |= {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
            paths = dict.fromkeys([sandbox.PACKAGE.parent, labs.current().top.parent])
            variables["PYTHONPATH"] = os.pathsep.join(map(str, paths))
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            env=variables,
        )
        theirs.close()
        self.channel = ours
        self.channel.settimeout(START_SECONDS)
        self.endings: dict[int, str] = {}
        self.next_job = 0
        self.ready = False

    def _wait_until_ready(self) -> None:
        if self.ready:
            return
        try:
            self.ready = bool(self.channel.recv(65536))
        except OSError:
            self.ready = False
        if not self.ready or self.process.poll() is not None:
            self.close()
            error = self.process.stderr.read().decode(errors="replace").strip()
            raise SandboxError(f"the sandbox did not start: {error[-500:] or 'no reason given'}")

    def alive(self) -> bool:
        return self.process.poll() is None

    def start(self, message: dict, files: list[int]) -> int:
        """Start a job with these open files, which are closed here. Raises KernelEnded."""
        self._wait_until_ready()
        self.next_job += 1
        message = {"op": "start", "job": self.next_job, **message}
        try:
            socket.send_fds(self.channel, [json.dumps(message).encode()], files)
        except OSError as error:
            raise KernelEnded("the sandbox is gone") from error
        finally:
            for file in files:
                os.close(file)
        return self.next_job

    def ended(self, job: int, seconds: float) -> str | None:
        """Why the job ended, or None if it still runs after waiting so long."""
        self.channel.settimeout(max(seconds, 1e-4))
        while job not in self.endings:
            try:
                data = self.channel.recv(65536)
            except TimeoutError:
                return None
            except OSError:
                data = b""
            if not data:
                return "the sandbox is gone"
            event = json.loads(data)
            if event.get("event") == "ended":
                self.endings[event["job"]] = event["reason"]
        return self.endings[job]

    def kill(self, job: int) -> None:
        """End a job and wait until everything that it started is gone."""
        if job in self.endings:
            del self.endings[job]
            return
        with contextlib.suppress(OSError):
            self.channel.send(json.dumps({"op": "kill", "job": job}).encode())
        if self.ended(job, 10.0) is None:
            self.close()  # it did not obey: everything ends with the outer layer
        self.endings.pop(job, None)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.channel.close()
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()


_hosts = threading.local()


def host_of(role: str, kind: str, imports: tuple[str, ...]) -> ZygoteHost:
    """This thread's zygote for kernels or for judges, started at the first notebook."""
    if kind not in ("bwrap", "none"):
        raise SandboxError(f"there is no sandbox {kind!r}; choose bwrap or none")
    hosts, wanted = _hosts.__dict__, (kind, imports, labs.at_work())
    host, made_for = hosts.get(role, (None, None))
    if host is None or made_for != wanted or not host.alive():
        if host is not None:
            host.close()
        host = ZygoteHost(role, kind == "bwrap", imports)
        hosts[role] = host, wanted
    return host


_PREPARE = "from autograder import labs; labs.current().prepare()"


def prepared_cache() -> Path | None:
    """The data cache, with what the lab prepares in it; None if that is nothing.

    Made in a process of its own, which imports torch so that this one need not, and only once for
    each version of `helpers` and the lab. If it fails, notebooks make it themselves, only slower.
    """
    lab = labs.current()
    if lab.prepare is None:
        return None
    folder = cache_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        code = hashlib.sha256()
        helpers = (sandbox.PACKAGE.parent / "helpers").rglob("*.py")
        for path in sorted({*helpers, *lab.folder.glob("*.py")}):
            code.update(path.read_bytes())
        stamp = folder / f"sample-{code.hexdigest()[:16]}.prepared"
        if not stamp.exists():
            variables = {**os.environ, **_PREPARING, "LAB_CACHE": str(folder)}
            done = subprocess.run(
                [sys.executable, "-c", _PREPARE],
                env=variables,
                cwd=sandbox.PACKAGE.parent,
                capture_output=True,
                timeout=300,
                check=False,
            )
            if done.returncode == 0:
                stamp.touch()
    return folder


_PREPARING = {"NBGRADER_EXECUTION": "autograde", "LAB_DEVICE": "cpu"}
