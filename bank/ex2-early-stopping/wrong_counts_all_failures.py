# expect: (?i)consecutive|in a row
def should_stop(val_losses, patience):
    failures = sum(now >= before for before, now in zip(val_losses, val_losses[1:]))
    return failures >= patience
