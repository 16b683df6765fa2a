"""An IPython kernel that runs test cells itself, so that a pass has to be earned.

Cells of the submission run as in any notebook. A test cell does not go through IPython: what a
submission may have done to it (hooks, transformers, tracebacks, names) plays no part. The referee
puts back what was changed under the checks, runs the cell with the interpreter's own `compile` and
`exec`, and signs what it saw: a receipt that the worker outside verifies. No receipt, no points.

A hidden test runs in a fork made at its place in the notebook and kept waiting until the last cell
has run, when nothing that the notebook shows is taken any more. So nothing of it can come out but
the verdict, and an answer may write files, start workers and share memory as in any notebook.

The judge is called through an audit hook. No name, no object and no frame leads a submission to it.

Code in one process can change any other code in it, so this is a high fence, not a wall; what is
seen of an attempt goes into the report (see docs/security.md).
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import ctypes
import gc
import hashlib
import io
import json
import linecache
import logging
import os
import select
import signal
import socket
import stat
import sys
import traceback
import types
from _hashlib import hmac_new  # an object that neither `gc` nor an attribute leads to
from collections.abc import Callable, Iterator
from pathlib import Path

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

from autograder.kernel import namespaces, watcher
from autograder.kernel.integrity import Integrity

CELL_NAME = "<test cell>"
MAX_VERDICT = 1 << 16
_OWN = "autograder.kernel"


def make_judge(
    secret: bytes, shell, integrity: Integrity, take_events: Callable, testing: Callable
) -> Callable[[dict], dict]:
    """The function that obeys an order about a test cell.

    An order names a `source` to run at once, or a hidden part: `keep` a fork for it, later `run` it
    there. The answer to a source that ran is {"verdict": JSON text, "receipt": hex}.
    Everything it uses is bound here, before the submission's first cell.
    """
    keyed = hmac_new(secret, digestmod="sha256")
    del secret
    sha256, dumps, loads = hashlib.sha256, json.dumps, json.loads
    compile_, exec_, eval_, fork, exit_, getpid = compile, exec, eval, os.fork, os._exit, os.getpid
    reserves, notebook = namespaces.reserves, shell.user_module
    framework = sys.modules.get("autograder.checks.framework")
    check, passed = getattr(framework, "check", None), getattr(framework, "passed", None)
    kept: dict[int, tuple[int, socket.socket]] = {}  # by number: the fork, and the way to it

    def receipt(nonce: str, source: str, verdict: str) -> str:
        signer = keyed.copy()
        parts = [nonce, sha256(source.encode()).hexdigest(), verdict]
        signer.update("\n".join(parts).encode())
        return signer.hexdigest()

    def confirmed(order: dict) -> dict:
        """Run a source; the verdict, signed."""
        this = getpid()
        verdict = dumps(run(order["source"], order["framework"], order["hidden"]))
        if getpid() != this:  # a fork of an answer: one process guesses once
            exit_(0)
        return {"verdict": verdict, "receipt": receipt(order["nonce"], order["source"], verdict)}

    def run(source: str, uses_framework: bool, hidden: bool) -> dict:
        """Run a test cell here; returns its verdict."""
        changes = integrity.restore()
        names = vars(notebook)
        tree = ast.parse(source, CELL_NAME)
        own = {"__builtins__": builtins}
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        own.update({name: getattr(builtins, name) for name in used if hasattr(builtins, name)})
        with_checks = uses_framework and check is not None
        if with_checks:
            own.update(check=check, passed=passed)
            tree.body = [node for node in tree.body if not _imports_only(node, own)]
            if names.get("check", check) is not check:
                changes.append("check in the notebook")
        shadowed = {name: names[name] for name in own if name in names}
        for name, value in shadowed.items():
            if value is not own[name] and hasattr(builtins, name) and name != "__builtins__":
                changes.append(f"{name} in the notebook")
        names.update(own)

        def value_of(node: ast.expr):
            code = compile_(ast.Expression(node), CELL_NAME, "eval", dont_inherit=True)
            return eval_(code, names)

        verdict = {"ok": False}
        try:
            with _calm():
                testing(True)
                value = None
                for node in tree.body:
                    value = None
                    if with_checks and _is_check(node):
                        # Not by its name: that is looked up where an answer may have put another.
                        check(
                            *[value_of(arg) for arg in node.value.args],
                            **{word.arg: value_of(word.value) for word in node.value.keywords},
                        )
                    elif isinstance(node, ast.Expr):
                        value = value_of(node.value)
                    else:
                        module = ast.Module([node], type_ignores=[])
                        exec_(compile_(module, CELL_NAME, "exec", dont_inherit=True), names)
            if value is not None and (not hidden or isinstance(value, int | float)):
                verdict["result"] = repr(value)[:200]
            verdict["ok"] = True
        except BaseException as error:
            verdict.update(_describe(error, framework, hidden))
        finally:
            testing(False)
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
        verdict["events"] = take_events()
        return verdict

    def keep(number: int) -> None:
        """Fork: the copy holds the notebook as it is now, and waits for its test."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        child = fork()
        if child == 0:
            try:
                for _, way in kept.values():
                    way.close()
                ours.close()
                _leave_the_kernel(theirs.fileno())
                order = loads(_read_line(theirs.fileno()))
                with reserves():
                    theirs.sendall(dumps(confirmed(order)).encode() + b"\n")
            finally:
                exit_(0)
        theirs.close()
        kept[number] = child, ours

    def run_kept(order: dict) -> dict:
        child, way = kept.pop(order["run"])
        try:
            way.sendall(dumps(order).encode() + b"\n")
            return loads(_read_line(way.fileno(), child) or "{}")
        except (ValueError, OSError):
            return {}
        finally:
            way.close()
            with contextlib.suppress(OSError):
                os.killpg(child, signal.SIGKILL)  # with the workers that the answer started
            with contextlib.suppress(OSError):
                os.waitpid(child, 0)

    def judge(order: dict) -> dict:
        try:
            with reserves():
                if "keep" in order:
                    keep(order["keep"])
                    return {}
                return run_kept(order) if "run" in order else confirmed(order)
        except BaseException:  # an interrupt, most likely: without a receipt it counts as failed
            return {}

    return judge


def hide_judge(secret: bytes, kernel) -> None:
    """Make the judge of a kernel and let events alone lead to it: "referee.order" and
    "referee.observed", each with a list for the answer.

    An audit hook is held by the interpreter. What it holds is taken from the lists of the garbage
    collector, so `gc` does not find it either.
    """
    integrity = Integrity(kernel)
    watch, take_events, testing = watcher.make()
    judge = make_judge(secret, kernel.shell, integrity, take_events, testing)
    del secret

    def hook(event: str, args: tuple) -> None:
        if event == "referee.order":
            args[1].append(judge(args[0]))
        elif event == "referee.observed":
            found = integrity.changes()
            if found:
                # What stands between the referee and the worker.
                integrity.restore(kernel_only=True)
            args[0].append({"changes": found, "events": take_events()})
        else:
            watch(event, args)

    sys.addaudithook(hook)
    out_of_sight(hook)


def out_of_sight(hook: Callable) -> None:
    """Take what a hook holds from the lists through which `gc` finds objects; it lives for ever."""
    untrack = ctypes.pythonapi.PyObject_GC_UnTrack
    untrack.argtypes, untrack.restype = [ctypes.py_object], None
    keep = ctypes.pythonapi.Py_IncRef
    keep.argtypes, keep.restype = [ctypes.py_object], None
    own = {id(vars(sys.modules[name])) for name in sys.modules if name.startswith(_OWN)}
    containers = list | tuple | dict | types.CellType | types.MethodType | Integrity
    hooks = [found for found in gc.get_referrers(hook) if type(found) is list]
    todo, seen = [hook, *hooks], own | {id(vars(builtins))}
    while todo:
        thing = todo.pop()
        ours = isinstance(thing, types.FunctionType) and id(thing.__globals__) in own
        if id(thing) in seen or not (ours or isinstance(thing, containers)):
            continue
        seen.add(id(thing))
        todo += gc.get_referents(thing)
        if isinstance(thing, Integrity):
            todo.append(vars(thing))
        keep(thing)
        untrack(thing)


@contextlib.contextmanager
def _calm() -> Iterator[None]:
    """End what could call the submission while a test runs, and set aside what stands between a
    test and torch."""
    sys.settrace(None)
    sys.setprofile(None)
    gc.callbacks.clear()
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    torch = sys.modules.get("torch")
    modes = []
    if torch is not None:
        while torch._C._len_torch_function_stack():
            modes.append(torch._C._pop_torch_function_stack())
    try:
        yield
    finally:
        while modes:
            torch._C._push_on_torch_function_stack(modes.pop())


def _imports_only(node: ast.stmt, given: dict) -> bool:
    """Whether a statement imports from the checks what the referee gives to the cell anyway."""
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "autograder.checks"
        and all(alias.name in given and alias.asname is None for alias in node.names)
    )


def _is_check(node: ast.stmt) -> bool:
    """Whether a statement is a call of `check`, with arguments that are plain."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "check"
        and not any(isinstance(arg, ast.Starred) for arg in node.value.args)
        and all(word.arg for word in node.value.keywords)
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


def _leave_the_kernel(keep: int) -> None:
    """In the fork for a hidden test: no way to the worker, no screen, no handler of a signal."""
    os.setpgid(0, 0)
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
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
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)  # a thread pool does not survive a fork


def _read_line(source: int, child: int = 0) -> str:
    """One line from another process; empty if `child` ended without one."""
    data = b""
    while not data.endswith(b"\n") and len(data) < MAX_VERDICT:
        if select.select([source], [], [], 0.2 if child else None)[0]:
            part = os.read(source, MAX_VERDICT)
            if not part:
                break
            data += part
        elif os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break  # it ended, but a process that it left behind holds the socket
    return data.decode(errors="replace")


class RefereeKernel(IPythonKernel):
    """The kernel of a sandboxed notebook: orders of the referee beside ordinary cells."""

    async def execute_request(self, stream, ident, parent):
        order = parent["metadata"].pop("referee", None)
        if order is None:
            await super().execute_request(stream, ident, parent)
            return
        box: list[dict] = []
        sys.audit("referee.order", order, box)
        answer = box[0]
        for output in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                output.flush()
        self.shell.execution_count += 1
        content = {"status": "ok", "execution_count": self.shell.execution_count, **answer}
        self.session.send(stream, "execute_reply", content, parent, ident=ident)

    def finish_metadata(self, parent, metadata, reply_content):
        metadata = super().finish_metadata(parent, metadata, reply_content)
        with contextlib.suppress(Exception):
            box: list[dict] = []
            sys.audit("referee.observed", box)
            metadata["observed"] = box[0]
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
    secret: int,
    pictures: bool,
    before_start: Callable[[], None],
) -> None:
    """Start a kernel on the sockets of `connection` and serve it; returns when it is shut down.

    The sockets are made in `socket_folder`, an open folder that no path here leads to. It is closed
    before `before_start` brings the submission's files in. `secret` is a pipe that holds the key of
    receipts; it is read once.
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
    # Not a name of this frame: a cell may walk its callers up to here.
    with os.fdopen(secret, "rb") as pipe:
        hide_judge(pipe.read(), app.kernel)
    for name in [name for name in sys.modules if name.startswith("autograder.kernel")]:
        del sys.modules[name]
    linecache.clearcache()
    app.start()
