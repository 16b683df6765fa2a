# expect: (?i)off by one|too early
def should_stop(val_losses, patience):
    last = val_losses[-patience:]
    return len(last) == patience and all(last[i + 1] >= last[i] for i in range(len(last) - 1))
