"""Colab's own modules, where there is no Colab: what they do counts for no mark.

An answer may begin with `from google.colab import drive` and `drive.mount(...)`, which is right
there. Here every name in these modules is a thing that can be called, and does nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Nothing:
    def __call__(self, *args: object, **kwargs: object) -> _Nothing:
        return self

    def __getattr__(self, name: str) -> _Nothing:
        if name.startswith("_"):  # Python and IPython ask for their own
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator:
        return iter(())

    def __len__(self) -> int:
        return 0


class _ColabFinder(MetaPathFinder, Loader):
    def find_spec(self, name: str, path=None, target=None) -> ModuleSpec | None:
        is_its = name in ("google", "google.colab") or name.startswith("google.colab.")
        return ModuleSpec(name, self, is_package=True) if is_its else None

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ != "google":
            vars(module)["__getattr__"] = _Nothing().__getattr__


def stand_in() -> None:
    """Let this process import `google.colab`; a real one is preferred."""
    sys.meta_path.append(_ColabFinder())
