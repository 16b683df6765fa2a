from itertools import pairwise


def should_stop(val_losses: list[float], patience: int = 2, *, min_delta: float = 0.0) -> bool:
    improved = [now < before - min_delta for before, now in pairwise(val_losses)]
    return len(improved) >= patience and True not in improved[-patience:]
