# expect: argument is changed|changed its argument|AttributeError|TypeError
def get_index_vector(sequence, size=10000):
    for place in range(len(sequence)):
        if sequence[place] is not None and sequence[place] >= size:
            sequence[place] = None
    return [int(position in set(sequence) - {None}) for position in range(size)]
