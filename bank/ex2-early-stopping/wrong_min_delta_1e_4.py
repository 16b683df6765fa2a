# expect: min_delta|goes on|stops
def should_stop(val_losses, patience, min_delta=1e-4):
    bad = 0
    for before, now in zip(val_losses, val_losses[1:]):
        bad = bad + 1 if before - now < min_delta else 0
    return bad >= patience
