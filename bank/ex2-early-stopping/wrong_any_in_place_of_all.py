# expect: (?i)each|all
def should_stop(val_losses, patience):
    last = val_losses[-patience - 1 :]
    return len(last) > patience and any(b >= a for a, b in zip(last, last[1:]))
