# expect: length
def get_index_vector(sequence, size=10000):
    vector = [0] * 10000
    for index in sequence:
        if index is not None and index < 10000:
            vector[index] = 1
    return vector
