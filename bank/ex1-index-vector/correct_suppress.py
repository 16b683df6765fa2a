from contextlib import suppress


def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for rank in sequence:
        with suppress(TypeError, IndexError):
            vector[rank] = 1
    return vector
