# expect: first|entries|rank \d+
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for rank in list(sequence)[:size]:
        if rank is not None and rank < size:
            vector[rank] = 1
    return vector
