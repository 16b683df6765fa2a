def should_stop(val_losses, patience):
    if patience == 0:
        return True
    if len(val_losses) < 2 or val_losses[-1] < val_losses[-2]:
        return False
    return should_stop(val_losses[:-1], patience - 1)
