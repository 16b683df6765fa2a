# expect: (?i)best
def should_stop(val_losses, patience):
    best, wait = float("inf"), 0
    for loss in val_losses:
        if loss < best:
            best, wait = loss, 0
        else:
            wait += 1
            if wait >= patience:
                return True
    return False
