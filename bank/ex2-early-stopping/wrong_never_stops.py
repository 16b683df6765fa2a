# expect: (?i)never
def should_stop(val_losses, patience):
    return False
