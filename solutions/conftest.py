"""The stored outputs come from the packaged reviews, on a CPU: `pytest --nbval` compares with them."""

import os

os.environ.setdefault("LAB_SOURCE", "packaged")
os.environ.setdefault("LAB_DEVICE", "cpu")
