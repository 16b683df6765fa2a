"""A contender sets itself up, and returns the function whose time counts.

``python -m benchmarks.contender NAME SETTINGS`` runs one of them in this process. `run` does so in
a process of its own: nobody inherits another one's memory, caches or threads.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.settings import Settings

Timed = Callable[[], dict | None]
CONTENDERS: dict[str, Callable[[Settings], Timed]] = {}
HOMES = ("preparing", "starting", "training")  # the modules that register contenders


def contender(name: str):
    """Register a set-up function. What the timed function returns goes into the results."""

    def register(set_up: Callable[[Settings], Timed]):
        CONTENDERS[name] = set_up
        return set_up

    return register


@dataclass(frozen=True)
class Run:
    """What one run took. ``peak_bytes``: resident at once, from the start of the timed part."""

    seconds: float
    peak_bytes: int
    details: dict = field(default_factory=dict)


class ContenderFailed(RuntimeError):
    """A contender did not finish; the message ends with its own last words."""


def run(name: str, settings: Settings, environment: dict[str, str]) -> Run:
    """Run a contender in a process of its own. Raises ``ContenderFailed``."""
    command = [sys.executable, "-m", "benchmarks.contender", name, json.dumps(asdict(settings))]
    done = subprocess.run(
        command, env=environment, cwd=Path(__file__).parent.parent, capture_output=True, text=True
    )
    if done.returncode:
        reason = (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1]
        raise ContenderFailed(f"{name}: {reason}")
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def _peak_of_this_process() -> tuple[Callable[[], None], Callable[[], int]]:
    """``(start anew, bytes since then)``: the most memory that was resident at once."""
    status, clear = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if status.exists() and os.access(clear, os.W_OK):

        def peak() -> int:
            (line,) = [x for x in status.read_text().splitlines() if x.startswith("VmHWM")]
            return int(line.split()[1]) * 1024

        return lambda: clear.write_text("5"), peak
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return lambda: None, lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main(name: str, settings: str) -> None:
    """Run one contender; the last line on standard output is the JSON that says what it took."""
    for home in HOMES:
        importlib.import_module(f"benchmarks.{home}")
    chosen = Settings(**json.loads(settings))
    timed = CONTENDERS[name](chosen)
    gc.collect()
    start_anew, peak = _peak_of_this_process()
    start_anew()
    clock = time.process_time if chosen.cpu_time else time.perf_counter
    start = clock()
    details = timed()
    seconds = clock() - start
    print(json.dumps({"seconds": seconds, "peak_bytes": peak(), "details": details or {}}))


if __name__ == "__main__":
    # Under its real name, so that there is one registry and not two.
    importlib.import_module("benchmarks.contender").main(*sys.argv[1:])
