def should_stop(val_losses, patience):
    # A window in which no epoch improves is in ascending order.
    window = val_losses[-(patience + 1) :]
    return len(window) == patience + 1 and window == sorted(window)
