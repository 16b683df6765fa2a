def should_stop(val_losses, patience):
    if len(val_losses) <= patience:
        return False
    last = val_losses[-patience - 1 :]
    return all(last[i + 1] >= last[i] for i in range(patience))
