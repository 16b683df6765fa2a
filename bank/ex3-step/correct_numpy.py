import numpy as np

def alpha_next(alpha: float, lr: float, eigenvalue: float) -> float:
    return np.float64(alpha) - np.multiply(lr, eigenvalue) * alpha
