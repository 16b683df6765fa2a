def get_index_vector(sequence, size=10000):
    wanted = sorted({r for r in sequence if r is not None and r in range(size)})
    vector = []
    for rank in wanted:
        vector += [0] * (rank - len(vector)) + [1]
    return vector + [0] * (size - len(vector))
