"""Where the lab runs: the device, the seed, the cache folder, and whether it is being graded.

Four environment variables steer it:

- ``LAB_SOURCE``: the source of the reviews that ``source="auto"`` takes (see ``helpers.reviews``);
- ``LAB_DEVICE``: the device to train on, for example ``cpu`` or ``cuda:1`` (default: the best);
- ``LAB_CACHE``: the folder for prepared data (default: ``~/.cache/overfitting-lab``);
- ``NBGRADER_EXECUTION``: set by nbgrader while it grades; the data sets are then a small sample.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # torch takes a second to import, and half of this module does not need it
    import torch

SEED = 0
"""The seed of the lab: the first weights and the order of the batches follow it."""


class DeviceError(RuntimeError):
    """``LAB_DEVICE`` names a device that this machine cannot train on."""


def get_device() -> torch.device:
    """The device to train on: CUDA, else Apple's MPS, else the CPU; ``LAB_DEVICE`` overrides it.

    Raises ``DeviceError`` when ``LAB_DEVICE`` is misspelt or names hardware that is not there.
    """
    import torch

    wanted = os.environ.get("LAB_DEVICE", "").strip()
    if wanted:
        try:
            device = torch.device(wanted)
            torch.zeros(1, device=device)
        except Exception as error:  # torch raises many types here: all mean the same to the reader
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise DeviceError(
                f"LAB_DEVICE={wanted!r} cannot be used here ({reason}). "
                "Set it to cpu, cuda or mps, or unset it to get the best device of this machine."
            ) from None
        return device
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def set_seed(seed: int = SEED) -> None:
    """Start the random numbers of Python, NumPy and PyTorch (on every device) from ``seed``."""
    import numpy as np
    import torch

    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def cache_folder() -> Path:
    """The folder for prepared data. It may not exist yet."""
    chosen = os.environ.get("LAB_CACHE", "").strip()
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(base) if base else Path("~/.cache").expanduser()) / "overfitting-lab"


def is_grading() -> bool:
    """True while nbgrader runs the notebook."""
    return bool(os.environ.get("NBGRADER_EXECUTION"))


def progress_bar(items: Iterable, what: str) -> Iterable:
    """``items``, with a bar called ``what`` once they have taken a second, if someone watches."""
    from tqdm import tqdm

    return tqdm(items, desc=what, delay=1, leave=False, disable=not someone_watches())


def someone_watches() -> bool:
    """False where a bar would only leave noise: in stored outputs, in graded notebooks, in logs."""
    if is_grading():
        return False
    kernel = jupyter_kernel()
    if kernel is not None:
        # A frontend with a person offers to ask for input; nbconvert, nbval and nbgrader do not.
        return bool(getattr(kernel, "_allow_stdin", True))
    return sys.stderr is not None and sys.stderr.isatty()


def jupyter_kernel() -> object | None:
    """The Jupyter kernel that this code runs in, or None."""
    ipython = sys.modules.get("IPython")
    return getattr(ipython.get_ipython(), "kernel", None) if ipython else None
