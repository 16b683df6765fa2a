# expect: min_delta|goes on|stops
def should_stop(val_losses, patience, min_delta=0.02):
    bad = 0
    for before, now in zip(val_losses, val_losses[1:]):
        bad = bad + 1 if now > before - min_delta else 0
    return bad >= patience
