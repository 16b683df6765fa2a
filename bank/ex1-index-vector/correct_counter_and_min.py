def get_index_vector(sequence, size=10000):
    counts = Counter(sequence)
    return [min(1, counts[i]) for i in range(size)]
