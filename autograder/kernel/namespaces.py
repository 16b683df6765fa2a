"""The inner layer of the sandbox: namespaces, mounts, limits and system calls of one notebook.

Called between `fork` and the first byte of a submission, in this order: `enter_namespaces`, a
second fork (its child is process 1 of the new process namespace), `make_mounts`, and, in the
process that will run the submission, `set_limits` and `drop_privileges`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import struct
from collections.abc import Iterator
from pathlib import Path

HOME = "/home/student"
WORK = f"{HOME}/lab"  # where the notebook runs
_HIDDEN = "/opt/lab/autograder/kernel"  # this package is not the submission's business

RESERVED_PROCESSES = 16
RESERVED_MEMORY = 256 << 20  # bytes

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = [ctypes.c_char_p] * 3 + [ctypes.c_ulong, ctypes.c_char_p]
_libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4

_NEW_NAMESPACES = (
    0x00020000  # mounts
    | 0x02000000  # control groups
    | 0x04000000  # host name
    | 0x08000000  # System V IPC
    | 0x10000000  # users
    | 0x20000000  # processes
    | 0x40000000  # network: an empty one, where even loopback is down
)
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP = 1, 4, 22
_PR_CAPBSET_DROP, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 24, 36, 38


def _checked(result: int, what: str) -> int:
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def enter_namespaces() -> None:
    """New namespaces of every kind for this process and its children."""
    uid, gid = os.getuid(), os.getgid()
    _checked(_libc.unshare(_NEW_NAMESPACES), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def try_out() -> None:
    """Make the inner layer once, as for a notebook. Raises OSError that says what is refused."""
    enter_namespaces()
    process = os.fork()
    if process == 0:
        try:
            make_mounts(disk_mib=1)
            os._exit(0)
        except OSError as error:
            os.write(2, f"{error}\n".encode())
        finally:
            os._exit(1)
    if os.waitpid(process, 0)[1]:
        raise SystemExit(1)  # the reason has been said


def _mount(kind: str, target: str, flags: int, data: str = "") -> None:
    result = _libc.mount(kind.encode(), target.encode(), kind.encode(), flags, data.encode())
    _checked(result, f"mount {kind} on {target}")


def make_mounts(disk_mib: int) -> None:
    """Private /tmp, home and /proc; everything else stays the read-only view of the outer layer."""
    _checked(_libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None), "private mounts")
    flags = _MS_NOSUID | _MS_NODEV
    files = "nr_inodes=20000,mode=0700"
    # Two places to write in; what a limit allows is shared between them.
    for place in ("/tmp", HOME):
        with _kept_below(place):
            _mount("tmpfs", place, flags, f"size={disk_mib * 1024 // 2}k,{files}")
    _mount("tmpfs", "/dev/shm", flags | _MS_NOEXEC, f"size={disk_mib * 1024 // 4}k,{files}")
    if Path(_HIDDEN).is_dir():
        _mount("tmpfs", _HIDDEN, flags | _MS_RDONLY, "size=4k")
    _mount("proc", "/proc", flags | _MS_NOEXEC)
    Path(WORK).mkdir()
    # No further user namespaces: each would be a fresh set of capabilities to try the kernel with.
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


@contextlib.contextmanager
def _kept_below(place: str) -> Iterator[None]:
    """What the outer layer bound below a folder is there again after the folder is covered.

    An interpreter in a checkout below /tmp, for example: modules are imported from it later on.
    """
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    points = [line.split()[4].encode().decode("unicode_escape") for line in lines]
    below = [point for point in points if point.startswith(place + "/")]
    opened = {point: os.open(point, os.O_PATH | os.O_CLOEXEC) for point in below}
    yield
    for point, descriptor in opened.items():
        if Path(f"/proc/self/fd/{descriptor}").is_dir():
            Path(point).mkdir(parents=True, exist_ok=True)
        else:
            Path(point).parent.mkdir(parents=True, exist_ok=True)
            Path(point).touch()
        source = f"/proc/self/fd/{descriptor}".encode()
        bound = _libc.mount(source, point.encode(), None, _MS_BIND | _MS_REC, None)
        _checked(bound, f"bind {point}")
        os.close(descriptor)


def set_limits(memory_mib: int, processes: int, file_mib: int, cpu_seconds: float) -> None:
    """Limits that the system keeps for every process; the supervisor watches the sums."""
    memory, file_size = memory_mib << 20, int(file_mib * 2**20)
    cpu = int(cpu_seconds) + 2  # the supervisor is to be first, it knows the reason
    # Some in reserve for the tests, when a submission has used up its own.
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes + RESERVED_PROCESSES))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory + RESERVED_MEMORY))
    for what, value in (
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(what, (value, value))


@contextlib.contextmanager
def reserves() -> Iterator[None]:
    """Processes and memory in reserve may be used in the body."""
    before = {}
    for what in (resource.RLIMIT_NPROC, resource.RLIMIT_DATA):
        before[what], most = resource.getrlimit(what)
        resource.setrlimit(what, (most, most))
    try:
        yield
    finally:
        for what, value in before.items():
            resource.setrlimit(what, (value, resource.getrlimit(what)[1]))


def drop_privileges() -> None:
    """Give up, for good, the capabilities that a new user namespace comes with."""
    for capability in range(64):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = struct.pack("Ii", 0x20080522, 0)  # version 3, this process
    _checked(_libc.capset(header, struct.pack("IIIIII", *[0] * 6)), "capset")
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def hide_from_same_user() -> None:
    """No other process may trace this one or read its memory, not even one of the same user."""
    _checked(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")


def adopt_orphans() -> None:
    """Grandchildren whose parent ends become children of this process."""
    _checked(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "subreaper")


# System calls that no notebook needs and that have been the door of many a kernel bug, and those
# that take memory which belongs to no process, so that nobody would count it.
_REFUSED = {  # name -> its number on x86-64 and on AArch64
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "ptrace": (101, 117),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "swapon": (167, 224),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "unshare": (272, 97),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "finit_module": (313, 273),
    "init_module": (175, 105),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "open_tree": (428, 428),
}
_MACHINES = {  # audit number of the machine, place of its numbers above, number of socket(2)
    "x86_64": (0xC000003E, 0, 41),
    "aarch64": (0xC00000B7, 1, 198),
}
# Addresses of other kinds do not all live in the network namespace: vsock reaches a host.
_SOCKET_FAMILIES = (1, 2, 10, 16)  # Unix, IPv4, IPv6; netlink, which lists interfaces for ZMQ


def filter_system_calls() -> None:
    """A seccomp filter: the calls above and unusual sockets answer EPERM; foreign ABIs kill."""
    if platform.machine() not in _MACHINES:
        return
    audit, place, socket_call = _MACHINES[platform.machine()]
    load, equal, greater_equal, give = 0x20, 0x15, 0x35, 0x06
    allow, refuse, kill = 0x7FFF0000, 0x00050001, 0x80000000

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    numbers = sorted(numbers[place] for numbers in _REFUSED.values())
    program = [
        step(load, 4),  # the machine
        step(equal, audit, 1, 0),
        step(give, kill),
        step(load, 0),  # the call
        step(greater_equal, 0x40000000, 0, 1),  # x32, another way to the same calls
        step(give, kill),
    ]
    for number in numbers:
        program += [step(equal, number, 0, 1), step(give, refuse)]
    program += [step(equal, socket_call, 1, 0), step(give, allow), step(load, 16)]
    for family in _SOCKET_FAMILIES:
        program += [step(equal, family, 0, 1), step(give, allow)]
    program.append(step(give, refuse))
    code = ctypes.create_string_buffer(b"".join(program))
    description = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    )
    _checked(
        _libc.prctl(_PR_SET_SECCOMP, 2, ctypes.addressof(description), 0, 0), "system call filter"
    )
