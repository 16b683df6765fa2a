# expect: wrong type
def get_index_vector(sequence, size=10000):
    present = set(sequence)
    return "".join("1" if i in present else "0" for i in range(size))
