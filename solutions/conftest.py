"""`pytest --nbval` compares with stored outputs: from the packaged reviews, on a CPU.

Pictures are not compared: they differ in a pixel between versions and machines.
"""

import os
from pathlib import Path

os.environ.setdefault("LAB_SOURCE", "packaged")
os.environ.setdefault("LAB_DEVICE", "cpu")


def pytest_configure(config):
    if not getattr(config.option, "nbval_sanitize_with", None):
        config.option.nbval_sanitize_with = str(Path(__file__).with_name("nbval_sanitize.cfg"))
