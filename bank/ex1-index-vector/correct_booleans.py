def get_index_vector(sequence, size=10000):
    seen = frozenset(r for r in sequence if r)
    return [i in seen for i in range(size)]
