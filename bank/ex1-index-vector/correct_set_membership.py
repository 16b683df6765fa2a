def get_index_vector(sequence: list[int], size: int = 10000) -> list[int]:
    present = set(sequence)
    return [1 if position in present else 0 for position in range(size)]
