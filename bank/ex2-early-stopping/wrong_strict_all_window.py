# expect: (?i)one epoch too early
def should_stop(val_losses, patience):
    if len(val_losses) < patience: return False
    w = val_losses[-patience:]
    return all(w[i] > w[i-1] for i in range(1, patience))
