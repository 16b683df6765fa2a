# expect: (?i)between calls
failures = []


def should_stop(val_losses, patience):
    if len(val_losses) > 1 and val_losses[-1] >= val_losses[-2]:
        failures.append(val_losses[-1])
    return len(failures) >= patience
