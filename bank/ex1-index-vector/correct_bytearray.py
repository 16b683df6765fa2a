def get_index_vector(sequence, size=10000):
    flags = bytearray(size)
    for rank in filter(None, sequence):
        if rank < size:
            flags[rank] = 1
    return list(flags)
