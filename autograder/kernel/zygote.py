"""The process that has imported everything and forks a kernel, or a judge, for every notebook.

It runs in the outer layer of the sandbox and talks to the worker outside over one socket, a message
at a time: JSON, with open files beside it.

    worker -> zygote   {"op": "start", "job": 7, "role": "kernel", ...} + [folder for the kernel's
                                                    sockets, files, the socket for those of forks]
                       {"op": "start", "job": 8, "role": "judge", ...} + [the judge's socket]
                       {"op": "kill", "job": 7}
    zygote -> worker   {"event": "ready"}
                       {"event": "ended", "job": 7, "reason": "memory_mib"}

The zygote never runs submitted code and reads nothing from the processes that do.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import tarfile
import traceback
from pathlib import Path

from autograder import labs
from autograder.kernel import colab, huge_pages, namespaces, supervisor

# What every kernel imports on its way up.
_KERNEL_IMPORTS = (
    "autograder.kernel.app",
    "ipykernel.debugger",
    "matplotlib_inline.backend_inline",
    "tornado.platform.asyncio",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.magics",
    "IPython.core.magics.ast_mod",
    "IPython.core.magics.execution",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
)
MESSAGE = 1 << 16  # bytes; a start message is far smaller


def main(channel_fd: int, isolated: bool, imports: tuple[str, ...]) -> None:
    """Serve the worker at the other end of a socket.

    imports:  modules to have ready for every notebook; `.*`: with its modules. What is missing is
              left out.
    isolated: False runs submissions as the grader's own user, for machines without bubblewrap.
    """
    channel = socket.socket(fileno=channel_fd)
    gc.disable()  # what is imported stays: looking for garbage in it takes a quarter of the time
    import_everything(imports)
    if "autograder.checks.judge" not in sys.modules:
        colab.stand_in()
        if "autograder.answering.absent" in sys.modules:
            sys.modules["autograder.checks"] = sys.modules["autograder.answering.absent"]
    namespaces.adopt_orphans()
    gc.collect()
    gc.freeze()  # pages of these objects stay shared with every fork
    gc.enable()
    huge_pages.collapse()
    _send(channel, {"event": "ready"})
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        Zygote(channel, isolated).serve()
    # The worker is gone, and the sandbox ends with this process.


def import_everything(imports: tuple[str, ...]) -> None:
    """Import and warm up what notebooks use, with one thread only: a fork copies one thread."""
    # A submission has no debugger, and loading it takes as long as all the rest of a kernel.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in (*imports, *_KERNEL_IMPORTS):
        package = name.removesuffix(".*")
        with contextlib.suppress(ImportError):
            found = importlib.import_module(package)
            inside = found.__path__ if "*" in name else []
            for module in pkgutil.walk_packages(inside, f"{package}.", onerror=lambda _: None):
                with contextlib.suppress(Exception):
                    importlib.import_module(module.name)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
        with contextlib.suppress(RuntimeError):
            torch.set_num_interop_threads(1)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        figure, axes = pyplot.subplots()
        axes.plot([0, 1])
        axes.set_title("λ")
        figure.savefig(io.BytesIO(), format="png")
        pyplot.close(figure)
        with contextlib.suppress(Exception):
            sys.modules["IPython.core.pylabtools"].find_gui_and_backend("inline")
    if warm_up := labs.current().warm_up:
        with contextlib.suppress(Exception):  # a lab without its data has no such tasks either
            warm_up()


def _send(channel: socket.socket, message: dict) -> None:
    channel.send(json.dumps(message).encode())


class Zygote:
    """Serves one worker until its end of the socket closes."""

    def __init__(self, channel: socket.socket, isolated: bool):
        self.channel, self.isolated = channel, isolated
        self.jobs: dict[int, int] = {}  # pidfd of the supervisor -> job
        self.pids: dict[int, int] = {}  # job -> pid of the supervisor

    def serve(self) -> None:
        while True:
            readable, _, _ = select.select([self.channel.fileno(), *self.jobs], [], [])
            for source in readable:
                if source == self.channel.fileno():
                    if not self._obey():
                        return
                else:
                    self._report(source)

    def _obey(self) -> bool:
        data, files, _, _ = socket.recv_fds(self.channel, MESSAGE, 4)
        if not data:
            return False
        message = json.loads(data)
        if message["op"] == "start":
            self._start(message, files)
        elif message["op"] == "kill" and message["job"] in self.pids:
            with contextlib.suppress(ProcessLookupError):
                # The first process of a namespace takes every other one with it.
                kill = os.kill if self.isolated else os.killpg
                kill(self.pids[message["job"]], signal.SIGKILL)
        return True

    def _start(self, message: dict, files: list[int]) -> None:
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:
            try:
                os.close(reading)
                if self.isolated:
                    namespaces.enter_namespaces()
                first = os.fork()
                if first == 0:
                    os.close(writing)
                    if self.isolated:
                        self._become_sandbox(message, files)
                    self.channel.close()
                    _run(message, files, isolated=False)
                    os._exit(0)
                os.write(writing, str(first).encode())
            except BaseException as error:
                os.write(writing, f"!{error}".encode())
            finally:
                os._exit(0)
        os.close(writing)
        for file in files:
            os.close(file)
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read().decode()
        os.waitpid(between, 0)
        if answer.startswith("!"):
            event = {"event": "ended", "job": message["job"], "reason": f"cannot start: {answer}"}
            _send(self.channel, event)
            return
        pid = int(answer)
        self.jobs[os.pidfd_open(pid)] = message["job"]
        self.pids[message["job"]] = pid

    def _report(self, pidfd: int) -> None:
        job = self.jobs.pop(pidfd)
        os.close(pidfd)
        pid = self.pids.pop(job)
        _, status = os.waitpid(pid, 0)
        reason = supervisor.reason(status)
        _send(self.channel, {"event": "ended", "job": job, "reason": reason})

    def _become_sandbox(self, message: dict, files: list[int]) -> None:
        """In process 1 of the new namespaces: mounts, then fork the kernel and watch it."""
        code = supervisor.BROKEN
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self.channel.close()
            for pidfd in self.jobs:
                os.close(pidfd)
            limits = message["limits"]
            namespaces.make_mounts(limits["disk_mib"])
            kernel = os.fork()
            if kernel == 0:
                _run(message, files)
                os._exit(0)
            for file in files:
                os.close(file)
            namespaces.drop_privileges()
            namespaces.hide_from_same_user()
            code = supervisor.watch(kernel, limits)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)


def _run(message: dict, files: list[int], isolated: bool = True) -> None:
    """In process 2: become the kernel of one notebook, or its judge."""
    try:
        os.setsid()
        if isolated:
            limits = message["limits"]
            namespaces.set_limits(
                limits["memory_mib"], limits["processes"], limits["file_mib"], limits["cpu_seconds"]
            )
            namespaces.drop_privileges()
            namespaces.filter_system_calls()
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        os.close(quiet)
        if message["role"] == "judge":
            sys.modules["autograder.checks.judge"].serve(socket.socket(fileno=files[0]))
        else:
            _run_kernel(message, files, isolated)
    except BaseException:
        if message["role"] == "kernel":
            with contextlib.suppress(Exception):
                Path(f"/proc/self/fd/{files[0]}", "error.txt").write_text(traceback.format_exc())
        os._exit(1)


def _run_kernel(message: dict, given: list[int], isolated: bool) -> None:
    socket_folder, files, way = given
    work = Path(namespaces.WORK if isolated else f"/proc/self/fd/{socket_folder}").resolve()
    if not isolated:
        work = work / "work"
        work.mkdir()
    os.chdir(work)
    # Imported by the zygote: in here its folder is hidden already.
    sys.modules["autograder.kernel.app"].run_kernel(
        connection=message["connection"],
        socket_folder=socket_folder,
        way=way,
        pictures=message["pictures"],
        before_start=lambda: _unpack(files, work),
    )


def _unpack(files: int, work: Path) -> None:
    """Write the submission's own files; the archive was made, and its names checked, by us."""
    with os.fdopen(files, "rb") as archive, tarfile.open(fileobj=archive) as bundle:
        for member in bundle:
            target = work / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(bundle.extractfile(member).read())
