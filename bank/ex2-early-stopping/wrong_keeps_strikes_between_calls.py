# expect: (?i)between calls
strikes = 0


def should_stop(val_losses, patience):
    global strikes
    if len(val_losses) > 1 and val_losses[-1] >= val_losses[-2]:
        strikes += 1
    else:
        strikes = 0
    return strikes >= patience
