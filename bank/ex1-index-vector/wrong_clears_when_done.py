# expect: argument is changed|changed its argument|AttributeError|TypeError
def get_index_vector(sequence, size=10000):
    present = {rank for rank in sequence if rank is not None}
    sequence.clear()
    return [1 if position in present else 0 for position in range(size)]
