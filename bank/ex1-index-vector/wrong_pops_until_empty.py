# expect: argument is changed|changed its argument|AttributeError|TypeError
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    while sequence:
        rank = sequence.pop()
        if rank is not None and rank < size:
            vector[rank] = 1
    return vector
