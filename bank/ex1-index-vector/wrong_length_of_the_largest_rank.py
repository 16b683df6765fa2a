# expect: length|long|size
def get_index_vector(sequence, size=10000):
    ranks = {r for r in sequence if r is not None and r < size}
    return [int(i in ranks) for i in range(max(ranks, default=0) + 1)]
