def should_stop(val_losses: list[float], patience: int) -> bool:
    worse = [b >= a for a, b in pairwise(val_losses)]
    return len(worse) >= patience and all(worse[len(worse) - patience :])
