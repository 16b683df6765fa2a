# expect: no position is set
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for rank in sequence:
        if rank is not None and rank < size:
            vector[rank] == 1
    return vector
