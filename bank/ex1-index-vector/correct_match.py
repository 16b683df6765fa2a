def get_index_vector(sequence, size=10000):
    output = [0 for _ in range(size)]
    for entry in sequence:
        match entry:
            case None:
                continue
            case int() if entry >= size:
                continue
            case _:
                output[entry] = 1
    return output
