# expect: (?i)patience
def should_stop(val_losses, patience):
    return len(val_losses) > 1 and val_losses[-1] >= val_losses[-2]
