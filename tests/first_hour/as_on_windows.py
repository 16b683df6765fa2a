"""Put on the path as `sitecustomize`: the course's own code finds no more than on Windows.

Modules and names that Windows lacks are hidden from `helpers` and `autograder`, in every process
that is started; other packages, which have a branch of their own for Windows, keep them.
"""

import builtins
import types

ABSENT = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog"}
LACKING = {
    "signal": {"SIGALRM", "SIGKILL", "setitimer", "getitimer", "ITIMER_REAL", "pthread_kill"},
    "os": {"fork", "geteuid", "getuid", "getgid", "killpg", "setsid", "statvfs", "O_NOFOLLOW"},
    "time": {"tzset"},
}
OTHER = {"os": {"name": "nt"}}
OURS = ("helpers", "autograder")


class Lacking(types.ModuleType):
    """A module without some of its names."""

    def __init__(self, module, lacks, other):
        super().__init__(module.__name__)
        self.__dict__.update(other, _module=module, _lacks=lacks)

    def __getattr__(self, name):
        if name in self._lacks:
            raise AttributeError(f"on Windows {self.__name__} has no {name}")
        return getattr(self._module, name)


found = builtins.__import__


def find(name, globals=None, locals=None, fromlist=(), level=0):
    importer = ((globals or {}).get("__name__") or "").split(".")[0]
    if importer not in OURS or level:
        return found(name, globals, locals, fromlist, level)
    if name in ABSENT:
        raise ModuleNotFoundError(f"Windows has no {name}", name=name)
    module = found(name, globals, locals, fromlist, level)
    if name in LACKING:
        return Lacking(module, LACKING[name], OTHER.get(name, {}))
    return module


builtins.__import__ = find
