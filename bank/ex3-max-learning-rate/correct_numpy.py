import numpy as np

def max_learning_rate(eigenvalues):
    return np.min(2 / np.asarray(eigenvalues))
