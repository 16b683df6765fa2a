# expect: too large ranks
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for index in sequence:
        if index is not None:
            vector[min(index, size - 1)] = 1
    return vector
