# expect: state is kept|goes on|stops
failures = 0


def should_stop(val_losses, patience):
    global failures
    if len(val_losses) > 1 and val_losses[-1] >= val_losses[-2]:
        failures += 1
    else:
        failures = 0
    return failures >= patience
