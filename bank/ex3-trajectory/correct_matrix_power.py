import numpy as np

def alpha_after(alpha, lr, eigenvalue, steps):
    return (np.linalg.matrix_power(np.array([[1 - lr * eigenvalue]]), steps) * alpha)[0, 0]
