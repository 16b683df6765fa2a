# expect: stops|after|first
def get_index_vector(sequence, size=10000):
    vector = [0] * size
    for rank in sequence:
        if rank is None:
            continue
        try:
            vector[rank] = 1
        except IndexError:
            break
    return vector
