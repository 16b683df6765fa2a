def get_index_vector(sequence, size=10000):
    sequence = sorted(rank for rank in sequence if rank is not None)
    vector = [0] * size
    for rank in sequence:
        if rank is not None and 0 < rank < size:
            vector[rank] = 1
    return vector
