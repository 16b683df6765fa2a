# expect: None
def get_index_vector(sequence, size=10000):
    present = set(sequence)
    print([int(i in present) for i in range(size)])
