"""The kernel of a sandboxed notebook: IPython's, and orders of the worker beside ordinary cells.

A test does not run in this kernel. At its place in the notebook the kernel is told to fork; the
fork holds the notebook as it is there and answers what is asked of it over a socket of its own: the
questions of a judge (`answering.serve`), or one hidden part of plain asserts. It may wait until the
last cell has run: by then nothing that the notebook shows is taken any more, so nothing of a hidden
test can come out but its verdict. Nothing here holds a secret, and no answer of a fork is trusted.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import logging
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

from autograder.kernel import namespaces

CELL_NAME = "<test cell>"
MAX_ORDER = 1 << 20  # bytes of what a fork is told


class SandboxedKernel(IPythonKernel):
    """`way` is the socket over which the ends of the sockets of forks come."""

    way: socket.socket

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.forks: dict[int, int] = {}  # number of an order -> pid

    async def execute_request(self, stream, ident, parent) -> None:
        order = parent["metadata"].pop("order", {})
        with contextlib.suppress(Exception):
            self.obey(**order)
        if "fork" not in order:
            await super().execute_request(stream, ident, parent)
            return
        content = {"status": "ok", "execution_count": self.shell.execution_count}
        self.session.send(stream, "execute_reply", content, parent, ident=ident)

    def obey(self, outcomes: dict[str, str], end: list[int], fork: int | None = None) -> None:
        """What the checks said, for the notebook; forks that are not needed any more; a new one."""
        if outcomes:
            sys.modules["autograder.answering.progress"].outcomes.update(outcomes)
        for child in [self.forks.pop(number) for number in end if number in self.forks]:
            with contextlib.suppress(OSError):
                os.killpg(child, signal.SIGKILL)  # with the workers that the answer started
                os.waitpid(child, 0)
        if fork is not None:
            self.fork(fork)

    def fork(self, number: int) -> None:
        _, (end,), _, _ = socket.recv_fds(self.way, 1, 1)
        child = os.fork()
        if child == 0:
            try:
                os.setpgid(0, 0)
                self.way.close()
                _leave_the_kernel(keep=end)
                with namespaces.reserves():
                    _answer(socket.socket(fileno=end), self.shell.user_module.__dict__)
            finally:
                os._exit(0)
        with contextlib.suppress(OSError):
            os.setpgid(child, child)  # whoever of the two comes first
        os.close(end)
        self.forks[number] = child


def _leave_the_kernel(keep: int) -> None:
    """In a fork: no way to the worker, no screen, no handler of a signal."""
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        descriptor = int(name)
        with contextlib.suppress(OSError):
            # Sockets of the kernel; a file that an answer writes to stays open.
            if descriptor != keep and stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.close(descriptor)
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    sys.settrace(None)
    sys.setprofile(None)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)  # a thread pool does not survive a fork
        while torch._C._len_torch_function_stack():  # such as a default device
            torch._C._pop_torch_function_stack()


def _answer(end: socket.socket, names: dict) -> None:
    """What the first line of the other end says: {"questions": true}, or {"run": source}."""
    order = json.loads(end.makefile("rb", buffering=0).readline(MAX_ORDER) or "{}")
    if order.get("questions"):
        sys.modules["autograder.answering.serve"].serve(end, names)
    elif "run" in order:
        end.sendall(json.dumps(_run(order["run"], names)).encode() + b"\n")


def _run(source: str, names: dict) -> dict:
    """Run a hidden part of plain asserts; whether it passed, and the number it ends in."""
    *body, last = _parsed(source)
    value = None
    try:
        for code in body:
            exec(code, names)
        value = eval(last, names)
    except BaseException:
        return {"passed": False}
    return {"passed": True, "result": value if type(value) in (int, float) else None}


def _parsed(source: str) -> list:
    """Code for all but a last expression, and for that."""
    tree = ast.parse(source, CELL_NAME)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    ending = ast.Expression(last.value if isinstance(last, ast.Expr) else ast.Constant(None))
    ast.fix_missing_locations(ending)
    return [compile(tree, CELL_NAME, "exec"), compile(ending, CELL_NAME, "eval")]


class SandboxedApp(IPKernelApp):
    """IPython's kernel application without connection file, heartbeat and history."""

    kernel_class = SandboxedKernel

    def init_connection_file(self):
        pass

    def write_connection_file(self, **kwargs):
        pass

    def cleanup_connection_file(self):
        pass

    def init_heartbeat(self):
        self.heartbeat = None

    def init_crash_handler(self):
        pass


def run_kernel(
    connection: dict, socket_folder: int, way: int, pictures: bool, before_start: Callable[[], None]
) -> None:
    """Start a kernel on the sockets of `connection` and serve it; returns when it is shut down.

    The sockets are made in `socket_folder`, an open folder that no path here leads to. It is closed
    before `before_start` brings the submission's files in. `way` is the socket for those of forks.
    """
    logging.disable(logging.CRITICAL)
    SandboxedApp.clear_instance()
    app = SandboxedApp.instance(
        transport="ipc",
        ip=f"/proc/self/fd/{socket_folder}/k",
        log_level=logging.CRITICAL,
        quiet=True,
        **{name: number for name, number in connection.items() if name.endswith("_port")},
    )
    app.config.HistoryManager.enabled = False
    app.config.HistoryManager.hist_file = ":memory:"
    app.session.key = connection["key"].encode()
    app.initialize([])
    if "matplotlib.pyplot" in sys.modules:
        # IPython does this when pyplot is first imported, which the zygote has done already.
        with contextlib.suppress(Exception):
            app.shell.enable_matplotlib("inline")
            if not pictures:
                from matplotlib_inline.config import InlineBackend

                InlineBackend.instance(parent=app.shell).figure_formats = set()
    Path(f"/proc/self/fd/{socket_folder}/ready").touch()
    os.close(socket_folder)
    before_start()
    app.kernel.way = socket.socket(fileno=way)
    for name in [name for name in sys.modules if name.startswith("autograder.kernel")]:
        del sys.modules[name]
    linecache.clearcache()
    app.start()
