# expect: min_delta|goes on|stops
def should_stop(val_losses, patience):
    bad = 0
    for before, now in zip(val_losses, val_losses[1:]):
        bad = bad + 1 if round(now, 3) >= round(before, 3) else 0
    return bad >= patience
