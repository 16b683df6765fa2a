def get_index_vector(sequence, size=10000):
    vector = [0 for _ in range(size)]
    for rank in sequence:
        try:
            vector[rank] = 1
        except (IndexError, TypeError):
            pass
    return vector
