# expect: a tensor in place of a list
def get_index_vector(sequence, size=10000):
    vector = torch.zeros(size)
    for rank in sequence:
        if rank is not None and rank < size:
            vector[rank] = 1
    return vector
