# expect: bool|True|list
def should_stop(val_losses, patience):
    bad = [b for a, b in zip(val_losses, val_losses[1:]) if b >= a]
    return len(val_losses) > patience and all(
        b >= a for a, b in zip(val_losses[-patience - 1 :], val_losses[-patience:])
    ) and bad
