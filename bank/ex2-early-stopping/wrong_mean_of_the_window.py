# expect: .*epoch
def should_stop(val_losses, patience):
    if len(val_losses) < 2 * patience:
        return False
    return sum(val_losses[-patience:]) >= sum(val_losses[-2 * patience : -patience])
