# expect: (?i)small improvement|min_delta
def should_stop(val_losses, patience):
    least_gain = 0.001
    failed = [after > before - least_gain for before, after in pairwise(val_losses)]
    return len(failed) >= patience and all(failed[-patience:])
