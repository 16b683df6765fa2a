# expect: swapped
def get_index_vector(sequence, size=10000):
    present = set(sequence)
    return [int(i not in present) for i in range(size)]
