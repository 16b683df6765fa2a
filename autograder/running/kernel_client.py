"""One kernel and one judge in their sandboxes, as the worker sees them: code and orders in, outputs
and verdicts out. Nothing that comes from a kernel is trusted: it is counted, cut, and checked for
its form.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import select
import shutil
import socket
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import nbformat
import zmq
from jupyter_client.session import Session
from nbformat import NotebookNode

from autograder import labs
from autograder.running import sandbox
from autograder.running.job import Job
from autograder.running.sandbox import Limits, SandboxError, limit_message
from autograder.running.zygote_host import START_SECONDS, KernelEnded, ZygoteHost, host_of

_PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}
_GRACE_SECONDS = 2.0  # between an interrupt and the end of the kernel
_LAST_OUTPUT_SECONDS = 15.0  # between a reply and the last output of its cell
_MAX_MESSAGE = 16 << 20  # bytes; a larger output ends the kernel
_MAX_VERDICT = 1 << 16  # bytes
_MESSAGES = 100  # that are dropped at one look
# What an output may hold: pictures and text. The rest could run in the reader's browser.
_KEPT_FORMATS = ("image/png", "image/jpeg", "text/plain", "text/latex")
_WIDGET = "application/vnd.jupyter.widget-view+json"


def error_of(reason: str, limits: Limits) -> dict:
    """The error for a limit or another end of the kernel, and the record of it."""
    known = "kernel"
    if hasattr(limits, reason):
        known = reason
        text = f"This cell was stopped. {limit_message(limits, reason)}"
        name = "CellTimeoutError" if reason == "cell_seconds" else "LimitExceeded"
    else:
        text, name = "The kernel ended while this cell ran.", "DeadKernelError"
        if reason not in ("exit", "killed"):
            text += f" ({reason})"
    record = {"state": "stopped", "mistake": f"limit/{known}"}
    return {"ename": name, "evalue": text, "traceback": [f"{name}: {text}"], "record": record}


def prepend_error(cell: NotebookNode, verdict: dict) -> None:
    lines = verdict.get("traceback") or []
    if not isinstance(lines, list):
        lines = []
    name, text = str(verdict.get("ename", "Error"))[:200], str(verdict.get("evalue", ""))[:8000]
    error = nbformat.v4.new_output(
        "error",
        ename=name,
        evalue=text,
        traceback=[str(line)[:2000] for line in lines[:200]] or [f"{name}: {text}"],
    )
    cell.outputs = [o for o in cell.outputs if o.output_type != "execute_result"]
    cell.outputs.insert(0, error)


class _Outputs:
    """Collects the outputs of one cell and counts their bytes."""

    def __init__(self, cell: NotebookNode, limit: int):
        self.cell, self.left = cell, limit
        self.clear_next = False

    def take(self, kind: str, content: dict, size: int) -> bool:
        """Add what one message shows; False once the limit is passed."""
        self.left -= size
        if self.left < 0:
            return False
        if kind == "clear_output":
            self.clear_next = bool(content.get("wait"))
            if not self.clear_next:
                self.cell.outputs = []
            return True
        output = self._output(kind, content)
        if output is not None:
            if self.clear_next:
                self.cell.outputs, self.clear_next = [], False
            self._add(output)
        return True

    def _output(self, kind: str, content: dict) -> NotebookNode | None:
        if kind == "stream":
            name = "stderr" if content.get("name") == "stderr" else "stdout"
            return nbformat.v4.new_output("stream", name=name, text=str(content.get("text", "")))
        if kind == "error":
            lines = content.get("traceback")
            return nbformat.v4.new_output(
                "error",
                ename=str(content.get("ename", "")),
                evalue=str(content.get("evalue", "")),
                traceback=[str(line) for line in lines] if isinstance(lines, list) else [],
            )
        if kind in ("display_data", "execute_result"):
            data = content.get("data")
            kept = _safe_formats(data) if isinstance(data, dict) else {}
            if kept:
                return nbformat.v4.new_output(kind, data=kept)
        return None

    def _add(self, output: NotebookNode) -> None:
        last = self.cell.outputs[-1] if self.cell.outputs else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            self.cell.outputs.append(output)


def _safe_formats(data: dict) -> dict:
    kept = {name: data[name] for name in _KEPT_FORMATS if isinstance(data.get(name), str)}
    if _WIDGET in data and set(kept) <= {"text/plain"}:
        return {}  # a widget is nothing without its browser
    return kept


class Kernel:
    """One kernel in a sandbox, and the sockets to it."""

    def __init__(self, job: Job, imports: tuple[str, ...]):
        self.limits = job.limits
        self.time_limit = "cell_seconds"  # the limit that ends a cell which takes too long
        self.used_up = False  # a cell has taken all that it may: those after it get little
        self.forks = 0
        self.done: list[int] = []  # forks to end
        self.news: dict[str, str] = {}  # what checks said, for cells that wait for a task
        self.way, self.far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.way.settimeout(_GRACE_SECONDS)
        self.session = Session(key=secrets.token_hex(32).encode())
        self.folder = Path(tempfile.mkdtemp(prefix="kernel-", dir=_short_temp()))
        self.context = zmq.Context()
        self.host = host_of("kernel", job.sandbox, imports)
        self.job_number = 0  # 0: not started
        try:
            self._start(job)
        except BaseException:
            self.close()
            raise

    def _start(self, job: Job) -> None:
        os.chmod(self.folder, 0o700)  # noqa: PTH101
        if os.geteuid() == 0 and job.sandbox != "none":
            os.chown(self.folder, sandbox.UNPRIVILEGED_UID, sandbox.UNPRIVILEGED_UID)
        message = {
            "role": "kernel",
            "limits": job.limits.as_dict(),
            "connection": {**_PORTS, "key": self.session.key.decode()},
            "pictures": job.pictures,
        }
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        files = [folder, _archive(job.files), self.far_end.detach()]
        self.job_number = self.host.start(message, files)
        deadline = time.monotonic() + START_SECONDS
        while not (self.folder / "ready").exists():
            ended = self.host.ended(self.job_number, 0.01)
            if ended is not None or time.monotonic() > deadline:
                raise SandboxError(f"the kernel did not start: {self._start_error(ended)}")
        self.shell = self._connect(zmq.DEALER, "shell_port")
        self.control = self._connect(zmq.DEALER, "control_port")
        self.iopub = self._connect(zmq.SUB, "iopub_port")
        self.iopub.subscribe(b"")
        self._wait_until_it_answers(deadline)

    def _start_error(self, ended: str | None) -> str:
        with contextlib.suppress(OSError):
            return (self.folder / "error.txt").read_text()[-2000:]
        return ended or f"no answer in {START_SECONDS:g} s"

    def _connect(self, kind: int, port: str) -> zmq.Socket:
        connection = self.context.socket(kind)
        connection.linger = 0
        connection.setsockopt(zmq.MAXMSGSIZE, _MAX_MESSAGE)
        connection.connect(f"ipc://{self.folder}/k-{_PORTS[port]}")
        return connection

    def _wait_until_it_answers(self, deadline: float) -> None:
        """Until both the shell and the output socket are known to work."""
        answered = heard = False
        self.session.send(self.shell, "kernel_info_request")
        while not (answered and heard):
            if time.monotonic() > deadline or self.host.ended(self.job_number, 0) is not None:
                raise SandboxError("the kernel did not answer")
            if self.iopub.poll(0 if heard else 50):
                self._receive(self.iopub)
                heard = True
            elif answered and not heard:
                self.session.send(self.shell, "kernel_info_request")
            if self.shell.poll(50 if heard else 0):
                self._receive(self.shell)
                answered = True

    def _receive(self, connection: zmq.Socket) -> tuple[dict, int]:
        """(message, its size); an empty message if it is not one of ours."""
        frames = connection.recv_multipart()
        size = sum(len(frame) for frame in frames)
        try:
            _, signed = self.session.feed_identities(frames)
            message = self.session.deserialize(signed)
            parts = ("header", "parent_header", "content")
            if all(isinstance(message.get(part), dict) for part in parts):
                return message, size
        except Exception:
            pass
        return {}, size

    def execute(self, cell: NotebookNode, code: str, seconds: float, fork: int | None = None):
        """Run code, collect its outputs in the cell; returns what the reply said, as a dict.

        Raises KernelEnded if the kernel did not survive.
        """
        outputs = _Outputs(cell, int(self.limits.output_kib * 1024))
        content = {
            "code": code,
            "silent": False,
            "store_history": fork is None,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        order = {"outcomes": self.news, "end": self.done} | ({"fork": fork} if fork else {})
        self.news, self.done = {}, []
        sent = self.session.send(self.shell, "execute_request", content, metadata={"order": order})
        wanted = sent["header"]["msg_id"]  # type: ignore[index]
        deadline = time.monotonic() + seconds
        reply, idle, stopped_by = None, False, None
        poller = zmq.Poller()
        poller.register(self.shell, zmq.POLLIN)
        poller.register(self.iopub, zmq.POLLIN)
        while not (reply is not None and idle):
            now = time.monotonic()
            if now > deadline:
                if reply is not None and stopped_by is None:
                    raise KernelEnded("output_kib")  # an output too large for a message is lost
                if stopped_by is not None:
                    raise KernelEnded(stopped_by)
                stopped_by = self._interrupt(self.time_limit)
                deadline = now + _GRACE_SECONDS
            ready = dict(poller.poll(100))
            if not ready:
                ended = self.host.ended(self.job_number, 0)
                if ended is not None:
                    raise KernelEnded(stopped_by if stopped_by else ended)
            if self.iopub in ready:
                message, size = self._receive(self.iopub)
                # Output of nobody's: a thread of an earlier cell. It counts, and is dropped.
                kind, content = "", {}
                if message.get("parent_header", {}).get("msg_id") == wanted:
                    kind, content = message["header"].get("msg_type"), message["content"]
                if kind == "status":
                    idle = idle or content.get("execution_state") == "idle"
                elif stopped_by or kind == "execute_input":
                    pass
                elif not outputs.take(kind, content, size):
                    stopped_by = self._interrupt("output_kib")
                    deadline = time.monotonic() + _GRACE_SECONDS
            if self.shell in ready:
                message, _ = self._receive(self.shell)
                if message.get("parent_header", {}).get("msg_id") == wanted:
                    reply = message
                    if not idle and stopped_by is None:
                        deadline = time.monotonic() + _LAST_OUTPUT_SECONDS
        return self._reply(cell, reply, stopped_by, fork is not None)

    def _reply(self, cell, reply: dict, stopped_by: str | None, test: bool) -> dict:
        content = {k: v for k, v in reply["content"].items() if k != "interrupted"}
        if stopped_by is not None:
            cell.outputs = [o for o in cell.outputs if o.output_type != "error"]
            if not test:
                prepend_error(cell, error_of(stopped_by, self.limits))
            content["interrupted"] = stopped_by
        elif content.get("status") == "error":
            if not any(o.output_type == "error" for o in cell.outputs):
                hidden = "An error occurred, and its display was switched off."
                prepend_error(cell, {**content, "traceback": [hidden]})
        elif content.get("status") != "ok":
            prepend_error(cell, {"ename": "Aborted", "evalue": "The kernel did not run this cell."})
        return content

    def _interrupt(self, reason: str) -> str:
        self.session.send(self.control, "interrupt_request", {})
        return reason

    def gone(self) -> str | None:
        """Why the kernel has ended, None while it runs. Between cells, what it says is dropped."""
        for _ in range(_MESSAGES):
            if not self.iopub.poll(0):
                break
            self.iopub.recv_multipart()
        return self.host.ended(self.job_number, 0)

    def fork(self, seconds: float) -> Fork:
        """Keep the notebook as it is now. Raises KernelEnded."""
        self.forks += 1
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            try:
                socket.send_fds(self.way, [b"f"], [theirs.fileno()])
            except OSError:  # it has closed its end, or takes nothing from there
                raise KernelEnded("exit") from None
            self.execute(nbformat.v4.new_code_cell(), "", seconds, fork=self.forks)
        return Fork(self, self.forks, ours)

    def close(self) -> None:
        if self.job_number:
            self.host.kill(self.job_number)
            self.job_number = 0
        self.way.close()
        self.context.destroy(linger=0)
        shutil.rmtree(self.folder, ignore_errors=True)


class Fork:
    """The notebook as it was at one place, waiting for questions at the other end of a socket."""

    def __init__(self, kernel: Kernel, number: int, way: socket.socket):
        self.kernel, self.number, self.way = kernel, number, way
        self.told = False

    def begin(self, order: dict) -> None:
        """Say what is to come, once."""
        if not self.told:
            self.way.sendall(json.dumps(order).encode() + b"\n")
        self.told = True

    def run(self, source: str, seconds: float) -> dict:
        """Run a hidden part of plain asserts there. Raises KernelEnded."""
        record = {"state": "failed", "mistake": "any/hidden-test"}
        text = "A hidden test of this cell did not pass."
        failed = {"ename": "HiddenTestFailed", "evalue": text, "traceback": [text]}
        said: object = None
        with contextlib.suppress(OSError, ValueError, RecursionError):
            self.begin({"run": source})
            data = _receive_line(self.way, seconds, self.kernel.gone)
            if data is None:
                return error_of(self.kernel.time_limit, self.kernel.limits)
            said = json.loads(data)
        if isinstance(said, dict) and said.get("passed") is True:
            return {"record": {"state": "passed"}, "result": said.get("result")}
        return {**failed, "record": record}

    def close(self) -> None:
        self.way.close()
        self.kernel.done.append(self.number)


def _receive_line(
    way: socket.socket, seconds: float, gone: Callable[[], str | None]
) -> bytes | None:
    """A short line; b"" if the other end closed, None if it took too long. Raises KernelEnded."""
    deadline, data = time.monotonic() + seconds, b""
    while not data.endswith(b"\n") and len(data) < _MAX_VERDICT:
        if time.monotonic() > deadline:
            return None
        if select.select([way], [], [], 0.1)[0]:
            part = way.recv(_MAX_VERDICT)
            if not part:
                return b""
            data += part
        elif (reason := gone()) is not None:
            raise KernelEnded(reason)
    return data


def judge_host(kind: str) -> ZygoteHost:
    """This thread's zygote for judges: it has all checks ready."""
    checks = f"{labs.current().package}.checks.*"
    return host_of("judge", kind, ("autograder.checks.judge", "helpers.*", checks))


class Judge:
    """The judge of one notebook: a process that holds the checks, in a sandbox of its own."""

    def __init__(self, job: Job):
        self.host = judge_host(job.sandbox)
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        message = {"role": "judge", "limits": Limits().as_dict()}
        self.job_number = self.host.start(message, [theirs.detach()])

    def verdict(
        self, order: dict, fork: Fork, seconds: float, gone: Callable[[], str | None]
    ) -> dict | None:
        """What it says of an answer in a fork; None if that takes too long. Raises KernelEnded."""
        with contextlib.suppress(OSError):
            fork.begin({"questions": True})
            data = json.dumps(order).encode()
            socket.send_fds(self.channel, [data], [fork.way.fileno()])
        said = _receive_line(self.channel, seconds, gone)
        return json.loads(said) if said else None

    def close(self) -> None:
        self.channel.close()
        self.host.kill(self.job_number)


def _short_temp() -> str:
    """A folder with a short path: the path of a Unix socket has at most 107 bytes."""
    folder = tempfile.gettempdir()
    return folder if len(folder) < 60 else "/tmp"


def _archive(files: dict[str, bytes]) -> int:
    """The files as an anonymous file that holds a tar; names must be relative and without `..`."""
    descriptor = os.memfd_create("submission")
    with open(descriptor, "wb", closefd=False) as out, tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or not path.parts:
                raise ValueError(f"not a file name inside a submission: {name!r}")
            member = tarfile.TarInfo(str(path))
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
