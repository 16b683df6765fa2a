# expect: (?i)small improvement|min_delta
def should_stop(val_losses, patience, least_gain=0.005):
    if len(val_losses) <= patience:
        return False
    return all(
        val_losses[-i - 1] - val_losses[-i] < least_gain for i in range(1, patience + 1)
    )
