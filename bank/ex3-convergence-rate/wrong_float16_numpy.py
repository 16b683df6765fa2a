# expect: round|precision|exact|\d\.\d+
import numpy as np


def slowest_rate(eigenvalues):
    v = np.array(eigenvalues, dtype=np.float16)
    return float(1 - 2 * v.min() / v.max())
