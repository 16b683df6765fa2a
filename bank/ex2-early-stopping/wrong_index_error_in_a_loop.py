# expect: (?i)short history
def should_stop(val_losses, patience):
    for i in range(1, patience + 1):
        if val_losses[-i] < val_losses[-i - 1]:
            return False
    return True
