# expect: size limit
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for index in sequence:
        if index is not None and index <= size:
            vector[index] = 1
    return vector
