# expect: argument is changed|changed its argument|AttributeError|TypeError
def get_index_vector(sequence, size=10000):
    for rank in [r for r in sequence if r is None or r >= size]:
        sequence.remove(rank)
    vector = [0] * size
    for rank in sequence:
        if rank is not None and 0 < rank < size:
            vector[rank] = 1
    return vector
