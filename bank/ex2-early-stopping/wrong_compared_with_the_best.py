# expect: (?i)best
def should_stop(val_losses, patience):
    best = val_losses.index(min(val_losses))
    return len(val_losses) - 1 - best >= patience
