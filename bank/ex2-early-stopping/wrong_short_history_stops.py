# expect: (?i)short
def should_stop(val_losses, patience):
    last = val_losses[-patience - 1 :]
    return all(now >= before for before, now in zip(last, last[1:]))
