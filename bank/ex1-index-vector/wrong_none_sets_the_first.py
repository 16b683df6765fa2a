# expect: None is counted
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for index in sequence:
        index = index or 0
        if index < size:
            vector[index] = 1
    return vector
