# expect: ranks in place
def get_index_vector(sequence, size=10000):
    return [r for r in sequence if r is not None and r < size]
