# expect: too large
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for rank in sequence:
        if rank is not None:
            vector[rank % size] = 1
    return vector
