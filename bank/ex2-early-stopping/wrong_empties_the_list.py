# expect: (?i)chang.*list|list
def should_stop(val_losses, patience):
    strikes = 0
    before = val_losses.pop(0)
    while val_losses:
        now = val_losses.pop(0)
        strikes = strikes + 1 if now >= before else 0
        before = now
    return strikes >= patience
