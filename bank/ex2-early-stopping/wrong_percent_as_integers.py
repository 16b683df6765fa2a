# expect: min_delta|goes on|stops
def should_stop(val_losses, patience):
    bad = 0
    for before, now in zip(val_losses, val_losses[1:]):
        bad = bad + 1 if int(100 * now) >= int(100 * before) else 0
    return bad >= patience
