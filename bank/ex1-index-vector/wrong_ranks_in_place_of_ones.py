# expect: ranks in place of ones
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for index in sequence:
        if index is not None and index < size:
            vector[index] = index
    return vector
