# expect: (?i)one epoch too early
def should_stop(val_losses, patience):
    window = val_losses[-patience:]
    return all(b > a for a, b in zip(window, window[1:]))
