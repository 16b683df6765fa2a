def get_index_vector(sequence, size=10000):
    output_vec = [0] * size
    for index in sequence:
        if index is not None and index < size:
            output_vec[index] = 1
    return output_vec
