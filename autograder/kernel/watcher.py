"""Watches, through Python's audit events, what the cells of a submission do at run time.

An audit hook cannot be removed. It sees the event and the frame that caused it. Most of what it
sees it only notes; while a test runs it also forbids the ways to the test's own frames and objects.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FunctionType

# event -> what it means. Noted when a cell of the notebook does it itself, not a library for it.
_EVENTS = {
    "sys._getframe": "reads the frames of its callers",
    "sys._current_frames": "reads the frames of other threads",
    "sys.settrace": "sets a trace function",
    "sys.setprofile": "sets a profile function",
    "gc.get_objects": "searches all objects of the interpreter",
    "gc.get_referrers": "searches who refers to an object",
    "gc.get_referents": "searches what an object refers to",
    "ctypes.dlopen": "loads a C library",
    "ctypes.dlsym": "calls a C library",
    "ctypes.string_at": "reads memory directly",
    "os.fork": "starts a process",
    "os.forkpty": "starts a process",
    "os.exec": "replaces its process",
    "os.kill": "sends a signal to a process",
    "os.killpg": "sends a signal to processes",
    "os.system": "runs a shell command",
    "os.posix_spawn": "starts a process",
    "subprocess.Popen": "starts a process",
    "socket.connect": "opens a network connection",
    "socket.bind": "opens a network port",
    "socket.sendto": "sends to the network",
    "socket.getaddrinfo": "looks up a network address",
    "object.__setattr__": "replaces the code of a function",
    "marshal.loads": "loads packed code",
    "pickle.find_class": "loads a pickle",
    "sys.addaudithook": "installs an audit hook",
    "os.symlink": "makes a link",
    "os.link": "makes a link",
    "exec": "runs code from text",
}
_PATHS = ("/proc", "/etc", "/root", "/sys", "/dev/mem", "grading", "solutions", "gradebook")
# Attributes through which one object leads to the frames of others.
_FRAME_ATTRIBUTES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame"}
# Ways to the frames and objects of a test. While one runs, only _ASKERS may go them.
_WAYS_IN = {
    "sys._getframe",
    "sys._current_frames",
    "sys._current_exceptions",
    "sys.settrace",
    "sys.setprofile",
    "gc.get_objects",
    "gc.get_referrers",
    "gc.get_referents",
    "object.__getattr__",
}
# Forbidden to an answer while a test runs; libraries may, for a DataLoader starts workers.
_FORBIDDEN = {
    "object.__setattr__",
    "ctypes.dlopen",
    "ctypes.dlsym",
    "os.fork",
    "os.forkpty",
    "os.exec",
    "os.system",
    "os.posix_spawn",
    "subprocess.Popen",
}
# Functions that look at frames for purposes of their own and give none away. Which function asks is
# told by its code object: anybody can write a file name into code.
_ASKERS = """
    collections:namedtuple enum:EnumType enum:EnumMeta typing:_caller typing_extensions:_caller
    typing_extensions:_has_generic_or_protocol_as_origin
    logging:Logger warnings:_next_external_frame matplotlib._api:warn_external
    matplotlib.cbook:_get_running_interactive_framework numpy:bmat
    numpy.lib._index_tricks_impl:AxisConcatenator sympy.core.symbol:var
    sympy.utilities.lambdify:lambdify sympy.multipledispatch.core:dispatch
    torch.library:Library torch._library.utils:get_source torch.fx._symbolic_trace:wrap
    torch.cuda:_lazy_call torch.xpu:_lazy_call torch.mtia:_lazy_call torch._refs:_make_alias
    traitlets.traitlets:TraitType pyparsing.core:_trim_arity pyparsing.core:Forward
    autograder.checks.answer:_own_line autograder.kernel.referee:_describe
"""
# Functions that hand frames to their caller: it is the caller that asks. A module: all of its.
_GIVERS = "inspect: traceback: logging:currentframe"
# Library code that does for its caller what an answer may not do itself.
_GADGETS = tuple(
    f"{os.path.dirname(os.__file__)}/{name}"  # noqa: PTH120
    for name in (
        "inspect.py",
        "traceback.py",
        "logging/",
        "pdb.py",
        "bdb.py",
        "subprocess.py",
        "ctypes/",
    )
)
_INSTALLED = (
    *{sysconfig.get_path(place) for place in ("stdlib", "platstdlib", "purelib", "platlib")},
    *(str(Path(__file__).parents[2] / name) for name in ("autograder", "helpers")),
    "<frozen",
    "<__array_function__",
)
_CELLS = "/tmp/ipykernel_"
_MOST = 20  # of one cell; a flood of events is one finding


def make() -> tuple[Callable, Callable, Callable]:
    """(hook, take, testing): `hook` for an audit hook to call; `take()` returns what was seen since
    the last call, a list of [meaning, line number]; `testing(True)` says that a test runs.

    What they need is bound here, out of reach of later changes.
    """
    getframe, this_thread = sys._getframe, threading.get_ident
    events, ways_in, forbidden = dict(_EVENTS), frozenset(_WAYS_IN), frozenset(_FORBIDDEN)
    cells, gadgets, installed = _CELLS, _GADGETS, _INSTALLED
    attributes, paths = frozenset(_FRAME_ATTRIBUTES), _PATHS
    known = _codes(_ASKERS), _codes(_GIVERS)  # kept, so that no other code gets their identity
    askers, givers = (frozenset(id(code) for code in codes) for codes in known)
    seen: list[list] = []
    in_test = False
    reading = None  # the thread of which the hook reads the frame

    def may_ask(frame) -> bool:
        """Whether the code that looks for frames or objects is a library's, for itself."""
        while frame is not None and id(frame.f_code) in givers:
            frame = frame.f_back
        return frame is not None and id(frame.f_code) in askers

    def of_submission(frame):
        """The frame of the submission behind an event, or None if a library did it."""
        for _ in range(12):
            if frame is None:
                return None
            name = frame.f_code.co_filename
            if not name.startswith(installed):
                return frame
            if not name.startswith(gadgets):
                return None
            frame = frame.f_back
        return None

    def line_in_cell(frame) -> int:
        for _ in range(60):
            if frame is None:
                return 0
            if frame.f_code.co_filename.startswith(cells):
                return frame.f_lineno
            frame = frame.f_back
        return 0

    def hook(event: str, args: tuple) -> None:
        nonlocal reading
        meaning = events.get(event)
        if meaning is None and event != "open" and event not in ways_in:
            return
        if event == "object.__getattr__":
            if args[1] not in attributes:
                return
            meaning = "reads the frames of its callers"
        elif event == "sys._getframe" and reading == this_thread():
            return
        elif event == "open":
            path = args[0]
            if type(path) is not str or not any(part in path for part in paths):
                return
            meaning = f"opens {path[:80]}"
        elif event == "sys.addaudithook":
            raise RuntimeError  # it would see orders; Python ignores the new one without a word
        reading = this_thread()
        try:
            frame = getframe(2)  # it is called by the audit hook
        finally:
            reading = None
        own = of_submission(frame)
        if own is not None and meaning is not None and len(seen) < _MOST:
            seen.append([meaning, line_in_cell(own)])
        if in_test:
            if event in ways_in and not may_ask(frame):
                if own is None and len(seen) < _MOST:
                    seen.append(
                        [meaning or "searches for what it may not see", line_in_cell(frame)]
                    )
            elif event not in forbidden or own is None:
                return
            raise RuntimeError(f"not allowed while a test runs: {event}")

    def take() -> list[list]:
        found = list(seen)
        seen.clear()
        return found

    def testing(on: bool) -> None:
        nonlocal in_test
        in_test = on

    return hook, take, testing


def _codes(places: str) -> list[CodeType]:
    """The code objects of functions, of classes' methods or of whole modules, inner ones too."""
    found: list[CodeType] = []
    todo: list[object] = []
    for place in places.split():
        module, _, name = place.partition(":")
        owner = sys.modules.get(module)
        todo += [getattr(owner, name, None)] if name else list(vars(owner or object).values())
    while todo:
        thing = todo.pop()
        if isinstance(thing, type):
            todo += [member for member in vars(thing).values() if not isinstance(member, type)]
        elif isinstance(thing, staticmethod | classmethod):
            todo.append(thing.__func__)
        elif isinstance(thing, FunctionType):
            todo.append(thing.__code__)
        elif isinstance(thing, CodeType):
            found.append(thing)
            todo += thing.co_consts
    return found
