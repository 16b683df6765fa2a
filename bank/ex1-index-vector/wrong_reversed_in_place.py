# expect: argument is changed|changed its argument|AttributeError|TypeError
def get_index_vector(sequence, size=10000):
    sequence.reverse()
    vector = [0] * size
    for rank in sequence:
        if rank is not None and 0 < rank < size:
            vector[rank] = 1
    return vector
