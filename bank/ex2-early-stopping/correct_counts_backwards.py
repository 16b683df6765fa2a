def should_stop(val_losses, patience):
    i, failed = len(val_losses) - 1, 0
    while i > 0 and not val_losses[i] < val_losses[i - 1]:
        failed += 1
        i -= 1
    return failed >= patience
