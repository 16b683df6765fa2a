"""`pytest --nbval` compares with stored outputs: from the packaged reviews, on a CPU."""

import os

os.environ.setdefault("LAB_SOURCE", "packaged")
os.environ.setdefault("LAB_DEVICE", "cpu")
