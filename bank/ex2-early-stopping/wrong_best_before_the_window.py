# expect: (?i)best
def should_stop(val_losses, patience):
    if len(val_losses) <= patience:
        return False
    return min(val_losses[-patience:]) >= min(val_losses[:-patience])
