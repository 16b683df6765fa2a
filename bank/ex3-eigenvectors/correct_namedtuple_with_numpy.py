from collections import namedtuple

import numpy as np

Eigenpair = namedtuple("Eigenpair", "value vector")
basis = np.eye(2, dtype=int)
eigenpairs = [Eigenpair(l, v) for l, v in zip((lambda_1, lambda_2), basis)]
