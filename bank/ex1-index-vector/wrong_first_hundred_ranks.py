# expect: (?i)position
def get_index_vector(sequence, size=10000):
    v = [0] * size
    for r in list(sequence)[:100]:
        if r is not None and r < size:
            v[r] = 1
    return v
