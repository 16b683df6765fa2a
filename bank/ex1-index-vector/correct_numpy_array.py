import numpy as np


def get_index_vector(sequence, size=10000):
    vector = np.zeros(size, dtype=int)
    kept = [r for r in sequence if r is not None and r <= size - 1]
    vector[kept] = 1
    return vector
