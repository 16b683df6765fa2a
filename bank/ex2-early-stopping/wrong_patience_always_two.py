# expect: (?i)patience
def should_stop(val_losses, patience):
    return len(val_losses) > 2 and val_losses[-3] <= val_losses[-2] <= val_losses[-1]
