# expect: (?i)argument|TypeError
def should_stop(val_losses):
    return len(val_losses) > 2 and val_losses[-3] <= val_losses[-2] <= val_losses[-1]
