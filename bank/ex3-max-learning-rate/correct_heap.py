import heapq


def max_learning_rate(eigenvalues: list[float]) -> float:
    (steepest,) = heapq.nlargest(1, eigenvalues)
    return 2 / steepest
