"""Watches, through Python's audit events, what the cells of a submission do at run time.

An audit hook cannot be removed. It sees the event and the frame that caused it. Most of what it
sees it only notes; while a test runs it also forbids the ways to the test's own frames and objects.
"""

from __future__ import annotations

import os
import sys

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
_FRAME_ATTRIBUTES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame", "f_code"}
# Forbidden while a test runs, when a cell of the notebook does it, itself or by one of _GADGETS.
_FORBIDDEN = {
    "sys._getframe",
    "sys._current_frames",
    "sys._current_exceptions",
    "sys.settrace",
    "sys.setprofile",
    "gc.get_objects",
    "gc.get_referrers",
    "gc.get_referents",
    "object.__getattr__",
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
# Modules of the standard library that hand frames to whoever asks.
_GADGETS = tuple(
    f"{os.path.dirname(os.__file__)}/{name}"  # noqa: PTH120
    for name in ("inspect.py", "traceback.py", "logging/", "pdb.py", "bdb.py", "subprocess.py")
)
_CELLS = "/tmp/ipykernel_"
_MOST = 20  # of one cell; a flood of events is one finding


class Watcher:
    """Collects [meaning, line number] of what the running cell does."""

    def __init__(self):
        self.seen: list[list] = []
        self.testing = False  # while a test runs
        self.busy = False

    def start(self) -> None:
        """Install the hook. What it needs is bound here, out of reach of later changes."""
        getframe, events, forbidden = sys._getframe, dict(_EVENTS), frozenset(_FORBIDDEN)
        cells, gadgets, attributes, paths = _CELLS, _GADGETS, frozenset(_FRAME_ATTRIBUTES), _PATHS
        seen = self.seen

        def cell_frame(frame):
            """The frame of the notebook's cell behind an event, or None if a library did it."""
            for _ in range(12):
                if frame is None:
                    return None
                name = frame.f_code.co_filename
                if name.startswith(cells):
                    return frame
                if not name.startswith(gadgets):
                    return None
                frame = frame.f_back
            return None

        def hook(event: str, args: tuple) -> None:
            meaning = events.get(event)
            if meaning is None and event != "open":
                if event != "object.__getattr__" or args[1] not in attributes:
                    return
                meaning = "reads the frames of its callers"
            if self.busy:
                return
            self.busy = True
            try:
                frame = cell_frame(getframe(1))
                if frame is None:
                    return
                if event == "open":
                    path = str(args[0])
                    if not any(part in path for part in paths):
                        return
                    meaning = f"opens {path[:80]}"
                if len(seen) < _MOST:
                    seen.append([meaning, frame.f_lineno])
            finally:
                self.busy = False
            if self.testing and event in forbidden:
                raise RuntimeError(f"not allowed while a test runs: {event}")

        sys.addaudithook(hook)

    def take(self) -> list[list]:
        """What was seen since the last call."""
        found = list(self.seen)
        self.seen.clear()
        return found
