# expect: (?i)never|no end|running
def should_stop(val_losses, patience):
    i = len(val_losses) - 1
    strikes = 0
    while strikes < patience:
        if i > 0 and val_losses[i] >= val_losses[i - 1]:
            strikes += 1
            i -= 1
    return True
