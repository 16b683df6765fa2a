# expect: argument is changed|None is not handled
def get_index_vector(sequence, size=10000):
    sequence = sequence if isinstance(sequence, list) else list(sequence)
    sequence[:] = [r for r in sequence if r is not None]
    return [int(i in sequence) for i in range(size)]
