# expect: (?i)first
def should_stop(val_losses, patience):
    if len(val_losses) <= patience:
        return False
    return all(loss >= val_losses[0] for loss in val_losses[-patience:])
