"""An IPython kernel that runs test cells itself, so that a pass has to be earned.

Cells of the submission run as in any notebook. A test cell does not go through IPython: what a
submission may have done to it (hooks, transformers, tracebacks, names) plays no part. The referee
puts back what was changed under the checks, runs the cell with the interpreter's own `compile` and
`exec`, and signs what it saw: a receipt that the worker outside verifies. No receipt, no points.
Hidden tests run in a fork that prints nothing and leaves nothing behind but the verdict.

Code in one process can change any other code in it, so this is a high fence, not a wall; what is
seen of an attempt goes into the report (see docs/security.md).
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import hashlib
import hmac
import io
import json
import linecache
import logging
import os
import resource
import select
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

from autograder.kernel import namespaces
from autograder.kernel.integrity import Integrity
from autograder.kernel.watcher import Watcher

CELL_NAME = "<test cell>"
MAX_VERDICT = 1 << 16


def sign(secret: bytes, nonce: str, source: str, verdict: str) -> str:
    """The receipt for a verdict: who knows the secret says that this source ran to this end."""
    parts = [nonce, hashlib.sha256(source.encode()).hexdigest(), verdict]
    return hmac.new(secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def make_judge(
    secret: bytes, shell, integrity: Integrity, watcher: Watcher
) -> Callable[[dict], dict]:
    """The function that runs a test cell and returns {"verdict": JSON text, "receipt": hex}.

    Everything it uses is bound here, before the submission's first cell.
    """
    keyed = hmac.new(secret, digestmod=hashlib.sha256)
    del secret
    sha256, dumps, loads = hashlib.sha256, json.dumps, json.loads
    compile_, exec_, eval_, fork, exit_ = compile, exec, eval, os.fork, os._exit
    reserves = namespaces.reserves
    framework = sys.modules.get("autograder.checks.framework")
    genuine = {}
    if framework is not None:
        genuine = {"check": framework.check, "passed": framework.passed}

    def receipt(nonce: str, source: str, verdict: str) -> str:
        signer = keyed.copy()
        parts = [nonce, sha256(source.encode()).hexdigest(), verdict]
        signer.update("\n".join(parts).encode())
        return signer.hexdigest()

    def run(source: str, uses_framework: bool, hidden: bool) -> dict:
        """Run a test cell here; returns its verdict."""
        changes = integrity.restore()
        _calm()
        names = shell.user_ns
        confirmed: list[str] = []

        def check(grade_id, *args, **kwargs):
            genuine["check"](grade_id, *args, **kwargs)
            confirmed.append(grade_id)

        tree = ast.parse(source, CELL_NAME)
        own = {"__builtins__": builtins}
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        own.update({name: getattr(builtins, name) for name in used if hasattr(builtins, name)})
        if uses_framework and genuine:
            own.update({**genuine, "check": check})
            tree.body = [node for node in tree.body if not _imports_only(node, own)]
            if names.get("check", genuine["check"]) is not genuine["check"]:
                changes.append("check in the notebook")
        expected = _checks_called(tree) if uses_framework else 0
        shadowed = {name: names[name] for name in own if name in names}
        for name, value in shadowed.items():
            if value is not own[name] and hasattr(builtins, name) and name != "__builtins__":
                changes.append(f"{name} in the notebook")
        names.update(own)
        verdict = {"ok": False}
        watcher.testing = True
        try:
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec_(compile_(tree, CELL_NAME, "exec", dont_inherit=True), names)
            value = None
            if last is not None:
                code = compile_(ast.Expression(last.value), CELL_NAME, "eval", dont_inherit=True)
                value = eval_(code, names)
            if len(confirmed) < expected:
                raise AssertionError("A check of this cell did not run to its end.")
            if value is not None and (not hidden or isinstance(value, int | float)):
                verdict["result"] = repr(value)[:200]
            verdict["ok"] = True
        except BaseException as error:
            verdict.update(_describe(error, framework, hidden))
        finally:
            watcher.testing = False
            for name in own:
                names.pop(name, None)
            names.update(shadowed)
        during = integrity.restore()
        if during and verdict["ok"]:
            verdict = {
                "ok": False,
                "ename": "Tampered",
                "evalue": f"{during[0]} was replaced while the test ran, so it gives no points.",
                "traceback": [],
                "record": {"state": "failed", "mistake": "any/tampered"},
            }
        verdict["changes"] = sorted({*changes, *during})
        verdict["events"] = watcher.take()
        if framework is not None:
            verdict["outcomes"] = {str(k): str(v) for k, v in framework.outcomes.items()}
        return verdict

    def in_fork(nonce: str, source: str, uses_framework: bool) -> dict:
        """Run a hidden test in a fork; the fork alone signs."""
        reading, writing = os.pipe()
        child = fork()
        if child == 0:
            try:
                _leave_everything(writing)
                verdict = dumps(run(source, uses_framework, hidden=True))
                answer = {"verdict": verdict, "receipt": receipt(nonce, source, verdict)}
                os.write(writing, dumps(answer).encode() + b"\n")
            finally:
                exit_(0)
        os.close(writing)
        try:
            return loads(_read_line(reading, child) or "{}")
        except ValueError:
            return {}
        finally:
            os.close(reading)
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)

    def judge(order: dict) -> dict:
        nonce, source = order.pop("nonce"), order.pop("source")
        try:
            with reserves():
                if not order["hidden"]:
                    verdict = dumps(run(source, order["framework"], hidden=False))
                    return {"verdict": verdict, "receipt": receipt(nonce, source, verdict)}
                answer = in_fork(nonce, source, order["framework"])
        except BaseException:  # an interrupt, most likely: without a receipt it counts as failed
            return {}
        if framework is not None and answer:
            # Cells further down ask `passed(...)`: a hidden failure counts, as in one process.
            framework.outcomes.update(loads(answer["verdict"]).get("outcomes", {}))
        return answer

    return judge


def _calm() -> None:
    """End what could call the submission while a test runs."""
    sys.settrace(None)
    sys.setprofile(None)
    gc.callbacks.clear()
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _imports_only(node: ast.stmt, given: dict) -> bool:
    """Whether a statement imports from the checks what the referee gives to the cell anyway."""
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "autograder.checks"
        and all(alias.name in given and alias.asname is None for alias in node.names)
    )


def _checks_called(tree: ast.Module) -> int:
    return sum(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "check"
        for node in tree.body
    )


def _describe(error: BaseException, framework, hidden: bool) -> dict:
    """What a failed test shows: the check's message; of a hidden test nothing else."""
    name = type(error).__name__
    try:
        text = str(error)[:4000]
    except BaseException:
        text = ""
    if framework is not None and type(error) in (
        framework.CheckFailed,
        framework.StillOpen,
        framework.Tampered,
    ):
        said = {"ename": name, "evalue": text, "traceback": text.splitlines()}
        return {**said, "record": error.verdict.as_dict()}
    if hidden:
        text = "A hidden test of this cell did not pass."
        said = {"ename": "HiddenTestFailed", "evalue": text, "traceback": [text]}
        return {**said, "record": {"state": "failed", "mistake": "any/hidden-test"}}
    record = {"state": "failed", "mistake": "any/error", "values": {"error": name}}
    if type(error) is NotImplementedError:
        record = {"state": "open", "mistake": "any/open"}
    elif type(error) is AssertionError and text:  # a visible test's own words
        line = text.splitlines()[0][:120]
        record = {"state": "failed", "mistake": "any/assertion", "values": {"text": line}}
    try:
        lines = traceback.format_exception(type(error), error, error.__traceback__, limit=-12)
    except BaseException:
        lines = [f"{name}: {text}"]
    lines = [line for line in lines if "autograder/kernel/" not in line]
    said = {"ename": name, "evalue": text, "traceback": "".join(lines)[-8000:].splitlines()}
    return {**said, "record": record}


def _leave_everything(keep: int) -> None:
    """In the fork for a hidden test: no way back but the one open pipe."""
    namespaces.hide_from_same_user()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    os.closerange(3, keep)
    os.closerange(keep + 1, 4096)
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)  # a thread pool does not survive a fork


def _read_line(pipe: int, child: int) -> str:
    """One line from the fork; empty if it ended without one."""
    data = b""
    while not data.endswith(b"\n") and len(data) < MAX_VERDICT:
        if select.select([pipe], [], [], 0.2)[0]:
            part = os.read(pipe, MAX_VERDICT)
            if not part:
                break
            data += part
        elif os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break  # it ended, but a process that it left behind holds the pipe
    return data.decode(errors="replace")


class RefereeKernel(IPythonKernel):
    """The kernel of a sandboxed notebook: orders of the referee beside ordinary cells."""

    judge = None  # set by run_kernel; called with an order
    observed = None  # set by run_kernel; returns what was noticed since the last call

    async def execute_request(self, stream, ident, parent):
        order = parent["metadata"].pop("referee", None)
        if order is None:
            await super().execute_request(stream, ident, parent)
            return
        answer = self.judge(order)
        for output in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                output.flush()
        self.shell.execution_count += 1
        content = {"status": "ok", "execution_count": self.shell.execution_count, **answer}
        self.session.send(stream, "execute_reply", content, parent, ident=ident)

    def finish_metadata(self, parent, metadata, reply_content):
        metadata = super().finish_metadata(parent, metadata, reply_content)
        with contextlib.suppress(Exception):
            metadata["observed"] = self.observed()
        return metadata


class SandboxedApp(IPKernelApp):
    """IPython's kernel application without connection file, heartbeat and history."""

    kernel_class = RefereeKernel

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
    connection: dict,
    socket_folder: int,
    secret: bytes,
    pictures: bool,
    before_start: Callable[[], None],
) -> None:
    """Start a kernel on the sockets of `connection` and serve it; returns when it is shut down.

    The sockets are made in `socket_folder`, an open folder that no path here leads to. It is closed
    before `before_start` brings the submission's files in.
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
    integrity = Integrity(app.kernel)
    watcher = Watcher()
    app.kernel.judge = make_judge(secret, app.shell, integrity, watcher)

    def observed() -> dict:
        changes = integrity.changes()
        if changes:
            integrity.restore(kernel_only=True)  # what stands between the referee and the worker
        return {"changes": changes, "events": watcher.take()}

    app.kernel.observed = observed
    for name in [name for name in sys.modules if name.startswith("autograder.kernel")]:
        del sys.modules[name]
    linecache.clearcache()
    watcher.start()
    app.start()
