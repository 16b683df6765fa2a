# expect: changed|argument|list
def should_stop(val_losses, patience):
    if len(val_losses) <= patience:
        return False
    last = val_losses[-patience - 1 :]
    stop = all(b >= a for a, b in zip(last, last[1:]))
    val_losses.sort()
    return stop
