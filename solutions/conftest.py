"""For `pytest --nbval solutions/lab6`: the stored outputs come from the packaged reviews, on a CPU."""

import os

os.environ.setdefault("LAB_SOURCE", "packaged")
os.environ.setdefault("LAB_DEVICE", "cpu")
