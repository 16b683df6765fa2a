# expect: state is kept
def get_index_vector(sequence, size=10000, v={}):
    v = v.setdefault(size, [0] * size)
    for r in sequence:
        if r is not None and r < size:
            v[r] = 1
    return v
