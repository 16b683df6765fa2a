# expect: (?i)each|epoch before|only two
def should_stop(val_losses, patience):
    return len(val_losses) > patience and val_losses[-1] >= val_losses[-1 - patience]
