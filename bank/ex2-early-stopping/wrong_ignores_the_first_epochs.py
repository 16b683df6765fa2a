# expect: epoch|five|first|short
def should_stop(val_losses, patience, warmup=5):
    if len(val_losses) < max(warmup, patience + 1):
        return False
    tail = val_losses[-patience - 1 :]
    return all(b >= a for a, b in zip(tail, tail[1:]))
