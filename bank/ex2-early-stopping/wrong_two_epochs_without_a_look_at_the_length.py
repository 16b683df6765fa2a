# expect: only two epochs are compared
def should_stop(val_losses, patience):
    return val_losses[-1] >= val_losses[-1 - patience]
