import numpy as np


def get_index_vector(sequence, size=10_000):
    ranks = np.array([r for r in sequence if r is not None and r < size], dtype=int)
    return np.minimum(np.bincount(ranks, minlength=size), 1).tolist()
