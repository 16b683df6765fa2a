# expect: stops at None|skipped
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for index in sequence:
        if index is None or index >= size:
            break
        vector[index] = 1
    return vector
