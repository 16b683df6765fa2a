import numpy as np


def alpha_after(alpha, lr, eigenvalue, steps):
    return alpha * np.prod(np.full(steps, 1 - lr * eigenvalue))
