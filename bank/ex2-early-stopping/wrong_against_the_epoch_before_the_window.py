# expect: (?i)each|epoch before
def should_stop(val_losses, patience):
    if len(val_losses) <= patience:
        return False
    reference = val_losses[-patience - 1]
    return all(loss >= reference for loss in val_losses[-patience:])
