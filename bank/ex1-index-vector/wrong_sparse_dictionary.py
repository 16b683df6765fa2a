# expect: dict|list
def get_index_vector(sequence, size=10000):
    return {rank: 1 for rank in sequence if rank is not None and rank < size}
