"""Process 1 of a notebook's namespaces: it watches what all processes there use together.

Limits of the system hold for each process; a fork bomb has many. So the sums are kept here. The
supervisor ends with a code that names the limit, and everything in the namespace ends with it.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from pathlib import Path

from autograder.kernel.namespaces import RESERVED_MEMORY, RESERVED_PROCESSES

BROKEN = 60
_CODES = {"memory_mib": 61, "cpu_seconds": 62, "processes": 63}
_PERIOD = 0.2  # seconds between two looks
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20


def reason(status: int) -> str:
    """What a wait status of the supervisor means: the name of a limit, or "exit", "killed" …"""
    if os.WIFSIGNALED(status):
        return "killed"
    code = os.WEXITSTATUS(status)
    if code == BROKEN:
        return "the sandbox could not be set up"
    return {number: name for name, number in _CODES.items()}.get(code, "exit")


def watch(kernel: int, limits: dict) -> int:
    """Wait until the kernel ends or a sum passes its limit; returns the exit code."""
    reaped_cpu = 0.0
    while True:
        started = time.thread_time()
        while True:
            try:
                pid, _, used = os.wait3(os.WNOHANG)
            except ChildProcessError:
                return 0
            if pid == 0:
                break
            reaped_cpu += used.ru_utime + used.ru_stime
            if pid == kernel:
                return 0
        over = _over_limit(limits, reaped_cpu)
        if over:
            return _CODES[over]
        # A tree of a thousand processes must not make the looks themselves expensive.
        time.sleep(_PERIOD + 10 * (time.thread_time() - started))


def _over_limit(limits: dict, reaped_cpu: float) -> str | None:
    cpu, count, resident = reaped_cpu, 0, 0.0
    shared: dict[str, float] = {}  # memory that processes share, by its inode
    names = (path.name for path in Path("/proc").iterdir())
    pids = [int(name) for name in names if name.isdigit() and name != "1"]
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            memory = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        cpu += (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / _TICKS
        count += int(fields[17])  # threads
        # Its own pages and shared memory; pages of files cost nothing.
        resident += sum(map(int, re.findall(r"RssAnon:\s+(\d+)", memory))) / 1024
        shared |= _shared(pid)
    if cpu > limits["cpu_seconds"]:
        return "cpu_seconds"
    # The system refuses first; this is for old ones, which count for each user of the machine.
    if count > limits["processes"] + 2 * RESERVED_PROCESSES:
        return "processes"
    # The system refuses a process its limit; a test that runs then may take from the reserve.
    most, together = limits["memory_mib"] + RESERVED_MEMORY / 2**20, sum(shared.values())
    if resident + together > most and _proportional(pids) + together > most:
        return "memory_mib"
    return None


def _shared(pid: int) -> dict[str, float]:
    """MiB of the shared anonymous mappings of a process by inode, also where they are swapped out
    of its sight: the size of a mapping, not what is resident."""
    found: dict[str, float] = {}
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            if "/dev/zero (deleted)" in line:
                place, _, _, _, inode, _ = line.split(None, 5)
                begin, end = (int(part, 16) for part in place.split("-"))
                found[inode] = found.get(inode, 0.0) + (end - begin) / 2**20
    return found


def _proportional(pids: list[int]) -> float:
    """MiB of anonymous memory, pages that forks share counted once."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:  # it forbids being looked at, or has just ended: count all it has
            total += _resident_kib(pid)
            continue
        total += sum(
            int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss_Anon:")
        )
    return total / 1024


def _resident_kib(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * int(_PAGE_MIB * 1024)
    except OSError:
        return 0
